/** Which keys of object literals are there on every path: what a conditional spread adds, or a value that may be undefined, is optional. */
import type { Dict, Expr } from '../../facts/code.js';
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
  for (const [key, value] of Object.entries(node)) if (key !== 'at' && key !== 'range' && key !== 'note' && value && typeof value === 'object') collect(value, found);
}

function literal(dict: Dict, found: Set<number>, isCertainHere: boolean): void {
  for (const entry of dict.entries) {
    if (entry.key === null) spread(entry.value, found, isCertainHere);
    else {
      const certain = isCertainHere && !mayBeUndefined(entry.value);
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
  else if (value.k === 'cond') { inside(value.then, found, false); inside(value.else, found, false); }
  else collect(value, found);
}

/** `x ? a : undefined`, `x || undefined`, `x ?? undefined`, `x && a`: ORMs leave such a condition out. */
export function mayBeUndefined(value: Expr): boolean {
  if (value.k === 'cond') return isEmpty(value.then) || isEmpty(value.else) || mayBeUndefined(value.then) || mayBeUndefined(value.else);
  return value.k === 'op' && (value.op === 'and' || ((value.op === 'or' || value.op === '??') && isEmpty(value.args[value.args.length - 1]!)));
}

const isEmpty = (expr: Expr): boolean => (expr.k === 'lit' && expr.v === null) || (expr.k === 'dict' && expr.entries.length === 0);
