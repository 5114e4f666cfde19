/** Which keys of object literals are there on every path: what a conditional spread adds, or a value that may be undefined, is optional. */
import type { Dict, Expr, Stmt } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Place } from '../../model/schema.js';

/** Whether the key at that place was written in a literal and always has a value. Keys assigned later count as optional. */
export function isCertain(flow: Flow, place: Place): boolean {
  const module = flow.moduleAt(place.path);
  if (!module) return false;
  const certain = flow.memo('certain-keys', place.path, () => {
    const found = new Set<number>();
    collect(module.code, found);
    return found;
  }, new Set<number>());
  return certain.has(spanStart(place.at));
}

function collect(node: unknown, found: Set<number>): void {
  if (Array.isArray(node)) { for (const item of node) collect(item, found); return; }
  if (!node || typeof node !== 'object') return;
  if ((node as { k?: string }).k === 'dict') { literal(node as Dict, found, true); return; }
  if ((node as { k?: string }).k === 'set' && addsToItself(node as Stmt & { k: 'set' })) { literal((node as { value: Dict }).value, found, false); return; }
  for (const [key, value] of Object.entries(node))
    if (key !== 'at' && key !== 'range' && key !== 'note' && value && typeof value === 'object') collect(value, found);
}

/** `where = { ...where, documentId }`: as good as a key that is assigned later. */
function addsToItself({ target, value }: Stmt & { k: 'set' }): boolean {
  return (
    target.k === 'name' && value?.k === 'dict' && value.entries.some((entry) => entry.key === null && entry.value.k === 'name' && entry.value.id === target.id)
  );
}

function literal(dict: Dict, found: Set<number>, isCertainHere: boolean, among: ReadonlySet<string> | null = null): void {
  for (const entry of dict.entries) {
    if (entry.key === null) spread(entry.value, found, isCertainHere && among === null);
    else {
      const certain = isCertainHere && !mayBeUndefined(entry.value) && (among === null || (entry.key.k === 'lit' && among.has(String(entry.key.v))));
      if (certain) found.add(spanStart(entry.key.at));
      inside(entry.value, found, certain);
    }
  }
}

function spread(value: Expr, found: Set<number>, isCertainHere: boolean): void {
  if (value.k === 'dict') literal(value, found, isCertainHere);
  else if (value.k === 'cond') { spread(value.then, found, false); spread(value.else, found, false); }
  else if (value.k === 'op') for (const arg of value.args) spread(arg, found, false);
  else collect(value, found);
}

function inside(value: Expr, found: Set<number>, isCertainHere: boolean): void {
  if (value.k === 'dict') literal(value, found, isCertainHere);
  else if (value.k === 'list') for (const item of value.items) inside(item, found, isCertainHere);
  else if (value.k === 'cond') forms(value.then, value.else, found, isCertainHere);
  else collect(value, found);
}

/** `isMine ? { teamId, userId } : { teamId }`: what both have is there. */
function forms(then: Expr, other: Expr, found: Set<number>, isCertainHere: boolean): void {
  if (then.k !== 'dict' || other.k !== 'dict') { inside(then, found, false); inside(other, found, false); return; }
  const shared = new Set([...namesOf(then)].filter((name) => namesOf(other).has(name)));
  for (const dict of [then, other]) literal(dict, found, isCertainHere, shared);
}

const namesOf = (dict: Dict): ReadonlySet<string> => new Set(dict.entries.flatMap((entry) => (entry.key?.k === 'lit' ? [String(entry.key.v)] : [])));

/** `x ? a : undefined`, `x || undefined`, `x ?? undefined`, `x && a`: ORMs leave such a condition out. */
export function mayBeUndefined(value: Expr): boolean {
  if (value.k === 'cond') return isEmpty(value.then) || isEmpty(value.else) || mayBeUndefined(value.then) || mayBeUndefined(value.else);
  return value.k === 'op' && (value.op === 'and' || ((value.op === 'or' || value.op === '??') && isEmpty(value.args[value.args.length - 1]!)));
}

const isEmpty = (expr: Expr): boolean => (expr.k === 'lit' && expr.v === null) || (expr.k === 'dict' && expr.entries.length === 0);
