/** Facts of all files → the project that rules see. Knows no file but its facts and path. */
import { dialects } from '../dialects/index.js';
import type { ClassRef } from '../flow/value.js';
import type { Span, Stmt } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlStatement } from '../facts/sql.js';
import { spanStart } from '../facts/span.js';
import { Flow } from '../flow/evaluate.js';
import { packageIndex } from '../migrations/script/packages.js';
import { fieldsOfType } from '../flow/fields.js';
import { Pages } from '../flow/pages.js';
import { migrationSteps } from '../migrations/steps/hook.js';
import { makeModule, type ModuleRef } from '../flow/program.js';
import { makeProject, type Project, type Settings } from '../model/project.js';
import type { Place } from '../model/schema.js';
import type { Context, Gap, Role } from '../model/usage.js';
import type { ProgramView } from '../dialects/dialect.js';
import { apartByConnection } from './apart.js';
import { exclusiveIn } from './arms.js';
import { clientFiles } from './client-files.js';
import { clientReads } from './clients.js';
import { contextsOf, type ContextOf } from './context.js';
import type { TableDraft } from './draft.js';
import { generatedFrom } from './generated.js';
import { handedTo } from './handed.js';
import { histories } from './histories.js';
import { forgetLookedInto } from './kept.js';
import { mergeSchema } from './merge.js';
import { registerModels } from './models.js';
import { makeResolver } from './modules.js';
import { PossibleUses } from './possible.js';
import { isProse, vocabularyOf } from './vocabulary.js';
import { withReached } from './reached.js';
import { leftoverStatements, runnableQueries, runnableStrings, sqlStringsOf, takenAway } from './sql-strings.js';
import type { Routine } from './replay.js';
import { rowUsage, sqlUsage } from './sql-usage.js';
import type { SqlSchema } from './sql-usage/context.js';
import type { Model } from '../flow/model.js';
import type { Table } from '../model/schema.js';
import { strictnessOf } from './strictness.js';
import { unseenApplication } from './unseen.js';
import { linkUsage } from './usage.js';

export interface LinkInput {
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly roleOf: (path: string) => Role;
  /** Files whose functions are called from outside. */
  readonly isEntryPoint?: (path: string) => boolean;
  readonly settings: Settings;
  /** Ids of the dialects that are read; empty: all. */
  readonly dialects: readonly string[];
}

export interface Linked { readonly project: Project; readonly notes: readonly string[] }

export function link(input: LinkInput): Linked {
  const { files, settings, isEntryPoint = () => false } = input;
  const active = dialects.filter((dialect) => input.dialects.length === 0 || input.dialects.includes(dialect.id) || dialect.declare === undefined);
  const modules = modulesOf(files);
  const flow = new Flow(modules, makeResolver(files), [migrationSteps, ...active]);
  const sqlAt = sqlStringIndex(files);
  const view: ProgramView = { flow, modules: modules.filter((module) => input.roleOf(module.path) !== 'test' && input.roleOf(module.path) !== 'migration'), classes: [], files };
  (view as { classes: readonly ClassRef[] }).classes = classesOf(flow, view.modules);
  const drafts = flow.declaring(() => apartByConnection(active.flatMap((dialect) => dialect.declare?.(view) ?? [])));
  const history = flow.quiet(() => histories({ files, modules, flow, sqlAt, defaultSchema: settings.defaultSchema, roleOf: input.roleOf }));
  const merged = mergeSchema({ drafts: [...drafts, ...history.drafts], enums: history.enums, dropped: history.dropped, droppedKeys: history.droppedKeys, extensions: history.extensions, definitions: history.definitions, defaultSchema: settings.defaultSchema, packageOf: packageIndex(files) });
  flow.forget();
  const models = registerModels(flow, drafts, merged.tableOf, merged.schema);
  const { schema } = merged;
  const declared = new Set(drafts.map((draft) => draft.dialect));
  flow.use(active.filter((dialect) => dialect.declare === undefined || declared.has(dialect.id)));

  const evaluated = modules.filter((module) => input.roleOf(module.path) === 'application' || input.roleOf(module.path) === 'seed');
  const byName = tablesByName(schema.tables, models, history.routines);
  flow.tableNamed = byName.table;
  flow.pages = new Pages(new Map([...files].filter(([path]) => input.roleOf(path) === 'application')));
  const strings = sqlStringsOf(files);
  if (strings.size > 0 || [...files.values()].some((facts) => facts.sql)) flow.strings = runnableStrings(strings, files, byName, history.temporary);
  flow.queries = runnableQueries(byName, history.temporary);
  flow.runAll(evaluated, isEntryPoint);
  sqlUsage([...history.queries, ...history.routines.flatMap(({ queries, path, rows }) => queries.map((query) => ({ query, path, rows }))), ...leftoverStatements(strings, flow, history.isDown)], byName, flow.record, history.temporary);
  rowUsage(history.rowReads, byName, flow.record);
  const isTakenAway = takenAway(strings);
  for (const [key, { model, name, place }] of flow.record.unknown) if (isTakenAway(place.path, model?.table.name ?? name, model && name)) flow.record.unknown.delete(key);

  const usesScript = drafts.some((draft) => /\.([cm]?[jt]sx?|prisma)$/.test(draft.place.path)) || [...strings.keys()].some((path) => /\.[cm]?[jt]s$/.test(path) && input.roleOf(path) === 'application');
  const isClient = clientFiles(files, flow, usesScript, drafts.map((draft) => draft.place.path));
  const contextAt = contextIndex(files, input.roleOf, isEntryPoint, isClient);
  forgetLookedInto(files, flow.record, (path) => input.roleOf(path) === 'application' && files.get(path)?.language === 'typescript' && !isClient(path));
  const clients = clientReads(flow, flow.record, contextAt);
  const possible = possibleUses(files, flow, input.roleOf, isClient, schema, [...drafts.map((draft) => draft.extent), ...flow.record.declarations.values()]);
  const unseen = unseenApplication({ hasModels: drafts.length > 0, record: flow.record, queries: history.queries, roleOf: input.roleOf });
  const gaps = [...cutOffGaps(history.drafts, merged.tableOf), ...parseGaps(files, input.roleOf), ...unseen];
  const inCode = [...strings].flatMap(([path, byStart]) => [...byStart.values()].flat().flatMap((statement) => (statement.k === 'query' ? [{ query: statement.query, path }] : [])));
  const reached = withReached({ routines: history.routines, statements: [...history.queries, ...inCode], schema, tableOf: ({ name, schema: of }) => byName.table(name, of ?? null)?.table ?? null, record: flow.record, contextAt, possible });
  const usage = linkUsage(flow.record, schema, { contextAt: reached.contextAt, areExclusive: exclusiveIndex(files) }, possible, clients, [...gaps, ...reached.gaps]);
  return { project: makeProject(schema, usage, settings), notes: history.notes };
}

/** Models by physical table name; a name without a schema means the default schema's table, else the only one of that name. */
function tablesByName(tables: readonly Table[], models: ReadonlyMap<Table, Model>, routines: readonly Routine[]): SqlSchema {
  const byName = new Map<string, Table>();
  for (const table of tables) {
    byName.set(`${table.schema ?? ''}.${table.name}`, table);
    for (const name of [table.name, table.name.toLowerCase()]) if (!byName.has(`.${name}`)) byName.set(`.${name}`, table);
  }
  const find = (name: string, schema: string | null): Table | undefined => byName.get(`${schema ?? ''}.${name}`) ?? (schema === null ? undefined : byName.get(`.${name}`));
  const views = new Map(routines.flatMap(({ k, name, queries }) => { const table = k === 'view' ? find(name.name, name.schema ?? null) : undefined; return table && queries[0] ? [[table, queries[0]] as const] : []; }));
  return {
    table: (name, schema) => { const table = find(name, schema); return (table && models.get(table)) ?? null; },
    viewOf: (table) => views.get(table) ?? null,
  };
}

function modulesOf(files: ReadonlyMap<string, FileFacts>): readonly ModuleRef[] {
  const isStrict = strictnessOf(files);
  return [...files].filter(([, facts]) => facts.code !== undefined).map(([path, facts]) => makeModule(path, facts.language as 'python' | 'typescript', facts.code!, isStrict(path)));
}

/** Every class of the modules, nested ones too. */
function classesOf(flow: Flow, modules: readonly ModuleRef[]): readonly ClassRef[] {
  const found: ClassRef[] = [];
  const visit = (code: readonly Stmt[], env: ModuleRef['env']): void => {
    for (const stmt of code) {
      if (stmt.k === 'class') { const ref = flow.classRef(stmt.cls, env); found.push(ref); visit(stmt.cls.body, ref.env); }
      else if (stmt.k === 'if') { visit(stmt.then, env); visit(stmt.else, env); }
      else if (stmt.k === 'try') { visit(stmt.body, env); for (const handler of stmt.handlers) visit(handler.body, env); }
    }
  };
  for (const module of modules) visit(module.code, module.env);
  return found;
}

function sqlStringIndex(files: ReadonlyMap<string, FileFacts>): (path: string, at: Span) => readonly SqlStatement[] {
  const index = new Map<string, readonly SqlStatement[]>();
  for (const [path, facts] of files) for (const string of facts.sqlStrings ?? []) index.set(`${path}:${spanStart(string.at)}`, string.statements);
  return (path, at) => index.get(`${path}:${spanStart(at)}`) ?? [];
}

function contextIndex(files: ReadonlyMap<string, FileFacts>, roleOf: (path: string) => Role, isEntryPoint: (path: string) => boolean, isClient: (path: string) => boolean): (place: Place) => Context {
  const byPath = new Map<string, ContextOf>();
  return (place) => {
    let contextOf = byPath.get(place.path);
    if (!contextOf) {
      const facts = files.get(place.path);
      const inCode = contextsOf(place.path, facts?.code ?? facts?.page?.body ?? [], roleOf(place.path), isClient(place.path), isEntryPoint(place.path));
      // A template shows nothing where there is nothing.
      byPath.set(place.path, (contextOf = facts?.page ? (offset) => ({ ...inCode(offset), isSwallowed: true }) : inCode));
    }
    return contextOf(spanStart(place.at));
  };
}

function exclusiveIndex(files: ReadonlyMap<string, FileFacts>): (a: Place, b: Place) => boolean {
  const byPath = new Map<string, (a: number, b: number) => boolean>();
  return (a, b) => {
    if (a.path !== b.path) return false;
    let exclusive = byPath.get(a.path);
    if (!exclusive) byPath.set(a.path, (exclusive = exclusiveIn(files.get(a.path)?.code ?? [])));
    return exclusive(spanStart(a.at), spanStart(b.at));
  };
}

function possibleUses(files: ReadonlyMap<string, FileFacts>, flow: Flow, roleOf: (path: string) => Role, isClient: (path: string) => boolean, schema: Project['schema'], extents: readonly Place[]): PossibleUses['found'] {
  const vocabulary = new Set(vocabularyOf(schema));
  const reads = new Map<string, Place[]>();
  for (const { cls, field, place } of flow.record.fieldReads.values()) { const key = `${cls.id}.${field}`; const list = reads.get(key); if (list) list.push(place); else reads.set(key, [place]); }
  const possible = new PossibleUses(vocabulary, (path) => files.get(path)?.code ?? [], (cls, field) => reads.get(`${cls}.${field}`) ?? [], handedTo(flow.record), (path, type) => fieldsOfType(flow, path, type));
  const declared = new Map<string, Span[]>();
  for (const extent of extents) declared.set(extent.path, [...(declared.get(extent.path) ?? []), extent.at]);
  const tied = new Set([...flow.record.tiedSchemas.values()].map((each) => each.cls.id));
  const isGenerated = generatedFrom(files);
  for (const [path, facts] of files) {
    if (isGenerated(path)) continue;
    const file = { path, role: roleOf(path), isClient: facts.page !== undefined || isClient(path) };
    if (facts.words && !isProse(path)) possible.addWords(facts.words, file);
    if (facts.page) possible.addTags(facts.page.names, file);
    if (facts.code) possible.addCode(facts.code, file, (offset) => flow.record.isResolved(path, offset), declarationSpans(facts.code, declared.get(path) ?? []), (start) => tied.has(`${path}:${start}`) || flow.modelsByClass.has(`${path}:${start}`));
  }
  return possible.found;
}

/** The parts of declarations that name columns without using them: of a model class its fields and settings, not its methods. */
function declarationSpans(code: readonly Stmt[], extents: readonly Span[]): readonly Span[] {
  if (extents.length === 0) return [];
  const spans: Span[] = [];
  const starts = new Set(extents.map((extent) => spanStart(extent)));
  const visit = (body: readonly Stmt[]): void => {
    for (const stmt of body) {
      if (stmt.k !== 'class') continue;
      if (starts.has(spanStart(stmt.cls.range))) {
        starts.delete(spanStart(stmt.cls.range));
        for (const inner of stmt.cls.body) if (inner.k === 'set' || inner.k === 'class' || (inner.k === 'def' && inner.fn.decorators.some((decorator) => decorator.k === 'attr' ? decorator.name === 'declared_attr' : decorator.k === 'name' && decorator.id === 'declared_attr'))) spans.push(inner.k === 'class' ? inner.cls.range : inner.k === 'def' ? inner.fn.range : inner.at);
        for (const decorator of stmt.cls.decorators) spans.push(decorator.at);
      }
      visit(stmt.cls.body);
    }
  };
  visit(code);
  for (const extent of extents) if (starts.has(spanStart(extent))) spans.push(extent);
  return spans;
}

/** Tables of files that end in the middle: what they lack may have been in the rest. */
function cutOffGaps(drafts: readonly TableDraft[], tableOf: ReadonlyMap<TableDraft, Table>): readonly Gap[] {
  return drafts.flatMap((draft): Gap[] => {
    const table = draft.isCutOff ? tableOf.get(draft) : undefined;
    return table ? [{ kind: 'parse-error', table, column: null, place: draft.place, detail: 'the file that declares it ends in the middle' }] : [];
  });
}

function parseGaps(files: ReadonlyMap<string, FileFacts>, roleOf: (path: string) => Role): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const [path, facts] of files) for (const problem of facts.problems) {
    if (problem.kind === 'encoding' || roleOf(path) !== 'application') continue;
    gaps.push({ kind: 'parse-error', table: null, column: null, place: { path, at: problem.at }, detail: problem.message });
  }
  return gaps;
}
