/** Collects what evaluation sees, once for each site however often a function is evaluated. */
import type { Column, Place } from '../model/schema.js';
import type { GapKind, Guard, TableUse, Use, UseKind } from '../model/usage.js';
import type { Inherited } from './called.js';
import type { Model, ModelRelationship } from './model.js';
import type { Condition, QueryState } from './query.js';
import { ANY, type ClassRef, type DictValue, type Link, type Value } from './value.js';

export interface ColumnRecord { readonly model: Model; readonly column: Column; kind: UseKind; readonly via: Use['via']; readonly place: Place; readonly value?: Value; readonly atInsert?: boolean; isTest?: boolean; isDereference?: boolean; readonly isCompound?: boolean; /** The model of the row from which the written one was reached. */ readonly reachedFrom?: Model; readonly fnId: string | null }
export interface TableRecord { readonly model: Model; readonly kind: TableUse['kind']; readonly place: Place; readonly isTypeOnly?: boolean; readonly isAdmin?: boolean }
export interface InsertRecord { readonly model: Model; readonly values: ReadonlyMap<Column, Value>; /** Where more may be set than is seen: see `Recorder.definition`. */ readonly opens: ReadonlySet<string | null>; /** For whom it was seen: see `Recorder.definedFor`. */ readonly within: ReadonlySet<Inherited | null>; readonly isUpsert: boolean; readonly place: Place }
export interface QueryRecord { query: QueryState; expects: string; readonly guards: Guard[]; readonly place: Place }
export interface ExposureRecord { readonly model: Model; readonly name: string; readonly columns: readonly Column[]; readonly all: boolean; readonly place: Place; readonly schema: ClassRef | null; readonly places?: ReadonlyMap<Column, Place> }
/** A value moved between two keys or attributes of these names: from the variable `source`, into the variable or call `into`, null where neither takes it directly. */
export interface MoveRecord { readonly from: string; readonly fromPlace: Place; readonly source: string; readonly to: string; readonly place: Place; readonly into: string | null }
/** A field of a class that is no model, read where its object is at hand: of a request schema, of an interface in a page. */
export interface FieldRead { readonly cls: ClassRef; readonly field: string; readonly place: Place }
/** A name in SQL that is no table, or no column of `model`. */
export interface UnknownRecord { readonly model: Model | null; readonly name: string; readonly schema: string | null; readonly place: Place; readonly columns?: readonly string[] }
export interface GapRecord { readonly kind: GapKind; readonly model: Model | null; readonly column: Column | null; readonly place: Place | null; readonly detail: string }

export class Recorder {
  readonly columns = new Map<string, ColumnRecord>();
  readonly unknown = new Map<string, UnknownRecord>();
  readonly tables = new Map<string, TableRecord>();
  readonly inserts = new Map<string, InsertRecord>();
  readonly queries = new Map<string, QueryRecord>();
  readonly exposures = new Map<string, ExposureRecord>();
  readonly moves = new Map<string, MoveRecord>();
  readonly fieldReads = new Map<string, FieldRead>();
  readonly gaps = new Map<string, GapRecord>();
  readonly relationships = new Map<string, { readonly relationship: ModelRelationship; readonly model: Model; readonly place: Place }>();
  /** Classes whose fields are tied to a table (response and request schemas). */
  readonly tiedSchemas = new Map<string, { readonly cls: ClassRef; readonly model: Model; readonly kind: 'response' | 'request' }>();
  /** Offsets, by path, of names that are known to mean something: no possible use of anything else. */
  private readonly resolvedAt = new Map<string, Set<number>>();
  private readonly declared = new Set<string>();
  /** Code that declares and does nothing else: names in it are no possible uses. */
  readonly declarations = new Map<string, Place>();
  /** The function that is evaluated for its own sake, with arguments nobody knows: what is open in it is so only if no call tells more. */
  definition: string | null = null;
  /** That function together with its receiver: what a base does for one class is only what some call on that class does. */
  definedFor: Inherited | null = null;
  private readonly gapsWithin = new Map<string, Set<string | null>>();
  /** Every query state seen, to find those that no call finishes. */
  readonly states = new Map<string, QueryState>();
  readonly finished = new Set<string>();
  /** Queries that were given to code we do not see, which may add to them before they run. */
  readonly handedOver = new Set<string>();
  /** SQL strings that evaluation saw run, as `path:offset`. */
  readonly ranSql = new Set<string>();
  private readonly queriesById = new Map<string, QueryRecord[]>();
  /** Sites of inserts in the order in which evaluation came upon them, again where a known call repeats them. */
  private readonly insertLog: { readonly key: string; readonly model: Model }[] = [];

  /** A column used by name at `place`; the first kind seen at a site stays until `classify` changes it. */
  column(model: Model, attribute: string, kind: UseKind, place: Place, fnId: string | null, extra: { via?: Use['via']; value?: Value; atInsert?: boolean; isCompound?: boolean; reachedFrom?: Model } = {}): ColumnRecord | null {
    const column = model.columns.get(attribute);
    if (!column) return null;
    this.resolve(place);
    const key = `${site(place)}:${model.id}.${column.name}${kind === 'write' ? ':w' : ''}${extra.via ?? ''}`;
    let record = this.columns.get(key);
    if (!record) {
      record = { model, column, kind, via: extra.via ?? 'code', place, fnId, ...(extra.value ? { value: extra.value } : {}), ...(extra.atInsert ? { atInsert: true } : {}), ...(extra.isCompound ? { isCompound: true } : {}), ...(extra.reachedFrom ? { reachedFrom: extra.reachedFrom } : {}) };
      this.columns.set(key, record);
    } else if (kind === 'write' && extra.value && record.value?.k === 'any' && (extra.value.k !== 'any' || (extra.value.id !== undefined && record.value.id === undefined))) {
      this.columns.set(key, { ...record, value: extra.value });
    }
    return record;
  }

  /** Says what a column that was read at `place` is used for. */
  classify(model: Model, attribute: string, place: Place, kind: UseKind): void {
    const record = this.at(model, attribute, place);
    if (record && record.kind === 'read') record.kind = kind;
  }

  /** Marks a read as a mere test, or as a use of the value itself. */
  mark(model: Model, attribute: string, place: Place, what: 'isTest' | 'isDereference'): void {
    const record = this.at(model, attribute, place);
    if (record) record[what] = true;
  }

  /** Marks the key of a relationship that was followed as tested, or as taken for filled. */
  markLink({ model, relationship, place }: Link, what: 'isTest' | 'isDereference'): void {
    for (const column of relationship.local) {
      const record = this.columns.get(`${site(place)}:${model.id}.${column.name}:join`);
      if (record) record[what] = true;
    }
  }

  private at(model: Model, attribute: string, place: Place): ColumnRecord | null {
    const column = model.columns.get(attribute);
    return column ? this.columns.get(`${site(place)}:${model.id}.${column.name}`) ?? null : null;
  }

  table(model: Model, kind: TableUse['kind'], place: Place, how: { readonly isTypeOnly?: true; readonly isAdmin?: true } = {}): void {
    this.resolve(place);
    const key = `${site(place)}:${model.id}:${kind}${how.isAdmin ? ':admin' : ''}`;
    if (!this.tables.has(key) && !this.declared.has(key)) this.tables.set(key, { model, kind, place, ...how });
  }

  /** A name in a declaration, or in a list that registers models, is no use of the model, whether it is seen already or will be. */
  unmention(model: Model, place: Place): void {
    const key = `${site(place)}:${model.id}:mention`;
    this.resolve(place);
    this.declared.add(key);
    this.tables.delete(key);
  }

  /** Says that the code at `place` only declares. */
  declares(place: Place): void {
    this.declarations.set(site(place), place);
  }

  insert(model: Model, values: ReadonlyMap<Column, Value>, place: Place, options: { isOpen?: boolean; isUpsert?: boolean } = {}): void {
    this.table(model, 'insert', place);
    const key = `${site(place)}:${model.id}`;
    const known = this.inserts.get(key);
    const merged = known ? new Map([...known.values, ...values]) : values;
    this.insertLog.push({ key, model });
    const opens = options.isOpen ? new Set([...(known?.opens ?? []), this.definition]) : known?.opens ?? new Set<string | null>();
    const within = new Set([...(known?.within ?? []), this.definedFor]);
    this.inserts.set(key, { model, values: merged, opens, within, isUpsert: options.isUpsert ?? false, place });
  }

  /** How many inserts came so far; with `insertsOf` it tells which came in between. */
  get clock(): number { return this.insertLog.length; }

  /** The inserts into a model's table from one clock to another. */
  insertsOf(model: Model, since: number, until = this.clock): readonly InsertRecord[] {
    return this.insertLog.slice(since, until).filter((entry) => entry.model.table === model.table).map((entry) => this.inserts.get(entry.key)!);
  }

  /** What `repeat` takes to tell again of the inserts since a clock, one of each table at most. */
  insertsSince(clock: number): readonly { readonly key: string; readonly model: Model }[] {
    if (clock === this.insertLog.length) return NOTHING_INSERTED;
    const byTable = new Map(this.insertLog.slice(clock).reverse().map((entry) => [entry.model.table, entry]));
    return [...byTable.values()];
  }

  /** A call that is not evaluated again makes its inserts again. */
  repeat(inserts: readonly { readonly key: string; readonly model: Model }[]): void {
    if (inserts.length > 0) this.insertLog.push(...inserts);
  }

  /** A query is run; `expects` as in model/usage.ts. */
  finish(query: QueryState, expects: QueryRecord['expects']): void {
    this.finished.add(query.id);
    const key = `${query.id}:${query.conditions.length}`;
    const known = this.queries.get(key);
    if (!known) {
      const record: QueryRecord = { query, expects, guards: [], place: query.place };
      this.queries.set(key, record);
      const same = this.queriesById.get(query.id);
      if (same) same.push(record);
      else this.queriesById.set(query.id, [record]);
    } else {
      known.query = withoutArguments(known.query, query);
      if (TELLING.indexOf(known.expects) < TELLING.indexOf(expects)) known.expects = expects;
      // On some path there is more to it.
      if (query.isPartial && !known.query.isPartial) known.query = { ...known.query, isPartial: true };
    }
  }

  /** Adds what the code does with the outcome of the query with that id. */
  guard(lookup: string, guard: Guard): void {
    for (const record of this.queriesById.get(lookup) ?? []) if (!record.guards.some((known) => known.k === guard.k)) record.guards.push(guard);
  }

  /** The model that the query with that id asks for. */
  rootOf(lookup: string): Model | null {
    return this.queriesById.get(lookup)?.[0]?.query.sources[0]?.model ?? null;
  }

  /** A relationship named at `place`: followed, or `isSet` on a row, which reads none of the row's own columns. */
  relationship(model: Model, relationship: ModelRelationship, place: Place, fnId: string | null, isSet = false): void {
    this.resolve(place);
    const key = `${site(place)}:${model.id}.${relationship.name}`;
    if (this.relationships.has(key)) return;
    this.relationships.set(key, { relationship, model, place });
    this.table(relationship.target, 'relationship', place);
    for (const column of [...relationship.local, ...relationship.remote]) {
      if (isSet && column.table === model.table) continue;
      const owner = column.table === model.table ? model : relationship.target;
      const columnKey = `${site(place)}:${owner.id}.${column.name}:join`;
      if (!this.columns.has(columnKey)) this.columns.set(columnKey, { model: owner, column, kind: 'join', via: 'relationship', place, fnId });
    }
  }

  exposure(record: ExposureRecord): void {
    const key = `${site(record.place)}:${record.model.id}:${record.name}`;
    if (!this.exposures.has(key)) this.exposures.set(key, record);
  }

  /** Ties the fields of a schema class to a model's columns. */
  tie(cls: ClassRef, model: Model, kind: 'response' | 'request'): void {
    this.tiedSchemas.set(`${cls.id}:${model.id}:${kind}`, { cls, model, kind });
  }

  /** Writes of every entry of a dict to a row (`setattr` in a loop, `**payload`). */
  writeAll(model: Model, dict: DictValue, place: Place, fnId: string | null, atInsert: boolean): void {
    for (const [name, value] of dict.entries) {
      this.column(model, name, 'write', dict.places?.get(name) ?? place, fnId, { value, atInsert, via: dict.schema ? 'generic-update' : 'code' });
    }
    if (dict.schema) this.tie(dict.schema, model, 'request');
  }

  unknownName(record: UnknownRecord): void {
    this.unknown.set(`${site(record.place)}:${record.name}`, record);
  }

  gap(record: GapRecord): void {
    const key = `${record.kind}:${record.model?.id ?? ''}:${record.column?.name ?? ''}:${record.place ? site(record.place) : ''}`;
    if (!this.gaps.has(key)) this.gaps.set(key, record);
    const within = this.gapsWithin.get(key);
    if (within) within.add(this.definition);
    else this.gapsWithin.set(key, new Set([this.definition]));
  }

  /** Forgets what is open only in functions that every call in sight gives its arguments, and what a base inserts for a class on which nobody calls it. */
  settle(isTold: (fnId: string) => boolean, isCalled: (definition: Inherited) => boolean): void {
    for (const [key, { within, model, place }] of this.inserts) {
      if (![...within].every((definition) => definition !== null && !isCalled(definition))) continue;
      this.inserts.delete(key);
      this.tables.delete(`${site(place)}:${model.id}:insert`);
    }
    const isClosed = (within: ReadonlySet<string | null>): boolean => [...within].every((fnId) => fnId !== null && isTold(fnId));
    for (const [key, gap] of this.gaps) if (gap.kind === 'dynamic-access' && isClosed(this.gapsWithin.get(key)!)) this.gaps.delete(key);
    for (const [key, insert] of this.inserts) if (insert.opens.size > 0 && isClosed(insert.opens)) this.inserts.set(key, { ...insert, opens: new Set() });
  }

  resolve(place: Place): void {
    let offsets = this.resolvedAt.get(place.path);
    if (!offsets) this.resolvedAt.set(place.path, (offsets = new Set()));
    offsets.add(place.at[0]);
  }

  /** Whether the name at an offset of a path is known to mean something. */
  isResolved(path: string, offset: number): boolean {
    return this.resolvedAt.get(path)?.has(offset) === true;
  }
}

const NOTHING_INSERTED: ReturnType<Recorder['insertsSince']> = [];

/** What a query may be run for, the more telling later: rows that are asked for and listed are listed. */
const TELLING = ['unknown', 'exists', 'count', 'many', 'first', 'one'];

export function site(place: Place): string {
  return `${place.path}:${place.at[0]}`;
}

/** A query that a function runs for several callers: a constant that only some of them give is a parameter of the function. */
function withoutArguments(known: QueryState, again: QueryState): QueryState {
  if (known === again) return known;
  const conditions = known.conditions.map((condition, index): Condition => {
    const other = again.conditions[index];
    if (!other || other.column.attribute !== condition.column.attribute || condition.value.k !== 'const') return condition;
    return other.value.k === 'const' && other.value.v === condition.value.v ? condition : { ...condition, op: condition.op === 'null' ? other.op : condition.op, value: ANY };
  });
  return conditions.every((condition, index) => condition === known.conditions[index]) ? known : { ...known, conditions };
}
