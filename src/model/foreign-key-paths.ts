/** Chains of foreign keys, and what a key's name says of the row it points at. */
import type { Column, ForeignKey, Schema, Table } from './schema.js';
import { familyOf, isSameType } from './column-kinds.js';
import { isActorTable, isForeignKeyColumn, isOwnTable, keysTo } from './tables.js';
import { nameTable, wordsOf } from './names.js';

/** The longest chain that a reader can still follow. */
const MAX_HOPS = 3;

/** Foreign keys from one table to the next, the last one into the target. */
export type Path = readonly ForeignKey[];

/**
 * The key as one column: its own, or of several the one whose value alone finds the row (`(site_id, org_id)` to `(id, org_id)`),
 * where the others are always there. Null where it takes more than one column to find it.
 */
export function asOneColumn(key: ForeignKey): ForeignKey | null {
  if (key.columns.length === 1) return key;
  const at = key.targetColumns.findIndex(isUniqueAlone);
  if (at < 0 || key.columns.some((column, index) => index !== at && column.nullable)) return null;
  return { ...key, columns: [key.columns[at]], targetColumns: [key.targetColumns[at]] };
}

/** All chains of at most three keys that one column tells from one table to another, no table twice, the shortest first. */
export function foreignKeyPaths(from: Table, to: Table, avoid: readonly Table[] = []): readonly Path[] {
  const found: Path[] = [];
  const walk = (table: Table, path: Path): void => {
    for (const key of table.foreignKeys.flatMap((one) => asOneColumn(one) ?? [])) {
      if (key.target === to) found.push([...path, key]);
      else if (
        isOwnTable(key.target) &&
        path.length + 1 < MAX_HOPS &&
        key.target !== from &&
        !avoid.includes(key.target) &&
        !path.some((hop) => hop.target === key.target)
      )
        walk(key.target, [...path, key]);
    }
  };
  walk(from, []);
  return found.sort((a, b) => a.length - b.length);
}

/** The words of a key's column without the part that says it is a key: `assigned_user_id` is `['assigned', 'user']`. */
export function roleWords(key: ForeignKey): readonly string[] {
  const words = wordsOf(key.columns[0].name);
  const endings = new Set(['id', 'uuid', 'guid', 'pk', 'key', 'fk', 'ref', ...key.targetColumns.flatMap((column) => wordsOf(column.name))]);
  const kept = words.length > 1 && endings.has(words[words.length - 1]) ? words.slice(0, -1) : words;
  return kept.length > 1 && kept[0] === 'fk' ? kept.slice(1) : kept;
}

/** The key's name is the plain name of its target (`order_id` to `orders`), not a role (`author_id` to `users`). */
export function hasPlainName(key: ForeignKey): boolean {
  return nameTable(roleWords(key), key.target);
}

/** Whether two keys to one table mean the same row of it: the same column name, or both the target's plain name. */
export function hasSameRole(a: ForeignKey, b: ForeignKey): boolean {
  if (a.target !== b.target) return false;
  return wordsOf(a.columns[0].name).join('_') === wordsOf(b.columns[0].name).join('_') || (hasPlainName(a) && hasPlainName(b));
}

/** Whether the chain ends at or passes through a table of those who act, so that equal names may be different facts. */
export function involvesActor(schema: Schema, path: Path): boolean {
  return path.some((key) => isActorTable(schema, key.target));
}

/** Says who did something to the row (`created_by_id`, `reviewer_id` to users): who does is no owner of the row, and seldom asked for what was done. */
export function isActorRole(schema: Schema, key: ForeignKey): boolean {
  if (wordsOf(key.columns[0].name).includes('by')) return true;
  return isActorTable(schema, key.target) && !hasPlainName(key);
}

/** How two tables are linked: `direct` keys between them, `hop` one table lies between, `sibling` both point at one parent. */
export interface Link { readonly kind: 'direct' | 'hop' | 'sibling'; readonly path: Path }

/** The closest link of two tables by foreign keys, in either direction; null when there is none within one table between. */
export function linkOf(a: Table, b: Table): Link | null {
  const direct = keysBetween(a, b)[0] ?? keysBetween(b, a)[0];
  if (direct) return { kind: 'direct', path: [direct] };
  for (const [from, to] of [[a, b], [b, a]]) {
    for (const first of from.foreignKeys) {
      const second = first.target === from ? undefined : keysBetween(first.target, to)[0];
      if (second) return { kind: 'hop', path: [first, second] };
    }
  }
  for (const first of a.foreignKeys) {
    const second = first.target === a || first.target === b ? undefined : keysBetween(b, first.target)[0];
    if (second) return { kind: 'sibling', path: [first, second] };
  }
  return null;
}

/** The link of two tables by a column that holds the other's key by its plain name (`vehicle_id`), where nobody declared one. */
export function linkByName(a: Table, b: Table): Link | null {
  const key = undeclaredKey(a, b) ?? undeclaredKey(b, a);
  return key && { kind: 'direct', path: [key] };
}

function undeclaredKey(table: Table, target: Table): ForeignKey | null {
  const [held, ...others] = target.primaryKey?.columns ?? [];
  if (!held || others.length > 0) return null;
  const isNamed = (column: Column): boolean => {
    const words = wordsOf(column.name);
    return words.length > 1 && words.at(-1) === wordsOf(held.name).at(-1) && nameTable(words.slice(0, -1), target);
  };
  const column = table.columns.find((one) => isNamed(one) && mayHold(one, held) && !isForeignKeyColumn(one));
  return column
    ? {
        table,
        name: null,
        columns: [column],
        target,
        targetColumns: [held],
        onDelete: null,
        modelOnDelete: null,
        isEnforced: false,
        repeats: [],
        place: column.place,
        declarations: [],
      }
    : null;
}

/** Of one type; or the one is wider, or a text that holds a UUID, which no foreign key could be declared for. */
function mayHold(column: Column, key: Column): boolean {
  const [holder, held] = [familyOf(column), familyOf(key)];
  return isSameType(column, key) || (column.type.array === 0 && ((held === 'uuid' && holder === 'text') || (WHOLE.has(held) && WHOLE.has(holder))));
}

const WHOLE: ReadonlySet<string | null> = new Set(['smallint', 'integer', 'bigint']);

/**
 * The link of two tables over a third one that has one row at most for each of the first: the row of an organization's subscription is as
 * good as a part of the organization, and what it points at too.
 */
export function linkOverPart(schema: Schema, a: Table, b: Table): Link | null {
  for (const [from, to] of [[a, b], [b, a]]) for (const part of keysTo(schema, from)) {
    const second =
      part.table === from || part.table === to || part.columns.length !== 1 || !isUniqueAlone(part.columns[0]) ? undefined : keysBetween(part.table, to)[0];
    if (second) return { kind: 'hop', path: [part, second] };
  }
  return null;
}

function keysBetween(from: Table, to: Table): readonly ForeignKey[] {
  return from.foreignKeys.filter((key) => key.target === to);
}

/** A unique or primary key over exactly this column. */
export function isUniqueAlone(column: Column): boolean {
  const { primaryKey, uniques, indexes } = column.table;
  return [primaryKey, ...uniques].some((key) => key?.columns.length === 1 && key.columns[0] === column)
    || indexes.some((index) => index.unique && index.predicate === null && index.parts.length === 1 && index.parts[0].column === column);
}
