import type { ColumnRef, SqlAssign, SqlCondition, SqlQuery, Source } from '../../facts/sql.js';
import type { Context } from './context.js';
import type { Tree } from './parse.js';
import { nameSpan } from './context.js';
import { constantOf, isHole, kindOf, strings, walk } from './node.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };
/** A query while it is built. */
export type Draft = Mutable<Omit<SqlQuery, 'at'>>;
export type Value = SqlCondition['value'];

/** Builds the facts of a query inside of another one: given here so that expressions need not import statements. */
export interface Builder { readonly ctx: Context; query(node: Tree): SqlQuery }

const AGGREGATES = new Set(
  (
    'count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every bit_and bit_or bit_xor xmlagg ' +
    'percentile_cont percentile_disc mode stddev stddev_pop stddev_samp variance var_pop var_samp corr regr_slope range_agg any_value json_arrayagg json_objectagg'
  ).split(' '),
);

export function emptyDraft(verb: SqlQuery['verb']): Draft {
  return { verb, from: [], ctes: [], subqueries: [], columns: [], outputs: [], conditions: [], sorts: [], groups: [], assigns: [], aggregates: false };
}

/** A ColumnRef node as a fact; null when it names a variable of the routine around. */
export function columnRef(ctx: Context, node: Tree, kind?: ColumnRef['kind']): ColumnRef | null {
  const fields = (node.fields ?? []) as Tree[];
  const parts = fields.map((field) => (field.A_Star ? '*' : field.String?.sval ?? ''));
  const name = parts[parts.length - 1];
  if (name === undefined || ctx.variables.has(parts[0])) return null;
  const qualifier = parts.slice(0, -1).join('.');
  return { ...(qualifier ? { qualifier } : {}), name, at: nameSpan(ctx, node.location, parts.length - 1), ...(kind ? { kind } : {}) };
}

/** Whether a column is one of the row a trigger runs for; it then counts as read from the row and not from a table. */
export function isRowColumn(ctx: Context, ref: ColumnRef): boolean {
  if (!ctx.onRow || (ref.qualifier !== 'new' && ref.qualifier !== 'old')) return false;
  ctx.onRow(ref.name);
  return true;
}

/** Records all columns and sub-queries of an expression; `skip` is a ColumnRef body recorded elsewhere. */
export function reads(b: Builder, draft: Draft, node: unknown, kind: ColumnRef['kind'] = 'read', skip?: Tree): void {
  walk(node, (type, body) => {
    if (type === 'ColumnRef') {
      if (body !== skip) addColumn(b, draft, body, kind);
      return false;
    }
    if (type === 'ParamRef') {
      const ref = body === skip ? null : holeRef(b.ctx, body, kind);
      if (ref) draft.columns.push(ref);
      return false;
    }
    if (type === 'SelectStmt') {
      draft.subqueries.push(b.query({ SelectStmt: body }));
      return false;
    }
    if (type === 'FuncCall') noteAggregate(draft, body);
    if (type === 'GroupingFunc') draft.aggregates = true;
    // `@p` is a parameter of T-SQL drivers, to PostgreSQL the operator for an absolute value.
    if (type === 'A_Expr' && isAtParameter({ A_Expr: body })) return false;
    return true;
  });
}

function addColumn(b: Builder, draft: Draft, body: Tree, kind: ColumnRef['kind']): void {
  const ref = columnRef(b.ctx, body, kind);
  if (ref && !isRowColumn(b.ctx, ref)) draft.columns.push(ref);
}

function noteAggregate(draft: Draft, call: Tree): void {
  if (call.over) return;
  if (call.agg_star || call.agg_filter || call.agg_within_group || call.agg_distinct || AGGREGATES.has(functionName(call))) draft.aggregates = true;
}

/** The functions and procedures that are called below a node, each once; what PostgreSQL itself aggregates with is none of the schema's. */
export function calledIn(node: Tree): readonly string[] {
  const names = new Set<string>();
  const add = (call: Tree): void => { const name = functionName(call); if (name && !AGGREGATES.has(name)) names.add(name); };
  if (node.CallStmt) add(node.CallStmt.funccall ?? {});
  walk(node, (type, body) => { if (type === 'FuncCall') add(body); });
  return [...names];
}

export function functionName(call: Tree): string {
  return strings(call.funcname).at(-1) ?? '';
}

/** Whether an expression is a value given from outside: a parameter, a variable, a driver's placeholder. */
export function isParameter(ctx: Context, node: Tree | undefined): boolean {
  switch (kindOf(node)) {
    case 'ParamRef':
      return true;
    case 'A_Const':
      return ctx.parameters.has(ctx.offset(node!.A_Const.location ?? 0)) || isHole(node!.A_Const.sval?.sval ?? '');
    case 'TypeCast':
      return isParameter(ctx, node!.TypeCast.arg);
    case 'A_Expr':
      return isAtParameter(node!);
    case 'ColumnRef': {
      const first = strings(node!.ColumnRef.fields)[0];
      return first !== undefined && ctx.variables.has(first);
    }
    case 'FuncCall':
      return strings(node!.FuncCall.funcname)[0] === 'sqlc';
    default:
      return false;
  }
}

/** Beyond these numbers a parameter is a hole of a string that code puts together. */
export const FIRST_HOLE = 10_000;

/** A hole where no value is compared or written: it may hold the name of a column. */
export function holeRef(ctx: Context, body: Tree, kind?: ColumnRef['kind']): ColumnRef | null {
  const number = (body.number as number | undefined) ?? 0;
  return number > FIRST_HOLE ? { name: `__hole_${number - FIRST_HOLE}`, at: nameSpan(ctx, body.location), ...(kind ? { kind } : {}) } : null;
}

/** What a parameter is called (see facts/sql.ts); undefined for variables of a routine and constants with a hole. */
function parameterName(ctx: Context, node: Tree): string | undefined {
  switch (kindOf(node)) {
    case 'TypeCast': return parameterName(ctx, node.TypeCast.arg);
    case 'A_Expr': return strings(node.A_Expr.rexpr.ColumnRef.fields)[0];
    case 'A_Const': return ctx.names.get(ctx.offset(node.A_Const.location ?? 0));
    case 'ParamRef': {
      const number = (node.ParamRef.number as number | undefined) ?? 0;
      return number > FIRST_HOLE ? `hole:${number - FIRST_HOLE}` : ctx.names.get(ctx.offset(node.ParamRef.location ?? 0)) ?? String(number);
    }
    default: return undefined;
  }
}

function isAtParameter(node: Tree): boolean {
  const { name, lexpr, rexpr } = node.A_Expr;
  return lexpr === undefined && name?.[0]?.String?.sval === '@' && rexpr?.ColumnRef?.fields?.length === 1;
}

/** An expression as what a condition compares with; what is inside of it is recorded. */
export function valueOf(b: Builder, draft: Draft, node: Tree | undefined): Value {
  if (!node) return { k: 'expression' };
  if (isParameter(b.ctx, node)) { const name = parameterName(b.ctx, node); return { k: 'parameter', ...(name === undefined ? {} : { parameter: name }) }; }
  const bare = withoutCasts(node);
  const constant = constantOf(bare);
  if (constant !== undefined) return { k: 'constant', v: constant };
  if (bare.ColumnRef) {
    const column = columnRef(b.ctx, bare.ColumnRef);
    if (!column) return { k: 'parameter' };
    isRowColumn(b.ctx, column);
    return { k: 'column', column };
  }
  const items = bare.List?.items ?? bare.A_ArrayExpr?.elements;
  if (items?.length === 1) return valueOf(b, draft, items[0]);
  reads(b, draft, node);
  return items?.some((item: Tree) => isParameter(b.ctx, item)) ? { k: 'parameter' } : { k: 'expression' };
}

export function withoutCasts(node: Tree): Tree {
  let bare = node;
  while (bare.TypeCast?.arg || bare.CollateClause?.arg) bare = bare.TypeCast?.arg ?? bare.CollateClause.arg;
  return bare;
}

/** `column` gets the value of `node`. */
export function assignOf(
  b: Builder,
  draft: Draft,
  target: { column: string; at: SqlAssign['at'] },
  node: Tree | undefined,
  extra: Partial<SqlAssign> = {},
): SqlAssign {
  const base = { ...target, ...extra };
  if (!node) return base;
  if (node.SetToDefault) return { ...base, isDefault: true };
  if (isParameter(b.ctx, node)) {
    const parameter = parameterName(b.ctx, node);
    return parameter === undefined ? base : { ...base, parameter };
  }
  const bare = withoutCasts(node);
  const constant = constantOf(bare);
  if (constant === null) return { ...base, isNull: true };
  if (constant !== undefined) return { ...base, constant };
  const from = bare.ColumnRef ? columnRef(b.ctx, bare.ColumnRef) : null;
  if (from) {
    isRowColumn(b.ctx, from);
    return { ...base, from };
  }
  const kept = keptOr(b.ctx, bare, target.column);
  if (kept) return assignOf(b, draft, target, kept, extra);
  reads(b, draft, node);
  return base;
}

/** `a = COALESCE($1, a)`: the value that is assigned where there is one. */
function keptOr(ctx: Context, node: Tree, column: string): Tree | null {
  const [given, own] = (node.CoalesceExpr?.args ?? []) as (Tree | undefined)[];
  return given && own && isParameter(ctx, given) && strings(withoutCasts(own).ColumnRef?.fields).at(-1) === column ? given : null;
}

/** The name and alias of a FROM item, as columns of it are qualified. */
export function qualifierOf(source: Source): string | undefined {
  return source.alias ?? source.table?.name;
}
