import type { DdlOp, IndexDef } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { indexParts } from './constraints.js';
import { findKeyword, findName, insideParens, relationSpan, sliceText, type Context } from './context.js';
import { relationName, strings } from './node.js';

/** CREATE INDEX. */
export function createIndex(ctx: Context, node: Tree): DdlOp {
  const tableStart = ctx.offset(node.relation?.location ?? 0);
  const range = insideParens(ctx, tableStart);
  const name = node.idxname as string | undefined;
  const at = name ? findName(ctx, name, 0, tableStart) : relationSpan(ctx, node.relation ?? {});
  const where = node.whereClause && range ? findKeyword(ctx, 'where', range.end + 1) : null;
  const include = ((node.indexIncludingParams ?? []) as Tree[]).flatMap((part) => part.IndexElem?.name ?? []);
  const index: IndexDef = {
    name,
    parts: indexParts(ctx, node.indexParams ?? [], range),
    unique: node.unique === true,
    method: node.accessMethod ?? 'btree',
    include: include.length ? include : undefined,
    predicate: where ? unwrapped(sliceText(ctx, where.end, ctx.text.length)) : undefined,
    nullsNotDistinct: node.nulls_not_distinct ? true : undefined,
    at,
  };
  return { k: 'create-index', table: relationName(node.relation ?? {}), index, ifNotExists: node.if_not_exists ? true : undefined, at };
}

/** Dumps write predicates in parentheses, people do not: both say the same. */
function unwrapped(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if (text[at] === "'" || text[at] === '"') at = text.indexOf(text[at], at + 1);
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text;
  }
  return text.slice(1, -1).trim();
}

/** The expressions a table is partitioned by, as columns. */
export function partitionColumns(names: (node: unknown) => string[], spec: Tree | undefined): string[] | undefined {
  if (!spec) return undefined;
  return ((spec.partParams ?? []) as Tree[]).flatMap(({ PartitionElem: part }) => (part?.name ? [part.name as string] : names(part?.expr)));
}

/** The key a table is partitioned by, as written: `RANGE (a, lower(b))`. */
export function partitionText(ctx: Context, spec: Tree | undefined): string | undefined {
  if (!spec) return undefined;
  const by = findKeyword(ctx, 'by', ctx.offset(spec.location ?? 0));
  const inside = by ? insideParens(ctx, by.end) : null;
  return by && inside ? sliceText(ctx, by.end, inside.end + 1) : undefined;
}

/** The schemas of `SET search_path = a, b`. */
export function pathOf(args: readonly Tree[] | undefined): string[] {
  return strings((args ?? []).map((arg) => ({ String: arg.A_Const?.sval ?? {} }))).filter((name) => name !== '$user');
}
