/** Bodies of routines that a migration tool is given as texts: node-pg-migrate's `createFunction` and `createTrigger`. https://salsita.github.io/node-pg-migrate/migrations/functions */
import type { Call, Expr } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { Part } from './holes.js';

/** Where the body stands among the arguments, and the options before it. */
const FORMS: Readonly<Record<string, { readonly body: number; readonly options: number }>> = { createFunction: { body: 3, options: 2 }, createTrigger: { body: 3, options: 2 } };
const BEGIN = /^\s*(?:declare|begin)\b/i;
const QUOTE = '$body$';

/** The body that a call is given, and the definition it stands for; `partsOf` gives the parts of a literal. Null for other calls, and where it takes parameters. */
export function bodyGiven(call: Call, partsOf: (literal: Expr) => readonly Part[]): { readonly at: Expr['at']; readonly parts: readonly Part[] } | null {
  const form = call.fn.k === 'attr' && Object.hasOwn(FORMS, call.fn.name) ? FORMS[call.fn.name]! : null;
  const body = form ? call.args[form.body]?.value : undefined;
  if (!form || !body || call.fn.k !== 'attr' || !isText(body)) return null;
  const taken = call.args[1]?.value;
  if (call.fn.name === 'createFunction' && !(taken?.k === 'list' && taken.items.length === 0)) return null;
  const parts = partsOf(body);
  if (parts[0]?.k !== 'text' || !BEGIN.test(parts[0].v) || parts.some((part) => part.k === 'text' && part.v.includes(QUOTE))) return null;
  const returns = call.fn.name === 'createTrigger' ? 'trigger' : optionOf(call.args[form.options]?.value, 'returns') ?? 'void';
  if (!/^[\w. ]+$/.test(returns)) return null;
  return { at: body.at, parts: [written(`CREATE FUNCTION body() RETURNS ${returns} LANGUAGE plpgsql AS ${QUOTE}`, spanStart(body.at)), ...parts, written(QUOTE, spanEnd(body.at))] };
}

const isText = (expr: Expr): boolean => (expr.k === 'lit' && typeof expr.v === 'string') || (expr.k === 'tpl' && !expr.tag);

function optionOf(options: Expr | undefined, name: string): string | null {
  const value = options?.k === 'dict' ? options.entries.find(({ key }) => key?.k === 'lit' && key.v === name)?.value : undefined;
  return value?.k === 'lit' && typeof value.v === 'string' ? value.v : null;
}

/** Text that stands nowhere in the file. */
function written(v: string, at: number): Part {
  return { k: 'text', v, map: { starts: new Array<number>(v.length).fill(at), ends: new Array<number>(v.length).fill(at) } };
}
