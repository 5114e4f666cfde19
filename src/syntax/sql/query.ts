import type { ColumnRef, SqlQuery } from '../../facts/sql.js';
import type { Tree } from './parse.js';
import { conditions } from './conditions.js';
import { querySpan, wholeSpan, type Context } from './context.js';
import { calledIn, columnRef, emptyDraft, holeRef, isParameter, isRowColumn, reads, withoutCasts, type Builder, type Draft } from './expressions.js';
import { fromItems } from './from.js';
import { constantOf, kindOf, strings } from './node.js';
import { outputs } from './outputs.js';
import { copyInto, deleteInto, insertInto, mergeInto, updateInto } from './writes.js';

/** The facts of a SELECT, INSERT, UPDATE, DELETE, MERGE, COPY, CALL or REFRESH node; null for any other statement. */
export function queryOf(ctx: Context, node: Tree): SqlQuery | null {
  const kind = kindOf(node);
  if (!BUILDERS[kind]) return null;
  const calls = calledIn(node);
  return { ...build({ ctx, query: (inner) => nested(ctx, inner) }, node), ...(calls.length > 0 ? { calls } : {}), at: wholeSpan(ctx) };
}

const BUILDERS: Readonly<Record<string, (b: Builder, body: Tree) => Draft>> = {
  SelectStmt: (b, body) => selectInto(b, emptyDraft('select'), body),
  InsertStmt: (b, body) => insertInto(b, emptyDraft('insert'), body, selectInto),
  UpdateStmt: (b, body) => updateInto(b, emptyDraft('update'), body),
  DeleteStmt: (b, body) => deleteInto(b, emptyDraft('delete'), body),
  MergeStmt: (b, body) => mergeInto(b, emptyDraft('merge'), body),
  CopyStmt: (b, body) => copyInto(b, emptyDraft('copy'), body),
  CallStmt: (b, body) => callOf(b, emptyDraft('select'), body),
  // It fills the view anew from its query.
  RefreshMatViewStmt: (b, body) => copyInto(b, emptyDraft('copy'), { relation: body.relation, is_from: true }),
};

/** `CALL p(…)` reads what its arguments read. */
function callOf(b: Builder, draft: Draft, body: Tree): Draft {
  reads(b, draft, body.funccall?.args);
  return draft;
}

function nested(ctx: Context, node: Tree): SqlQuery {
  return { ...build({ ctx, query: (inner) => nested(ctx, inner) }, node), at: querySpan(ctx, node) };
}

function build(b: Builder, node: Tree): Draft {
  const kind = kindOf(node);
  const body = node[kind] ?? {};
  const make = BUILDERS[kind] ?? BUILDERS.SelectStmt;
  const draft = make(b, body);
  // The SELECT of an INSERT becomes part of it, its WITH included; a set operation is a query of its own.
  const select = (body.selectStmt?.SelectStmt ?? {}) as Tree;
  const isPart = !select.op || select.op === 'SETOP_NONE';
  for (const clause of [body.withClause, isPart ? select.withClause : undefined]) {
    for (const wrapped of clause?.ctes ?? []) draft.ctes.push(cteOf(b, wrapped.CommonTableExpr ?? {}));
  }
  return draft;
}

/** `WITH x (a, b) AS` renames the outputs. */
function cteOf(b: Builder, node: Tree): SqlQuery['ctes'][number] {
  const query = b.query(node.ctequery);
  const names = strings(node.aliascolnames);
  const outputs = query.outputs.map((output, index) => (names[index] ? { ...output, name: names[index] } : output));
  return { name: node.ctename ?? '', query: { ...query, outputs } };
}

function selectInto(b: Builder, draft: Draft, node: Tree): Draft {
  if (node.op && node.op !== 'SETOP_NONE') setOperation(b, draft, node);
  else if (node.valuesLists) values(b, draft, node.valuesLists);
  else plainSelect(b, draft, node);
  sorts(b, draft, node.sortClause ?? []);
  draft.limit = limitOf(b, draft, node.limitCount);
  reads(b, draft, node.limitOffset);
  if (node.lockingClause) draft.forUpdate = true;
  return draft;
}

/** A chain of UNIONs leans to the left and may be long: its parts are unrolled. */
function setOperation(b: Builder, draft: Draft, node: Tree): void {
  const parts: Tree[] = [];
  let left = node;
  while (left.op && left.op !== 'SETOP_NONE' && (left === node || isBare(left))) {
    parts.unshift(left.rarg);
    left = left.larg;
  }
  parts.unshift(left);
  for (const part of parts) draft.subqueries.push(b.query({ SelectStmt: part }));
  draft.outputs.push(...draft.subqueries[0].outputs);
  draft.isSet = true;
}

function isBare(node: Tree): boolean {
  return !node.sortClause && !node.limitCount && !node.limitOffset && !node.withClause;
}

function values(b: Builder, draft: Draft, lists: readonly Tree[]): void {
  reads(b, draft, lists);
  const width = lists[0]?.List?.items?.length ?? 0;
  for (let index = 1; index <= width; index++) draft.outputs.push({ name: `column${index}` });
}

function plainSelect(b: Builder, draft: Draft, node: Tree): void {
  fromItems(b, draft, node.fromClause);
  conditions(b, draft, node.whereClause, 'where');
  outputs(b, draft, node.targetList ?? [], 'read');
  groups(b, draft, node.groupClause ?? []);
  conditions(b, draft, node.havingClause, 'having');
  if (node.havingClause) draft.aggregates = true;
  reads(b, draft, node.windowClause);
  if (node.distinctClause) {
    draft.distinct = true;
    reads(b, draft, node.distinctClause);
  }
}

function sorts(b: Builder, draft: Draft, nodes: readonly Tree[]): void {
  for (const { SortBy: sort } of nodes) {
    const desc = sort?.sortby_dir === 'SORTBY_DESC';
    const column = plainColumn(b, draft, sort?.node, true);
    if (column) draft.sorts.push({ column, desc });
  }
}

function groups(b: Builder, draft: Draft, nodes: readonly Tree[]): void {
  if (nodes.length) draft.aggregates = true;
  for (const node of nodes) {
    if (node.GroupingSet) groups(b, draft, node.GroupingSet.content ?? []);
    else if (node.RowExpr) groups(b, draft, node.RowExpr.args ?? []);
    else {
      const column = plainColumn(b, draft, node, false, 'group');
      if (!column) continue;
      draft.groups.push(column);
      draft.columns.push(column);
    }
  }
}

/**
 * The plain column that ORDER BY or GROUP BY names: by itself, by an output's number or by an output's alias. An alias comes
 * first in ORDER BY; in GROUP BY it counts unless the expression behind it reads a column of that very name.
 */
function plainColumn(b: Builder, draft: Draft, node: Tree | undefined, isSort: boolean, kind?: ColumnRef['kind']): ColumnRef | null {
  const position = constantOf(node);
  if (typeof position === 'number' && !isParameter(b.ctx, node)) return draft.outputs[position - 1]?.column ?? null;
  const ref = node?.ColumnRef ? columnRef(b.ctx, node.ColumnRef, kind) : node?.ParamRef ? holeRef(b.ctx, node.ParamRef, kind) : null;
  if (!ref) {
    reads(b, draft, node, kind ?? 'read');
    return null;
  }
  if (isRowColumn(b.ctx, ref)) return null;
  const output = ref.qualifier ? undefined : draft.outputs.find((o) => o.name === ref.name);
  if (!output || output.column?.name === ref.name) return ref;
  if (output.column) return isSort ? { ...output.column, at: ref.at, kind } : ref;
  return !isSort && draft.columns.some((column) => column.name === ref.name) ? ref : null;
}

function limitOf(b: Builder, draft: Draft, node: Tree | undefined): number | 'parameter' | undefined {
  if (!node) return undefined;
  if (isParameter(b.ctx, node)) return 'parameter';
  const constant = constantOf(withoutCasts(node));
  if (constant === null) return undefined;
  if (typeof constant === 'number') return constant;
  reads(b, draft, node);
  return 'parameter';
}
