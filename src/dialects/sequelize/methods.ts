/** Methods that are given to models from outside: `User.findActive = function () { … }`, `User.prototype.check = …`. */
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import { DIALECT } from './names.js';

const known = new WeakMap<Flow, Map<string, Value>>();

/** What tells a model, whether it is known already or still being declared; null for other values. */
function identity(value: Value): string | null {
  if (value.k === 'model' || value.k === 'row')
    return value.model.dialect === DIALECT ? (value.model.cls?.id ?? value.model.id.slice(value.model.id.indexOf(':') + 1)) : null;
  if (value.k === 'class') return value.cls.id;
  if (value.k !== 'special' || value.dialect !== DIALECT) return null;
  return value.tag === 'declared' ? value.data['site'] as string : value.tag === 'prototype' ? `${value.data['of'] as string}.prototype` : null;
}

/** Keeps a function that is assigned to a model or its prototype; true when it was one. */
export function addMethod(flow: Flow, of: Value, name: string, value: Value): boolean {
  if (value.k !== 'fn' || of.k === 'row') return false;
  const owner = identity(of);
  if (owner === null || (of.k === 'class' && !flow.modelsByClass.has(of.cls.id))) return false;
  let methods = known.get(flow);
  if (!methods) known.set(flow, (methods = new Map()));
  methods.set(`${owner}.${name}`, value);
  const row = of.k === 'special' && of.tag === 'prototype' ? of.data['row'] as Value | null : null;
  if (row) flow.callFn({ ...value, self: row }, []);
  else if (of.k === 'model') flow.callFn({ ...value, self: of }, []);
  return true;
}

/** The method of a model or row that was given to it, or the prototype that takes such methods. */
export function methodOf(flow: Flow, of: Value, name: string): Value | undefined {
  if (of.k !== 'model' && of.k !== 'row' && of.k !== 'special') return undefined;
  const owner = identity(of);
  if (owner === null) return undefined;
  if (name === 'prototype' && of.k !== 'row')
    return { k: 'special', dialect: DIALECT, tag: 'prototype', data: { of: owner, row: of.k === 'model' ? { k: 'row', model: of.model } : null }, key: owner };
  const method = known.get(flow)?.get(of.k === 'row' ? `${owner}.prototype.${name}` : `${owner}.${name}`);
  return method?.k === 'fn' ? { ...method, self: of } : undefined;
}
