/** Models that the module that declares them hands to others by name. */
import type { Expr } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import { membersOf, type Value } from './value.js';

/** `export default User`, `module.exports = User`. */
export function isExport(target: Expr): boolean {
  return target.k === 'name'
    ? target.id === 'default'
    : target.k === 'attr' && (target.name === 'exports' || (target.of.k === 'name' && target.of.id === 'exports'));
}

/** A model that its own module returns or exports is used by whoever takes it, not here. */
export function passOn(flow: Flow, written: Expr, value: Value, env: Env): void {
  if (written.k !== 'name') return;
  for (const member of membersOf(value))
    if (member.k === 'model' && member.model.table.place.path === env.module.path) flow.record.unmention(member.model, flow.place(env, written.at));
}
