/** Names that a pattern binds to the parts of a value: of lists, objects, rows. */
import type { Expr, Span } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { elementOf } from './access.js';
import { text } from './arguments.js';
import { assign } from './assign.js';
import { DictBuilder } from './dicts.js';
import { embeddedEntries } from './embedded.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import type { Env } from './program.js';
import { union } from './unions.js';
import { ANY, type Value } from './value.js';

/** The value of any entry of a dict: where these are models or what dialects make of them, one of them. */
function valueOfEntry(entry: Value & { k: 'key' }): Value {
  const { entries, rest } = entry.of;
  for (const value of entries.values())
    if (value.k === 'model' || value.k === 'class' || value.k === 'special' || value.k === 'query')
      return union([...entries.values(), ...(rest ? [rest] : [])]);
  return { ...entry, part: 'value' };
}

/** Binds the names of a pattern to the parts of a value; `written` is what stands for that in the code. */
export function bindPattern(flow: Flow, target: Expr, value: Value, env: Env, written: Expr | null = null): void {
  switch (target.k) {
    case 'name': env.vars.set(target.id, value); return;
    case 'attr': case 'item': assign(flow, target, value, null, env); return;
    case 'list': {
      const [only] = target.items;
      // `const [row] = rows` asks for the first one.
      if (target.items.length === 1 && only!.k !== 'spread' && value.k === 'query') {
        bindPattern(flow, only!, flow.item(value, { k: 'const', v: 0 }, env, only!.at), env);
        return;
      }
      for (let index = 0; index < target.items.length; index++) {
        const item = target.items[index]!;
        if (item.k === 'spread') bindPattern(flow, item.of, { k: 'many', of: elementOf(flow, value, env, item.at) }, env);
        else bindPattern(flow, item, value.k === 'key' ? (index === 1 ? valueOfEntry(value) : value) : partOf(flow, value, index, env, item.at), env);
      }
      return;
    }
    case 'dict':
      for (const entry of target.entries) {
        if (entry.key === null) { bindPattern(flow, entry.value, restOf(flow, value, target.entries, flow.place(env, entry.at)), env); continue; }
        const name = entry.key.k === 'lit' ? String(entry.key.v) : text(flow.expr(entry.key, env));
        const kept = name !== null && written && value.k === 'any' && env.module.language === 'typescript' ? flow.carried.readNamed(written, name) : null;
        bindPattern(flow, entry.value, kept ?? (name === null ? ANY : flow.attribute(value, name, env, entry.key.at)), env);
      }
      return;
    case 'op': if (target.op === '=') bindPattern(flow, target.args[0]!, union([value, flow.expr(target.args[1]!, env)]), env); return;
    case 'spread': bindPattern(flow, target.of, value, env); return;
    default:
  }
}

/** What `...rest` holds: the other columns of a row, the other entries of an object. */
function restOf(flow: Flow, value: Value, taken: readonly { readonly key: Expr | null }[], place: Place): Value {
  const names = new Set(taken.map((entry) => (entry.key?.k === 'lit' ? String(entry.key.v) : null)));
  if (value.k === 'row') {
    const all = new DictBuilder();
    all.spread(flow, value, place);
    return restOf(flow, all.made(), taken, place);
  }
  if (value.k === 'embedded') return { k: 'dict', entries: new Map([...embeddedEntries(value, place)].filter(([name]) => !names.has(name))), rest: null };
  if (value.k === 'dict') return { ...value, entries: new Map([...value.entries].filter(([name]) => !names.has(name))) };
  if (value.k === 'object') return restOf(flow, fieldsOf(flow, value), taken, place);
  return value.k === 'union' ? union(value.of.map((member) => restOf(flow, member, taken, place))) : ANY;
}

function partOf(flow: Flow, value: Value, index: number, env: Env, at: Span): Value {
  if (value.k === 'union') return union(value.of.map((member) => partOf(flow, member, index, env, at)));
  if (value.k === 'list') return value.items[index] ?? ANY;
  if (value.k === 'many' || value.k === 'query') return elementOf(flow, value, env, at);
  return flow.item(value, { k: 'const', v: index }, env, at);
}
