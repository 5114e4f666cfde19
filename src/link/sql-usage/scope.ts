/** Names inside a query: what its FROM items are, and which of their columns a reference means. */
import type { ColumnRef } from '../../facts/sql.js';
import type { Model } from '../../flow/model.js';
import { isHoleName } from './holes.js';

/** One item of FROM, or the table that is written to. */
export interface Item {
  /** The names columns are qualified with. */
  readonly names: readonly string[];
  /** The table behind it; its `columns` are by physical name. */
  readonly model: Model | null;
  /** The query behind it. */
  readonly derived: Derived | null;
  readonly alias: string | null;
  readonly join: 'root' | 'inner' | 'left';
  /** `fallback`: the target of an INSERT, whose columns its SELECT does not see; `qualified`: `excluded`. */
  readonly reach: 'full' | 'fallback' | 'qualified';
}

/** A column of a table behind a name; `item` is the FROM item when it is the table itself. */
export interface Target { readonly model: Model; readonly name: string; readonly item: Item | null }

/** The columns of a query's result; a null target is an expression. `isOpen`: it may have more than we know. */
export interface Derived { readonly columns: ReadonlyMap<string, Target | null>; readonly isOpen: boolean; readonly rows: readonly Model[] }

export interface Scope { readonly items: Item[]; readonly outer: Scope | null; readonly rows: readonly Model[] }

export type Resolution =
  | { readonly k: 'column'; readonly target: Target; readonly isOuter: boolean }
  /** The whole row of an item (`row_to_json(t)`). */
  | { readonly k: 'row'; readonly item: Item }
  /** Something that is no column of a table, or may be one of a table we do not know. */
  | { readonly k: 'other' }
  /** No column of these tables, though it should be. */
  | { readonly k: 'missing'; readonly models: readonly Model[] };

const OTHER: Resolution = { k: 'other' };
/** https://www.postgresql.org/docs/current/ddl-system-columns.html */
const SYSTEM_COLUMNS = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid', 'oid', 'rowid']);

/** Resolves a reference from the inside out, as PostgreSQL does. */
export function resolve(scope: Scope, ref: ColumnRef): Resolution {
  return ref.qualifier === undefined ? resolvePlain(scope, ref.name) : resolveQualified(scope, ref.qualifier, ref.name);
}

/** The items a qualifier means: of the innermost query that has one of that name. */
export function itemsNamed(scope: Scope, qualifier: string): { readonly items: readonly Item[]; readonly isOuter: boolean } {
  const last = qualifier.slice(qualifier.lastIndexOf('.') + 1);
  for (let at: Scope | null = scope; at; at = at.outer) {
    const exact = at.items.filter((item) => item.names.includes(qualifier));
    const found = exact.length > 0 ? exact : at.items.filter((item) => item.names.includes(last) && item.alias === null);
    if (found.length > 0) return { items: found, isOuter: at !== scope };
  }
  return { items: [], isOuter: false };
}

function resolveQualified(scope: Scope, qualifier: string, name: string): Resolution {
  const { items, isOuter } = itemsNamed(scope, qualifier);
  const item = items[0];
  if (!item) {
    const row = qualifier === 'new' || qualifier === 'old' ? scope.rows.find((model) => model.columns.has(name)) : undefined;
    return row ? { k: 'column', target: { model: row, name, item: null }, isOuter: true } : OTHER;
  }
  return columnOf(item, name, isOuter) ?? (item.model && !SYSTEM_COLUMNS.has(name) ? { k: 'missing', models: [item.model] } : OTHER);
}

function columnOf(item: Item, name: string, isOuter: boolean): Resolution | null {
  if (item.model) {
    const own = columnName(item.model, name);
    return own === null ? null : { k: 'column', target: { model: item.model, name: own, item }, isOuter };
  }
  const target = item.derived?.columns.get(name);
  if (target) return { k: 'column', target: { ...target, item: null }, isOuter };
  return target === null || !item.derived || item.derived.isOpen ? OTHER : null;
}

const folded = new WeakMap<Model, ReadonlyMap<string, string>>();

/** The column of that name, in whatever case: engines other than PostgreSQL do not ask for quotes. */
export function columnName(model: Model, name: string): string | null {
  if (model.columns.has(name)) return name;
  let names = folded.get(model);
  if (!names) folded.set(model, (names = new Map([...model.columns.keys()].map((each) => [each.toLowerCase(), each]))));
  return names.get(name.toLowerCase()) ?? null;
}

function resolvePlain(scope: Scope, name: string): Resolution {
  if (isHoleName(name)) return OTHER;
  const seen: Model[] = [];
  let isUnsure = false;
  for (let at: Scope | null = scope; at; at = at.outer) {
    for (const reach of ['full', 'fallback'] as const) {
      const found = at.items.filter((item) => item.reach === reach).map((item) => columnOf(item, name, at !== scope));
      const column = found.find((each) => each?.k === 'column');
      if (column) return column;
      if (found.some((each) => each !== null)) isUnsure = true;
    }
    if (isUnsure) return OTHER;
    const row = at.items.find((item) => item.names.includes(name));
    if (row) return { k: 'row', item: row };
    if (at === scope) seen.push(...at.items.flatMap((item) => item.model ?? []));
  }
  // `to_jsonb(NEW)`: the row of a trigger as a whole, which it keeps elsewhere.
  if (scope.rows.length > 0 && (name === 'new' || name === 'old')) return OTHER;
  return seen.length > 0 && !SYSTEM_COLUMNS.has(name) ? { k: 'missing', models: seen } : OTHER;
}
