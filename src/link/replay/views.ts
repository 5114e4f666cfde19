/** Views: their columns follow from their query, as far as it names what is known. */
import type { DdlOp, TypeRef } from '../../facts/ddl.js';
import type { ColumnRef, Source, SqlQuery } from '../../facts/sql.js';
import type { DeclarationKind, Place } from '../../model/schema.js';
import { emptyTable, fail, find, homeOf, keyOf, labelOf, type ColumnState, type State, type TypeState } from './state.js';

/** A column of a query's result; null types are unknown. */
interface Output { readonly name: string; readonly type: TypeRef | null; readonly typeState: TypeState | null; readonly place: Place }
/** The columns of one FROM item; null when they cannot be told. */
interface Item { readonly names: readonly string[]; readonly outputs: readonly Output[] | null }
type Ctes = ReadonlyMap<string, readonly Output[] | null>;

/** Queries inside queries that are followed. */
const DEPTH_LIMIT = 40;

/** Creates or replaces a view. */
export function createView(state: State, op: Extract<DdlOp, { k: 'create-view' }>, place: Place, declaredAs: DeclarationKind): void {
  const schema = homeOf(state, op.view);
  const key = keyOf(schema, op.view.name);
  const known = state.tables.get(key);
  if (known && (known.kind === 'table' || known.kind === 'foreign-table')) {
    fail(state, `twice ${key}`, `View ${labelOf(op.view)} is created, and a table of that name is there already`, place);
    return;
  }
  const outputs = op.query ? outputsOf(state, op.query, new Map(), place, 0) : null;
  if (!outputs) fail(state, `view ${key}`, `The columns of view ${labelOf(op.view)} cannot be told`, place);
  const view = { ...emptyTable(op.materialized ? 'materialized-view' : 'view', declaredAs, schema, op.view.name, place), query: op.query };
  (outputs ?? op.columns.map((name) => ({ name, type: null, typeState: null, place }))).forEach((output, index) => {
    const name = op.columns[index] ?? output.name;
    const column: ColumnState = {
      name,
      type: output.type,
      typeState: output.typeState,
      nullable: true,
      default: null,
      identity: false,
      generated: null,
      collation: null,
      comment: null,
      isDropped: false,
      inherited: null,
      inheritedFrom: null,
      place: output.place,
    };
    if (!view.columns.has(name)) view.columns.set(name, column);
  });
  // OR REPLACE keeps what hangs on the view.
  state.tables.set(key, known ? { ...view, triggers: known.triggers, comment: known.comment } : view);
}

function outputsOf(state: State, query: SqlQuery, outer: Ctes, place: Place, depth: number): readonly Output[] | null {
  if (depth > DEPTH_LIMIT) return null;
  const ctes = new Map(outer);
  for (const cte of query.ctes) ctes.set(cte.name, outputsOf(state, cte.query, withOwnNames(ctes, cte, place), place, depth + 1));
  const inner = query.isSet ? outputsOf(state, query.subqueries[0]!, ctes, place, depth + 1) : null;
  if (inner) return inner;
  const items = query.from.map((source) => itemOf(state, source, ctes, place, depth));
  const found: Output[] = [];
  for (const output of query.outputs) {
    const at = output.column ? { path: place.path, at: output.column.at } : place;
    if (output.name === '*') {
      const expanded = expand(items, output.column?.qualifier, at);
      if (!expanded) return null;
      found.push(...expanded);
      continue;
    }
    const behind = output.column ? behindColumn(items, output.column) : null;
    found.push({ name: output.name ?? '?column?', type: behind?.type ?? null, typeState: behind?.typeState ?? null, place: at });
  }
  return found;
}

/** A recursive query sees its own columns, by name at least. */
function withOwnNames(ctes: Ctes, cte: SqlQuery['ctes'][number], place: Place): Ctes {
  const own = cte.query.outputs.flatMap((output): Output[] =>
    output.name === null || output.name === '*' ? [] : [{ name: output.name, type: null, typeState: null, place }],
  );
  return new Map(ctes).set(cte.name, own.length === cte.query.outputs.length ? own : null);
}

function itemOf(state: State, source: Source, ctes: Ctes, place: Place, depth: number): Item {
  const names = [source.alias, source.alias ? undefined : source.table?.name, source.alias || !source.table?.schema ? undefined : labelOf(source.table)].filter(
    (name) => name !== undefined,
  );
  return { names, outputs: renamed(sourceOutputs(state, source, ctes, place, depth), source.columnAliases) };
}

function sourceOutputs(state: State, source: Source, ctes: Ctes, place: Place, depth: number): readonly Output[] | null {
  if (source.query) return outputsOf(state, source.query, ctes, place, depth + 1);
  if (!source.table) return source.columnAliases?.map((name) => ({ name, type: null, typeState: null, place })) ?? null;
  if (!source.table.schema && ctes.has(source.table.name)) return ctes.get(source.table.name)!;
  const table = find(state, state.tables, source.table);
  return table ? [...table.columns.values()].map(({ name, type, typeState }) => ({ name, type, typeState, place })) : null;
}

function renamed(outputs: readonly Output[] | null, names: readonly string[] | undefined): readonly Output[] | null {
  return outputs && names ? outputs.map((output, index) => ({ ...output, name: names[index] ?? output.name })) : outputs;
}

function expand(items: readonly Item[], qualifier: string | undefined, place: Place): readonly Output[] | null {
  const meant = qualifier === undefined ? items : items.filter((item) => item.names.includes(qualifier));
  if (meant.length === 0 || meant.some((item) => item.outputs === null)) return null;
  return meant.flatMap((item) => item.outputs!.map((output) => ({ ...output, place })));
}

function behindColumn(items: readonly Item[], column: ColumnRef): Output | null {
  for (const item of items) {
    if (column.qualifier !== undefined && !item.names.includes(column.qualifier)) continue;
    const output = item.outputs?.find((each) => each.name === column.name);
    if (output) return output;
  }
  return null;
}
