/** TypeORM's `queryRunner`. https://typeorm.io/docs/migrations/api */
import type { CallSite } from '../../dialects/dialect.js';
import type { DdlOp, QName } from '../../facts/ddl.js';
import { argument, flag, text, textsIn } from '../../flow/arguments.js';
import { ANY, type Value } from '../../flow/value.js';
import { addColumnOps } from '../steps/declared.js';
import { insertRows } from '../steps/rows.js';
import { runSql } from '../steps/sql.js';
import type { Tool, Walk } from '../steps/walk.js';
import { checkOf, columnOf, createTable, foreignOf, indexOf, optionsOf, tableName, uniqueOf } from './tables.js';

export const runnerTool: Tool = {
  id: 'typeorm',
  call(walk, of, site) {
    return runnerCall(walk, site) ?? (site.name === 'createQueryRunner' ? of : ANY);
  },
  attribute: (of, name) => (name === 'manager' || name === 'connection' || name === 'dataSource' || name === 'sql' ? of : undefined),
};

function runnerCall(walk: Walk, site: CallSite): Value | undefined {
  const { args } = site;
  const name = site.name ?? '';
  const { path } = site.env.module;
  const table = tableName(argument(args, 0));
  const second = argument(args, 1);
  const each = <T,>(value: Value | null, make: (item: Value) => T | null): readonly (T | null)[] =>
    value?.k === 'list' ? value.items.map(make) : [value ? make(value) : null];
  const add = (ops: readonly (DdlOp | null)[]): Value => {
    for (const op of ops) if (op) walk.add(op, path); else walk.unknown(`queryRunner.${name} with names that cannot be told`, site);
    return ANY;
  };
  const { at } = site;
  const on = (make: (table: QName) => readonly (DdlOp | null)[]): Value => add(table ? make(table) : [null]);
  switch (name) {
    case 'query': { const [arg] = args.list; if (arg) runSql(walk, site, arg); return ANY; }
    case 'createTable': return add(createTable(argument(args, 0), flag(second) === true, at) ?? [null]);
    case 'dropTable': return on((of) => [{ k: 'drop-table', table: of, ...(flag(second) === true ? { ifExists: true } : {}), at }]);
    case 'renameTable': { const to = tableName(second); return on((of) => [to && { k: 'rename-table', table: of, to: to.name, at }]); }
    case 'addColumn': case 'addColumns':
      return on((of) =>
        each(second, (item) => columnOf(item, at)).flatMap((column) => (column ? addColumnOps(of, column.def, column.constraints, []) : [null])),
      );
    case 'dropColumn': case 'dropColumns':
      return on((of) => each(second, nameOf).map((column) => (column === null ? null : { k: 'drop-column', table: of, column, at })));
    case 'renameColumn': {
      const [from, to] = [second && nameOf(second), nameOf(argument(args, 2) ?? ANY)];
      return on((of) => [from && to ? { k: 'rename-column', table: of, column: from, to, at } : null]);
    }
    case 'changeColumn': return on((of) => changeColumn(of, second, argument(args, 2), site));
    case 'createPrimaryKey':
      return on((of) => [second?.k === 'list' ? { k: 'add-constraint', table: of, constraint: { k: 'primary', columns: textsIn(second), at }, at } : null]);
    case 'dropPrimaryKey': return on((of) => [{ k: 'drop-constraint', table: of, name: '', kind: 'primary', at }]);
    case 'createUniqueConstraint': case 'createUniqueConstraints':
      return on((of) => each(second, (item) => uniqueOf(item, at)).map((constraint) => constraint && { k: 'add-constraint', table: of, constraint, at }));
    case 'createForeignKey': case 'createForeignKeys':
      return on((of) => each(second, (item) => foreignOf(item, at)).map((constraint) => constraint && { k: 'add-constraint', table: of, constraint, at }));
    case 'createCheckConstraint':
      return on((of) => each(second, (item) => checkOf(item, at)).map((constraint) => constraint && { k: 'add-constraint', table: of, constraint, at }));
    case 'createIndex': case 'createIndices':
      return on((of) => each(second, (item) => indexOf(item, at)).map((index) => index && { k: 'create-index', table: of, index, at }));
    case 'dropForeignKey': case 'dropForeignKeys': return on((of) => each(second, (item) => dropConstraint(of, item, 'foreign', site)));
    case 'dropUniqueConstraint': case 'dropUniqueConstraints': return on((of) => each(second, (item) => dropConstraint(of, item, 'unique', site)));
    case 'dropCheckConstraint': return on((of) => each(second, (item) => dropConstraint(of, item, 'check', site)));
    case 'dropIndex': case 'dropIndices': return on((of) => each(second, (item) => dropIndex(of, item, site)));
    case 'insert': case 'save': case 'upsert': if (table) insertRows(walk, site, table.name, second); return ANY;
    case 'transaction': return walk.callback([...args.list].reverse().find((arg) => arg.value.k === 'fn')?.value, [site.receiver ?? ANY], at);
    default: return undefined;
  }
}

const nameOf = (value: Value): string | null => text(value) ?? text(optionsOf(value)?.entries.get('name'));

function changeColumn(table: QName, from: Value | null, to: Value | null, { at }: CallSite): readonly (DdlOp | null)[] {
  const column = to ? columnOf(to, at) : null;
  const old = from ? nameOf(from) : null;
  if (!column || old === null) return [null];
  const { def } = column;
  return [
    ...(old === def.name ? [] : [{ k: 'rename-column' as const, table, column: old, to: def.name, at }]),
    { k: 'alter-column', table, column: def.name, ...(def.type ? { type: def.type } : {}), nullable: def.nullable, default: def.default ?? null, at },
  ];
}

function dropConstraint(table: QName, item: Value, kind: 'foreign' | 'unique' | 'check', { at }: CallSite): DdlOp | null {
  const name = nameOf(item);
  const columns = optionsOf(item)?.entries.get('columnNames');
  if (name === null && columns?.k !== 'list') return null;
  return { k: 'drop-constraint', table, name: name ?? '', kind, ...(columns?.k === 'list' ? { columns: textsIn(columns) } : {}), at };
}

function dropIndex(table: QName, item: Value, { at }: CallSite): DdlOp | null {
  const name = nameOf(item);
  const columns = optionsOf(item)?.entries.get('columnNames');
  if (name === null && columns?.k !== 'list') return null;
  return { k: 'drop-index', name: { name: name ?? '' }, table, ...(columns?.k === 'list' ? { columns: textsIn(columns) } : {}), at };
}
