/** Values that move from one name to another between objects we do not know: `lead["stage"] = updates["stage"]`. */
import type { Expr } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import type { Place } from '../model/schema.js';

/** Notes that a value known by the name `from` in its expression is stored under the name `to`. Same names tell nothing. */
export function jump(flow: Flow, to: string, value: Expr, place: Place, env: Env, atInsert: boolean): void {
  const from = nameOf(value);
  if (from === null || from === to) return;
  void env;
  flow.record.moves.set(`${place.path}:${place.at[0]}:${to}`, { from, to, place, atInsert });
}

/** The attribute, constant key or `.get("key")` a value is read from. */
function nameOf(expr: Expr): string | null {
  switch (expr.k) {
    case 'attr': return expr.name === 'value' ? nameOf(expr.of) : expr.name;
    case 'item': return expr.key.k === 'lit' && typeof expr.key.v === 'string' ? expr.key.v : null;
    case 'call': {
      const first = expr.args[0]?.value;
      return expr.fn.k === 'attr' && (expr.fn.name === 'get' || expr.fn.name === 'pop') && first?.k === 'lit' && typeof first.v === 'string' ? first.v : null;
    }
    default: return null;
  }
}
