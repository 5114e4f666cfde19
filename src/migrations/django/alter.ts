/** `AlterField`: from what a field was to what it becomes. */
import type { DdlOp } from '../../facts/ddl.js';
import type { Span } from '../../facts/span.js';
import type { ReadField } from './fields.js';
import { emit, type Site } from './operations.js';
import type { ModelState } from './state.js';

/** The table between two models stays where the far one is another now: its column is called and points accordingly. */
function pointAgain(made: DdlOp, from: string, to: string): DdlOp[] {
  if (made.k !== 'create-table') return [];
  const { table, at } = made;
  return [
    ...(from === to ? [] : [{ k: 'rename-column' as const, table, column: from, to, at }]),
    { k: 'drop-constraint', table, name: '', kind: 'foreign', columns: [to], ifExists: true, at },
    ...made.constraints
      .filter((each) => each.k === 'foreign' && each.columns[0] === to)
      .map((constraint): DdlOp => ({ k: 'add-constraint', table, constraint, at })),
  ];
}

/** Changes a field's column with its key, index and foreign key. A change between a column and a table of its own is a new field. */
export function alterField(site: Site, model: ModelState, name: string, read: ReadField, at: Span): void {
  const old = model.fields.get(name);
  const { state, column } = read;
  model.fields.set(name, state);
  const { table } = model;
  if (old?.between && !state.between) emit(site, model, [{ k: 'drop-table', table: { name: old.between }, at }]);
  if (read.tables.length && old?.between !== state.between)
    emit(site, model, old?.between ? [{ k: 'rename-table', table: { name: old.between }, to: state.between!, at }] : read.tables);
  if (old?.between && old.between === state.between) emit(site, model, read.tables.flatMap((made) => pointAgain(made, old.far!, state.far!)));
  if (!column) { if (old?.column) emit(site, model, [{ k: 'drop-column', table, column: old.column, at }]); return; }
  if (!old?.column) { emit(site, model, [{ k: 'add-column', table, column, constraints: read.constraints, at }]); return; }
  const columns = [column.name];
  const constraint = (k: 'unique' | 'foreign'): DdlOp[] =>
    read.constraints.filter((each) => each.k === k).map((each) => ({ k: 'add-constraint', table, constraint: each, at }));
  const drop = (kind: 'unique' | 'foreign'): DdlOp => ({ k: 'drop-constraint', table, name: '', kind, columns, ifExists: true, at });
  emit(site, model, [
    ...(old.column === column.name ? [] : [{ k: 'rename-column' as const, table, column: old.column, to: column.name, at }]),
    {
      k: 'alter-column',
      table,
      column: column.name,
      ...(column.type ? { type: column.type } : {}),
      nullable: column.nullable,
      ...(column.default === undefined ? {} : { default: column.default }),
      at,
    },
    ...(old.isUnique && !state.isUnique ? [drop('unique')] : []),
    ...(!old.isUnique && state.isUnique ? constraint('unique') : []),
    ...(old.hasForeignKey ? [drop('foreign')] : []),
    ...constraint('foreign'),
    ...(old.isIndexed && !state.isIndexed ? [{ k: 'drop-index' as const, name: { name: '' }, table, columns, ifExists: true, at }] : []),
    ...(!old.isIndexed && state.isIndexed ? read.indexes.map((index): DdlOp => ({ k: 'create-index', table, index, at })) : []),
  ]);
}
