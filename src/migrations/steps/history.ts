/** What the migrations of one tool are, before they are walked. */
import type { Span } from '../../facts/code.js';
import type { FileFacts } from '../../facts/file.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { FnValue, Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Tool, Walk } from './walk.js';

export interface Step {
  readonly path: string;
  /** The name of what goes up. */
  readonly at: Span;
  run(walk: Walk): void;
  /** Code that takes the step back; known to the end only when it has run. */
  readonly down: readonly Span[];
}

/** A step that is a function, called with these arguments. */
export function enter(fn: FnValue, args: readonly Value[], down: readonly Span[]): Step {
  const { at } = fn.fn.fn;
  return { path: fn.fn.module.path, at, down, run: (walk) => void walk.callback(fn, args, at) };
}

/** Migrations of one database in the order in which they run. */
export interface Found {
  readonly tool: Tool;
  /** The name of the tool as people know it. */
  readonly name: string;
  readonly root: string;
  readonly steps: readonly Step[];
  readonly failures: readonly { readonly message: string; readonly place: Place }[];
  /** Prepares a scope before the steps run. */
  readonly before?: (walk: Walk) => void;
}

/** The repository as those who look for migrations see it. */
export interface Repository {
  readonly flow: Flow;
  readonly modules: readonly ModuleRef[];
  readonly files: ReadonlyMap<string, FileFacts>;
}

export const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Groups by a key, in order. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(key(item));
    if (known) known.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
