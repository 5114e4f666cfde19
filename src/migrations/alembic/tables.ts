/** `create_table` and columns, read as SQLAlchemy's models are. */
import type { CallSite } from '../../dialects/dialect.js';
import { columnParts } from '../../dialects/sqlalchemy/columns.js';
import { addConstraint, noTableArgs } from '../../dialects/sqlalchemy/table-args.js';
import { termNamed } from '../../dialects/sqlalchemy/terms.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, DdlOp, IndexDef, QName } from '../../facts/ddl.js';
import { argument, flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import { columnDef, foreignDef, indexDef, keyDef } from '../steps/declared.js';

export interface ReadColumn {
  readonly def: ColumnDef;
  readonly constraints: readonly ConstraintDef[];
  readonly indexes: readonly IndexDef[];
  readonly isPrimary: boolean;
}

/** A `Column(…)`; null when the value is none, or its name cannot be told. */
export function columnOf(flow: Flow, value: Value | null): ReadColumn | null {
  const term = value ? termNamed(value, 'Column') : null;
  const name = text(term ? argument(term.args, 0, 'name') : null);
  if (!term || name === null) return null;
  const { at } = term.args.list.find((arg) => arg.name === null || arg.name === 'name')!;
  const { column, keys, indexes, foreignKeys, checks, isPrimary } = columnParts(flow, {
    attribute: name,
    term,
    annotation: null,
    stmt: null,
    place: term.place,
    inheritedFrom: null,
    owner: null,
  });
  return {
    def: columnDef(column, at),
    isPrimary,
    indexes: indexes.map((index) => indexDef(index, at)),
    constraints: [
      ...keys.filter((key) => key.k === 'unique').map((key) => keyDef(key, at)),
      ...foreignKeys.flatMap((key) => foreignDef(key, at)),
      ...checks.map((check) => checkDef(check, at)),
    ],
  };
}

const checkDef = ({ name, expression, columns }: TableDraft['checks'][number], at: Span): ConstraintDef => ({
  k: 'check',
  ...(name === null ? {} : { name }),
  expression,
  columns,
  at,
});

/** The operations of `op.create_table(name, *columns_and_constraints)`; null when a part of it cannot be told. */
export function createTable(flow: Flow, site: CallSite, table: QName | null): DdlOp[] | null {
  if (!table) return null;
  const columns: ReadColumn[] = [];
  const args = noTableArgs();
  for (const arg of site.args.list.slice(1)) {
    if (arg.spread !== null) return null;
    if (arg.name !== null) continue;
    const column = columnOf(flow, arg.value);
    if (column) columns.push(column);
    else if (arg.value.k !== 'term' || !addConstraint(arg.value, args, () => null)) { if (arg.value.k !== 'const') return null; }
  }
  const { at } = site;
  const primary = columns.filter((column) => column.isPrimary).map((column) => column.def.name);
  const comment = text(argument(site.args, -1, 'comment'));
  const constraints: ConstraintDef[] = [
    ...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []), ...columns.flatMap((column) => column.constraints),
    ...args.keys.map((key) => keyDef(key, key.place.at)), ...args.foreignKeys.flatMap((key) => foreignDef(key, key.place.at)),
    ...args.checks.map((check) => checkDef(check, check.place.at)),
  ];
  const create: DdlOp = {
    k: 'create-table',
    table,
    columns: columns.map((column) => column.def),
    constraints,
    ...(flag(argument(site.args, -1, 'if_not_exists')) === true ? { ifNotExists: true } : {}),
    ...(comment === null ? {} : { comment }),
    at: site.args.list[0]?.at ?? at,
  };
  const indexes = [...columns.flatMap((column) => column.indexes), ...args.indexes.map((index) => indexDef(index, index.place.at))];
  return [create, ...indexes.map((index): DdlOp => ({ k: 'create-index', table, index, at: index.at }))];
}
