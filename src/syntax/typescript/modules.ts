import type { ts } from 'ts-morph';
import type { Expr, ImportName, ImportStmt, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import { classStmt } from './classes.js';
import { compiler } from './compiler.js';
import { nameAt, spanOf, startOf, type Context } from './context.js';
import { expr } from './expressions.js';
import { func } from './functions.js';
import { entityName } from './types.js';

const K = compiler.SyntaxKind;

/** `import …` in every form of ES modules. */
export function importStmt(c: Context, node: ts.ImportDeclaration): ImportStmt {
  const clause = node.importClause;
  const names: ImportName[] = [];
  if (clause?.name) names.push({ name: 'default', as: clause.name.text, at: spanOf(c, clause.name) });
  const bindings = clause?.namedBindings;
  if (bindings && compiler.isNamespaceImport(bindings)) names.push({ name: '*', as: bindings.name.text, at: spanOf(c, bindings.name) });
  else if (bindings) for (const specifier of bindings.elements) names.push(specified(c, specifier, specifier.name.text));
  return { k: 'import', module: textOf(node.moduleSpecifier), names, ...(clause?.isTypeOnly && { isType: true as const }), at: spanOf(c, node) };
}

/** `at` is the name as the other module has it. */
function specified(c: Context, node: ts.ImportSpecifier | ts.ExportSpecifier, as: string): ImportName {
  const name = node.propertyName ?? node.name;
  return { name: name.text, as, at: spanOf(c, name), ...(node.isTypeOnly && { isType: true as const }) };
}

function textOf(node: ts.Expression | undefined): string {
  return node && compiler.isStringLiteralLike(node) ? node.text : '';
}

/** `import x = require('y')`, and `import x = A.B`, which is a constant. */
export function importEquals(c: Context, node: ts.ImportEqualsDeclaration): Stmt {
  const at = spanOf(c, node);
  const reference = node.moduleReference;
  const name = spanOf(c, node.name);
  if (!compiler.isExternalModuleReference(reference))
    return { k: 'set', target: nameAt(node.name.text, name), value: entityName(c, reference), isConst: true, at };
  return {
    k: 'import',
    module: textOf(reference.expression),
    names: [{ name: '*', as: node.name.text, at: name }],
    ...(node.isTypeOnly && { isType: true as const }),
    at,
  };
}

export function exportStmt(c: Context, node: ts.ExportDeclaration): Stmt {
  const rest = {
    ...(node.moduleSpecifier && { module: textOf(node.moduleSpecifier) }),
    ...(node.isTypeOnly && { isType: true as const }),
    at: spanOf(c, node),
  };
  const clause = node.exportClause;
  if (!clause) return { k: 'export', names: [{ name: '*', as: '*', at: rest.at }], ...rest };
  if (compiler.isNamespaceExport(clause)) return { k: 'export', names: [{ name: '*', as: clause.name.text, at: spanOf(c, clause.name) }], ...rest };
  return { k: 'export', names: clause.elements.map((e) => specified(c, e, e.name.text)), ...rest };
}

/** `export default e` sets `default`; `export = e` is `module.exports = e`. */
export function exportAssignment(c: Context, node: ts.ExportAssignment): Stmt {
  const at = spanOf(c, node);
  if (!node.isExportEquals) return exportDefault(c, node, at, expr(c, node.expression));
  const here: Span = makeSpan(spanStart(at), spanStart(at) + 6);
  return { k: 'set', target: { k: 'attr', of: nameAt('module', here), name: 'exports', at: here }, value: expr(c, node.expression), at };
}

/** `export default function f() {}` declares f and sets `default`; a nameless one is its value. */
export function defaultFunction(c: Context, node: ts.FunctionDeclaration): Stmt[] {
  const fn = func(c, node);
  if (fn.name === null) return [exportDefault(c, node, fn.range, { k: 'fn', fn, at: fn.range })];
  return [{ k: 'def', fn }, exportDefault(c, node, fn.at, nameAt(fn.name, fn.at))];
}

/** A nameless default class is named `default`, so there is nothing to set. */
export function defaultClass(c: Context, node: ts.ClassDeclaration): Stmt[] {
  if (!node.name) return [classStmt(c, node, { name: 'default', at: defaultAt(c, node) })];
  const at = spanOf(c, node.name);
  return [classStmt(c, node), exportDefault(c, node, at, nameAt(node.name.text, at))];
}

function exportDefault(c: Context, node: ts.Node, at: Span, value: Expr): Stmt {
  return { k: 'set', target: nameAt('default', defaultAt(c, node)), value, isConst: true, at };
}

function defaultAt(c: Context, node: ts.Node): Span {
  const start = c.text.indexOf('default', startOf(c, node));
  return makeSpan(start, start + 7);
}

/** `x = require('y')`, `{a, b: c} = require('y')`, `x = require('y').z`; undefined when it is no such declaration. */
export function requireStmt(c: Context, node: ts.VariableDeclaration): ImportStmt | undefined {
  let value = node.initializer;
  let part: ts.MemberName | undefined;
  if (value && compiler.isPropertyAccessExpression(value)) {
    part = value.name;
    value = value.expression;
  }
  const module = value && requiredModule(value);
  if (module === undefined) return undefined;
  const names = part && !compiler.isIdentifier(node.name) ? undefined : requiredNames(c, node.name, part?.text ?? '*');
  return names && { k: 'import', module, names, at: spanOf(c, node) };
}

/** The module of `require('x')`. */
export function requiredModule(node: ts.Expression): string | undefined {
  if (!compiler.isCallExpression(node) || node.arguments.length !== 1) return undefined;
  if (!compiler.isIdentifier(node.expression) || node.expression.escapedText !== 'require') return undefined;
  const [argument] = node.arguments;
  return compiler.isStringLiteralLike(argument) ? argument.text : undefined;
}

function requiredNames(c: Context, node: ts.BindingName, whole: string): ImportName[] | undefined {
  if (compiler.isIdentifier(node)) return [{ name: whole, as: node.text, at: spanOf(c, node) }];
  if (!compiler.isObjectBindingPattern(node)) return undefined;
  const names: ImportName[] = [];
  for (const element of node.elements) {
    const name = element.propertyName ?? element.name;
    if (
      element.dotDotDotToken ||
      element.initializer ||
      !compiler.isIdentifier(element.name) ||
      !(compiler.isIdentifier(name) || compiler.isStringLiteral(name))
    )
      return undefined;
    names.push({ name: name.text, as: element.name.text, at: spanOf(c, name) });
  }
  return names;
}

/** Whether a declaration is exported as `default`. */
export function isDefault(node: ts.Node): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((m) => m.kind === K.DefaultKeyword) ?? false;
}
