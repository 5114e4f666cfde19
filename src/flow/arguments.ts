/** What a call or a declaration is given: arguments by position and by name, and what they say. */
import type { Span } from '../facts/span.js';
import type { Args, EvaluatedArg, Value } from './value.js';

/** An argument that stands nowhere in the code: what a library gives a callback. `at` is the place of the call. */
export function unwritten(value: Value, at: Span, name: string | null = null): EvaluatedArg {
  return { name, value, expr: { k: 'other', parts: [], at }, spread: null, at };
}

/** The positional argument at `index` or the one of that name; null when neither is given. */
export function argument(args: Args, index: number, name?: string): Value | null {
  return argumentOf(args, index, name)?.value ?? null;
}

/** Like `argument`, with its expression and place. Counting stops at a spread. */
export function argumentOf(args: Args, index: number, name?: string): EvaluatedArg | null {
  if (name !== undefined) {
    const named = args.list.find((arg) => arg.name === name);
    if (named) return named;
  }
  if (index < 0) return null;
  let position = 0;
  for (const arg of args.list) {
    if (arg.spread) return null;
    if (arg.name !== null) continue;
    if (position === index) return arg;
    position += 1;
  }
  return null;
}

/** Positional arguments before any spread. */
export function positional(args: Args): readonly EvaluatedArg[] {
  return args.list.filter((arg) => arg.name === null && arg.spread === null);
}

/** The entry of a dict, or of an options object given as a named argument. */
export function entry(value: Value | null | undefined, name: string): Value | null {
  return value?.k === 'dict' ? value.entries.get(name) ?? null : null;
}

/** A constant string, else null. */
export function text(value: Value | null | undefined): string | null {
  return value?.k === 'const' && typeof value.v === 'string' ? value.v : null;
}

/** The constant strings of a list, or the one that a value is. */
export function textsIn(value: Value | null | undefined): readonly string[] {
  return (value?.k === 'list' ? value.items : [value]).flatMap((item) => text(item) ?? []);
}

/** A constant boolean, else null. */
export function flag(value: Value | null | undefined): boolean | null {
  return value?.k === 'const' && typeof value.v === 'boolean' ? value.v : null;
}

/** Whether the value is the library name `name` of a package whose module path begins with `root` (`sqlalchemy`, `drizzle-orm`). */
export function isExternal(value: Value | null | undefined, root: string, ...names: readonly string[]): boolean {
  if (value?.k !== 'ext' && value?.k !== 'extobj') return false;
  if (value.module !== root && !value.module.startsWith(`${root}.`) && !value.module.startsWith(`${root}/`)) return false;
  return names.length === 0 || names.includes(lastName(value));
}

/** The last part of a library name: `Column` of `sqlalchemy` `schema.Column`. */
export function lastName(value: { readonly name: string | null; readonly module: string; }): string {
  const name = value.name ?? value.module;
  return name.slice(name.lastIndexOf('.') + 1);
}
