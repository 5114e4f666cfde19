import type { Source } from '../../facts/sql.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { Tree } from './parse.js';
import { conditions } from './conditions.js';
import { insideParens, nameSpan, findKeyword, findName, querySpan, relationSpan, wholeSpan } from './context.js';
import { functionName, qualifierOf, reads, type Builder, type Draft } from './expressions.js';
import { bodyOf, kindOf, relationName, strings, walk } from './node.js';

const JOINS: Readonly<Record<string, Source['join']>> = { JOIN_INNER: 'inner', JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' };

/** Records the items of FROM or USING with their joins. */
export function fromItems(b: Builder, draft: Draft, items: readonly Tree[] | undefined): void {
  for (const item of items ?? []) draft.from.push(...sourcesOf(b, draft, item));
}

/** A table as the target of a statement. */
export function targetOf(b: Builder, range: Tree): Source {
  return { table: relationName(range), alias: range.alias?.aliasname, at: relationSpan(b.ctx, range) };
}

function sourcesOf(b: Builder, draft: Draft, node: Tree): Source[] {
  const body = bodyOf(node);
  const alias = body.alias?.aliasname as string | undefined;
  const columnAliases = body.alias?.colnames ? strings(body.alias.colnames) : undefined;
  switch (kindOf(node)) {
    case 'RangeVar':
      return [{ table: relationName(body), alias, columnAliases, at: relationSpan(b.ctx, body) }];
    case 'JoinExpr':
      return joined(b, draft, body);
    case 'RangeSubselect': {
      const query = b.query(body.subquery);
      return [{ query, alias, columnAliases, at: query.at }];
    }
    case 'RangeTableSample':
      return sourcesOf(b, draft, body.relation);
    default:
      return [functionSource(b, draft, body, alias, columnAliases)];
  }
}

/** A function in FROM, XMLTABLE or JSON_TABLE: rows that come from no table. */
function functionSource(b: Builder, draft: Draft, body: Tree, alias: string | undefined, aliases: readonly string[] | undefined): Source {
  const { alias: _, ...rest } = body;
  reads(b, draft, rest);
  let call: Tree | null = null;
  walk(body.functions, (kind, found) => {
    if (!call && kind === 'FuncCall') call = found;
    return !call;
  });
  const defined = (body.coldeflist ?? []).map((column: Tree) => column.ColumnDef?.colname ?? '');
  const first = call as Tree | null;
  return {
    fn: first ? functionName(first) : 'table',
    alias,
    columnAliases: aliases ?? (defined.length ? defined : undefined),
    at: first ? nameSpan(b.ctx, first.location, strings(first.funcname).length - 1) : wholeSpan(b.ctx),
  };
}

function joined(b: Builder, draft: Draft, node: Tree): Source[] {
  const left = sourcesOf(b, draft, node.larg);
  const right = sourcesOf(b, draft, node.rarg);
  const isCross = node.jointype === 'JOIN_INNER' && !node.quals && !node.usingClause && !node.isNatural;
  const join = isCross ? 'cross' : JOINS[node.jointype];
  conditions(b, draft, node.quals, 'join');
  if (node.usingClause) joinUsing(b, draft, node, left, right);
  return [...left, { ...right[0], join }, ...right.slice(1)];
}

/** `USING (id)` is a comparison of a column of each side. Of several tables on the left, the one an earlier USING took the column from is known. */
function joinUsing(b: Builder, draft: Draft, node: Tree, left: readonly Source[], right: readonly Source[]): void {
  const range = usingRange(b, node);
  for (const name of strings(node.usingClause)) {
    const at = range ? findName(b.ctx, name, range.start, range.end) : wholeSpan(b.ctx);
    const earlier = draft.conditions.find((c) => c.on === 'join' && c.column.name === name && left.some((s) => qualifierOf(s) === c.column.qualifier));
    const from = left.length === 1 ? qualifierOf(left[0]) : earlier?.column.qualifier;
    const to = right.length === 1 ? qualifierOf(right[0]) : undefined;
    draft.conditions.push({
      column: { ...(from ? { qualifier: from } : {}), name, at },
      op: '=',
      value: { k: 'column', column: { ...(to ? { qualifier: to } : {}), name, at } },
      on: 'join',
    });
  }
}

/** The tree has no place for USING: it is the first one behind the right side at its level. */
function usingRange(b: Builder, node: Tree): { start: number; end: number } | null {
  let start = 0;
  walk([node.rarg, node.larg], (_, body) => {
    if (typeof body.location === 'number') start = Math.max(start, b.ctx.offset(body.location));
  });
  if (node.rarg?.RangeSubselect) start = Math.max(start, subqueryEnd(b, node.rarg.RangeSubselect.subquery));
  const keyword = findKeyword(b.ctx, 'using', start);
  return keyword ? insideParens(b.ctx, keyword.end) : null;
}

function subqueryEnd(b: Builder, query: Tree): number {
  // Spans are the file's, places are the statement's: the difference is the same at both ends.
  const at = querySpan({ ...b.ctx, span: makeSpan }, query);
  return spanStart(at) === 0 ? 0 : spanEnd(at) + 1;
}
