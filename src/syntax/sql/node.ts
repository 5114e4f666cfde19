import type { QName } from '../../facts/ddl.js';
import type { Tree } from './parse.js';

/** The type of a wrapped node: `{ColumnRef: …}` is `ColumnRef`. */
export function kindOf(node: Tree | undefined | null): string {
  if (!node) return '';
  for (const key in node) return key;
  return '';
}

/** The fields of a wrapped node. */
export function bodyOf(node: Tree): Tree {
  return node[kindOf(node)] ?? {};
}

/** The texts of a list of String nodes. */
export function strings(list: readonly Tree[] | undefined): string[] {
  return (list ?? []).map((item) => item.String?.sval ?? '').filter((text) => text !== '');
}

/** The bare name of a type, with brackets for an array. */
export function typeName(type: Tree | undefined): string {
  return `${strings(type?.names).at(-1) ?? ''}${type?.arrayBounds ? '[]' : ''}`;
}

/** A name that is a placeholder itself: a quoted one (`"{}"`), or one rewritten where the text had no room for a longer name. */
const HOLE = /^(?:_+|%s|%\(\w*\)s|\$?\{[^}]*\}|\{\{[^}]*\}\})$/;

/** A RangeVar's name. */
export function relationName(range: Tree): QName {
  const name = holeOr(range.relname ?? '');
  return range.schemaname ? { schema: holeOr(range.schemaname), name } : { name };
}

/** Whether a quoted text is nothing but a placeholder of string formatting. */
export function isHole(text: string): boolean {
  return HOLE.test(text);
}

function holeOr(name: string): string {
  return isHole(name) ? '__hole' : name;
}

/** The last two parts of a dotted name. */
export function dottedName(parts: readonly string[]): QName {
  const name = holeOr(parts[parts.length - 1] ?? '');
  return parts.length > 1 ? { schema: holeOr(parts[parts.length - 2]), name } : { name };
}

/** Calls `visit` for every wrapped node below `node`, itself included; a node for which it returns false is not entered. */
export function walk(node: unknown, visit: (kind: string, body: Tree) => boolean | void): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (!node || typeof node !== 'object') return;
  for (const key in node) {
    const value = (node as Tree)[key];
    if (!value || typeof value !== 'object') continue;
    const isWrapped = key.charCodeAt(0) >= 65 && key.charCodeAt(0) <= 90;
    if (isWrapped && visit(key, value) === false) continue;
    walk(value, visit);
  }
}

/** The names of all plain columns below a node, each once, in order. */
export function columnNames(node: unknown): string[] {
  const names = new Set<string>();
  walk(node, (kind, body) => {
    if (kind === 'SelectStmt') return false;
    if (kind !== 'ColumnRef') return true;
    const last = strings(body.fields).at(-1);
    if (last) names.add(last);
    return false;
  });
  return [...names];
}

/** The value of a constant; undefined when the node is none. */
export function constantOf(node: Tree | undefined): string | number | boolean | null | undefined {
  const constant = node?.A_Const;
  if (!constant) return undefined;
  if (constant.isnull) return null;
  if (constant.ival) return constant.ival.ival ?? 0;
  if (constant.fval) return Number(constant.fval.fval);
  if (constant.boolval) return constant.boolval.boolval ?? false;
  if (constant.sval) return constant.sval.sval ?? '';
  return constant.bsval?.bsval ?? undefined;
}
