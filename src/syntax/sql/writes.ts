import type { SqlAssign } from '../../facts/sql.js';
import type { Tree } from './parse.js';
import { conditions } from './conditions.js';
import { findName, insideParens, nameSpan } from './context.js';
import { assignOf, reads, type Builder, type Draft } from './expressions.js';
import { fromItems, targetOf } from './from.js';
import { constantOf, strings } from './node.js';
import { outputs } from './outputs.js';

/** Rows of a long VALUES list that are compared with the first one. */
const ROWS = 100;

/**
 * An INSERT. Its plain SELECT becomes part of it, so that `from` of an assignment resolves in the same scope; a set
 * operation stays a sub-query.
 */
export function insertInto(b: Builder, draft: Draft, node: Tree, selectInto: (b: Builder, draft: Draft, node: Tree) => Draft): Draft {
  draft.target = targetOf(b, node.relation);
  const select = node.selectStmt?.SelectStmt as Tree | undefined;
  const columns = ((node.cols ?? []) as Tree[]).map((col) => target(b, col.ResTarget));
  if (select?.valuesLists) insertValues(b, draft, columns, select.valuesLists);
  else if (select && (select.op ?? 'SETOP_NONE') === 'SETOP_NONE') insertSelect(b, draft, columns, select, selectInto);
  else if (select) {
    draft.subqueries.push(b.query(node.selectStmt));
    draft.assigns.push(...columns);
  } else draft.assigns.push(...columns.map((column) => ({ ...column, isDefault: true })));
  if (node.onConflictClause) onConflict(b, draft, node.onConflictClause);
  returning(b, draft, node);
  return draft;
}

function insertValues(b: Builder, draft: Draft, columns: readonly Target[], lists: readonly Tree[]): void {
  const rows = lists.map((list) => (list.List?.items ?? []) as Tree[]);
  columns.forEach((column, index) => {
    const assign = assignOf(b, draft, column, rows[0]?.[index]);
    const isSame = rows.slice(1, ROWS).every((row) => constantOf(row[index]) === (assign.isNull ? null : assign.constant) && !row[index]?.SetToDefault);
    draft.assigns.push(rows.length === 1 || isSame || assign.from ? assign : column);
  });
  reads(b, draft, columns.length ? lists.slice(1) : lists);
}

function insertSelect(b: Builder, draft: Draft, columns: readonly Target[], select: Tree, selectInto: (b: Builder, draft: Draft, node: Tree) => Draft): void {
  const targets = ((select.targetList ?? []) as Tree[]).map((item) => item.ResTarget?.val as Tree | undefined);
  const hasStar = targets.some((value) => value?.ColumnRef?.fields?.at(-1)?.A_Star);
  if (!columns.length || hasStar) {
    selectInto(b, draft, select);
    draft.assigns.push(...columns);
  } else {
    // The plain columns of the select list are the assignments' own and not repeated as outputs.
    selectInto(b, draft, { ...select, targetList: undefined });
    columns.forEach((column, index) => draft.assigns.push(assignOf(b, draft, column, targets[index])));
    reads(b, draft, targets.slice(columns.length));
  }
  draft.outputs = [];
}

function onConflict(b: Builder, draft: Draft, node: Tree): void {
  const elements = (node.infer?.indexElems ?? []) as Tree[];
  const names = elements.map((element): string | undefined => element.IndexElem?.name);
  // An expression or a predicate among them makes it the key of an index that no list of columns tells.
  if (elements.length) draft.conflict = names.every((name) => name !== undefined) && !node.infer?.whereClause ? names : [];
  reads(b, draft, elements.map((element) => element.IndexElem?.expr));
  reads(b, draft, node.infer?.whereClause);
  assignments(b, draft, node.targetList ?? [], { onConflict: true });
  reads(b, draft, node.whereClause);
}

export function updateInto(b: Builder, draft: Draft, node: Tree): Draft {
  draft.target = targetOf(b, node.relation);
  fromItems(b, draft, node.fromClause);
  assignments(b, draft, node.targetList ?? []);
  filter(b, draft, node.whereClause);
  returning(b, draft, node);
  return draft;
}

export function deleteInto(b: Builder, draft: Draft, node: Tree): Draft {
  draft.target = targetOf(b, node.relation);
  fromItems(b, draft, node.usingClause);
  filter(b, draft, node.whereClause);
  returning(b, draft, node);
  return draft;
}

/** `WHERE $1` holds a whole condition that is put in elsewhere. */
function filter(b: Builder, draft: Draft, where: Tree | undefined): void {
  conditions(b, draft, where, 'where');
  if (where && draft.conditions.length === 0) draft.isPartial = true;
}

export function mergeInto(b: Builder, draft: Draft, node: Tree): Draft {
  draft.target = targetOf(b, node.relation);
  fromItems(b, draft, [node.sourceRelation]);
  conditions(b, draft, node.joinCondition, 'join');
  for (const { MergeWhenClause: when } of node.mergeWhenClauses ?? []) {
    reads(b, draft, when.condition);
    if (when.commandType === 'CMD_UPDATE') assignments(b, draft, when.targetList ?? []);
    else if (when.commandType === 'CMD_INSERT') {
      const values = (when.values ?? []) as Tree[];
      ((when.targetList ?? []) as Tree[]).forEach((item, index) => draft.assigns.push(assignOf(b, draft, target(b, item.ResTarget), values[index])));
      reads(b, draft, values.slice((when.targetList ?? []).length));
    }
  }
  returning(b, draft, node);
  return draft;
}

/** `COPY t FROM` writes, `COPY t TO` reads a table, `COPY (query) TO` a query. */
export function copyInto(b: Builder, draft: Draft, node: Tree): Draft {
  if (node.query) draft.subqueries.push(b.query(node.query));
  if (!node.relation) return draft;
  const table = targetOf(b, node.relation);
  if (node.is_from) draft.target = table;
  else draft.from.push(table);
  conditions(b, draft, node.whereClause, 'where');
  const range = insideParens(b.ctx, b.ctx.offset(node.relation.location ?? 0));
  for (const name of strings(node.attlist)) {
    const at = findName(b.ctx, name, range?.start, range?.end);
    if (node.is_from) draft.assigns.push({ column: name, at });
    else copied(draft, name, at);
  }
  if (!node.is_from && !node.attlist) copied(draft, '*', table.at);
  return draft;
}

function copied(draft: Draft, name: string, at: SqlAssign['at']): void {
  const column = { name, at, kind: 'read' as const };
  draft.columns.push(column);
  draft.outputs.push({ name, column });
}

function assignments(b: Builder, draft: Draft, targets: readonly Tree[], extra: Partial<SqlAssign> = {}): void {
  for (const { ResTarget: item } of targets) {
    const multi = item.val?.MultiAssignRef;
    const column = target(b, item);
    if (item.indirection) {
      // `SET list[1] = …` changes a part of the column.
      reads(b, draft, [item.indirection, item.val]);
      draft.assigns.push({ ...column, ...extra });
    } else if (!multi) draft.assigns.push(assignOf(b, draft, column, item.val, extra));
    else if (multi.source?.RowExpr) draft.assigns.push(assignOf(b, draft, column, multi.source.RowExpr.args?.[(multi.colno ?? 1) - 1], extra));
    else {
      if (multi.colno === 1) reads(b, draft, multi.source);
      draft.assigns.push({ ...column, ...extra });
    }
  }
}

interface Target { readonly column: string; readonly at: SqlAssign['at'] }

function target(b: Builder, item: Tree): Target {
  return { column: item.name ?? '', at: nameSpan(b.ctx, item.location) };
}

function returning(b: Builder, draft: Draft, node: Tree): void {
  outputs(b, draft, node.returningClause?.exprs ?? node.returningList ?? [], 'returning');
}
