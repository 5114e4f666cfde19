/** Functions that a library calls for rows that are about to be inserted: what these are given there is part of their insert. */
import { unwritten } from './arguments.js';
import type { Flow } from './evaluate.js';
import { union } from './unions.js';
import { membersOf, type EvaluatedArg, type FnRef, type Value } from './value.js';

/** Whether the decorators of a function say that it is called before rows are inserted, and at no other time. */
export function isInsertHook(flow: Flow, fn: FnRef): boolean {
  return (
    fn.fn.decorators.length > 0 && flow.ask('insertHook', fn.module.language, (api) => api.insertHook!(flow, fn.fn.decorators, fn.env) || undefined) === true
  );
}

/** Evaluates such a method: its receiver, where it has one, or the rows that it is given, are new. */
export function callHook(flow: Flow, fn: FnRef, self?: Value): Value {
  const args = fn.fn.params.map((param): EvaluatedArg => unwritten(newRows(param.type ? flow.type(param.type, fn.env) : { k: 'any' }), param.target.at));
  return flow.callFn({ k: 'fn', fn, ...(self ? { self: newRows(self) } : {}) }, args);
}

/** The value with its rows as ones that are not stored yet. */
export function newRows(value: Value): Value {
  return union(
    membersOf(value).map((member): Value =>
      member.k === 'row' ? { ...member, isNew: true, isHooked: true } : member.k === 'many' ? { ...member, of: newRows(member.of) } : member,
    ),
  );
}
