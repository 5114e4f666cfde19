/**
 * Bodies of routines that a migration tool is given as texts: node-pg-migrate's `createFunction` and `createTrigger`.
 * https://salsita.github.io/node-pg-migrate/migrations/functions
 */
import type { Call, Expr } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { Part } from './holes.js';

/** Of both the body is the last argument, behind a name, the parameters or the trigger's own name, and options. */
const MAKERS: ReadonlySet<string> = new Set(['createFunction', 'createTrigger']);
const BEGIN = /^\s*(?:declare|begin)\b/i;
const QUOTE = '$body$';

/**
 * The body that a call is given, and the definition it stands for; `partsOf` gives the parts of a literal. Null for other calls, and where it takes parameters.
 */
export function bodyGiven(call: Call, partsOf: (literal: Expr) => readonly Part[]): { readonly at: Expr['at']; readonly parts: readonly Part[] } | null {
  const maker = call.fn.k === 'attr' && MAKERS.has(call.fn.name) ? call.fn.name : null;
  if (maker === null) return null;
  const [, taken, options, body] = call.args.map((arg) => arg.value);
  if (!body || !isText(body)) return null;
  if (maker === 'createFunction' && !(taken?.k === 'list' && taken.items.length === 0)) return null;
  const parts = partsOf(body);
  if (parts[0]?.k !== 'text' || !BEGIN.test(parts[0].v) || parts.some((part) => part.k === 'text' && part.v.includes(QUOTE))) return null;
  const returns = maker === 'createTrigger' ? 'trigger' : optionOf(options, 'returns') ?? 'void';
  if (!/^[\w. ]+$/.test(returns)) return null;
  return {
    at: body.at,
    parts: [written(`CREATE FUNCTION body() RETURNS ${returns} LANGUAGE plpgsql AS ${QUOTE}`, spanStart(body.at)), ...parts, written(QUOTE, spanEnd(body.at))],
  };
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
