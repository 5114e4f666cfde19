/** Alembic's `op` and batch operations. https://alembic.sqlalchemy.org/en/latest/ops.html */
import type { CallSite } from '../../dialects/dialect.js';
import { actionOf, defaultText } from '../../dialects/sqlalchemy/columns.js';
import { opclassesOf, partOf, withOpclass } from '../../dialects/sqlalchemy/table-args.js';
import { nameOfCall, predicateText } from '../../dialects/sqlalchemy/terms.js';
import { typeOf } from '../../dialects/sqlalchemy/types.js';
import type { Span } from '../../facts/code.js';
import type { ConstraintDef, DdlOp, IndexPart, QName } from '../../facts/ddl.js';
import { argument, argumentOf, flag, text } from '../../flow/arguments.js';
import { ANY, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import { addColumnOps, qualified } from '../steps/declared.js';
import { insertRows } from '../steps/rows.js';
import { runSql, runStatement } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import { columnOf, createTable } from './tables.js';

export const alembicTool: Tool = {
  id: 'alembic',
  call(walk, of, site) {
    if (of.tag === 'op' || of.tag === 'batch') return operation(walk, of, site);
    if (site.name === 'execute' || site.name === 'exec_driver_sql') {
      const arg = site.args.list[0];
      if (arg && !runSql(walk, site, arg)) insertedBy(walk, site, arg.value);
      return ANY;
    }
    return site.name === 'get_bind' || site.name === 'connect' || site.name === 'begin' ? of : ANY;
  },
  attribute: (of, name) => (of.tag === 'bind' || name === 'bind' ? of : undefined),
  other(walk, site) {
    const { receiver, name } = site;
    if ((name === 'create' || name === 'drop') && receiver?.k === 'term' && /enum/i.test(nameOfCall(receiver))) return changeEnum(walk, site, receiver, name);
    if ((name === 'create_all' || name === 'drop_all') && site.args.list.length > 0)
      return walk.unknown(`the tables of the models are made with ${name}`, site);
    return undefined;
  },
};

/** Where an operation names its table; a batch names it once for all. */
const TABLE_AT: Readonly<Record<string, number>> = {
  add_column: 0,
  drop_column: 0,
  alter_column: 0,
  create_table_comment: 0,
  drop_table_comment: 0,
  create_index: 1,
  drop_index: 1,
  create_unique_constraint: 1,
  create_foreign_key: 1,
  create_check_constraint: 1,
  create_primary_key: 1,
  create_exclude_constraint: 1,
  drop_constraint: 1,
};
const TABLE_NAMES: Readonly<Record<string, string>> = { create_foreign_key: 'source_table' };

function operation(walk: Walk, of: SpecialValue, site: CallSite): Value | undefined {
  const name = site.name ?? '';
  const batch = of.tag === 'batch' ? (of.data['table'] as QName) : null;
  const at = (index: number, keyword: string): EvaluatedArg | null =>
    argumentOf(site.args, batch && index > (TABLE_AT[name] ?? -1) ? index - 1 : index, keyword);
  const schema = text(argument(site.args, -1, 'schema')) ?? text(argument(site.args, -1, 'source_schema'));
  const tableName = batch ? null : text(at(TABLE_AT[name] ?? 0, TABLE_NAMES[name] ?? 'table_name')?.value);
  const table = batch ?? (tableName === null ? null : qualified(tableName, schema));
  const { path } = site.env.module;
  const add = (op: DdlOp | null): Value => (op ? (walk.add(op, path), ANY) : walk.unknown(`${name} with names that cannot be told`, site));
  switch (name) {
    case 'f': return argument(site.args, 0) ?? ANY;
    case 'get_bind': return toolValue(alembicTool, 'bind');
    case 'get_context': return toolValue(alembicTool, 'context');
    case 'batch_alter_table':
      return table ? toolValue(alembicTool, 'batch', { table }) : walk.unknown('batch_alter_table of a table that cannot be told', site);
    case 'execute': { const arg = site.args.list[0]; if (arg && !runStatement(walk, site, arg)) insertedBy(walk, site, arg.value); return ANY; }
    case 'bulk_insert': {
      const into = tableOfTerm(argument(site.args, 0, 'table'));
      if (into) insertRows(walk, site, into, argument(site.args, 1, 'rows'));
      return ANY;
    }
    case 'create_table': { for (const op of createTable(walk.flow, site, table) ?? [null]) add(op); return ANY; }
    case 'drop_table': return add(table && { k: 'drop-table', table, ...ifExists(site), at: site.at });
    case 'rename_table': {
      const to = text(argument(site.args, 1, 'new_table_name'));
      const from = text(argument(site.args, 0, 'old_table_name'));
      return add(to === null || from === null ? null : { k: 'rename-table', table: qualified(from, schema), to, at: site.at });
    }
    case 'add_column': {
      const column = columnOf(walk.flow, at(1, 'column')?.value ?? null);
      if (!table || !column) return add(null);
      for (const op of addColumnOps(table, column.def, column.constraints, column.indexes, flag(argument(site.args, -1, 'if_not_exists')) === true)) add(op);
      return ANY;
    }
    case 'drop_column': {
      const column = text(at(1, 'column_name')?.value);
      return add(table && column !== null ? { k: 'drop-column', table, column, ...ifExists(site), at: site.at } : null);
    }
    case 'alter_column': { for (const op of alterColumn(walk, site, table, text(at(1, 'column_name')?.value)) ?? [null]) add(op); return ANY; }
    case 'create_index': { const index = text(at(0, 'index_name')?.value); return add(createIndex(site, table, index, at(2, 'columns'))); }
    case 'drop_index': {
      const index = text(at(0, 'index_name')?.value);
      return add(index === null ? null : { k: 'drop-index', name: qualified(index, schema), ...(table ? { table } : {}), ...ifExists(site), at: site.at });
    }
    case 'drop_constraint': {
      const constraint = text(at(0, 'constraint_name')?.value);
      const kind = KINDS[text(at(2, 'type_')?.value) ?? ''];
      return kind === 'check' && constraint === null
        ? ANY
        : add(
            table && constraint !== null ? { k: 'drop-constraint', table, name: constraint, ...(kind ? { kind } : {}), ...ifExists(site), at: site.at } : null,
          );
    }
    case 'create_unique_constraint': case 'create_foreign_key': case 'create_check_constraint': case 'create_primary_key': {
      const constraint = constraintOf(name, site, at);
      return add(table && constraint ? { k: 'add-constraint', table, constraint, at: site.at } : null);
    }
    case 'create_table_comment': return add(table && { k: 'comment', on: 'table', table, text: text(at(1, 'comment')?.value), at: site.at });
    case 'sync_enum_values': return syncEnum(walk, site);
    case 'run_async': return walk.callback(argument(site.args, 0), [ANY], site.at);
    default: if (/^(?:add|alter|rename)_(?!.*entit)/.test(name))
      walk.doubt(
        `op.${name}`,
        namesGiven(site).map((one) => qualified(one, schema)),
        { path, at: site.at },
      );
    return ANY;
  }
}

/** Texts among the arguments: of an operation of a library's that changes a table, one is that table's name. */
function namesGiven(site: CallSite): readonly string[] {
  return site.args.list.flatMap((arg) => (arg.name === 'schema' ? [] : text(arg.value) ?? []));
}

const KINDS: Readonly<Record<string, 'primary' | 'unique' | 'foreign' | 'check'>> = {
  foreignkey: 'foreign',
  primary: 'primary',
  unique: 'unique',
  check: 'check',
};

const ifExists = (site: CallSite): { readonly ifExists?: true } => (flag(argument(site.args, -1, 'if_exists')) === true ? { ifExists: true } : {});

const CHANGES = new Set(['type_', 'nullable', 'server_default', 'comment', 'new_column_name', 'name']);

/** The operations of `alter_column`; null when a name cannot be told. */
function alterColumn(walk: Walk, site: CallSite, table: QName | null, column: string | null): DdlOp[] | null {
  // Without a change it does nothing, whatever it is given.
  if (!site.args.list.some((arg) => arg.spread !== null || (arg.name !== null && CHANGES.has(arg.name)))) return [];
  if (!table || column === null) return null;
  const given = argument(site.args, -1, 'type_');
  // A type of a library that we do not know is some type all the same.
  const type = given && !(given.k === 'const' && given.v === null) ? typeOf(walk.flow, given) ?? { name: 'unknown' } : null;
  const nullable = flag(argument(site.args, -1, 'nullable'));
  const written = argument(site.args, -1, 'server_default');
  // `server_default=False` is Alembic's way to say that it stays.
  const isDefault = written !== null && flag(written) !== false;
  const comment = argument(site.args, -1, 'comment');
  const to = text(argument(site.args, -1, 'new_column_name')) ?? text(argument(site.args, -1, 'name'));
  const { at } = site;
  return [
    ...(type || nullable !== null || isDefault
      ? [
          {
            k: 'alter-column' as const,
            table,
            column,
            ...(type ? { type } : {}),
            ...(nullable === null ? {} : { nullable }),
            ...(isDefault ? { default: defaultText(written) } : {}),
            at,
          },
        ]
      : []),
    ...(comment && flag(comment) !== false ? [{ k: 'comment' as const, on: 'column' as const, table, column, text: text(comment), at }] : []),
    ...(to === null || to === column ? [] : [{ k: 'rename-column' as const, table, column, to, at }]),
  ];
}

function createIndex(site: CallSite, table: QName | null, name: string | null, columns: EvaluatedArg | null): DdlOp | null {
  const opclasses = opclassesOf(argument(site.args, -1, 'postgresql_ops'));
  const parts = columns ? partsOf(columns)?.map((part) => withOpclass(part, opclasses)) ?? null : null;
  if (!table || !parts) return null;
  const where = argumentOf(site.args, -1, 'postgresql_where');
  const include = argument(site.args, -1, 'postgresql_include');
  return {
    k: 'create-index',
    table,
    at: site.at,
    ...(flag(argument(site.args, -1, 'if_not_exists')) === true ? { ifNotExists: true } : {}),
    index: {
      ...(name === null ? {} : { name }),
      parts,
      unique: flag(argument(site.args, -1, 'unique')) === true,
      method: text(argument(site.args, -1, 'postgresql_using')) ?? 'btree',
      at: site.at,
      ...(where ? { predicate: predicateText(where.expr) } : {}),
      ...(include?.k === 'list' ? { include: namesIn(include) ?? [] } : {}),
      ...(flag(argument(site.args, -1, 'postgresql_nulls_not_distinct')) === true ? { nullsNotDistinct: true } : {}),
    },
  };
}

/** The columns and expressions of an index; null when the list is not known. */
function partsOf({ value, expr }: EvaluatedArg): readonly IndexPart[] | null {
  if (value.k !== 'list') return null;
  return value.items.map((item, index): IndexPart => {
    const written = expr.k === 'list' ? expr.items[index] : undefined;
    const { column, expression, desc } = partOf(item, written ?? { k: 'other', parts: [], at: expr.at }, () => null);
    return { column, ...(expression ? { expression } : {}), ...(desc ? { desc } : {}) };
  });
}

function constraintOf(operation: string, site: CallSite, at: (index: number, keyword: string) => EvaluatedArg | null): ConstraintDef | null {
  const given = text(at(0, 'constraint_name')?.value);
  const name = given === null ? {} : { name: given };
  const span: Span = site.at;
  if (operation === 'create_check_constraint') {
    const condition = at(2, 'condition');
    return condition ? { k: 'check', ...name, expression: text(condition.value) ?? predicateText(condition.expr), columns: [], at: span } : null;
  }
  if (operation === 'create_foreign_key') {
    const target = text(at(2, 'referent_table')?.value);
    const columns = namesIn(at(3, 'local_cols')?.value ?? null);
    const refColumns = namesIn(at(4, 'remote_cols')?.value ?? null);
    const onDelete = actionOf(argument(site.args, -1, 'ondelete'));
    return target !== null && columns && refColumns
      ? {
          k: 'foreign',
          ...name,
          columns,
          table: qualified(target, text(argument(site.args, -1, 'referent_schema'))),
          refColumns,
          ...(onDelete ? { onDelete } : {}),
          at: span,
        }
      : null;
  }
  const columns = namesIn(at(2, 'columns')?.value ?? null);
  if (!columns) return null;
  return operation === 'create_primary_key'
    ? { k: 'primary', ...name, columns, at: span }
    : {
        k: 'unique',
        ...name,
        columns,
        ...(flag(argument(site.args, -1, 'postgresql_nulls_not_distinct')) === true ? { nullsNotDistinct: true } : {}),
        at: span,
      };
}

/** Names in a list; null when one of them is not known. */
function namesIn(value: Value | null): readonly string[] | null {
  if (value?.k !== 'list') return null;
  const names = value.items.map((item) => text(item));
  return names.every((name) => name !== null) ? (names as string[]) : null;
}

/** `ENUM(…, name="stage").create(bind)` */
function changeEnum(walk: Walk, site: CallSite, term: Value, what: 'create' | 'drop'): Value {
  const type = typeOf(walk.flow, term);
  const { path } = site.env.module;
  if (type?.enumName && what === 'create') walk.add({ k: 'create-enum', name: { name: type.enumName }, values: type.values ?? [], at: site.at }, path);
  if (type?.enumName && what === 'drop') walk.add({ k: 'drop-type', name: { name: type.enumName }, at: site.at }, path);
  return ANY;
}

/** https://github.com/Pogchamp-company/alembic-postgresql-enum */
function syncEnum(walk: Walk, site: CallSite): Value {
  const name = text(argument(site.args, 1, 'enum_name'));
  const values = namesIn(argument(site.args, 2, 'new_values'));
  if (name === null || !values) return walk.unknown('sync_enum_values with names that cannot be told', site);
  walk.add({ k: 'create-enum', name: { name }, values, at: site.at }, site.env.module.path);
  return ANY;
}

/** `table.insert().values(…)`, `insert(table)`: the table that gets rows. */
function insertedBy(walk: Walk, site: CallSite, value: Value): void {
  let rows: Value | null = argument(site.args, 1);
  for (let term: Value | undefined = value; term?.k === 'term'; term = term.of) {
    const called = nameOfCall(term);
    if (called === 'values')
      rows = argument(term.args, 0) ?? {
        k: 'dict',
        entries: new Map(term.args.list.flatMap((arg) => (arg.name === null ? [] : [[arg.name, arg.value] as const]))),
        rest: null,
      };
    if (called !== 'insert') continue;
    const table = tableOfTerm(term.of ?? argument(term.args, 0));
    if (table !== null) insertRows(walk, site, table, rows);
  }
}

function tableOfTerm(value: Value | null | undefined): string | null {
  return value?.k === 'term' && /table$/i.test(nameOfCall(value)) ? text(argument(value.args, 0)) : null;
}
