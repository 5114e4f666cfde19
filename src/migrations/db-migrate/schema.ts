/** db-migrate's `db`. https://db-migrate.readthedocs.io/en/latest/API/SQL/ */
import type { CallSite } from '../../dialects/dialect.js';
import { actionOf } from '../../dialects/sequelize/defaults.js';
import { namedType } from '../../dialects/shared/script-types.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, DdlOp, QName } from '../../facts/ddl.js';
import { entry, flag, text, textsIn } from '../../flow/arguments.js';
import { importsFrom } from '../../flow/program.js';
import { ANY, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';
import { anyOf, type ModuleTool } from '../script/modules.js';
import { addColumnOps } from '../steps/declared.js';
import { runSql } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';

const dbTool: Tool = {
  id: 'db-migrate',
  call(walk, of, site) {
    // `async.series([db.createTable.bind(db, …)], callback)`: one after the other.
    if (of.tag !== 'method') return dbCall(walk, site.name ?? '', site.args.list, site);
    return site.name === 'bind' || site.name === 'call' ? dbCall(walk, of.data['name'] as string, site.args.list.slice(1), site) : undefined;
  },
  attribute: (of: SpecialValue, name) => (of.tag === 'root' ? toolValue(dbTool, 'method', { name }) : undefined),
};

export const dbMigrate: ModuleTool = {
  tool: dbTool, name: 'db-migrate', type: /^(?:IDB|Base)$/, parameter: /^dbm$/, uses: anyOf('runSql', 'removeForeignKey'),
  // What its generator puts into every file.
  marks: (module) => module.bindings.has('_meta') || importsFrom(module, (library) => library === 'db-migrate'),
  arguments: (given) => [given],
};

function dbCall(walk: Walk, name: string, args: readonly EvaluatedArg[], site: CallSite): Value {
  const values = args.map((arg) => arg.value);
  const ops = opsOf(name, values, site);
  if (name === 'runSql' || name === 'all') { const [sql] = args; if (sql) runSql(walk, site, sql); }
  for (const op of ops) if (op) walk.add(op, site.env.module.path); else walk.unknown(`db.${name} with names that cannot be told`, site);
  // What is to be done next may be given as a callback.
  const next = values.at(-1);
  return next?.k === 'fn' ? walk.callback(next, [ANY, ANY], site.at) : ANY;
}

function opsOf(name: string, [first, second, third, fourth, fifth]: readonly (Value | undefined)[], { at }: CallSite): readonly (DdlOp | null)[] {
  const table = tableOf(first);
  const [a, b] = [text(second), text(third)];
  const on = (make: (table: QName) => readonly (DdlOp | null)[]): readonly (DdlOp | null)[] => (table ? make(table) : [null]);
  switch (name) {
    case 'createTable': return on((into) => [createTable(into, second, at)]);
    case 'dropTable': return on((from) => [{ k: 'drop-table', table: from, ...(flag(entry(second, 'ifExists')) === true ? { ifExists: true } : {}), at }]);
    case 'renameTable': return on((from) => [a === null ? null : { k: 'rename-table', table: from, to: a, at }]);
    case 'addColumn': return on((into) => {
      const column = a === null || !third ? null : columnOf(a, third, at);
      return column ? addColumnOps(into, column.def, column.constraints, []) : [null];
    });
    case 'removeColumn': return on((from) => [a === null ? null : { k: 'drop-column', table: from, column: a, at }]);
    case 'renameColumn': return on((of) => [a === null || b === null ? null : { k: 'rename-column', table: of, column: a, to: b, at }]);
    case 'changeColumn': return on((of) => [a === null || !third ? null : changeColumn(of, a, third, at)]);
    case 'addIndex': return on((to) => {
      const columns = textsIn(third);
      return [
        columns.length === 0
          ? null
          : {
              k: 'create-index',
              table: to,
              index: { ...(a === null ? {} : { name: a }), parts: columns.map((column) => ({ column })), unique: flag(fourth) === true, method: 'btree', at },
              at,
            },
      ];
    });
    case 'removeIndex': { const named = a ?? text(first); return [named === null ? null : { k: 'drop-index', name: { name: named }, ifExists: true, at }]; }
    case 'addForeignKey': return on((of) => {
      const key = foreignKey(b, tableOf(second), fourth, fifth, at);
      return [key && { k: 'add-constraint', table: of, constraint: key, at }];
    });
    case 'removeForeignKey': return on((of) => [a === null ? null : { k: 'drop-constraint', table: of, name: a, at }]);
    default: return [];
  }
}

function tableOf(value: Value | undefined): QName | null {
  const name = text(value);
  if (name === null) return null;
  const dot = name.lastIndexOf('.');
  return dot < 0 ? { name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}

interface ReadColumn { readonly def: ColumnDef; readonly constraints: readonly ConstraintDef[]; readonly isPrimary: boolean }

/** A column as the name of its type, or as options. https://db-migrate.readthedocs.io/en/latest/API/SQL/#createtabletablename-columnspec-callback */
function columnOf(name: string, spec: Value, at: Span): ReadColumn | null {
  const type = text(spec) ?? text(entry(spec, 'type'));
  if (type === null) return null;
  const is = (option: string): boolean => flag(entry(spec, option)) === true;
  const length = entry(spec, 'length');
  const named = namedType(type);
  const fallback = entry(spec, 'defaultValue');
  const isPrimary = is('primaryKey');
  const reference = entry(spec, 'foreignKey');
  const key = reference
    ? foreignKey(
        text(entry(reference, 'name')),
        tableOf(entry(reference, 'table') ?? undefined),
        mappingOf(name, entry(reference, 'mapping')),
        entry(reference, 'rules') ?? undefined,
        at,
      )
    : null;
  return {
    isPrimary,
    def: {
      name,
      type: length?.k === 'const' && typeof length.v === 'number' && !named.args ? { ...named, args: [length.v] } : named,
      nullable: !isPrimary && !is('notNull'),
      at,
      ...(fallback && !(fallback.k === 'const' && fallback.v === null)
        ? { default: sqlConstant(fallback) ?? text(entry(fallback, 'special')) ?? 'default' }
        : {}),
      ...(is('autoIncrement') ? { identity: true } : {}),
    },
    constraints: [...(is('unique') ? [{ k: 'unique' as const, columns: [name], at }] : []), ...(key ? [key] : [])],
  };
}

/** `mapping: 'id'` is the column that this one points at. */
function mappingOf(column: string, mapping: Value | null): Value | undefined {
  return mapping?.k === 'const' ? { k: 'dict', entries: new Map([[column, mapping]]), rest: null } : mapping ?? undefined;
}

function createTable(table: QName, given: Value | undefined, at: Span): DdlOp | null {
  const specs = entry(given, 'columns') ?? given;
  if (specs?.k !== 'dict' || specs.rest) return null;
  const columns = [...specs.entries].map(([name, spec]) => columnOf(name, spec, specs.places?.get(name)?.at ?? at));
  if (columns.includes(null)) return null;
  const read = columns as ReadColumn[];
  const primary = read.filter((column) => column.isPrimary).map((column) => column.def.name);
  return {
    k: 'create-table',
    table,
    columns: read.map((column) => column.def),
    constraints: [...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []), ...read.flatMap((column) => column.constraints)],
    ...(flag(entry(given, 'ifNotExists')) === true ? { ifNotExists: true } : {}),
    at,
  };
}

/** Only what is given changes. */
function changeColumn(table: QName, column: string, spec: Value, at: Span): DdlOp | null {
  const read = columnOf(column, spec, at);
  const notNull = flag(entry(spec, 'notNull'));
  return (
    read && {
      k: 'alter-column',
      table,
      column,
      ...(read.def.type ? { type: read.def.type } : {}),
      ...(notNull === null ? {} : { nullable: !notNull }),
      ...(read.def.default === undefined ? {} : { default: read.def.default }),
      at,
    }
  );
}

function foreignKey(name: string | null, target: QName | null, mapping: Value | undefined, rules: Value | undefined, at: Span): ConstraintDef | null {
  if (!target || mapping?.k !== 'dict' || mapping.rest) return null;
  const onDelete = actionOf(entry(rules, 'onDelete'));
  return {
    k: 'foreign',
    ...(name === null ? {} : { name }),
    columns: [...mapping.entries.keys()],
    table: target,
    refColumns: [...mapping.entries.values()].flatMap((value) => text(value) ?? []),
    ...(onDelete ? { onDelete } : {}),
    at,
  };
}
