/** Facts of all files → the project that rules see. Knows no file but its facts and path. */
import type { Dialect, ProgramView } from '../dialects/dialect.js';
import { dialects } from '../dialects/index.js';
import type { Span, Stmt } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import type { SqlStatement } from '../facts/sql.js';
import { Flow } from '../flow/evaluate.js';
import type { Model } from '../flow/model.js';
import { Pages } from '../flow/pages.js';
import { makeModule, type ModuleRef } from '../flow/program.js';
import { noteBases } from '../flow/row-types.js';
import { runProgram } from '../flow/run.js';
import type { ClassRef } from '../flow/value.js';
import { packageIndex } from '../migrations/script/packages.js';
import { migrationSteps } from '../migrations/steps/hook.js';
import { makeProject, type Project, type Settings } from '../model/project.js';
import type { Place, Table } from '../model/schema.js';
import type { Context, Gap, Role, Usage } from '../model/usage.js';
import { apartByConnection, apartByRegistry } from './apart.js';
import { exclusiveIn, loopsApartIn } from './arms.js';
import { autoImports } from './auto-imports.js';
import { clientFiles } from './client-files.js';
import { clientReads } from './clients.js';
import { contextsOf, type FileContexts } from './context.js';
import { declarers } from './declarers.js';
import type { TableDraft } from './draft.js';
import { engineAskedFor } from './engines.js';
import { UNREACHED, reachedEntries, sharedPlaces } from './entries.js';
import { histories, type Histories } from './histories.js';
import { forgetLookedInto } from './kept.js';
import { mergeSchema, type Merged } from './merge.js';
import { registerModels } from './models.js';
import { makeResolver } from './modules.js';
import { possibleUses } from './named.js';
import { withReached } from './reached.js';
import type { Routine } from './replay.js';
import { withSharedColumns } from './shared-columns.js';
import { leftoverStatements, runnableQueries, runnableStrings, sqlStringsOf, takenAway } from './sql-strings.js';
import { rowUsage, sqlUsage } from './sql-usage.js';
import type { SqlSchema } from './sql-usage/context.js';
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
  /** Told when all code has been evaluated, and what only evaluation needs is let go. */
  readonly onEvaluated?: () => void;
}

export interface Linked { readonly project: Project; readonly notes: readonly string[] }

export function link(input: LinkInput): Linked {
  const { files, settings } = input;
  const active = dialects.filter((dialect) => input.dialects.length === 0 || input.dialects.includes(dialect.id) || dialect.declare === undefined);
  const flow = new Flow(modulesOf(files), makeResolver(files), [migrationSteps, ...active]);
  const declared = declare(input, flow, active);
  const evaluated = evaluate(input, flow, declared, active);
  flow.rest();
  input.onEvaluated?.();
  return { project: makeProject(declared.schema, usageOf(input, flow, declared, evaluated), settings), notes: declared.history.notes };
}

/** What the code and its migrations declare: the drafts of each, and the schema they make together. */
type Declared = Pick<Merged, 'schema' | 'tableOf'> & {
  readonly drafts: readonly TableDraft[];
  readonly history: Histories;
  readonly classes: readonly ClassRef[];
};

function declare({ files, settings, roleOf }: LinkInput, flow: Flow, active: readonly Dialect[]): Declared {
  const modules = flow.modules.filter((module) => roleOf(module.path) !== 'test' && roleOf(module.path) !== 'migration');
  const classes = classesOf(flow, modules);
  const view: ProgramView = { flow, modules, classes, files };
  const drafts = flow.declaring(() => withSharedColumns(flow, apartByRegistry(apartByConnection(active.flatMap((dialect) => dialect.declare?.(view) ?? [])))));
  const history = flow.quiet(() =>
    histories({ files, modules: flow.modules, flow, sqlAt: sqlStringIndex(files), defaultSchema: settings.defaultSchema, roleOf }),
  );
  const { schema, tableOf } = mergeSchema({
    drafts: [...drafts, ...history.drafts],
    engine: engineAskedFor(files),
    enums: history.enums,
    dropped: history.dropped,
    droppedKeys: history.droppedKeys,
    extensions: history.extensions,
    definitions: history.definitions,
    defaultSchema: settings.defaultSchema,
    packageOf: packageIndex(files),
  });
  return { drafts, history, classes, schema, tableOf };
}

/** The tables by their names, and the statements that stand in strings of code. */
interface Evaluated { readonly byName: SqlSchema; readonly strings: ReturnType<typeof sqlStringsOf> }

/** Evaluates the application's code and the statements of SQL: what they do is in the flow's record then. */
function evaluate(
  { files, roleOf, isEntryPoint }: LinkInput,
  flow: Flow,
  { drafts, history, schema, tableOf }: Declared,
  active: readonly Dialect[],
): Evaluated {
  flow.forget();
  const models = registerModels(flow, drafts, tableOf, schema);
  for (const model of flow.modelsByClass.values()) if (model.cls) noteBases(flow, model.cls, model);
  const declared = new Set(drafts.map((draft) => draft.dialect));
  flow.use(active.filter((dialect) => dialect.declare === undefined || declared.has(dialect.id)));
  const byName = tablesByName(schema.tables, models, history.routines);
  flow.tableNamed = byName.table;
  flow.pages = new Pages(new Map([...files].filter(([path]) => roleOf(path) === 'application')));
  const strings = sqlStringsOf(files);
  if (strings.size > 0 || [...files.values()].some((facts) => facts.sql)) flow.strings = runnableStrings(strings, files, byName, history.temporary);
  flow.queries = runnableQueries(byName, schema.tables, history.temporary);
  runProgram(
    flow,
    flow.modules.filter((module) => roleOf(module.path) === 'application' || roleOf(module.path) === 'seed'),
    isEntryPoint,
  );
  sqlUsage(
    [
      ...history.queries,
      ...history.routines.flatMap(({ queries, path, rows }) => queries.map((query) => ({ query, path, rows }))),
      ...leftoverStatements(strings, flow, history.isDown),
    ],
    byName,
    flow.record,
    history.temporary,
  );
  rowUsage(history.rowReads, byName, flow.record);
  const isTakenAway = takenAway(strings);
  for (const [key, { model, name, place }] of flow.record.unknown)
    if (isTakenAway(place.path, model?.table.name ?? name, model && name)) flow.record.unknown.delete(key);
  return { byName, strings };
}

/** What was recorded, with what surrounds it, and what is known by its name only. */
function usageOf(input: LinkInput, flow: Flow, { drafts, history, classes, schema, tableOf }: Declared, { byName, strings }: Evaluated): Usage {
  const { files, roleOf } = input;
  const isOwnScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path) && roleOf(path) === 'application';
  const isAsking = [...flow.record.queries.values(), ...flow.record.inserts.values()].some(({ place }) => isOwnScript(place.path));
  const usesScript =
    isAsking ||
    drafts.some((draft) => /\.([cm]?[jt]sx?|prisma)$/.test(draft.place.path)) ||
    [...strings.keys()].some((path) => /\.[cm]?[jt]s$/.test(path) && roleOf(path) === 'application');
  const isClient = clientFiles(files, flow, usesScript, drafts.map((draft) => draft.place.path));
  const contextAt = contextIndex(input, flow, isClient);
  forgetLookedInto(files, flow, (path) => roleOf(path) === 'application' && files.get(path)?.language === 'typescript' && !isClient(path));
  const clients = clientReads(flow, flow.record, contextAt);
  const possible = possibleUses({
    files, flow, roleOf, isClient, schema,
    extents: [...declarers(flow, drafts, classes), ...flow.record.declarations.values()],
  });
  const unseen = unseenApplication({ hasModels: drafts.length > 0, record: flow.record, queries: history.queries, roleOf });
  const gaps = [...cutOffGaps(history.drafts, tableOf), ...parseGaps(files, roleOf), ...unseen];
  const inCode = [...strings].flatMap(([path, byStart]) =>
    [...byStart.values()].flat().flatMap((statement) => (statement.k === 'query' ? [{ query: statement.query, path }] : [])),
  );
  const reached = withReached({
    routines: history.routines,
    statements: [...history.queries, ...inCode],
    schema,
    tableOf: ({ name, schema: of }) => byName.table(name, of ?? null)?.table ?? null,
    record: flow.record,
    contextAt,
    possible,
  });
  return linkUsage(
    flow.record,
    schema,
    { contextAt: reached.contextAt, areExclusive: byFile(files, exclusiveIn), areLoopsApart: byFile(files, loopsApartIn) },
    possible,
    clients,
    [...gaps, ...reached.gaps],
  );
}

/** Models by physical table name; a name without a schema means the default schema's table, else the only one of that name. */
function tablesByName(tables: readonly Table[], models: ReadonlyMap<Table, Model>, routines: readonly Routine[]): SqlSchema {
  const byName = new Map<string, Table>();
  for (const table of tables) {
    byName.set(`${table.schema ?? ''}.${table.name}`, table);
    for (const name of [table.name, table.name.toLowerCase()]) if (!byName.has(`.${name}`)) byName.set(`.${name}`, table);
  }
  const find = (name: string, schema: string | null): Table | undefined =>
    byName.get(`${schema ?? ''}.${name}`) ?? (schema === null ? undefined : byName.get(`.${name}`));
  const views = new Map(
    routines.flatMap(({ k, name, queries }) => {
      const table = k === 'view' ? find(name.name, name.schema ?? null) : undefined;
      return table && queries[0] ? [[table, queries[0]] as const] : [];
    }),
  );
  return {
    table: (name, schema) => { const table = find(name, schema); return (table && models.get(table)) ?? null; },
    viewOf: (table) => views.get(table) ?? null,
  };
}

function modulesOf(files: ReadonlyMap<string, FileFacts>): readonly ModuleRef[] {
  const isStrict = strictnessOf(files);
  const given = autoImports(files);
  return [...files]
    .filter(([, facts]) => facts.code !== undefined)
    .map(([path, facts]) =>
      makeModule(path, facts.language as 'python' | 'typescript', facts.code!, isStrict(path), facts.language === 'typescript' ? given(path) : []),
    );
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

function contextIndex({ files, roleOf, isEntryPoint = () => false }: LinkInput, flow: Flow, isClient: (path: string) => boolean): (place: Place) => Context {
  const byPath = new Map<string, FileContexts>();
  const contextsIn = (path: string): FileContexts => {
    let contexts = byPath.get(path);
    if (!contexts) {
      const facts = files.get(path);
      byPath.set(
        path,
        (contexts = contextsOf(
          { path, role: roleOf(path), isClient: isClient(path), isEntryPoint: isEntryPoint(path) },
          facts?.code ?? facts?.page?.body ?? [],
        )),
      );
    }
    return contexts;
  };
  const reached = reachedEntries(flow.called, {
    ownEntry: ({ path, at }) => contextsIn(path).ownEntry(spanStart(at)),
    takenBy: ({ path, at }) => contextsIn(path).takenBy(spanStart(at)),
  });
  const isShared = sharedPlaces(flow.record);
  return ({ path, at }) => {
    const context = contextsIn(path).at(spanStart(at), isShared({ path, at }) ? () => UNREACHED : reached);
    // A template shows nothing where there is nothing.
    return files.get(path)?.page ? { ...context, isSwallowed: true } : context;
  };
}

/** What is asked of two offsets of one file, asked of places. */
function byFile(files: ReadonlyMap<string, FileFacts>, read: typeof exclusiveIn): (a: Place, b: Place) => boolean {
  const byPath = new Map<string, (a: number, b: number) => boolean>();
  return (a, b) => {
    if (a.path !== b.path) return false;
    let holds = byPath.get(a.path);
    if (!holds) byPath.set(a.path, (holds = read(files.get(a.path)?.code ?? [])));
    return holds(spanStart(a.at), spanStart(b.at));
  };
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
