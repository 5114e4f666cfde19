/**
 * Values moved between two payloads whose keys are columns' names (`order_changes["shipment_state"] = changes["state"]`), on their way to
 * an API or a generic update. Neither end has a type, so that names must do: of the keys, and of the variables and calls beside them.
 */
import type { Recorder } from '../flow/record.js';
import type { MoveRecord } from '../flow/records.js';
import { keysOfTable, singularKey, wordsOf } from '../model/names.js';
import type { Column, Schema, Table } from '../model/schema.js';
import type { Copy } from '../model/usage.js';
import type { ContextAt } from './usage.js';
import { spanStart } from '../facts/span.js';

/** A call that gives something back for what it is handed stores nothing. */
const GIVES = /(^|\.)(get|find|fetch|load|read|to|is|has|can|format|render|build_?(url|path)|compare|validate)(?=[A-Z_]|$)[A-Za-z_]*$/;

interface Moved { readonly copy: Copy; readonly way: string; readonly isRenamed: boolean; readonly isNamed: boolean }

/** A single pair counts where what it goes into is called after the table; else two pairs that go the same way and change their names. */
export function payloadCopies(record: Recorder, schema: Schema, contextAt: ContextAt): Copy[] {
  if (record.moves.size === 0) return [];
  const byName = columnsByName(schema);
  const named = namedTables(schema);
  const areLinked = linksOf(schema);
  const moved: Moved[] = [];
  for (const move of record.moves.values()) {
    if (move.into === null || GIVES.test(move.into) || !byName.has(move.from) || !byName.has(move.to)) continue;
    // Where either end is known, it is a typed copy or none.
    if ([move.place, move.fromPlace].some((place) => record.isResolved(place.path, spanStart(place.at)))) continue;
    const [source, target] = [named(move.source), named(move.into)];
    for (const from of byName.get(move.from)!) for (const to of (source.size > 0 && !source.has(from.table)) ? [] : byName.get(move.to)!) {
      if (
        from.table === to.table ||
        (target.size > 0 && !target.has(to.table)) ||
        !areLinked(from.table, to.table) ||
        from.table.primaryKey?.columns.includes(from)
      )
        continue;
      const context = contextAt(move.place);
      if (context.isClient) continue;
      moved.push({
        copy: { from, to, via: 'payload', atInsert: false, place: move.place, context, isSplit: true },
        way: wayOf(move, context.unit, from.table, to.table), isRenamed: move.from !== move.to, isNamed: target.has(to.table),
      });
    }
  }
  const renamed = new Map<string, Set<string>>();
  for (const { copy, way, isRenamed } of moved) if (isRenamed) renamed.set(way, (renamed.get(way) ?? new Set()).add(copy.to.name));
  // A key that keeps its name tells no direction: it goes the way of the keys beside it that change theirs.
  return moved.filter(({ way, isNamed }) => { const count = renamed.get(way)?.size ?? 0; return isNamed ? count > 0 : count > 1; }).map(({ copy }) => copy);
}

function wayOf(move: MoveRecord, unit: string | null, from: Table, to: Table): string {
  return `${move.place.path}:${unit}:${move.source}>${move.into}:${from.schema ?? ''}.${from.name}>${to.schema ?? ''}.${to.name}`;
}

function columnsByName(schema: Schema): ReadonlyMap<string, readonly Column[]> {
  const byName = new Map<string, Column[]>();
  for (const table of schema.tables) for (const column of table.columns) for (const name of new Set([column.attribute, column.name])) {
    const same = byName.get(name);
    if (same) same.push(column);
    else byName.set(name, [column]);
  }
  return byName;
}

/** The tables that a variable or call is called after: any run of its words is the name of one (`order_updates`, `api_client.update_order`). */
function namedTables(schema: Schema): (text: string) => ReadonlySet<Table> {
  const byKey = new Map<string, Table[]>();
  for (const table of schema.tables) for (const key of keysOfTable(table)) byKey.set(key, [...(byKey.get(key) ?? []), table]);
  const known = new Map<string, ReadonlySet<Table>>();
  return (text) => {
    let found = known.get(text);
    if (!found) known.set(text, (found = new Set(runsOf(text).flatMap((words) => byKey.get(singularKey(words)) ?? []))));
    return found;
  };
}

function runsOf(text: string): readonly (readonly string[])[] {
  return text.split('.').flatMap((part) => {
    const words = wordsOf(part);
    return words.flatMap((_, from) => words.slice(from).map((__, size) => words.slice(from, from + size + 1)));
  });
}

/** Answers whether a foreign key leads from one table to the other, or back. */
function linksOf(schema: Schema): (a: Table, b: Table) => boolean {
  const targets = new Map(schema.tables.map((table) => [table, new Set(table.foreignKeys.map((key) => key.target))]));
  return (a, b) => targets.get(a)!.has(b) || targets.get(b)!.has(a);
}
