/**
 * Rows that were read beforehand and are kept by some of their values: `existing = {row.code: row for row in rows}`, `codes = {row.code for row in rows}`.
 * Whoever asks such a collection for a value asks whether there is a row that has it.
 */
import type { Expr } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import type { TestedLookup } from './tests.js';
import { union } from './unions.js';
import { ANY, membersOf, type DictValue, type Kept, type ManyValue, type Value } from './value.js';

/** The columns whose values a key is made of, all of one row that was listed; null for any other key. */
export function keptBy(key: Value): Kept | null {
  const parts = key.k === 'list' ? key.items : [key];
  const columns = parts.flatMap((part) => (part.k === 'field' && part.from !== undefined ? [{ model: part.model, attribute: part.attribute }] : []));
  const lookups = new Set(parts.map((part) => (part.k === 'field' ? part.from : undefined)));
  const [lookup] = lookups;
  return columns.length === parts.length && lookups.size === 1 && lookup !== undefined ? { lookup, columns } : null;
}

/** What the rows of a collection are kept by; null for any other value. */
function keptIn(value: Value): Kept | null {
  for (const member of membersOf(value)) {
    if (member.k === 'dict' && member.kept) return member.kept;
    if (member.k !== 'many') continue;
    for (const item of membersOf(member.of)) {
      // Of a map's pairs the first is the key.
      const kept = keptBy(member.isMap && item.k === 'list' ? item.items[0] ?? ANY : item);
      if (kept) return kept;
    }
  }
  return null;
}

/** What a collection has under a key, which asks for a row where its rows are kept by something. */
export function withKept(value: Value, of: DictValue | ManyValue): Value {
  const kept = keptIn(of);
  return kept ? union(membersOf(value).map((member) => (member.k === 'row' ? { ...member, kept } : member))) : value;
}

/** `code in existing`, `code not in existing`, `existing.has(code)`: the rows that are asked for. */
export function membershipIn(flow: Flow, expr: Expr, env: Env): readonly TestedLookup[] {
  const isIn = expr.k === 'op' && (expr.op === 'in' || expr.op === 'not-in');
  const of = isIn ? expr.args[1] : expr.k === 'call' && expr.fn.k === 'attr' && expr.fn.name === 'has' ? expr.fn.of : undefined;
  const kept = of && (of.k === 'name' || of.k === 'attr') ? keptIn(flow.peek(of, env)) : null;
  return kept ? [{ id: kept.lookup, holdsIfPresent: !(isIn && expr.op === 'not-in'), kept }] : [];
}

/** A row with that key is inserted where none was found, between two clocks of the recorder. True where one was. */
export function noteKept({ record }: Flow, { lookup, columns }: Kept, since: number, until?: number): boolean {
  const model = record.rootOf(lookup);
  const keys = columns.flatMap(({ model: of, attribute }) => of.columns.get(attribute) ?? []);
  const insert = model ? record.insertsOf(model, since, until).find(({ values }) => keys.every((column) => values.has(column))) : undefined;
  const place: Place | undefined = insert?.place;
  if (place) record.guard(lookup, { k: 'insert-if-unlisted', columns: keys, place });
  return place !== undefined;
}

/** `found[row.code] = row`: from then on any key may have such a value. */
export function withAny(of: DictValue, key: Value, value: Value): DictValue {
  const kept = of.kept ?? (value.k === 'row' ? keptBy(key) : null);
  return { ...of, rest: of.rest ? union([of.rest, value]) : value, ...(kept ? { kept } : {}) };
}
