/**
 * Sequelize's `queryInterface`, as its PostgreSQL generator writes it. https://github.com/sequelize/sequelize/blob/v6/src/dialects/postgres/query-generator.js
 */
import type { CallSite } from '../../dialects/dialect.js';
import { actionOf } from '../../dialects/sequelize/defaults.js';
import { predicateOf } from '../../dialects/sequelize/predicates.js';
import type { ConstraintDef, DdlOp, IndexDef, IndexPart, QName } from '../../facts/ddl.js';
import { argument, entry, flag, lastName, text } from '../../flow/arguments.js';
import { ANY, type Value } from '../../flow/value.js';
import { anyOf, type ModuleTool } from '../script/modules.js';
import { addColumnOps } from '../steps/declared.js';
import { insertRows } from '../steps/rows.js';
import { runSql } from '../steps/sql.js';
import type { Tool, Walk } from '../steps/walk.js';
import { columnOf, tableName } from './columns.js';

const interfaceTool: Tool = {
  id: 'sequelize',
  call: (walk, of, site) => interfaceCall(walk, site, of),
  attribute: (of, name) => (name === 'context' || name === 'sequelize' || name === 'queryInterface' ? of : undefined),
};

/** https://sequelize.org/docs/v6/other-topics/migrations/, https://github.com/sequelize/umzug */
export const sequelize: ModuleTool = {
  tool: interfaceTool,
  name: 'Sequelize',
  type: /^QueryInterface$/,
  parameter: /^(?:_?query_?interface|qi)$/i,
  uses: anyOf('removeColumn', 'addColumn', 'bulkInsert', 'changeColumn', 'addIndex', 'addConstraint', 'getQueryInterface'),
  arguments: (given) => [given, { k: 'ext', module: 'sequelize', name: null }],
};

function interfaceCall(walk: Walk, site: CallSite, of: Value): Value {
  const { args, at } = site;
  const name = site.name ?? '';
  const [first, second, third] = [argument(args, 0), argument(args, 1), argument(args, 2)];
  const table = tableName(first);
  const add = (ops: readonly (DdlOp | null)[]): Value => {
    for (const op of ops) if (op) walk.add(op, site.env.module.path); else walk.unknown(`queryInterface.${name} with names that cannot be told`, site);
    return ANY;
  };
  const on = (make: (table: QName) => readonly (DdlOp | null)[]): Value => add(table ? make(table) : [null]);
  switch (name) {
    case 'query': { const [arg] = args.list; if (arg) runSql(walk, site, arg); return ANY; }
    case 'transaction': return walk.callback([...args.list].reverse().find((arg) => arg.value.k === 'fn')?.value, [ANY], at);
    case 'getQueryInterface': return of;
    case 'createTable': return on((into) => createTable(into, second, third, site));
    case 'dropTable': return on((from) => [{ k: 'drop-table', table: from, ifExists: true, at }]);
    case 'renameTable': { const to = tableName(second); return on((from) => [to && { k: 'rename-table', table: from, to: to.name, at }]); }
    case 'addColumn': return on((into) => {
      const column = text(second) === null || !third ? null : columnOf(into.name, text(second)!, third, argumentPlace(site, 1));
      return column ? addColumnOps(into, column.def, column.constraints, []) : [null];
    });
    case 'removeColumn': return on((from) => [text(second) === null ? null : { k: 'drop-column', table: from, column: text(second)!, at }]);
    case 'renameColumn': return on((from) => [
      text(second) === null || text(third) === null ? null : { k: 'rename-column', table: from, column: text(second)!, to: text(third)!, at },
    ]);
    case 'changeColumn': return on((from) => changeColumn(from, text(second), third, site));
    case 'addIndex': return on((into) => [createIndex(into, second, third, site)]);
    case 'removeIndex': return on((from) => [dropIndex(from, second, site)]);
    case 'addConstraint': return on((into) => [addConstraint(into, second, third, site)]);
    case 'removeConstraint': return on((from) => [text(second) === null ? null : { k: 'drop-constraint', table: from, name: text(second)!, at }]);
    case 'bulkInsert': if (table) insertRows(walk, site, table.name, second); return ANY;
    case 'insert': { const into = tableName(second); if (into) insertRows(walk, site, into.name, third); return ANY; }
    case 'dropEnum': return text(first) === null ? ANY : add([{ k: 'drop-type', name: { name: text(first)! }, at }]);
    default: return ANY;
  }
}

const argumentPlace = (site: CallSite, index: number): CallSite['at'] => site.args.list[index]?.at ?? site.at;

function createTable(table: QName, attributes: Value | null, options: Value | null, { at }: CallSite): readonly (DdlOp | null)[] {
  if (attributes?.k !== 'dict' || attributes.rest) return [null];
  const columns = [...attributes.entries].map(([name, value]) => columnOf(table.name, name, value, attributes.places?.get(name)?.at ?? at));
  if (columns.includes(null)) return [null];
  const known = columns.filter((column) => column !== null);
  const primary = known.filter((column) => column.isPrimary).map((column) => column.def.name);
  const keys = entry(options, 'uniqueKeys');
  const uniques =
    keys?.k === 'dict'
      ? [...keys.entries].map(([name, key]): ConstraintDef => ({
          k: 'unique',
          name: text(entry(key, 'customIndex')) ?? name,
          columns: fieldsOf(entry(key, 'fields')),
          at,
        }))
      : [];
  const schema = text(entry(options, 'schema'));
  return [{
    k: 'create-table', table: schema === null || table.schema ? table : { ...table, schema }, ifNotExists: true, columns: known.map((column) => column.def), at,
    constraints: [...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []), ...known.flatMap((column) => column.constraints), ...uniques],
  }];
}

/** Without `allowNull: false` the column becomes nullable, without a default it loses its own; a reference leaves both as they are. */
function changeColumn(table: QName, name: string | null, attribute: Value | null, site: CallSite): readonly (DdlOp | null)[] {
  const column = name === null || !attribute ? null : columnOf(table.name, name, attribute, argumentPlace(site, 1));
  if (!column) return [null];
  const { def, constraints, hasReference } = column;
  const { at } = site;
  const nullable = !def.nullable ? false : hasReference ? undefined : true;
  const fallback = def.default ?? (hasReference ? undefined : null);
  return [
    {
      k: 'alter-column',
      table,
      column: def.name,
      ...(def.type && !hasReference ? { type: def.type } : {}),
      ...(nullable === undefined ? {} : { nullable }),
      ...(fallback === undefined ? {} : { default: fallback }),
      at,
    },
    ...constraints.map((constraint): DdlOp => ({ k: 'add-constraint', table, constraint, at })),
  ];
}

const fieldsOf = (value: Value | null | undefined): readonly string[] =>
  value?.k === 'list'
    ? value.items.flatMap((item) => text(item) ?? text(entry(item, 'name')) ?? text(entry(item, 'attribute')) ?? [])
    : text(value) === null
      ? []
      : [text(value)!];

/** `addIndex(table, fields, options)`, `addIndex(table, { fields, … })` */
function createIndex(table: QName, given: Value | null, more: Value | null, site: CallSite): DdlOp | null {
  const options = given?.k === 'dict' ? given : more;
  const fields = given?.k === 'list' ? given : entry(options, 'fields');
  if (fields?.k !== 'list') return null;
  const parts = fields.items.map(partOf);
  if (parts.includes(null)) return null;
  const { at } = site;
  const type = (text(entry(options, 'type')) ?? text(entry(options, 'indexType')) ?? text(entry(options, 'indicesType')))?.toUpperCase();
  const name = text(entry(options, 'name')) ?? text(entry(options, 'indexName'));
  const where = entry(options, 'where');
  const index: IndexDef = {
    ...(name === null ? {} : { name }),
    parts: parts as IndexPart[],
    unique: flag(entry(options, 'unique')) === true || type === 'UNIQUE',
    method: (text(entry(options, 'using')) ?? text(entry(options, 'method')) ?? 'btree').toLowerCase(),
    ...(where ? { predicate: predicateOf(where) } : {}),
    at,
  };
  return { k: 'create-index', table, index, at };
}

function partOf(item: Value): IndexPart | null {
  const name = text(item) ?? text(entry(item, 'name')) ?? text(entry(item, 'attribute'));
  if (name !== null) return { column: name, ...(text(entry(item, 'order'))?.toUpperCase() === 'DESC' ? { desc: true } : {}) };
  if (item.k !== 'term') return null;
  const called = item.callee.k === 'ext' ? lastName(item.callee) : item.name ?? '';
  const inner = called === 'fn' ? argument(item.args, 1) : null;
  const column = text(inner) ?? (inner?.k === 'term' ? text(argument(inner.args, 0)) : null);
  if (called === 'fn')
    return {
      column: null,
      expression: `${text(argument(item.args, 0)) ?? 'fn'}(${column ?? ''})`,
      ...(column === null ? {} : { columnsInExpression: [column] }),
    };
  return { column: null, expression: text(argument(item.args, 0)) ?? called };
}

/** By name, or by the fields that the name is made of. Nothing happens when it is not there. */
function dropIndex(table: QName, given: Value | null, { at }: CallSite): DdlOp | null {
  const name = text(given) ?? text(entry(given, 'name')) ?? text(entry(given, 'indexName'));
  const columns = fieldsOf(given?.k === 'list' ? given : entry(given, 'fields'));
  if (name === null && columns.length === 0) return null;
  return { k: 'drop-index', name: { name: name ?? '' }, table, ...(name === null ? { columns } : {}), ifExists: true, at };
}

/** `addConstraint(table, { fields, type, … })`, in older versions `addConstraint(table, fields, options)`. */
function addConstraint(table: QName, given: Value | null, more: Value | null, { at }: CallSite): DdlOp | null {
  const options = given?.k === 'dict' ? given : more;
  const columns = fieldsOf(given?.k === 'list' ? given : entry(options, 'fields'));
  const type = text(entry(options, 'type'))?.toLowerCase();
  const written = text(entry(options, 'name'));
  const name = written === null ? {} : { name: written };
  const references = entry(options, 'references');
  const target = tableName(entry(references, 'table')) ?? tableName(entry(references, 'model'));
  const add = (constraint: ConstraintDef): DdlOp => ({ k: 'add-constraint', table, constraint, at });
  if (type === 'check') {
    const where = entry(options, 'where');
    return add({ k: 'check', ...name, expression: where ? predicateOf(where) : '', columns, at });
  }
  if (type === 'default') return { k: 'alter-column', table, column: columns[0] ?? '', default: 'default', at };
  if (columns.length === 0) return null;
  if (type === 'unique') return add({ k: 'unique', ...name, columns, at });
  if (type === 'primary key') return add({ k: 'primary', ...name, columns, at });
  if (type !== 'foreign key' || !target) return null;
  const onDelete = actionOf(entry(options, 'onDelete'));
  return add({
    k: 'foreign',
    ...name,
    columns,
    table: target,
    refColumns: fieldsOf(entry(references, 'fields') ?? entry(references, 'field') ?? entry(references, 'key')),
    ...(onDelete ? { onDelete } : {}),
    at,
  });
}
