/** Kysely's `db.schema`, and what migrations do with `db` itself. https://kysely.dev/docs/migrations */
import type { CallSite } from '../../dialects/dialect.js';
import type { DdlOp, QName } from '../../facts/ddl.js';
import { argument, isExternal, text } from '../../flow/arguments.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import type { ModuleTool } from '../script/modules.js';
import { insertRows } from '../steps/rows.js';
import { runSql, runTemplate } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import { alterCall, columnCall, foreignCall, indexCall, sqlIn, tableCall } from './builders.js';
import { IndexSketch, TableSketch, qualifiedName, type Pending } from './table.js';

const kyselyTool: Tool = {
  id: 'kysely',
  call(walk, of, site) {
    if (site.name === 'execute' && of.data['pending']) return execute(walk, of.data['pending'] as Pending, site);
    switch (of.tag) {
      case 'table': return tableCall(kyselyTool, walk, of, site);
      case 'index': return indexCall(of, site);
      case 'column': return columnCall(of, site);
      case 'alter': return alterCall(of, site);
      case 'foreign': return foreignCall(of, site);
      case 'unique': if (site.name === 'nullsNotDistinct') (of.data['made'] as { nullsNotDistinct: boolean }).nullsNotDistinct = true; return of;
      case 'step': return stepCall(of, site);
      case 'schema': return schemaCall(of, site);
      case 'sql': return sqlCall(walk, of, site);
      case 'dynamic': return toolValue(kyselyTool, 'sql', { sql: text(argument(site.args, 0)) ?? undefined });
      case 'insert': if (site.name === 'values') insertRows(walk, site, of.data['table'] as string, argument(site.args, 0)); return of;
      default: return rootCall(walk, of, site);
    }
  },
  attribute(of, name) {
    // https://kysely-org.github.io/kysely-apidoc/classes/DynamicModule.html
    if (of.tag === 'root' && name === 'dynamic') return toolValue(kyselyTool, 'dynamic');
    if (of.tag === 'dynamic') return of;
    return of.tag === 'root' && name === 'schema' ? toolValue(kyselyTool, 'schema', { schema: of.data['schema'] }) : undefined;
  },
  other: (_walk, site) => sqlValue(site),
};

/** https://kysely.dev/docs/migrations */
export const kysely: ModuleTool = {
  tool: kyselyTool, name: 'Kysely', type: /^Kysely$/, parameter: /^kysely$/i, arguments: (given) => [given],
  uses: (methods) => methods.has('execute') && BUILDERS.some((name) => methods.has(name)),
};
const BUILDERS = ['createTable', 'alterTable', 'dropTable', 'createIndex', 'dropIndex', 'createType', 'createView'];

/** `sql` templates and what `sql.raw` and its like make. https://kysely-org.github.io/kysely-apidoc/interfaces/Sql.html */
function sqlValue(site: CallSite): Value | undefined {
  const { callee } = site;
  if (callee.k !== 'ext' || !isExternal(callee, 'kysely')) return undefined;
  const [base, part] = (callee.name ?? '').split('.');
  if (base !== 'sql') return undefined;
  if (site.template) {
    let hole = 0;
    const sql = site.template.parts
      .map((each) => {
        if (each.k === 'text') return each.v;
        const value = site.args.list[hole++]?.value ?? null;
        return text(value) ?? sqlIn(value) ?? '?';
      })
      .join('')
      .trim();
    return toolValue(kyselyTool, 'sql', { sql, site });
  }
  const given = argument(site.args, 0);
  if (part === 'raw') return toolValue(kyselyTool, 'sql', { sql: text(given) ?? undefined, site });
  return part === 'ref' || part === 'table' || part === 'id' || part === 'lit' ? toolValue(kyselyTool, 'sql', { sql: text(given) ?? undefined }) : undefined;
}

/** `` sql`…`.execute(db) `` */
function sqlCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const made = of.data['site'] as CallSite | undefined;
  if (site.name !== 'execute' || !made) return of;
  if (made.template) runTemplate(walk, made);
  else { const [arg] = made.args.list; if (arg) runSql(walk, site, arg); }
  return ANY;
}

function execute(walk: Walk, pending: Pending, site: CallSite): Value {
  for (const op of pending.operations(site.at)) if (op) walk.add(op, site.env.module.path); else walk.unknown('db.schema with names that cannot be told', site);
  return ANY;
}

function rootCall(walk: Walk, of: SpecialValue, site: CallSite): Value {
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'withSchema': return toolValue(kyselyTool, 'root', { schema: text(first) ?? undefined });
    case 'insertInto': case 'replaceInto':
      return text(first) === null ? ANY : toolValue(kyselyTool, 'insert', { table: qualifiedName(text(first)!, null).name });
    case 'executeQuery': case 'query': { const [arg] = site.args.list; if (arg) runSql(walk, site, arg); return ANY; }
    // `db.transaction().execute(async (trx) => …)`
    case 'execute': return first?.k === 'fn' ? walk.callback(first, [of], site.at) : ANY;
    case 'transaction': case 'connection': case 'setIsolationLevel': case 'withPlugin': case 'withoutPlugins': case 'withTables': return of;
    default: return ANY;
  }
}

/** What the chain of a step without parts of its own has said. */
interface StepState { ifExists: boolean; isMaterialized: boolean; values: readonly string[] | null }
type Make = (name: QName, state: StepState) => DdlOp | null;

/** Steps that are a name and flags. */
const STEPS: Readonly<Record<string, (at: CallSite['at']) => Make>> = {
  dropTable: (at) => (table, { ifExists }) => ({ k: 'drop-table', table, ...(ifExists ? { ifExists } : {}), at }),
  dropIndex: (at) => (name, { ifExists }) => ({ k: 'drop-index', name, ...(ifExists ? { ifExists } : {}), at }),
  dropView: (at) => (view) => ({ k: 'drop-view', view, at }),
  dropType: (at) => (name) => ({ k: 'drop-type', name, at }),
  dropSchema: (at) => ({ name }) => ({ k: 'drop-schema', name, at }),
  createView: (at) => (view, { isMaterialized }) => ({ k: 'create-view', view, materialized: isMaterialized, columns: [], query: null, at }),
  createType: (at) => (name, { values }) => values && { k: 'create-enum', name, values, at },
};

const NOTHING: Pending = { operations: () => [] };
const UNTOLD: Pending = { operations: () => [null] };

function schemaCall(of: SpecialValue, site: CallSite): Value {
  const schema = (of.data['schema'] as string | undefined) ?? null;
  const written = text(argument(site.args, 0));
  const at = site.args.list[0]?.at ?? site.at;
  const name = written === null ? null : qualifiedName(written, schema);
  const state: StepState = { ifExists: false, isMaterialized: false, values: null };
  const step = (pending: Pending): Value => toolValue(kyselyTool, 'step', { state, pending });
  switch (site.name) {
    case 'withSchema': return toolValue(kyselyTool, 'schema', { schema: written ?? undefined });
    case 'createTable': case 'alterTable':
      return name ? toolValue(kyselyTool, 'table', { pending: new TableSketch(name, site.name === 'createTable', at) }) : step(UNTOLD);
    case 'createIndex': return name ? toolValue(kyselyTool, 'index', { pending: new IndexSketch(name.name, at), schema: schema ?? undefined }) : step(UNTOLD);
    default: { const make = STEPS[site.name ?? '']?.(at); return step(make ? { operations: () => [name && make(name, state)] } : NOTHING); }
  }
}

function stepCall(of: SpecialValue, site: CallSite): Value {
  const state = of.data['state'] as StepState;
  const first = argument(site.args, 0);
  if (site.name === 'ifExists') state.ifExists = true;
  if (site.name === 'materialized') state.isMaterialized = true;
  if (site.name === 'asEnum' && first?.k === 'list') state.values = first.items.flatMap((item) => text(item) ?? []);
  return of;
}
