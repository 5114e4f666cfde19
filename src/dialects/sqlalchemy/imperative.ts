/**
 * Classes that a call maps to a table which is described apart: `registry.map_imperatively(Order, orders, properties={…})`, before 2.0 `mapper(…)`.
 * https://docs.sqlalchemy.org/en/20/orm/declarative_styles.html#imperative-mapping
 */
import type { Call, Dict, Expr, Func, Stmt } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, argumentOf, isExternal, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { ClassRef, EvaluatedArg, Value } from '../../flow/value.js';
import type { RelationshipDraft, TableDraft } from '../../link/draft.js';
import type { CallSite, ProgramView } from '../dialect.js';
import { compositeFrom, withComposites, type Composite } from './composites.js';
import { RELATIONSHIP_CALLS, relationshipDraft } from './relationships.js';
import type { DescribedTable } from './tables.js';
import { termNamed } from './terms.js';

interface Mapping { readonly cls: ClassRef; readonly site: CallSite }

/** What is mapped while the mapping calls of a program are met. */
const mappings = new WeakMap<Flow, Map<string, Mapping>>();

/** The tables of a program, those that a class is mapped to as models of that class. */
export function mapImperatively({ flow, modules }: ProgramView, tables: readonly DescribedTable[]): readonly TableDraft[] {
  const found = tables.length > 0 ? metIn(flow, modules) : new Map<string, Mapping>();
  const bySite = new Map(tables.map(({ draft }) => [draft.site, draft]));
  const mapped: TableDraft[] = [];
  for (const mapping of found.values()) {
    const local = argument(mapping.site.args, 1, 'local_table');
    const draft = local?.k === 'term' ? bySite.get(`${local.place.path}:${spanStart(local.place.at)}`) : undefined;
    const parent = argument(mapping.site.args, -1, 'inherits');
    if (draft) mapped.push(modelOf(flow, draft, mapping, parent?.k === 'class' ? parent.cls : null));
  }
  const taken = new Set(mapped.map((draft) => draft.site));
  const shared = found.size > 0 ? [...found.values()].flatMap((mapping) => sharedOf(mapped, mapping)) : [];
  return [...mapped, ...shared, ...tables.flatMap(({ draft }) => (taken.has(draft.site) ? [] : [draft]))];
}

/** A call while declarations are read: notes what it maps. The mapper it gives stands for the class, as a target of relationships. */
export function mappingCall(flow: Flow, site: CallSite): Value | undefined {
  const target = isMapping(flow, site) ? argument(site.args, 0, 'class_') : null;
  if (target?.k === 'model') return declared(flow, site, target);
  if (target?.k !== 'class') return undefined;
  mappings.get(flow)?.set(target.cls.id, { cls: target.cls, site });
  return target;
}

function isMapping(flow: Flow, { name, callee, receiver, env, nameAt }: CallSite): boolean {
  if (name === 'map_imperatively' || (!receiver && isExternal(callee, 'sqlalchemy', 'mapper'))) return true;
  // `mapper = registry.map_imperatively`, by whichever way the name comes.
  if (name !== 'mapper' && receiver) return false;
  const named = receiver?.k === 'module' ? flow.quiet(() => flow.attribute(receiver, 'mapper', env, nameAt)) : callee;
  return (named.k === 'any' && named.id?.endsWith('.map_imperatively') === true) || isExternal(named, 'sqlalchemy', 'mapper');
}

/** Names of models in a declaration are no uses of them, nor are the fields of the class uses of its columns. */
function declared(flow: Flow, site: CallSite, mapped: Value & { k: 'model' }): Value {
  unmentionAll(flow, site);
  const { cls } = mapped.model;
  if (cls) flow.record.declares({ path: cls.module.path, at: cls.cls.range });
  return mapped;
}

/** `relationship(Order)` outside of a class. */
export function declaringPart(flow: Flow, site: CallSite): Value | undefined {
  if (site.receiver || !isExternal(site.callee, 'sqlalchemy', ...RELATIONSHIP_CALLS, 'composite', 'backref')) return undefined;
  if (!site.args.list.some(({ value }) => value.k === 'model')) return undefined;
  unmentionAll(flow, site);
  return { k: 'term', callee: site.callee, args: site.args, place: flow.place(site.env, site.at), env: site.env };
}

function unmentionAll(flow: Flow, { args, env }: CallSite): void {
  for (const { value, expr } of args.list) if (value.k === 'model') flow.record.unmention(value.model, flow.place(env, expr.at));
}

/** Evaluates the code that maps: statements of modules, and of the functions that a start of the program calls. */
function metIn(flow: Flow, modules: readonly ModuleRef[]): Map<string, Mapping> {
  const found = new Map<string, Mapping>();
  mappings.set(flow, found);
  try {
    for (const module of modules) if (module.language === 'python') meet(flow, module, module.code, null);
  } finally { mappings.delete(flow); }
  return found;
}

function meet(flow: Flow, module: ModuleRef, code: readonly Stmt[], fn: Func | null): boolean {
  return code.some((stmt) => {
    const call = (stmt.k === 'expr' || stmt.k === 'set') && stmt.value?.k === 'call' && namesMapping(stmt.value) ? stmt.value : null;
    if (call && fn) { flow.callFn({ k: 'fn', fn: flow.fnRef(fn, module.env, null) }, []); return true; }
    if (call) flow.expr(call, module.env);
    else if (stmt.k === 'def' && !fn) meet(flow, module, stmt.fn.body, stmt.fn);
    else if (stmt.k === 'if') return meet(flow, module, stmt.then, fn) || meet(flow, module, stmt.else, fn);
    else if (stmt.k === 'try' || stmt.k === 'with') return meet(flow, module, stmt.body, fn);
    return false;
  });
}

const namesMapping = ({ fn }: Call): boolean =>
  fn.k === 'attr' ? fn.name === 'map_imperatively' || fn.name === 'mapper' : fn.k === 'name' && fn.id === 'mapper';

/** The model of a class whose table the draft is. */
function modelOf(flow: Flow, draft: TableDraft, { cls, site }: Mapping, parent: ClassRef | null): TableDraft {
  const properties = argumentOf(site.args, -1, 'properties');
  const relationships: RelationshipDraft[] = [];
  const composites: Composite[] = [];
  const names = new Map<string, string>();
  for (const { name, value, expr } of propertiesIn(properties)) {
    const place = { path: site.env.module.path, at: expr.at };
    const relationship = termNamed(value, ...RELATIONSHIP_CALLS);
    const composite = termNamed(value, 'composite');
    const drafted = relationship && relationshipDraft(flow, name, relationship, null, place);
    if (drafted) relationships.push(drafted);
    else if (composite) composites.push(compositeFrom(flow, name, positional(composite.args), null, { cls, source: cls }));
    else { const column = columnOf(expr); if (column !== null) names.set(column, name); }
  }
  const on = argumentOf(site.args, -1, 'polymorphic_on')?.expr;
  const version = argumentOf(site.args, -1, 'version_id_col')?.expr;
  const roles = new Map([...(on ? [[columnOf(on), 'discriminator'] as const] : []), ...(version ? [[columnOf(version), 'version'] as const] : [])]);
  return {
    ...draft,
    model: cls.name,
    cls,
    inherits: parent,
    relationships,
    // Code that is built on plain objects may do without relationships on purpose.
    declaresRelationships: relationships.length > 0,
    columns: draft.columns.map((column) => ({
      ...column,
      attribute: names.get(column.attribute) ?? column.attribute,
      ...(roles.has(column.attribute) ? { role: roles.get(column.attribute) } : {}),
    })),
    // What the table calls a column is said of it as well.
    ...withComposites(composites, new Map([...names].map(([column, name]) => [column, name]))),
  };
}

/** `map_imperatively(Manager, inherits=Employee, …)`: the rows of such a class are in the table of its base. */
function sharedOf(mapped: readonly TableDraft[], { cls, site }: Mapping): readonly TableDraft[] {
  const parent = argument(site.args, -1, 'inherits');
  const base = parent?.k === 'class' && argument(site.args, 1, 'local_table') === null ? mapped.find((draft) => draft.cls?.id === parent.cls.id) : undefined;
  if (!base) return [];
  const place = { path: site.env.module.path, at: site.at };
  return [
    {
      ...base,
      model: cls.name,
      cls,
      site: null,
      base: base.cls,
      inherits: base.cls,
      place,
      extent: { path: cls.module.path, at: cls.cls.range },
      columns: [],
      keys: [],
      indexes: [],
      foreignKeys: [],
      checks: [],
      exclusions: [],
      relationships: [],
      synonyms: new Map(),
      comment: null,
    },
  ];
}

interface Property { readonly name: string; readonly value: Value; readonly expr: Expr }

function propertiesIn(properties: EvaluatedArg | null): readonly Property[] {
  if (properties?.value.k !== 'dict') return [];
  const { entries } = properties.value;
  const written = properties.expr.k === 'dict' ? entriesOf(properties.expr) : new Map<string, Expr>();
  return [...entries].map(([name, value]) => ({ name, value, expr: written.get(name) ?? properties.expr }));
}

const entriesOf = (dict: Dict): ReadonlyMap<string, Expr> =>
  new Map(dict.entries.flatMap(({ key, value }) => (key?.k === 'lit' ? [[String(key.v), value] as const] : [])));

/** `orders.c.street`, `column_property(orders.c.street)`, `orders.c["street"]`, `"street"`; null for anything else. */
function columnOf(expr: Expr): string | null {
  if (expr.k === 'attr' && expr.of.k === 'attr' && /^(c|columns)$/.test(expr.of.name)) return expr.name;
  if (expr.k === 'item' && expr.key.k === 'lit') return text({ k: 'const', v: expr.key.v });
  if (expr.k === 'call' && expr.args[0]) return columnOf(expr.args[0].value);
  return expr.k === 'lit' && typeof expr.v === 'string' ? expr.v : null;
}
