import type { ts } from 'ts-morph';
import type { Span } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import { makeSpan, spanEnd, spanStart, textAt } from '../../facts/span.js';
import type { ParsedCode } from '../source.js';
import { allComments } from './comments.js';
import { compiler } from './compiler.js';
import type { Context } from './context.js';
import { isFlow, withoutFlow } from './flow.js';
import { deepSpans } from './nesting.js';
import { block } from './statements.js';

/** Comments are collected only where one could be ours. */
const MARK = 'schemalint:';
const JAVASCRIPT = /\.[cm]?jsx?$/i;
const MAX_PROBLEMS = 5;
/** Errors closer than this are one broken place. */
const REGION = 500;

/** Parses and converts one file. It never throws: what could not be read is a problem. */
export function parseTypeScript(text: string, fileName: string): ParsedCode {
  try {
    return JAVASCRIPT.test(fileName) && isFlow(text) ? withFlow(text, fileName) : convert(text, text, fileName, []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return withoutDepths(text, fileName);
  }
}

/** Flow's types are read as TypeScript's; where that fails, without them. */
function withFlow(text: string, fileName: string): ParsedCode {
  const name = fileName.replace(JAVASCRIPT, '.tsx');
  const whole = convert(text, text, name, []);
  return whole.problems.length === 0 ? whole : convert(text, withoutFlow(text), name, []);
}

/** The parser ran out of stack: once more, with blanks for what is nested too deeply. */
function withoutDepths(text: string, fileName: string): ParsedCode {
  const spans = deepSpans(text);
  const problems = spans.slice(0, MAX_PROBLEMS).map(tooDeep);
  try {
    return convert(text, blanked(text, spans), fileName, problems);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { code: [], comments: [], problems: [tooDeep(makeSpan(0, text.length))] };
  }
}

function tooDeep(at: Span): Problem {
  return { kind: 'syntax', message: 'nested too deeply to be read', at };
}

function blanked(text: string, spans: readonly Span[]): string {
  let result = '';
  let from = 0;
  for (const span of spans) {
    result += text.slice(from, spanStart(span)) + textAt(text, span).replace(/[^\r\n]/g, ' ');
    from = spanEnd(span);
  }
  return result + text.slice(from);
}

function convert(written: string, text: string, fileName: string, problems: Problem[]): ParsedCode {
  const options = { languageVersion: compiler.ScriptTarget.Latest, jsDocParsingMode: compiler.JSDocParsingMode.ParseNone };
  const file = compiler.createSourceFile(fileName, text, options, false, scriptKind(fileName));
  const c: Context = { text, file, problems, depth: 0, isInFunction: false, hoisted: [], saidTooDeep: problems.length > 0 };
  if (problems.length === 0) problems.push(...syntaxProblems(file));
  const code = block(c, file.statements);
  return { code, comments: written.includes(MARK) ? allComments(c) : [], problems };
}

function scriptKind(fileName: string): ts.ScriptKind {
  const extension = /\.([cm]?[jt]sx?)$/i.exec(fileName)?.[1].toLowerCase();
  switch (extension) {
    case 'tsx': return compiler.ScriptKind.TSX;
    case 'jsx': return compiler.ScriptKind.JSX;
    case 'js': case 'mjs': case 'cjs': return compiler.ScriptKind.JS;
    default: return compiler.ScriptKind.TS;
  }
}

function syntaxProblems(file: ts.SourceFile): Problem[] {
  const { parseDiagnostics } = file as unknown as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] };
  const problems: Problem[] = [];
  let last = -Infinity;
  for (const { start, length, messageText } of parseDiagnostics ?? []) {
    if (start - last < REGION) continue;
    last = start;
    problems.push({ kind: 'syntax', message: compiler.flattenDiagnosticMessageText(messageText, ' '), at: makeSpan(start, start + length) });
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems;
}
