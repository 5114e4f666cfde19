/**
 * A Project in memory from a terse description, for tests of rules and predicates:
 *
 *   const project = buildProject(`
 *     table leads
 *       id pk
 *       phone text
 *   `).read('leads.phone', { path: 'api.py' }).query('leads', ['phone = ?'], { expects: 'first' }).build();
 *   expect(check(rule, project)).toEqual(['leads(phone) high']);
 *
 * The schema's text is described in `schema-text.ts`. Every use is application code in function `f` of `app.py`
 * unless its options say otherwise, and stands at a place of its own.
 */
import { makeProject, type Project, type Settings } from '../../src/model/project.js';
import type { BrokenReference, Column, Drift, Place, Schema } from '../../src/model/schema.js';
import type { Condition, Context, Copy, Exposure, Gap, GapKind, Insert, PossibleUse, Query, QuerySource, TableUse, Usage, Use, UseKind, WrittenValue } from '../../src/model/usage.js';
import type { Draft, Rule } from '../../src/lint/rule.js';
import { columnNamed, nextPlace, parseSchema, tableNamed } from './schema-text.js';

export { nextPlace } from './schema-text.js';

/** Where and in which circumstances a use stands; all optional. */
export interface At extends Partial<Context> { readonly place?: Place }
/** What is written: `?` something else, `null`, `table.column` copied from there, `=x` the value x of that function, or a constant (`{ v: 1 }`). */
export type Written = string | null | { readonly v: string | number | boolean };
export interface QueryOptions extends At {
  readonly expects?: Query['expects']; readonly verb?: Query['verb']; readonly limit?: number; readonly offset?: boolean; readonly isPartial?: boolean; readonly isAggregate?: boolean;
  /** `created_at`, `-created_at`, `messages.created_at`. */
  readonly sort?: readonly string[]; readonly group?: readonly string[];
  /** `conversations`, `left conversations`, `relationship conversations`; `conversations as c` gives an alias. */
  readonly joins?: readonly string[];
  /** Kinds of guard, or whole guards. */
  readonly guards?: readonly (Query['guards'][number]['k'] | Query['guards'][number])[];
}

export interface ProjectBuilder {
  readonly schema: Schema;
  use(kind: UseKind, column: string, at?: At & Partial<Pick<Use, 'via' | 'isTest' | 'isDereference' | 'isCompound' | 'atInsert' | 'value'>>): ProjectBuilder;
  read(column: string, at?: At & Partial<Pick<Use, 'via' | 'isTest' | 'isDereference'>>): ProjectBuilder;
  /** A write after the row exists; with `atInsert` while it is made (prefer `insert`). */
  write(column: string, value?: Written, at?: At & Partial<Pick<Use, 'via' | 'atInsert' | 'isCompound'>>): ProjectBuilder;
  filter(column: string, at?: At & Partial<Pick<Use, 'via'>>): ProjectBuilder;
  tableUse(kind: TableUse['kind'], table: string, at?: At & { readonly isTypeOnly?: boolean; readonly isAdmin?: boolean }): ProjectBuilder;
  /** Adds the insert, its writes and the use of the table. */
  insert(table: string, values: Readonly<Record<string, Written>>, at?: At & { readonly isOpen?: boolean; readonly isUpsert?: boolean }): ProjectBuilder;
  /**
   * Adds the query, its uses and the use of the table. Conditions: `phone = ?`, `status = 'new'`, `n > ?` (range), `id in ?`, `x null`, `x not-null`,
   * `name like ?`, `name prefix ?`, `messages.lead_id = leads.id` (join); suffixes `optional`, `or`, `wrapped=lower`.
   */
  query(table: string, conditions?: readonly string[], options?: QueryOptions): ProjectBuilder;
  copy(from: string, to: string, at?: At & Partial<Pick<Copy, 'via' | 'atInsert' | 'isSplit'>>): ProjectBuilder;
  /** Adds the exposure and its uses. */
  expose(table: string, name: string, columns: readonly string[] | 'all', at?: At): ProjectBuilder;
  possible(name: string, at?: At & Partial<Pick<PossibleUse, 'kind'>>): ProjectBuilder;
  /** `subject`: a table, `table.column`, or null for any. */
  gap(kind: GapKind, subject: string | null, detail?: string): ProjectBuilder;
  /** The relationship `table.name` is followed; the key's columns are not read by this alone. */
  follow(relationship: string, at?: At): ProjectBuilder;
  drift(drift: Partial<Drift> & Pick<Drift, 'table' | 'what'>): ProjectBuilder;
  broken(broken: Omit<BrokenReference, 'place'>): ProjectBuilder;
  settings(settings: Partial<Settings>): ProjectBuilder;
  build(): Project;
}

/** Starts a project from the text of its schema. */
export function buildProject(text: string): ProjectBuilder {
  const schema = parseSchema(text);
  const drifts: Drift[] = [];
  const broken: BrokenReference[] = [];
  const possible = new Map<string, PossibleUse[]>();
  const relationshipUses: Usage['relationshipUses'][number][] = [];
  const usage = { uses: [] as Use[], tableUses: [] as TableUse[], inserts: [] as Insert[], queries: [] as Query[], copies: [] as Copy[], exposures: [] as Exposure[], gaps: [] as Gap[], unknown: [] as Usage['unknown'][number][] };
  let settings: Settings = { tenantKeys: [], smallTables: [], externalReaders: [], defaultSchema: 'public' };
  const column = (name: string): Column => columnNamed(schema.tables, name);
  const table = (name: string) => tableNamed(schema.tables, name);

  const builder: ProjectBuilder = {
    schema,
    use(kind, name, at = {}) {
      const { via = 'code', isTest, isDereference, isCompound, atInsert, value, ...rest } = at;
      usage.uses.push({ table: column(name).table, column: column(name), kind, via, isTest, isDereference, isCompound, atInsert, value, ...whereOf(rest) });
      return builder;
    },
    read: (name, at) => builder.use('read', name, at),
    write: (name, value = '?', at = {}) => builder.use('write', name, { atInsert: false, ...at, value: written(value, column) }),
    filter: (name, at) => builder.use('filter', name, at),
    tableUse(kind, name, at = {}) {
      const { isTypeOnly, isAdmin, ...rest } = at;
      usage.tableUses.push({ table: table(name), kind, isTypeOnly, isAdmin, ...whereOf(rest) });
      return builder;
    },
    insert(name, values, at = {}) {
      const { isOpen = false, isUpsert = false, ...rest } = at;
      const where = whereOf(rest);
      const entries = Object.entries(values).map(([key, value]) => [column(`${name}.${key}`), written(value, column)] as const);
      usage.inserts.push({ table: table(name), values: new Map(entries), isOpen, isUpsert, ...where });
      usage.tableUses.push({ table: table(name), kind: 'insert', ...where });
      for (const [target, value] of entries) usage.uses.push({ table: target.table, column: target, kind: 'write', via: 'code', value, atInsert: true, ...where });
      return builder;
    },
    query(name, conditions = [], options = {}) {
      const { expects = 'many', verb = 'select', limit = null, offset = false, isPartial = false, isAggregate = false, sort = [], group = [], joins = [], guards = [], ...at } = options;
      const where = whereOf(at);
      const root: QuerySource = { table: table(name), alias: null, join: 'root' };
      const sources = [root, ...joins.map((join) => joinSource(join, table))];
      const find = (reference: string) => findInSources(reference, sources);
      const sorts = sort.map((key) => ({ ...find(key.replace(/^-/, '')), desc: key.startsWith('-') }));
      const groups = group.map((key) => find(key).column);
      const read = conditions.map((text) => readCondition(text, find));
      usage.queries.push({ root, sources, conditions: read, sorts, groups, verb, expects, isAggregate, limit, offset, isPartial, guards: guards.map((guard) => (typeof guard === 'string' ? ({ k: guard, place: where.place } as Query['guards'][number]) : guard)), ...where });
      for (const source of sources) usage.tableUses.push({ table: source.table, kind: source === root ? verb : 'select', ...where });
      const kind: UseKind = expects === 'one' || expects === 'first' ? 'lookup' : 'filter';
      const add = (used: Column, what: UseKind) => usage.uses.push({ table: used.table, column: used, kind: what, via: 'code', ...where });
      for (const condition of read) {
        add(condition.column, condition.isJoin ? 'join' : kind);
        if (condition.value.k === 'column') add(condition.value.column, 'join');
      }
      for (const one of sorts) add(one.column, 'sort');
      for (const one of groups) add(one, 'group');
      return builder;
    },
    copy(from, to, at = {}) {
      const { via = 'assignment', atInsert = false, isSplit = false, ...rest } = at;
      const where = whereOf(rest);
      usage.copies.push({ from: column(from), to: column(to), via, atInsert, isSplit, ...where });
      return builder;
    },
    expose(name, serializer, columns, at = {}) {
      const where = whereOf(at);
      const exposed = columns === 'all' ? table(name).columns : columns.map((one) => column(`${name}.${one}`));
      usage.exposures.push({ table: table(name), name: serializer, columns: exposed, all: columns === 'all', ...where });
      usage.tableUses.push({ table: table(name), kind: 'expose', ...where });
      for (const one of exposed) usage.uses.push({ table: one.table, column: one, kind: 'expose', via: columns === 'all' ? 'catch-all' : 'serializer', ...where });
      return builder;
    },
    possible(name, at = {}) {
      const { kind = 'attribute', ...rest } = at;
      const { place, context } = whereOf(rest);
      possible.set(name, [...(possible.get(name) ?? []), { name, place, role: context.role, isClient: context.isClient, kind }]);
      return builder;
    },
    gap(kind, subject, detail = kind) {
      const named = subject?.includes('.') ? column(subject) : null;
      usage.gaps.push({ kind, table: named?.table ?? (subject ? table(subject) : null), column: named, place: null, detail });
      return builder;
    },
    follow(name, at = {}) {
      const [owner, member] = name.split('.');
      const relationship = table(owner).relationships.find((one) => one.name === member);
      if (!relationship) throw new Error(`No relationship ${name}`);
      relationshipUses.push({ relationship, how: 'asked', ...whereOf(at) });
      return builder;
    },
    drift(drift) {
      drifts.push({ column: null, inModel: '', inDatabase: '', modelPlace: drift.table.place, databasePlace: nextPlace('migration.sql'), names: [], ...drift });
      return builder;
    },
    broken(one) {
      broken.push({ ...one, place: nextPlace(one.table.place.path) });
      return builder;
    },
    settings(some) {
      settings = { ...settings, ...some };
      return builder;
    },
    build: () => makeProject({ ...schema, drifts, broken }, { ...usage, possible, relationshipUses }, settings),
  };
  return builder;
}

/** Runs one rule with its options' defaults; returns its drafts. */
export function drafts<O extends object>(rule: Rule<O>, project: Project, options?: Partial<O>): Draft[] {
  const found: Draft[] = [];
  const properties = Object.entries((rule.options as { properties?: Record<string, { default?: unknown }> } | undefined)?.properties ?? {});
  const defaults = Object.fromEntries(properties.filter(([, one]) => one.default !== undefined).map(([name, one]) => [name, one.default]));
  rule.check(project, (draft) => found.push(draft), { ...defaults, ...options } as O);
  return found;
}

/** Runs one rule; returns `table(columns) confidence`, and the level where it differs from the rule's. */
export function check<O extends object>(rule: Rule<O>, project: Project, options?: Partial<O>): string[] {
  return drafts(rule, project, options).map((draft) => {
    const level = draft.level && draft.level !== rule.level ? ` ${draft.level}` : '';
    return `${draft.table.name}(${draft.columns.map((column) => column.name).join(', ')}) ${draft.confidence}${level}`;
  });
}

function whereOf(at: At): { place: Place; context: Context } {
  const { place, ...context } = at;
  const path = context.path ?? place?.path ?? 'app.py';
  return { place: place ?? nextPlace(path), context: { fn: 'f', unit: context.fn === undefined ? 'f' : context.fn, role: 'application', entry: null, inLoop: false, isSwallowed: false, isClient: false, ...context, path } };
}

function written(value: Written, column: (name: string) => Column): WrittenValue {
  if (value === null) return { k: 'null' };
  if (typeof value === 'object') return { k: 'constant', constant: value.v };
  if (value.startsWith('=')) return { k: 'other', same: value.slice(1) };
  return value.includes('.') ? { k: 'column', column: column(value) } : { k: 'other' };
}

function joinSource(text: string, table: (name: string) => QuerySource['table']): QuerySource {
  const [, kind, name, alias] = /^(?:(inner|left|relationship) )?(\w+)(?: as (\w+))?$/.exec(text) ?? [];
  return { table: table(name), alias: alias ?? null, join: (kind as QuerySource['join']) ?? 'inner' };
}

function findInSources(reference: string, sources: readonly QuerySource[]): { source: QuerySource; column: Column } {
  const [qualifier, name] = reference.includes('.') ? reference.split('.') : [null, reference];
  for (const source of sources) {
    if (qualifier && (source.alias ?? source.table.name) !== qualifier) continue;
    const column = source.table.columns.find((one) => one.name === name);
    if (column) return { source, column };
  }
  throw new Error(`No column ${reference} in the query`);
}

function readCondition(text: string, find: (reference: string) => { source: QuerySource; column: Column }): Condition {
  const flags = { isOptional: / optional\b/.test(text), inOr: / or\b/.test(text), wrapped: / wrapped=(\w+)/.exec(text)?.[1] ?? null };
  const [, left, op, right] = /^([\w.]+) (=|<>|[<>]=?|in|null|not-null|like|prefix|other)(?: ('[^']*'|[\w.?-]+))?/.exec(text.replace(/ (optional|or|wrapped=\w+)\b/g, '')) ?? [];
  if (!left) throw new Error(`No condition: ${text}`);
  const isColumn = !!right && /^[a-z_]\w*\.[a-z_]\w*$/i.test(right);
  const value: Condition['value'] = op === 'null' || op === 'not-null' ? { k: 'null' }
    : !right || right === '?' ? { k: 'parameter' }
    : right.startsWith("'") ? { k: 'constant', v: right.slice(1, -1) }
    : isColumn ? { k: 'column', ...find(right) }
    : /^-?\d/.test(right) ? { k: 'constant', v: Number(right) }
    : right === 'true' || right === 'false' ? { k: 'constant', v: right === 'true' } : { k: 'other' };
  return { ...find(left), op: /^[<>]=?$/.test(op) ? 'range' : (op as Condition['op']), value, isJoin: isColumn, ...flags };
}
