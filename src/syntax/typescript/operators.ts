import type { ts } from 'ts-morph';
import { compiler } from './compiler.js';

const K = compiler.SyntaxKind;

/** How an operator of TypeScript is written in the facts, by the kind of its token. */
const BINARY: readonly (readonly [ts.SyntaxKind, string])[] = [
  [K.EqualsEqualsToken, '=='], [K.EqualsEqualsEqualsToken, '=='], [K.ExclamationEqualsToken, '!='], [K.ExclamationEqualsEqualsToken, '!='],
  [K.LessThanToken, '<'], [K.LessThanEqualsToken, '<='], [K.GreaterThanToken, '>'], [K.GreaterThanEqualsToken, '>='],
  [K.AmpersandAmpersandToken, 'and'], [K.BarBarToken, 'or'], [K.QuestionQuestionToken, '??'],
  [K.PlusToken, '+'], [K.MinusToken, '-'], [K.AsteriskToken, '*'], [K.SlashToken, '/'], [K.PercentToken, '%'], [K.AsteriskAsteriskToken, '**'],
  [K.AmpersandToken, '&'], [K.BarToken, '|'], [K.CaretToken, '^'],
  [K.LessThanLessThanToken, '<<'], [K.GreaterThanGreaterThanToken, '>>'], [K.GreaterThanGreaterThanGreaterThanToken, '>>>'],
  [K.InKeyword, 'in'], [K.InstanceOfKeyword, 'instanceof'], [K.CommaToken, ','],
];

const ASSIGNMENT: readonly (readonly [ts.SyntaxKind, string])[] = [
  [K.EqualsToken, ''], [K.PlusEqualsToken, '+'], [K.MinusEqualsToken, '-'], [K.AsteriskEqualsToken, '*'], [K.AsteriskAsteriskEqualsToken, '**'],
  [K.SlashEqualsToken, '/'], [K.PercentEqualsToken, '%'], [K.AmpersandEqualsToken, '&'], [K.BarEqualsToken, '|'], [K.CaretEqualsToken, '^'],
  [K.LessThanLessThanEqualsToken, '<<'], [K.GreaterThanGreaterThanEqualsToken, '>>'], [K.GreaterThanGreaterThanGreaterThanEqualsToken, '>>>'],
  [K.QuestionQuestionEqualsToken, '??'], [K.BarBarEqualsToken, 'or'], [K.AmpersandAmpersandEqualsToken, 'and'],
];

const UNARY: readonly (readonly [ts.SyntaxKind, string])[] = [
  [K.ExclamationToken, 'not'], [K.MinusToken, '-'], [K.PlusToken, '+'], [K.TildeToken, '~'], [K.PlusPlusToken, '++'], [K.MinusMinusToken, '--'],
];

const binary = byKind(BINARY);
const assignment = byKind(ASSIGNMENT);
const unary = byKind(UNARY);

function byKind(rows: readonly (readonly [ts.SyntaxKind, string])[]): (string | undefined)[] {
  const table: (string | undefined)[] = new Array(K.Count).fill(undefined);
  for (const [kind, op] of rows) table[kind] = op;
  return table;
}

export function binaryOperator(kind: ts.SyntaxKind): string {
  return binary[kind] ?? '?';
}

/** The operator of an augmented assignment, `''` for a plain one, undefined for what is no assignment. */
export function assignmentOperator(kind: ts.SyntaxKind): string | undefined {
  return assignment[kind];
}

export function unaryOperator(kind: ts.SyntaxKind): string {
  return unary[kind] ?? '?';
}
