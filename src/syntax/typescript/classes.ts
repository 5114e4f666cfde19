import type { ts } from 'ts-morph';
import type { Arg, Class, ClassStmt, Expr, Note, SetStmt, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import { plainName } from './chains.js';
import { noteOf } from './comments.js';
import { compiler } from './compiler.js';
import { nameAt, spanOf, startOf, within, type Context } from './context.js';
import { expr } from './expressions.js';
import { decorators, func, has } from './functions.js';
import { block } from './statements.js';
import { memberType, typeExpr } from './types.js';

const K = compiler.SyntaxKind;

/** A class, under the name it is bound to: its own, or that of what it is assigned to. */
export function classStmt(c: Context, node: ts.ClassLikeDeclaration, bound?: { name: string; at: Span }, note?: { note?: Note }): ClassStmt {
  const range = spanOf(c, node);
  const own = node.name && node.name.text !== '' ? { name: node.name.text, at: spanOf(c, node.name) } : undefined;
  const named = bound ?? own ?? { name: `<class ${spanStart(range)}>`, at: keywordAt(c, node, range) };
  return {
    k: 'class',
    cls: {
      ...named, form: 'class', range,
      bases: bases(c, node.heritageClauses),
      ...shapes(c, node.heritageClauses),
      body: within(c, false, () => node.members.flatMap((m) => member(c, m))),
      decorators: decorators(c, node),
      ...typeParams(node.typeParameters),
      ...(has(node, K.AbstractKeyword) && { isAbstract: true as const }),
      ...(note ?? noteOf(c, node)),
    },
  };
}

/** A class in the middle of an expression: it becomes a statement before the current one, and its name stands here. */
export function classExpression(c: Context, node: ts.ClassExpression): Expr {
  return hoistClass(c, node);
}

export function hoistClass(c: Context, node: ts.ClassExpression, bound?: { name: string; at: Span }): Expr {
  const stmt = classStmt(c, node, bound, {});
  c.hoisted.push(stmt);
  return nameAt(stmt.cls.name, stmt.cls.at);
}

function keywordAt(c: Context, node: ts.ClassLikeDeclaration, range: Span): Span {
  const start = c.text.indexOf('class', node.modifiers?.end ?? spanStart(range));
  return start < 0 ? range : makeSpan(start, start + 5);
}

export function interfaceStmt(c: Context, node: ts.InterfaceDeclaration): ClassStmt {
  return {
    k: 'class',
    cls: {
      ...shell(c, node),
      form: 'interface',
      bases: bases(c, node.heritageClauses),
      body: node.members.flatMap((m) => interfaceMember(c, m)),
      ...typeParams(node.typeParameters),
    },
  };
}

export function enumStmt(c: Context, node: ts.EnumDeclaration): ClassStmt {
  return { k: 'class', cls: { ...shell(c, node), form: 'enum', bases: [], body: node.members.map((m) => enumMember(c, m)) } };
}

function shell(c: Context, node: ts.InterfaceDeclaration | ts.EnumDeclaration): Omit<Class, 'form' | 'bases' | 'body'> {
  return { name: node.name.text, decorators: [], at: spanOf(c, node.name), range: spanOf(c, node), ...noteOf(c, node) };
}

/** The names of type parameters. */
export function typeParams(nodes: readonly ts.TypeParameterDeclaration[] | undefined): { params?: readonly string[] } {
  return nodes?.length ? { params: nodes.map((p) => p.name.text) } : {};
}

function bases(c: Context, clauses: readonly ts.HeritageClause[] | undefined): Arg[] {
  return (clauses ?? []).flatMap((clause) => (clause.token === K.ExtendsKeyword ? clause.types.map((type) => ({ value: expr(c, type) })) : []));
}

/** What a class says that it has the members of. */
function shapes(c: Context, clauses: readonly ts.HeritageClause[] | undefined): { implements?: readonly Expr[] } {
  const named = (clauses ?? []).flatMap((clause) => (clause.token === K.ImplementsKeyword ? clause.types.map((type) => expr(c, type)) : []));
  return named.length > 0 ? { implements: named } : {};
}

function member(c: Context, node: ts.ClassElement): readonly Stmt[] {
  if (compiler.isPropertyDeclaration(node)) return [field(c, node)];
  if (compiler.isIndexSignatureDeclaration(node)) return anyKey(c, node);
  if (compiler.isClassStaticBlockDeclaration(node)) return block(c, node.body.statements);
  if (compiler.isMethodDeclaration(node) || compiler.isConstructorDeclaration(node) || compiler.isAccessor(node)) {
    // Without a body it is an overload's signature, unless nobody could write one.
    const counts = node.body !== undefined || has(node, K.AbstractKeyword) || isAmbient(node);
    return counts ? [{ k: 'def', fn: func(c, node) }] : [];
  }
  return [];
}

/** Inside `declare` or a declaration file, which the parser marks on every node. */
export function isAmbient(node: ts.Node): boolean {
  return (node.flags & AMBIENT) !== 0 || has(node, K.DeclareKeyword);
}
const AMBIENT = (compiler.NodeFlags as unknown as Record<string, number>)['Ambient'] ?? 0;

function field(c: Context, node: ts.PropertyDeclaration): SetStmt {
  const marks = decorators(c, node);
  return {
    k: 'set',
    target: memberTarget(c, node.name),
    ...(node.initializer && { value: expr(c, node.initializer) }),
    ...(node.type && { type: typeExpr(c, node.type) }),
    ...(marks.length > 0 && { decorators: marks }),
    ...(node.questionToken && { optional: true as const }),
    ...(has(node, K.StaticKeyword) && { isStatic: true as const }),
    ...(has(node, K.ReadonlyKeyword) && { isConst: true as const }),
    at: spanOf(c, node),
    ...noteOf(c, node),
  };
}

/** A member's name, whatever its spelling; a computed one is an item of `this`. */
function memberTarget(c: Context, node: ts.PropertyName): Expr {
  const at = spanOf(c, node);
  if (!compiler.isComputedPropertyName(node)) return nameAt(plainName(node), at);
  const key = expr(c, node.expression);
  if (key.k === 'lit') return nameAt(String(key.v), key.at);
  return { k: 'item', of: nameAt('this', makeSpan(startOf(c, node), startOf(c, node))), key, at };
}

/** `[key: string]: unknown`, as an item of `this`. */
function anyKey(c: Context, node: ts.IndexSignatureDeclaration): SetStmt[] {
  const key = node.parameters[0]?.type;
  const at = spanOf(c, node);
  return key
    ? [
        {
          k: 'set',
          target: { k: 'item', of: nameAt('this', makeSpan(spanStart(at), spanStart(at))), key: typeExpr(c, key), at },
          type: typeExpr(c, node.type),
          at,
        },
      ]
    : [];
}

function interfaceMember(c: Context, node: ts.TypeElement): SetStmt[] {
  if (compiler.isIndexSignatureDeclaration(node)) return anyKey(c, node);
  if (!node.name) return [];
  const type = memberType(c, node);
  return [{
    k: 'set',
    target: memberTarget(c, node.name),
    ...(type && { type }),
    ...(node.questionToken && { optional: true as const }),
    ...(has(node, K.ReadonlyKeyword) && { isConst: true as const }),
    at: spanOf(c, node),
    ...noteOf(c, node),
  }];
}

function enumMember(c: Context, node: ts.EnumMember): SetStmt {
  return {
    k: 'set',
    target: memberTarget(c, node.name),
    ...(node.initializer && { value: expr(c, node.initializer) }),
    isConst: true,
    at: spanOf(c, node),
    ...noteOf(c, node),
  };
}
