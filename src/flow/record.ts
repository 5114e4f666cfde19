/** Collects what evaluation sees, once for each site however often a function is evaluated. */
import { spanStart } from '../facts/span.js';
import type { Column, Place } from '../model/schema.js';
import type { Guard, RelationshipUse, TableUse, UseKind } from '../model/usage.js';
import { ArgumentLog } from './argument-log.js';
import type { Inherited } from './called.js';
import { ChangeLog } from './change-log.js';
import { isOfItself } from './counted.js';
import { withIds } from './identity.js';
import type { Model, ModelRelationship } from './model.js';
import { asChange, mayBeNull } from './nulls.js';
import { withoutArguments, type QueryState } from './query.js';
import {
  site, type Change, type ColumnRecord, type ExposureRecord, type FieldRead, type GapRecord, type InsertDetails, type InsertRecord, type MoveRecord,
  type QueryRecord, type RelationshipRecord, type TableRecord, type TiedSchema, type UnknownRecord, type UseDetails,
} from './records.js';
import { isDeclaredEntry, type ClassRef, type DictValue, type Link, type Value } from './value.js';

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
  readonly relationships = new Map<string, RelationshipRecord>();
  /** Classes whose fields are tied to a table (response and request schemas, interfaces of its rows). */
  readonly tiedSchemas = new Map<string, TiedSchema>();
  /** Classes that only hold values under the names of their fields, by id: what is not put into them or read from them, they do not know. */
  readonly forms = new Set<string>();
  /** Offsets, by path, of names that are known to mean something: no possible use of anything else. */
  private readonly resolvedAt = new Map<string, Set<number>>();
  private readonly declared = new Set<string>();
  /** Code that declares and does nothing else: names in it are no possible uses. */
  readonly declarations = new Map<string, Place>();
  /** The function that is evaluated for its own sake, with arguments nobody knows: what is open in it is so only if no call tells more. */
  definition: string | null = null;
  /**
   * The function evaluated for its own sake that leads, through whatever calls, to what is evaluated: rows that are open there are so only if no call of it
   * tells more.
   */
  opener: string | null = null;
  /** Inserts and gaps that were seen to be open, by their keys, in the order in which evaluation came upon them. */
  private readonly openLog: string[] = [];
  /** That function together with its receiver: what a base does for one class is only what some call on that class does. */
  definedFor: Inherited | null = null;
  /** For whom deletes were seen, as for inserts. */
  readonly deletesWithin = new Map<string, ReadonlySet<Inherited | null>>();
  /** The same for queries that delete, by the keys of `queries`. */
  readonly deletingWithin = new Map<string, ReadonlySet<Inherited | null>>();
  /** For whom something was seen to be open: see `opener`. */
  readonly gapsWithin = new Map<string, Set<string | null>>();
  /** Models of which rows that are not saved yet are given to code that is not seen: it may fill them. */
  readonly filledUnseen = new Set<Model>();
  /** Every query state seen, to find those that no call finishes. */
  readonly states = new Map<string, QueryState>();
  readonly finished = new Set<string>();
  /** Queries that were given to code we do not see, which may add to them before they run. */
  readonly handedOver = new Set<string>();
  /** SQL strings that evaluation saw run, as `path:offset`. */
  readonly ranSql = new Set<string>();
  private readonly keysOfWrites = new Set<string>();
  readonly keyedRows = new Map<string, { readonly query: string; readonly column: Column; readonly place: Place }>();
  private readonly queriesById = new Map<string, QueryRecord[]>();
  readonly changes = new ChangeLog();
  readonly arguments = new ArgumentLog();

  /** A column used by name at `place`; the first kind seen at a site stays until `classify` changes it. */
  column(model: Model, attribute: string, kind: UseKind, place: Place, fnId: string | null, extra: UseDetails = {}): ColumnRecord | null {
    const column = model.columns.get(attribute);
    if (!column) return null;
    this.resolve(place);
    if (kind === 'read' && this.keysOfWrites.size > 0 && this.keysOfWrites.has(site(place))) return null;
    if (kind === 'write' && extra.value && isOfItself(extra.value, column)) {
      this.absorb(model, attribute, extra.value.place);
      extra = { ...extra, isCompound: true };
    }
    if (kind === 'write') {
      this.changes.add({ model, column, insert: null, isEmptied: extra.value?.k === 'const' && extra.value.v === null });
      if (extra.value?.k === 'any' && extra.value.id !== undefined) this.arguments.write(extra.value.id, place);
    }
    const key = `${site(place)}:${model.id}.${column.name}${kind === 'write' ? ':w' : ''}${extra.via ?? ''}`;
    let record = this.columns.get(key);
    const given = record && kind === 'write' ? withIds(record.given, record.value, extra.value) : undefined;
    if (record && given !== record?.given) this.columns.set(key, (record = { ...record, given }));
    if (!record) {
      const isByDefinition = kind === 'write' && this.isDefining(fnId);
      record = {
        model,
        column,
        kind,
        via: extra.via ?? 'code',
        place,
        fnId,
        ...(isByDefinition ? { isByDefinition } : {}),
        ...(extra.value ? { value: extra.value } : {}),
        ...(extra.atInsert ? { atInsert: true } : {}),
        ...(extra.isCompound ? { isCompound: true } : {}),
        ...(extra.reachedFrom ? { reachedFrom: extra.reachedFrom } : {}),
      };
      this.columns.set(key, record);
    } else if (kind === 'write' && !this.isDefining(fnId) && (record.isByDefinition || (record.atInsert === true && !extra.atInsert))) {
      // What also rows that are there already are given is not written at their insert alone.
      this.columns.set(key, {
        ...record,
        isByDefinition: false,
        atInsert: extra.atInsert === true,
        ...(extra.value && (extra.value.k !== 'any' || record.value?.k === 'any') ? { value: extra.value } : {}),
      });
    } else if (
      kind === 'write' &&
      extra.value &&
      record.value?.k === 'any' &&
      (extra.value.k !== 'any' || (extra.value.id !== undefined && record.value.id === undefined))
    ) {
      this.columns.set(key, { ...record, value: extra.value });
    }
    return record;
  }

  /** The function is evaluated because it is defined: of which rows it is given nothing is known. */
  private isDefining(fnId: string | null): boolean {
    return fnId !== null && this.definition === fnId;
  }

  /** Says what a column that was read at `place` is used for. */
  classify(model: Model, attribute: string, place: Place, kind: UseKind): void {
    const record = this.at(model, attribute, place);
    if (record && record.kind === 'read') record.kind = kind;
  }

  /** The value read at `place` goes into the column's own new value alone: nobody has looked at it, unless to ask whether it is there. */
  absorb(model: Model, attribute: string, place: Place): void {
    const column = model.columns.get(attribute);
    const read = column && this.at(model, attribute, place);
    if (read?.kind === 'read' && !read.isTest) this.columns.delete(`${site(place)}:${model.id}.${read.column.name}`);
  }

  /** The column is named at `place` to say what is written: to name it there is to read nothing. */
  asKeyOfWrite(model: Model, attribute: string, place: Place): void {
    this.absorb(model, attribute, place);
    this.keysOfWrites.add(site(place));
  }

  /** Marks a read as a mere test, or as a use of the value itself. */
  mark(model: Model, attribute: string, place: Place, what: 'isTest' | 'isDereference' | 'isMeasured'): void {
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
    return column ? (this.columns.get(`${site(place)}:${model.id}.${column.name}`) ?? null) : null;
  }

  table(
    model: Model,
    kind: TableUse['kind'],
    place: Place,
    how: { readonly isTypeOnly?: true; readonly isAdmin?: true; readonly isGivenOn?: true } = {},
  ): void {
    this.resolve(place);
    if (kind === 'update' || kind === 'delete') this.changes.add({ model, column: null, insert: null });
    const key = `${site(place)}:${model.id}:${kind}${how.isAdmin ? ':admin' : how.isGivenOn ? ':given' : ''}`;
    if (!this.tables.has(key) && !this.declared.has(key)) this.tables.set(key, { model, kind, place, ...how });
    if (kind === 'delete') this.deletesWithin.set(key, new Set([...(this.deletesWithin.get(key) ?? []), this.definedFor]));
  }

  /** A name in a declaration, or in a list that registers models, is no use of the model, whether it is seen already or will be. */
  unmention(model: Model, place: Place): void {
    const key = `${site(place)}:${model.id}:mention`;
    this.resolve(place);
    for (const each of [key, `${key}:given`]) {
      this.declared.add(each);
      this.tables.delete(each);
    }
  }

  /** Says that the code at `place` only declares. */
  declares(place: Place): void {
    this.declarations.set(site(place), place);
  }

  insert(model: Model, values: ReadonlyMap<Column, Value>, place: Place, options: InsertDetails = {}): void {
    this.table(model, 'insert', place);
    const key = `${site(place)}:${model.id}`;
    const known = this.inserts.get(key);
    const left = [...values].filter(([, value]) => mayBeNull(value) || (value.k === 'const' && value.v === null));
    const nulls =
      left.length > 0
        ? new Map([...(known?.nulls ?? []), ...left.map(([column]) => [column, new Set([...(known?.nulls.get(column) ?? []), this.definition])] as const)])
        : (known?.nulls ?? NO_COLUMNS);
    const merged = known ? new Map([...known.values, ...values]) : values;
    this.changes.add({ model, column: null, insert: key });
    const opens = options.isOpen ? new Set([...(known?.opens ?? []), this.opener]) : (known?.opens ?? new Set<string | null>());
    if (options.isOpen) this.openLog.push(key);
    const within = new Set([...(known?.within ?? []), this.definedFor]);
    this.inserts.set(key, {
      model,
      values: merged,
      nulls,
      opens,
      within,
      isUpsert: options.isUpsert ?? false,
      ...(options.isFilledLater ? { isFilledLater: true } : {}),
      ...(options.isMany || known?.isMany ? { isMany: true } : {}),
      place,
    });
  }

  /** The inserts into a model's table from one clock to another. */
  insertsOf(model: Model, since: number, until = this.changes.clock): readonly InsertRecord[] {
    return this.changes
      .between(since, until)
      .flatMap(({ model: { table }, insert }) => (insert !== null && table === model.table ? [this.inserts.get(insert)!] : []));
  }

  /** How many inserts and gaps were seen to be open so far. */
  get openClock(): number {
    return this.openLog.length;
  }

  /** Those that were seen to be open since then, each once. */
  openSince(clock: number): readonly string[] {
    return clock === this.openLog.length ? NOTHING_OPEN : [...new Set(this.openLog.slice(clock))];
  }

  /** A call that is not evaluated again makes its changes again, and leaves the same things open. */
  repeat(changes: readonly Change[], opened: readonly string[]): void {
    if (changes.length > 0) this.changes.add(...changes);
    for (const key of opened) {
      const insert = this.inserts.get(key);
      if (!insert) this.gapsWithin.get(key)!.add(this.opener);
      else if (!insert.opens.has(this.opener)) this.inserts.set(key, { ...insert, opens: new Set([...insert.opens, this.opener]) });
      this.openLog.push(key);
    }
  }

  /** A query is run; `expects` as in model/usage.ts. */
  finish(query: QueryState, expects: QueryRecord['expects']): void {
    this.finished.add(query.id);
    if (query.verb !== 'select') this.changes.add({ model: query.sources[0]!.model, column: null, insert: null });
    const key = `${query.id}:${query.conditions.length}`;
    if (query.verb === 'delete') this.deletingWithin.set(key, new Set([...(this.deletingWithin.get(key) ?? []), this.definedFor]));
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

  /** What was taken for a query was a step of one. */
  retract(id: string): void {
    for (const { query } of this.queriesById.get(id) ?? []) this.queries.delete(`${query.id}:${query.conditions.length}`);
    this.queriesById.delete(id);
    this.finished.delete(id);
  }

  /** Adds what the code does with the outcome of the query with that id; a refusal is worth more where the insert is seen that it precedes. */
  guard(lookup: string, guard: Guard): void {
    for (const { guards } of this.queriesById.get(lookup) ?? []) {
      const at = guards.findIndex(
        (known) =>
          known.k === guard.k &&
          !(known.k === 'insert-if-unlisted' && guard.k === known.k && known.columns.some((column, index) => column !== guard.columns[index])),
      );
      if (at === -1) guards.push(guard);
      else if ('insert' in guard && !('insert' in guards[at]!)) guards[at] = guard;
    }
  }

  /** The rows of the query with that id are kept by the value of a column. */
  keyed(query: string, column: Column, place: Place): void {
    this.keyedRows.set(`${query}:${column.name}:${site(place)}`, { query, column, place });
  }

  /** The columns that the query with that id asks for one value of, with that value. */
  askedBy(lookup: string): ReadonlyMap<Column, Value> {
    const conditions = this.queriesById.get(lookup)?.flatMap(({ query }) => query.conditions) ?? [];
    return new Map(
      conditions.flatMap(({ op, column: { model, attribute }, value }) => {
        const column = op === '=' ? model.columns.get(attribute) : undefined;
        return column ? [[column, value] as const] : [];
      }),
    );
  }

  /** The model that the query with that id asks for. */
  rootOf(lookup: string): Model | null {
    return this.queriesById.get(lookup)?.[0]?.query.sources[0]?.model ?? null;
  }

  /** A relationship named at `place`; setting one reads none of the row's own columns, nor a key that points back at it. */
  relationship(model: Model, relationship: ModelRelationship, place: Place, fnId: string | null, how: RelationshipUse['how'] = 'asked'): void {
    this.resolve(place);
    const key = `${site(place)}:${model.id}.${relationship.name}`;
    const known = this.relationships.get(key);
    if (known && REACHING.indexOf(known.how) >= REACHING.indexOf(how)) return;
    this.relationships.set(key, { relationship, model, place, how });
    if (how !== 'set') this.table(relationship.target, 'relationship', place);
    for (const column of [...relationship.local, ...relationship.remote]) {
      if (how === 'set' && (column.table === model.table || relationship.relationship?.foreignKey?.columns.includes(column))) continue;
      const owner = column.table === model.table ? model : relationship.target;
      const columnKey = `${site(place)}:${owner.id}.${column.name}:join`;
      if (!this.columns.has(columnKey)) this.columns.set(columnKey, { model: owner, column, kind: 'join', via: 'relationship', place, fnId });
    }
  }

  exposure(record: ExposureRecord): void {
    const key = `${site(record.place)}:${record.model.id}:${record.name}`;
    const known = this.exposures.get(key);
    if (!known || (record.all && !known.all)) this.exposures.set(key, record);
    // Another row of that table goes the same way.
    else if (!known.all && record.columns.some((column) => !known.columns.includes(column)))
      this.exposures.set(key, { ...known, columns: [...new Set([...known.columns, ...record.columns])] });
  }

  /** Ties the fields of a schema class to a model's columns; answers whether they were not yet. */
  tie(cls: ClassRef, model: Model, kind: TiedSchema['kind']): boolean {
    const key = `${cls.id}:${model.id}:${kind}`;
    const isNew = !this.tiedSchemas.has(key);
    if (isNew) this.tiedSchemas.set(key, { cls, model, kind });
    return isNew;
  }

  /** Writes of every entry of a dict to a row (`setattr` in a loop, `**payload`). */
  writeAll(model: Model, dict: DictValue, place: Place, fnId: string | null, atInsert: boolean): void {
    for (const [name, value] of dict.entries) {
      // What a class declares is written where its object is given.
      const isDeclared = isDeclaredEntry(dict, name);
      this.column(model, name, 'write', (isDeclared ? undefined : dict.places?.get(name)) ?? place, fnId, {
        value: atInsert || isDeclared ? value : asChange(value),
        atInsert,
        via: isDeclared ? 'generic-update' : 'code',
      });
    }
    if (dict.schema) this.tie(dict.schema, model, 'request');
  }

  unknownName(record: UnknownRecord): void {
    this.unknown.set(`${site(record.place)}:${record.name}`, record);
  }

  gap(record: GapRecord): void {
    const key = `${record.kind}:${record.model?.id ?? ''}:${record.column?.name ?? ''}:${record.place ? site(record.place) : ''}`;
    if (!this.gaps.has(key)) this.gaps.set(key, record);
    if (record.kind !== 'dynamic-access') return;
    const within = this.gapsWithin.get(key);
    if (within) within.add(this.opener);
    else this.gapsWithin.set(key, new Set([this.opener]));
    this.openLog.push(key);
  }

  resolve(place: Place): void {
    let offsets = this.resolvedAt.get(place.path);
    if (!offsets) this.resolvedAt.set(place.path, (offsets = new Set()));
    offsets.add(spanStart(place.at));
  }

  /** Whether the name at an offset of a path is known to mean something. */
  isResolved(path: string, offset: number): boolean {
    return this.resolvedAt.get(path)?.has(offset) === true;
  }
}

const NOTHING_OPEN: readonly string[] = [];
const NO_COLUMNS: InsertRecord['nulls'] = new Map();

/** What a query may be run for, the more telling later: rows that are asked for and listed are listed. */
const TELLING = ['unknown', 'exists', 'count', 'many', 'first', 'one'];

/** How a relationship may be used at one place, the farther reaching later. */
const REACHING: readonly RelationshipUse['how'][] = ['set', 'held', 'lazy', 'asked'];
