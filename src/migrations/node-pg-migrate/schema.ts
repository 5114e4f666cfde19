/** node-pg-migrate's `pgm`. https://salsita.github.io/node-pg-migrate/migrations/ */
import type { CallSite } from '../../dialects/dialect.js';
import type { ConstraintDef, DdlOp, IndexPart, QName } from '../../facts/ddl.js';
import type { SqlQuery } from '../../facts/sql.js';
import { argument, entry, flag, text, textsIn } from '../../flow/arguments.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import { anyOf, type ModuleTool } from '../script/modules.js';
import { addColumnOps } from '../steps/declared.js';
import { runSql } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import { columnOf, constraintsOf, indexPart, literalOf, nameOf, writtenConstraint, type ReadColumn, type Shorthands } from './columns.js';

const pgmTool: Tool = {
  id: 'node-pg-migrate',
  call: (walk, of, site) => pgmCall(walk, of, site),
  attribute: (of, name) => (name === 'db' ? of : undefined),
};

export const nodePgMigrate: ModuleTool = {
  tool: pgmTool,
  name: 'node-pg-migrate',
  type: /^MigrationBuilder$/,
  parameter: /^pgm$/,
  uses: anyOf('addTypeValue', 'createMaterializedView', 'addTypeAttribute', 'noTransaction'),
  arguments: (given) => [given],
  // https://salsita.github.io/node-pg-migrate/migrations/#sql-migrations
  takesSql: true,
  // https://salsita.github.io/node-pg-migrate/migrations/columns#column-definitions
  shared: (flow, modules) => ({
    shorthands: new Map(
      modules.flatMap((module) => {
        const own = module.bindings.has('shorthands') ? flow.moduleName(module, 'shorthands') : null;
        return own?.k === 'dict' ? [...own.entries] : [];
      }),
    ),
  }),
};

type Add = (ops: readonly (DdlOp | null)[]) => Value;

function pgmCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const name = site.name ?? '';
  const add: Add = (ops) => {
    for (const op of ops) if (op) walk.add(op, site.env.module.path); else walk.unknown(`pgm.${name} with names that cannot be told`, site);
    return ANY;
  };
  switch (name) {
    case 'func': return toolValue(pgmTool, 'sql', { sql: text(argument(site.args, 0)) ?? undefined });
    case 'sql': case 'query': case 'select': { const [arg] = site.args.list; if (arg) runSql(walk, site, arg); return ANY; }
    default: return OF_OTHERS.has(name) ? otherCall(walk, site, add) : tableCall(site, (of.data['shorthands'] as Shorthands | undefined) ?? new Map(), add);
  }
}

function tableCall(site: CallSite, shorthands: Shorthands, add: Add): Value {
  const { at } = site;
  const [first, second, third] = [0, 1, 2].map((index) => argument(site.args, index));
  const table = nameOf(first);
  const on = (make: (table: QName) => readonly (DdlOp | null)[]): Value => add(table ? make(table) : [null]);
  switch (site.name) {
    case 'createTable': return on((into) => createTable(into, second, third, site, shorthands));
    case 'dropTable': return on((from) => [{ k: 'drop-table', table: from, ...(flag(entry(second, 'ifExists')) === true ? { ifExists: true } : {}), at }]);
    case 'renameTable': return on((from) => { const to = nameOf(second); return [to && { k: 'rename-table', table: from, to: to.name, at }]; });
    case 'addColumn': case 'addColumns': return on((into) => addColumns(into, second, third, site, shorthands));
    case 'dropColumn': case 'dropColumns': return on((from) => {
      const names = second?.k === 'dict' ? [...second.entries.keys()] : textsIn(second);
      return names.length
        ? names.map((column): DdlOp => ({ k: 'drop-column', table: from, column, ...(flag(entry(third, 'ifExists')) === true ? { ifExists: true } : {}), at }))
        : [null];
    });
    case 'renameColumn':
      return on((of) => [
        text(second) === null || text(third) === null ? null : { k: 'rename-column', table: of, column: text(second)!, to: text(third)!, at },
      ]);
    case 'alterColumn': return on((of) => [text(second) === null ? null : alterColumn(of, text(second)!, third, site, shorthands)]);
    case 'addConstraint': case 'createConstraint': return on((to) => addConstraint(to, text(second), third, site));
    case 'dropConstraint': return on((of) => [
      text(second) === null
        ? null
        : { k: 'drop-constraint', table: of, name: text(second)!, ...(flag(entry(third, 'ifExists')) === true ? { ifExists: true } : {}), at },
    ]);
    case 'renameConstraint': return on((of) => [
      text(second) === null || text(third) === null ? null : { k: 'rename-constraint', table: of, name: text(second)!, to: text(third)!, at },
    ]);
    case 'addIndex': case 'createIndex': return on((to) => [createIndex(to, second, third, site)]);
    case 'dropIndex': return on((of) => [dropIndex(of, second, third, site)]);
    case 'alterTable': return on((of) =>
      entry(second, 'levelSecurity') ? [{ k: 'row-security', table: of, enabled: text(entry(second, 'levelSecurity')) !== 'DISABLE', at }] : [],
    );
    default: return ANY;
  }
}

const argumentPlace = (site: CallSite, index: number): CallSite['at'] => site.args.list[index]?.at ?? site.at;

/** Columns by their names, read one by one; null when the object or one of them cannot be told. */
function readColumns(given: Value | null | undefined, at: CallSite['at'], shorthands: Shorthands): readonly ReadColumn[] | null {
  if (given?.k !== 'dict' || given.rest) return null;
  const columns = [...given.entries].map(([name, value]) => columnOf(name, value, given.places?.get(name)?.at ?? at, shorthands));
  return columns.includes(null) ? null : (columns as ReadColumn[]);
}

function createTable(
  table: QName,
  given: Value | null | undefined,
  options: Value | null | undefined,
  site: CallSite,
  shorthands: Shorthands,
): readonly (DdlOp | null)[] {
  const { at } = site;
  const columns = readColumns(given, at, shorthands);
  const more = entry(options, 'constraints');
  const constraints = more?.k === 'dict' ? constraintsOf(more, null, at) : [];
  if (!columns || !constraints || (more && more.k !== 'dict')) return [null];
  const primary = columns.filter((column) => column.isPrimary).map((column) => column.def.name);
  const parent = nameOf(entry(options, 'inherits'));
  const like = nameOf(entry(options, 'like')) ?? nameOf(entry(entry(options, 'like'), 'table'));
  const comment = text(entry(options, 'comment'));
  return [
    {
      k: 'create-table',
      table,
      columns: columns.map((column) => column.def),
      constraints: [
        ...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []),
        ...columns.flatMap((column) => column.constraints),
        ...constraints,
      ],
      ...(flag(entry(options, 'ifNotExists')) === true ? { ifNotExists: true } : {}),
      ...(parent ? { inherits: [parent] } : {}),
      ...(like ? { like: [{ table: like }] } : {}),
      ...(flag(entry(options, 'temporary')) === true ? { temporary: true } : {}),
      ...(comment === null ? {} : { comment }),
      at: argumentPlace(site, 0),
    },
  ];
}

function addColumns(
  table: QName,
  given: Value | null | undefined,
  options: Value | null | undefined,
  site: CallSite,
  shorthands: Shorthands,
): readonly (DdlOp | null)[] {
  const columns = readColumns(given, site.at, shorthands);
  const ifNotExists = flag(entry(options, 'ifNotExists')) === true;
  return columns
    ? columns.flatMap((column) =>
        addColumnOps(
          table,
          column.def,
          [...(column.isPrimary ? [{ k: 'primary' as const, columns: [column.def.name], at: column.def.at }] : []), ...column.constraints],
          [],
          ifNotExists,
        ),
      )
    : [null];
}

/** Only what is given changes; `default: null` drops it. */
function alterColumn(table: QName, column: string, options: Value | null | undefined, { at }: CallSite, shorthands: Shorthands): DdlOp | null {
  if (options?.k !== 'dict' || options.rest) return null;
  const type = text(entry(options, 'type'));
  const read = type === null ? null : columnOf(column, { k: 'const', v: type }, at, shorthands);
  const isNotNull = flag(entry(options, 'notNull')) ?? (flag(entry(options, 'allowNull')) === null ? null : !flag(entry(options, 'allowNull')));
  const fallback = entry(options, 'default');
  return {
    k: 'alter-column',
    table,
    column,
    ...(read?.def.type ? { type: read.def.type } : {}),
    ...(isNotNull === null ? {} : { nullable: !isNotNull }),
    ...(entry(options, 'sequenceGenerated') ? { identity: true } : {}),
    ...(fallback
      ? {
          default:
            fallback.k === 'const' && fallback.v === null
              ? null
              : (literalOf(fallback) ??
                columnOf(
                  column,
                  {
                    k: 'dict',
                    entries: new Map<string, Value>([
                      ['type', { k: 'const', v: 'text' }],
                      ['default', fallback],
                    ]),
                    rest: null,
                  },
                  at,
                  shorthands,
                )?.def.default ??
                null),
        }
      : {}),
    at,
  };
}

function addConstraint(table: QName, name: string | null, given: Value | null | undefined, site: CallSite): readonly (DdlOp | null)[] {
  const at = argumentPlace(site, 2);
  const written = text(given) ?? literalOf(given);
  const constraints: readonly (ConstraintDef | null)[] | null =
    given?.k === 'dict' && !given.rest ? constraintsOf(given, name, at) : written === null ? null : [writtenConstraint(written, name, at)];
  return constraints ? constraints.map((constraint) => constraint && { k: 'add-constraint', table, constraint, at: site.at }) : [null];
}

/** https://github.com/salsita/node-pg-migrate/blob/main/src/operations/indexes/shared.ts (generateIndexName) */
function indexName(table: QName, parts: readonly IndexPart[], options: Value | null | undefined): string {
  const columns = parts.map((part) => part.column ?? part.expression ?? '').join('_').replace(/\W+/g, '_');
  return text(entry(options, 'name')) ?? `${table.name}_${columns}${flag(entry(options, 'unique')) === true ? '_unique' : ''}_index`;
}

function partsOf(given: Value | null | undefined): readonly IndexPart[] | null {
  const parts = (given?.k === 'list' ? given.items : given ? [given] : []).map(indexPart);
  return parts.length === 0 || parts.includes(null) ? null : (parts as IndexPart[]);
}

function createIndex(table: QName, given: Value | null | undefined, options: Value | null | undefined, site: CallSite): DdlOp | null {
  const parts = partsOf(given);
  if (!parts) return null;
  const where = text(entry(options, 'where'));
  const include = textsIn(entry(options, 'include'));
  return {
    k: 'create-index',
    table,
    ...(flag(entry(options, 'ifNotExists')) === true ? { ifNotExists: true } : {}),
    at: site.at,
    index: {
      name: indexName(table, parts, options),
      parts,
      unique: flag(entry(options, 'unique')) === true,
      method: text(entry(options, 'method')) ?? 'btree',
      ...(where === null ? {} : { predicate: where }),
      ...(include.length ? { include } : {}),
      at: argumentPlace(site, 0),
    },
  };
}

function dropIndex(table: QName, given: Value | null | undefined, options: Value | null | undefined, { at }: CallSite): DdlOp | null {
  const parts = partsOf(given);
  const named = text(entry(options, 'name'));
  if (!parts && named === null) return null;
  return {
    k: 'drop-index',
    name: { name: named ?? indexName(table, parts!, options) },
    table,
    ...(named === null ? { columns: parts!.flatMap((part) => part.column ?? []) } : {}),
    ...(flag(entry(options, 'ifExists')) === true ? { ifExists: true } : {}),
    at,
  };
}

const OF_OTHERS = new Set([
  'createType', 'addType', 'dropType', 'renameType', 'addTypeValue', 'renameTypeValue', 'createDomain', 'dropDomain', 'createExtension', 'addExtension',
  'dropExtension', 'createView', 'createMaterializedView', 'dropView', 'dropMaterializedView', 'dropSchema', 'renameSchema', 'createTrigger', 'dropTrigger',
  'createFunction', 'dropFunction',
]);

/** The query in the text of an argument. */
function queryAt(walk: Walk, site: CallSite, index: number): SqlQuery | null {
  const arg = site.args.list[index];
  const [query] = arg ? walk.sqlAt(site.env.module.path, arg.expr.at).flatMap((statement) => (statement.k === 'query' ? [statement.query] : [])) : [];
  return query ?? null;
}

/** The function whose body the last argument of a call is; nothing where it cannot be read. */
function functionAt(walk: Walk, site: CallSite, name: QName): readonly DdlOp[] {
  const body = site.args.list[3]?.expr.at;
  const made = body === undefined ? [] : walk.sqlAt(site.env.module.path, body);
  return made.flatMap((statement): readonly DdlOp[] =>
    statement.k === 'ddl' && statement.op.k === 'create-function' ? [{ ...statement.op, name, isReplacing: true }] : [],
  );
}

const TIMINGS = { BEFORE: 'before', AFTER: 'after', 'INSTEAD OF': 'instead' } as const;

/** https://salsita.github.io/node-pg-migrate/migrations/triggers */
function triggerOn(table: QName, name: string | null, options: Value | null | undefined, at: CallSite['at']): DdlOp | null {
  const timing = TIMINGS[(text(entry(options, 'when')) ?? '').toUpperCase() as keyof typeof TIMINGS];
  const written = textsIn(entry(options, 'operation'));
  const events = written.flatMap(
    (each) => (/^(?:insert|update|delete|truncate)/i.exec(each)?.[0].toLowerCase() as 'insert' | 'update' | 'delete' | 'truncate' | undefined) ?? [],
  );
  const columns = written.flatMap((each) => /^update\s+of\s+(.+)$/i.exec(each)?.[1]!.split(',').map((column) => column.trim().replace(/"/g, '')) ?? []);
  const fn = nameOf(entry(options, 'function')) ?? (name === null ? null : { name });
  return name === null || !timing || events.length === 0 || !fn
    ? null
    : { k: 'create-trigger', name, table, fn, timing, events, ...(columns.length > 0 ? { columns } : {}), at };
}

/** Types, extensions, views and what stands beside tables. */
function otherCall(walk: Walk, site: CallSite, add: Add): Value {
  const { at } = site;
  const [first, second, third] = [0, 1, 2].map((index) => argument(site.args, index));
  const name = nameOf(first);
  if (site.name === 'createExtension' || site.name === 'addExtension' || site.name === 'dropExtension')
    return add(textsIn(first).map((each): DdlOp => ({ k: site.name === 'dropExtension' ? 'drop-extension' : 'create-extension', name: each, at })));
  if (!name) return add([null]);
  switch (site.name) {
    case 'createType': case 'addType':
      return add([second?.k === 'list' ? { k: 'create-enum', name, values: textsIn(second), at } : { k: 'create-type', name, extent: at, at }]);
    case 'dropType': return add([{ k: 'drop-type', name, at }]);
    case 'renameType': return add([nameOf(second) && { k: 'rename-type', name, to: nameOf(second)!.name, at }]);
    case 'addTypeValue': {
      const [before, after] = [text(entry(third, 'before')), text(entry(third, 'after'))];
      return add([
        text(second) === null
          ? null
          : { k: 'add-enum-value', name, value: text(second)!, ...(before === null ? {} : { before }), ...(after === null ? {} : { after }), at },
      ]);
    }
    case 'renameTypeValue':
      return add([text(second) === null || text(third) === null ? null : { k: 'rename-enum-value', name, value: text(second)!, to: text(third)!, at }]);
    case 'createView': case 'createMaterializedView': return add([
      {
        k: 'create-view',
        view: name,
        materialized: site.name === 'createMaterializedView',
        columns: textsIn(entry(second, 'columns')),
        query: queryAt(walk, site, 2),
        at,
      },
    ]);
    case 'dropView': case 'dropMaterializedView': return add([{ k: 'drop-view', view: name, at }]);
    case 'createFunction': return add(functionAt(walk, site, name));
    case 'dropFunction': return add([{ k: 'drop-function', name, takes: null, at }]);
    case 'createTrigger': return add([
      ...(entry(third, 'function') ? [] : text(second) === null ? [] : functionAt(walk, site, { name: text(second)! })),
      triggerOn(name, text(second), third, at),
    ]);
    case 'dropTrigger': return add([text(second) === null ? null : { k: 'drop-trigger', name: text(second)!, table: name, at }]);
    case 'dropSchema': return add([{ k: 'drop-schema', name: name.name, at }]);
    case 'renameSchema': return add([text(second) === null ? null : { k: 'rename-schema', name: name.name, to: text(second)!, at }]);
    default: return ANY;
  }
}
