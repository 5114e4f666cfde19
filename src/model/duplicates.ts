/** Facts that two linked tables both store, and how the code keeps the two in step. */
import type { Project } from './project.js';
import type { Column, Place, Table, Trigger } from './schema.js';
import type { Copy, Use } from './usage.js';
import { isApplication, isReading, isWriteUse, runsWith, siteOf } from './column-uses.js';
import { linkByName, linkOf, linkOverPart, type Link } from './foreign-key-paths.js';
import { isDead } from './liveness.js';
import { wordsOf } from './names.js';
import { hasUnknownWriters } from './nullness.js';
import { copiesBetween, isHistory, isSnapshotOf, movesAfterCreation } from './snapshots.js';
import { isRecordTable, isCarriedByMost, isTemplateTable, isTranslationTable } from './tables.js';
import { indexOf } from './schema-index.js';
import { twinTables, type Twin } from './twin-columns.js';
import { spanStart } from '../facts/span.js';

/** `copy` repeats `source`; `syncs` are the places that move the value once the row exists; `trigger` does so by itself; `twin` is how the two agree. */
export interface DuplicatePair {
  readonly copy: Column;
  readonly source: Column;
  readonly syncs: readonly Copy[];
  readonly trigger: Trigger | null;
  readonly twin: Twin;
}
/** All columns that one table repeats of another, in the order the copies are declared. */
export interface Duplicate { readonly copyTable: Table; readonly sourceTable: Table; readonly link: Link; readonly pairs: readonly DuplicatePair[] }

interface Candidate { readonly twin: Twin; readonly syncs: readonly Copy[]; readonly triggers: readonly { readonly trigger: Trigger; readonly to: Column }[] }

/** Every pair of linked tables with columns that evidence shows to hold one fact. */
export function duplicates(project: Project): readonly Duplicate[] {
  return twinTables(project.schema, comparable(project), movesBetween(project), assignedBetween(project)).flatMap(({ a, b, twins }) => {
    if ([a, b].some((table) => isDead(project, table) || isRecordTable(project.schema, table) || isTranslationTable(table) || isTemplateTable(table)))
      return [];
    const declared = linkOf(a, b) ?? linkOverPart(project.schema, a, b);
    const link = declared ?? linkByName(a, b);
    if (!link) return [];
    // Where only a name ties the tables, another has to tie the columns, and code to move their value.
    const candidates = candidatesOf(project, declared ? twins : twins.filter((twin) => twin.carrier !== null));
    if (candidates.length === 0) return [];
    const copyTable = copySide(project, candidates, link, a);
    const evident = withEvidence(project, candidates, link);
    const isMoved = evident.some((one) => one.syncs.length > 0 || one.triggers.length > 0);
    if (evident.length === 0 || (!isMoved && !declared) || (!isMoved && [a, b].some((table) => isHistory(project, table) || hasUnknownWriters(project, table))))
      return [];
    const pairs = evident.map((one): DuplicatePair => {
      const [copy, source] = one.twin.a.table === copyTable ? [one.twin.a, one.twin.b] : [one.twin.b, one.twin.a];
      return {
        copy,
        source,
        syncs: one.syncs.filter((sync) => sync.via !== 'trigger'),
        trigger: one.triggers.find((entry) => entry.to === copy)?.trigger ?? null,
        twin: one.twin,
      };
    }).filter((pair) => !isSnapshotOf(project, pair.copy, pair.source) && (pair.syncs.length > 0 || !isSnapshotOf(project, pair.source, pair.copy)));
    const sorted = pairs.sort((x, y) => copyTable.columns.indexOf(x.copy) - copyTable.columns.indexOf(y.copy));
    const byHand = sorted.filter((pair) => pair.trigger === null);
    const kept = byHand.length > 0 ? byHand : sorted;
    if (kept.length === 0) return [];
    // What is left after the vetoes must still be evidence on its own.
    if (
      kept.every((pair) => pair.syncs.length === 0 && pair.trigger === null) &&
      !isStructural(evident.filter((one) => kept.some((pair) => pair.copy === one.twin.a || pair.copy === one.twin.b)))
    )
      return [];
    return [{ copyTable, sourceTable: copyTable === a ? b : a, link, pairs: kept }];
  });
}

/**
 * Pairs of tables that can be evidence of one fact stored twice: one refers to the other, directly or over a table between, or something
 * moves values between the two. That two tables point at one parent is none by itself, and in most schemas nearly all do.
 */
function* comparable({ schema, usage }: Project): Generator<readonly [Table, Table]> {
  for (const table of schema.tables) {
    for (const key of table.foreignKeys) {
      yield [table, key.target];
      for (const next of key.target.foreignKeys) yield [table, next.target];
    }
    for (const trigger of table.triggers) for (const write of trigger.writes) for (const other of indexOf(schema).named(write.table)) yield [table, other];
  }
  for (const copy of usage.copies) yield [copy.from.table, copy.to.table];
}

/** Whether code or a trigger may move a value between two tables. */
function movesBetween({ usage }: Project): (a: Table, b: Table) => boolean {
  const copied = new Map<Table, Set<Table>>();
  for (const { from, to } of usage.copies)
    for (const [one, other] of [
      [from.table, to.table],
      [to.table, from.table],
    ] as const)
      copied.set(one, (copied.get(one) ?? new Set<Table>()).add(other));
  return (a, b) => copied.get(a)?.has(b) === true || a.triggers.length + b.triggers.length > 0;
}

/**
 * The columns of two tables of which application code that changes the one assigns it to the other, in the order of the tables that are asked
 * for. Code that only takes a value over may do so at a moment of its own: a checkout gets the currency of the price that is chosen. Where
 * both have a type of their own it is the same state, wherever the one is changed.
 */
function assignedBetween(project: Project): (a: Table, b: Table) => readonly (readonly [Column, Column])[] {
  const moved = new Map<Table, Map<Column, Set<Column>>>();
  for (const copy of project.usage.copies) {
    const { from, to } = copy;
    if (copy.via !== 'assignment' || copy.atInsert || !isApplication(copy)) continue;
    const isOneType = from.type.enumName !== null && from.type.enumName === to.type.enumName;
    if (!isOneType && !project.usesOf(from).some((use) => isWriteUse(use) && !use.atInsert && runsWith(use, copy))) continue;
    for (const [one, other] of [[from, to], [to, from]] as const) {
      const ofTable = moved.get(one.table) ?? new Map<Column, Set<Column>>();
      moved.set(one.table, ofTable.set(one, (ofTable.get(one) ?? new Set<Column>()).add(other)));
    }
  }
  return (a, b) => [...moved.get(a) ?? []].flatMap(([one, others]) => [...others].filter((other) => other.table === b).map((other) => [one, other] as const));
}

/** The twins of two tables, each column in one pair at most: a pair with evidence wins over one without. */
function candidatesOf(project: Project, twins: readonly Twin[]): readonly Candidate[] {
  const all = twins
    .filter((twin) => !isMark(project, twin))
    .map((twin): Candidate => ({
      twin,
      syncs: movesAfterCreation(project, twin.a, twin.b).filter(
        (copy) => (copy.isLoose !== true || twin.carrier !== null) && !isFallback(project, copy) && !isBound(project, copy) && !isSetForAll(project, copy),
      ),
      triggers: [...triggersFrom(twin.a, twin.b), ...triggersFrom(twin.b, twin.a)],
    }));
  const taken = new Set<Column>();
  return [...all].sort((x, y) => weight(y) - weight(x)).filter(({ twin }) => {
    if (taken.has(twin.a) || taken.has(twin.b)) return false;
    taken.add(twin.a).add(twin.b);
    return true;
  });
}

/** `if not device.airflow: device.airflow = type.airflow`: the other row's value stands in where there is none. */
function isFallback(project: Project, copy: Copy): boolean {
  return project.usesOf(copy.to).some((use) => use.isTest === true && siteOf(use) === siteOf(copy));
}

/** `if talk.start < event.start: event.start = talk.start`: the one is the least or the most of the others, not their copy. */
function isBound(project: Project, copy: Copy): boolean {
  const isHeldAgainst = (column: Column) => project.usesOf(column).some((use) => use.isMeasured === true && runsWith(use, copy));
  return copy.via === 'assignment' && isHeldAgainst(copy.from) && isHeldAgainst(copy.to);
}

/** A statement gives every row of a table one value: no row is kept in step with another one. */
function isSetForAll(project: Project, copy: Copy): boolean {
  return (
    copy.via === 'same-value' &&
    [copy.from.table, copy.to.table].some((table) =>
      project
        .queriesOf(table)
        .some(
          (query) =>
            query.verb === 'update' &&
            query.root.table === table &&
            query.sources.length === 1 &&
            query.conditions.length === 0 &&
            !query.isPartial &&
            runsWith(query, copy),
        ),
    )
  );
}

function weight({ twin, syncs, triggers }: Candidate): number {
  return (syncs.length > 0 || triggers.length > 0 ? 4 : 0) + (twin.hasSameEnum ? 2 : 0) + (twin.a.name === twin.b.name ? 1 : 0);
}

/** Triggers on the table of `from` that write `to` whenever `from` may change. */
function triggersFrom(from: Column, to: Column): Candidate['triggers'] {
  return from.table.triggers
    .filter((trigger) => trigger.events.includes('update') && trigger.writes.some((write) => write.table === to.table.name && write.column === to.name))
    .map((trigger) => ({ trigger, to }));
}

/** Values that code or a trigger moves; else rare names or a shared enum, unless the tables only meet at a parent that all tables have. */
function withEvidence(project: Project, candidates: readonly Candidate[], link: Link): readonly Candidate[] {
  const isLoose = link.kind !== 'direct' && link.path.some((key) => isCarriedByMost(project.schema, key));
  const moved = candidates.filter((one) => one.triggers.length > 0 || one.syncs.some((sync) => !isLoose || sync.via !== 'same-value'));
  // Rows that only share a parent are not each other's: one value handed over once, as an accepted invitation does, or given to both once, keeps nothing in
  // step.
  if (link.kind === 'sibling' && moved.length === 1 && moved[0]!.triggers.length === 0 && moved[0]!.syncs.length === 1) return [];
  if (isLoose) return moved;
  const alike = candidates.filter(
    (one) => !moved.includes(one) && (one.twin.isRare || one.twin.hasSameEnum) && !isBag(one.twin) && !isWeighed(project, one.twin),
  );
  if (moved.length > 0) return [...moved, ...alike];
  return link.kind !== 'sibling' && isStructural(alike) ? alike : [];
}

function isStructural(candidates: readonly Candidate[]): boolean {
  return candidates.filter((one) => one.twin.isRare && one.twin.isTheirsAlone).length >= 2 || candidates.some((one) => one.twin.hasSameEnum);
}

/**
 * `session.skills_hash != sandbox.skills_hash`: the row remembers which state of the other one it was last brought in line with, so that a difference tells
 * that it is behind.
 */
function isMark(project: Project, twin: Twin): boolean {
  return [twin.a, twin.b].every(({ name }) => VERSION.has(wordsOf(name).at(-1) ?? '')) && isWeighed(project, twin);
}
const VERSION = new Set(['hash', 'checksum', 'digest', 'fingerprint', 'etag', 'version', 'revision', 'generation', 'epoch']);

/** Two bags of settings have a name in common, not a fact. */
function isBag({ a, b }: Twin): boolean {
  return [a, b].some((column) => column.type.name === 'json' || column.type.name === 'jsonb');
}

/** A function reads both: one is the default or the limit of the other, not its copy. */
function isWeighed(project: Project, twin: Twin): boolean {
  const readers = (column: Column) =>
    new Set(
      project
        .usesOf(column)
        .filter((use) => isApplication(use) && use.kind === 'read' && use.context.unit !== null)
        .map(siteOf),
    );
  const first = readers(twin.a);
  return [...readers(twin.b)].some((site) => first.has(site));
}

/** The side that is assigned from the other, if only when its row is made; else the one whose names carry the other's; else the parent. */
function copySide(project: Project, candidates: readonly Candidate[], link: Link, a: Table): Table {
  const votes = (of: (one: Candidate) => readonly (Column | null)[]) => {
    const columns = candidates.flatMap(of).filter((column) => column !== null);
    return columns.filter((column) => column.table === a).length - columns.filter((column) => column.table !== a).length;
  };
  const b = candidates[0].twin.b.table;
  const counted =
    votes((one) => [...one.syncs.filter((sync) => sync.via !== 'same-value').map((sync) => sync.to), ...one.triggers.map((entry) => entry.to)]) ||
    votes(({ twin, syncs }) =>
      syncs.length > 0
        ? copiesBetween(project, twin.a, twin.b)
            .filter((copy) => copy.via === 'assignment')
            .map((copy) => copy.to)
        : [],
    ) ||
    votes((one) => [one.twin.carrier]);
  if (counted !== 0) return counted > 0 ? a : b;
  return link.kind !== 'sibling' && link.path[link.path.length - 1].target === b ? b : a;
}

/** The writes of `column`, after its row exists, in functions that neither write `twin` nor move the value. */
export function writesWithout(project: Project, column: Column, twin: Column): readonly Use[] {
  const writes = (of: Column) => project.usesOf(of).filter((use) => isApplication(use) && isWriteUse(use));
  const moves = copiesBetween(project, column, twin);
  const together = new Set([...writes(twin), ...moves].map(siteOf));
  const through = new Set(moves.flatMap((move) => move.through ?? []).map(atPlace));
  return writes(column).filter((use) => !use.atInsert && !together.has(siteOf(use)) && !through.has(atPlace(use.place)));
}

const atPlace = (place: Place): string => `${place.path}:${spanStart(place.at)}`;

/** Readers of one side in files that do not read the other; empty unless both sides have such files. Pages and other clients first. */
export function disagreeingReaders(project: Project, pair: DuplicatePair): readonly Use[] {
  const syncs = new Set(pair.syncs.map(siteOf));
  const readers = (column: Column) => project.usesOf(column).filter((use) => isApplication(use) && isReading(use) && !syncs.has(siteOf(use)));
  const only = (mine: readonly Use[], others: readonly Use[]) => {
    const files = new Set(others.map((use) => use.context.path));
    const alone = mine.filter((use, i) => !files.has(use.context.path) && mine.findIndex((one) => one.context.path === use.context.path) === i);
    return alone.some((use) => use.context.isClient) ? alone.filter((use) => use.context.isClient) : alone;
  };
  const [copies, sources] = [readers(pair.copy), readers(pair.source)];
  const [left, right] = [only(copies, sources), only(sources, copies)];
  return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
}
