/**
 * Columns that a table takes from outside of its own declaration: `pgTable('boats', { ...stamps })`, `Boat.init(attributes, …)`,
 * `Table("boats", metadata, *audit_columns())`. What declares them there is to them what a base class is elsewhere.
 */
import type { Dict, Expr, Stmt } from '../facts/code.js';
import { isWithin, spanStart, type Span } from '../facts/span.js';
import type { Flow } from '../flow/evaluate.js';
import type { Place } from '../model/schema.js';
import type { ColumnDraft, TableDraft } from './draft.js';

/** The object or call that declares a column, and the variable or function of the module in which it stands. */
interface Declarer { readonly at: Span; readonly holder: string }

/** The drafts, with such columns told apart by what holds them, and with the places that declare them. */
export function withSharedColumns(flow: Flow, drafts: readonly TableDraft[]): readonly TableDraft[] {
  const known = new Map<string, ReadonlyMap<number, Declarer>>();
  const declarerAt = ({ path, at }: Place): Declarer | undefined => {
    let declarers = known.get(path);
    if (!declarers) known.set(path, (declarers = declarersIn(flow.moduleAt(path)?.code ?? [])));
    return declarers.get(spanStart(at));
  };
  return drafts.map((draft) => {
    const sharedIn: Place[] = [];
    const columns = draft.columns.map((column): ColumnDraft => {
      const declarer = isOutside(column.place, draft.extent) && !column.inheritedFrom ? declarerAt(column.place) : undefined;
      if (!declarer) return column;
      sharedIn.push({ path: column.place.path, at: declarer.at });
      return { ...column, inheritedFrom: declarer.holder };
    });
    return sharedIn.length > 0 ? { ...draft, columns, sharedIn } : draft;
  });
}

const isOutside = (place: Place, extent: Place): boolean => place.path !== extent.path || !isWithin(place.at, extent.at);

/** What could declare a column in a module, by the offset at which the column's place begins: the key of an entry, or the call. */
function declarersIn(code: readonly Stmt[]): ReadonlyMap<number, Declarer> {
  const declarers = new Map<number, Declarer>();
  for (const stmt of code) {
    const holder = holderOf(stmt);
    if (holder !== null) gather(stmt, holder, declarers);
  }
  return declarers;
}

function gather(node: unknown, holder: string, declarers: Map<number, Declarer>): void {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) { for (const one of node) gather(one, holder, declarers); return; }
  const { k, at } = node as Partial<Expr>;
  if (k === 'dict') { for (const { key } of (node as Dict).entries) if (key) declarers.set(spanStart(key.at), { at: at!, holder }); }
  else if (k === 'call') declarers.set(spanStart(at!), { at: at!, holder });
  for (const part of Object.values(node)) gather(part, holder, declarers);
}

function holderOf(stmt: Stmt): string | null {
  if (stmt.k === 'set') return stmt.target.k === 'name' ? stmt.target.id : null;
  return stmt.k === 'def' ? stmt.fn.name : null;
}
