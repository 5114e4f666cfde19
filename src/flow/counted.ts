/** Columns whose new value is computed from the old one: nobody looks at what is read for that alone. */
import type { Expr } from '../facts/code.js';
import type { Column } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import { ARITHMETIC } from './operators.js';
import type { Env } from './program.js';
import { membersOf, type ColumnValue, type Value } from './value.js';

/** `Page.hits + 1`, written to the column itself. */
export function isOfItself(value: Value, column: Column): value is ColumnValue {
  return value.k === 'column' && value.wrapped !== undefined && ARITHMETIC.has(value.wrapped) && value.model.columns.get(value.attribute) === column;
}

/** `page.hits = page.hits + 1`: the same as `page.hits += 1`. Of a column that may be null it still tells that nobody reckons with that. */
export function absorbOwn(flow: Flow, target: Expr, value: Expr, env: Env): void {
  if (target.k !== 'attr' || value.k !== 'op' || !ARITHMETIC.has(value.op)) return;
  for (const arg of value.args) {
    if (arg.k === 'attr' && arg.name === target.name && isSame(arg.of, target.of)) {
      for (const member of membersOf(flow.peek(arg.of, env)))
        if (member.k === 'row' && member.model.columns.get(arg.name)?.nullable === false) flow.record.absorb(member.model, arg.name, flow.place(env, arg.at));
    } else absorbOwn(flow, target, arg, env);
  }
}

function isSame(a: Expr, b: Expr): boolean {
  return a.k === 'name' ? b.k === 'name' && a.id === b.id : a.k === 'attr' && b.k === 'attr' && a.name === b.name && isSame(a.of, b.of);
}
