/** Decorators of TypeScript as calls of a library, through composed decorators that the repository defines itself. */
import type { Expr, Stmt } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { lastName, membersOf, type Args, type FnValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';

/** One decorator of a library: `Column` with its arguments; `place` is where it stands on the declaration. */
export interface Decoration { readonly name: string; readonly args: Args; readonly place: Place }

/** Composed decorators inside composed decorators are followed this deep. */
const DEPTH_LIMIT = 4;

/** The decorators whose names come from a module that `isLibrary` accepts, in order; composed ones are taken apart. */
export function decorationsOf(flow: Flow, decorators: readonly Expr[] | undefined, env: Env, isLibrary: (module: string) => boolean): readonly Decoration[] {
  return (decorators ?? []).flatMap((decorator) => {
    const value = flow.quiet(() => flow.expr(decorator, env));
    return decorationsIn(flow, value, flow.place(env, decorator.at), isLibrary, 0);
  });
}

function decorationsIn(flow: Flow, value: Value, place: Place, isLibrary: (module: string) => boolean, depth: number): readonly Decoration[] {
  if (depth > DEPTH_LIMIT) return [];
  return membersOf(value).flatMap((member): readonly Decoration[] => {
    if (member.k === 'ext') return isLibrary(member.module) && member.name ? [{ name: lastName(member), args: { list: [] }, place }] : [];
    if (member.k === 'fn') return composed(flow, member, place, isLibrary, depth);
    if (member.k !== 'term' || member.callee.k !== 'ext') return [];
    if (isLibrary(member.callee.module)) return [{ name: lastName(member.callee), args: member.args, place }];
    // `applyDecorators(Column(…), Index())` of whatever library.
    return member.args.list.flatMap((arg) => (arg.value.k === 'term' || arg.value.k === 'ext' || arg.value.k === 'fn' ? decorationsIn(flow, arg.value, place, isLibrary, depth + 1) : []));
  });
}

/** `(target, key) => { Column(…)(target, key); }`: the decorators that a decorator of the repository applies. */
function composed(flow: Flow, fn: FnValue, place: Place, isLibrary: (module: string) => boolean, depth: number): readonly Decoration[] {
  return fn.fn.fn.body.flatMap((stmt: Stmt) => {
    const applied = (stmt.k === 'expr' || stmt.k === 'return') && stmt.value?.k === 'call' ? stmt.value.fn : null;
    if (applied?.k !== 'call') return [];
    return decorationsIn(flow, flow.quiet(() => flow.expr(applied, fn.fn.env)), place, isLibrary, depth + 1);
  });
}
