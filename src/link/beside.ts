/**
 * Names on the two sides of an assignment: `create({ phone: body.phone })`, `return { phone: row.phone }`. Where one side is known to be a
 * column, the other side's equal name is where its value comes from or goes to, and no use of its own.
 */
import type { Entry, Expr, Func, Span, Stmt } from '../facts/code.js';
import { walk } from '../facts/walk.js';
import { spanEnd, spanStart } from '../facts/span.js';

/** The offset of a name → those of the equal names that its value is given to or taken from. */
export type Beside = ReadonlyMap<number, readonly number[]>;

interface Named { readonly name: string; readonly at: Span }

/** All pairs of equal names in code. */
export function besideIn(code: readonly Stmt[]): Beside {
  const pairs = new Map<number, number[]>();
  const note = (from: number, to: number): void => { const list = pairs.get(from); if (list) list.push(to); else pairs.set(from, [to]); };
  const pair = (target: Named, value: Expr): void => {
    for (const source of namesOf(value))
      if (plain(source.name) === plain(target.name)) {
        note(spanStart(source.at), spanStart(target.at));
        note(spanStart(target.at), spanStart(source.at));
      }
  };
  const assignment = (node: Stmt & { k: 'set' }): void => {
    const [target] = namesOf(node.target);
    if (target && node.value && !node.op) pair(target, node.value);
  };
  const taking: Taking[] = [];
  walk(code, (node) => {
    if (node.k === 'set') {
      assignment(node);
      if (node.target.k === 'dict') takerOf(taking, spanStart(node.target.at))?.patterns.push(node.target);
    } else if (node.k === 'dict') for (const entry of node.entries) { const key = keyOf(entry); if (key) pair(key, entry.value); }
    else if (node.k === 'call') for (const arg of node.args) if (arg.name && arg.at) pair({ name: arg.name, at: arg.at }, arg.value);
  }, (fn) => void taking.push({ fn, patterns: fn.params.map((param) => param.target).filter((target) => target.k === 'dict') }));
  for (const each of taking) for (const [key, targets] of takenApart(each)) for (const target of targets) note(key, target);
  return pairs;
}

/** `phone`, `Phone` and `_phone` are one name in different spellings. */
const plain = (name: string): string => name.replace(/_/g, '').toLowerCase();

function keyOf(entry: Entry): Named | null {
  return entry.key?.k === 'lit' && typeof entry.key.v === 'string' ? { name: entry.key.v, at: entry.key.at } : null;
}

/** The attribute or item whose value it is, behind a default or a conversion: `body.phone ?? null`, `String(form.get("phone"))`. */
export function namesOf(expr: Expr): readonly Named[] {
  switch (expr.k) {
    case 'attr': return [{ name: expr.name, at: expr.at }];
    // What is read of a row by an item is noted where the whole of it begins.
    case 'item': return expr.key.k === 'lit' && typeof expr.key.v === 'string'
      ? [
          { name: expr.key.v, at: expr.key.at },
          { name: expr.key.v, at: expr.at },
        ]
      : [];
    case 'op': return expr.op === '??' || expr.op === 'or' ? expr.args.flatMap(namesOf) : [];
    case 'cast': return namesOf(expr.of);
    case 'call': {
      const [first] = expr.args;
      if (first?.value.k === 'lit' && typeof first.value.v === 'string')
        return expr.fn.k === 'attr' && expr.fn.name === 'get' ? [{ name: first.value.v, at: first.value.at }] : [];
      return expr.args.length === 1 && expr.fn.k === 'name' && !expr.isNew ? namesOf(first!.value) : [];
    }
    default: return [];
  }
}

/** The patterns by which a function takes objects apart, in its parameters and its own statements. */
interface Taking { readonly fn: Func; readonly patterns: Expr[] }

/** The innermost of the functions met so far that an offset lies in. */
function takerOf(taking: readonly Taking[], offset: number): Taking | undefined {
  return taking.findLast(({ fn }) => spanStart(fn.range) <= offset && offset < spanEnd(fn.range));
}

/**
 * `async function add({ phone }) { … create({ phone }) }`: the keys of what a function takes apart, whose names it does nothing with but give
 * them on under the same name.
 */
function takenApart({ fn, patterns }: Taking): readonly (readonly [number, readonly number[]])[] {
  if (patterns.length === 0) return [];
  const keys = patterns
    .flatMap((pattern) => (pattern.k === 'dict' ? pattern.entries : []))
    .flatMap((entry) => {
      const key = keyOf(entry);
      return key && entry.value.k === 'name' ? [{ key, id: entry.value.id, bound: spanStart(entry.value.at) }] : [];
    });
  if (keys.length === 0) return [];
  const given = new Map<string, number[]>();
  const named = new Map<string, number>();
  walk(fn.body, (node) => {
    if (node.k === 'name') named.set(node.id, (named.get(node.id) ?? 0) + 1);
    const give = (name: string, at: Span, value: Expr): void => {
      if (value.k === 'name' && plain(name) === plain(value.id)) given.set(value.id, [...(given.get(value.id) ?? []), spanStart(at)]);
    };
    if (node.k === 'dict' && !patterns.includes(node))
      for (const entry of node.entries) {
        const key = keyOf(entry);
        if (key) give(key.name, key.at, entry.value);
      }
    if (node.k === 'call') for (const arg of node.args) if (arg.name && arg.at) give(arg.name, arg.at, arg.value);
  });
  const inBody = new Set<string>();
  walk(fn.body, (node) => {
    if (node.k === 'dict' && patterns.includes(node)) for (const entry of node.entries) if (entry.value.k === 'name') inBody.add(entry.value.id);
  });
  return keys.flatMap(({ key, id }) => {
    const targets = given.get(id) ?? [];
    return targets.length > 0 && (named.get(id) ?? 0) - (inBody.has(id) ? 1 : 0) === targets.length ? [[spanStart(key.at), targets] as const] : [];
  });
}
