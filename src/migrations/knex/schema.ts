/** Knex's `knex.schema` and what migrations do with `knex` itself. https://knexjs.org/guide/schema-builder.html */
import type { CallSite } from '../../dialects/dialect.js';
import type { DdlOp, QName } from '../../facts/ddl.js';
import { argument, text } from '../../flow/arguments.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import { anyOf, type ModuleTool } from '../script/modules.js';
import { insertRows } from '../steps/rows.js';
import { runSql } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import { columnCall, foreignCall, tableCall } from './builder.js';
import { TableSketch } from './table.js';

const knexTool: Tool = {
  id: 'knex',
  call(walk, of, site) {
    switch (of.tag) {
      case 'table': return tableCall(knexTool, of.data['sketch'] as TableSketch, site);
      case 'column': return columnCall(of, site);
      case 'foreign': return foreignCall(of, site);
      case 'schema': return schemaCall(walk, of, site);
      case 'rows': return rowsCall(walk, of, site);
      default: return knexCall(walk, of, site);
    }
  },
  attribute(of, name) {
    if (of.tag === 'root' && name === 'schema') return toolValue(knexTool, 'schema');
    if (of.tag === 'root' && name === 'fn') return toolValue(knexTool, 'fn');
    return undefined;
  },
};

/** https://knexjs.org/guide/migrations.html */
export const knex: ModuleTool = {
  tool: knexTool,
  name: 'Knex',
  type: /^Knex$/,
  parameter: /^knex$/i,
  uses: anyOf('alterTable', 'dropTableIfExists', 'createTableIfNotExists', 'increments', 'bigIncrements', 'inTable'),
  arguments: (given) => [given],
};

function knexCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'raw': { const [arg] = site.args.list; if (arg) runSql(walk, site, arg); return toolValue(knexTool, 'raw', { sql: text(first) ?? undefined }); }
    case 'now': return toolValue(knexTool, 'raw', { sql: 'CURRENT_TIMESTAMP' });
    case 'uuid': return toolValue(knexTool, 'raw', { sql: 'gen_random_uuid()' });
    case 'transaction': return walk.callback(first, [of], site.at);
    case 'batchInsert': if (text(first) !== null) insertRows(walk, site, text(first)!, argument(site.args, 1)); return ANY;
    case 'withSchema': return toolValue(knexTool, 'rows', { table: null });
    case 'insert': return toolValue(knexTool, 'rows', { table: null, rows: first });
    // `knex('orders')`, `knex.table('orders')`
    case null: case 'table': case 'from': case 'into': return toolValue(knexTool, 'rows', { table: text(first) });
    default: return ANY;
  }
}

function rowsCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const first = argument(site.args, 0);
  const table = of.data['table'] as string | null;
  if (site.name === 'insert' && table !== null) insertRows(walk, site, table, first);
  if (site.name === 'into' && text(first) !== null) insertRows(walk, site, text(first)!, (of.data['rows'] as Value | undefined) ?? null);
  if (site.name === 'then' || site.name === 'catch') return site.name === 'then' ? walk.callback(first, [ANY], site.at) : of;
  return of;
}

function schemaCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const { args, at } = site;
  const name = site.name ?? '';
  const [first, second] = [argument(args, 0), argument(args, 1)];
  const schema = (of.data['schema'] as string | undefined) ?? null;
  const [plain, prefix] = (text(first) ?? '').split('.').reverse();
  const home = prefix ?? schema;
  const table: QName | null = text(first) === null ? null : { name: plain!, ...(home ? { schema: home } : {}) };
  const place = args.list[0]?.at ?? at;
  const add = (op: DdlOp | null): void => {
    if (op) walk.add(op, site.env.module.path);
    else walk.unknown(`knex.schema.${name} with names that cannot be told`, site);
  };
  switch (name) {
    case 'withSchema': return toolValue(knexTool, 'schema', { schema: text(first) ?? undefined });
    case 'createTable': case 'createTableIfNotExists': case 'alterTable': case 'table': {
      if (!table || second?.k !== 'fn') { add(null); return of; }
      const sketch = new TableSketch(table);
      walk.callback(second, [toolValue(knexTool, 'table', { sketch })], at);
      for (const what of sketch.unknown) walk.unknown(what, site);
      for (const op of sketch.operations(name.startsWith('create'), name === 'createTableIfNotExists', place)) add(op);
      return of;
    }
    case 'dropTable': case 'dropTableIfExists': add(table && { k: 'drop-table', table, ...(name === 'dropTableIfExists' ? { ifExists: true } : {}), at });
    return of;
    case 'renameTable': add(table && text(second) !== null ? { k: 'rename-table', table, to: text(second)!, at } : null); return of;
    case 'raw': { const [arg] = args.list; if (arg) runSql(walk, site, arg); return of; }
    case 'hasTable': case 'hasColumn': return ANY;
    case 'then': return walk.callback(first, [ANY], at);
    default: return of;
  }
}
