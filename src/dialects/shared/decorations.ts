/** Decorators of TypeScript as calls of a library, through composed decorators that the repository defines itself. */
import type { Expr } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import { lastName } from '../../flow/arguments.js';
import { externalBases, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { keyOf } from '../../flow/value-keys.js';
import { ANY, membersOf, type Args, type ClassRef, type FnValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';

/** One decorator of a library: `Column` with its arguments; `place` is where it stands on the declaration. */
export interface Decoration { readonly name: string; readonly args: Args; readonly place: Place }

/** Composed decorators inside composed decorators are followed this deep. */
const DEPTH_LIMIT = 4;

/** The decorators whose names come from a module that `isLibrary` accepts, in order; composed ones are taken apart. */
export function decorationsOf(flow: Flow, decorators: readonly Expr[] | undefined, env: Env, isLibrary: (module: string) => boolean): readonly Decoration[] {
  // The members of a base class are asked for by every class that extends it, and a decorator is called once.
  return (decorators ?? []).flatMap((decorator) =>
    flow.memo(
      `decorations ${libraryId(isLibrary)}`,
      `${env.module.path}:${spanStart(decorator.at)}:${spanEnd(decorator.at)}`,
      () => {
        let value: Value = ANY;
        flow.applicationsIn(() => {
          value = flow.peek(decorator, env);
        });
        return decorationsIn(flow, value, flow.place(env, decorator.at), isLibrary, 0);
      },
      [],
    ),
  );
}

/** Whether a method that a library calls at times of a row's life is called at this one alone. */
export function isOnlyBefore(decorations: readonly Decoration[], insert: RegExp): boolean {
  const times = decorations.filter(({ name }) => /^(Before|After|On)[A-Z]/.test(name));
  return times.length > 0 && times.every(({ name }) => insert.test(name));
}

const libraryIds = new WeakMap<object, number>();
let libraries = 0;
function libraryId(isLibrary: (module: string) => boolean): number {
  const id = libraryIds.get(isLibrary) ?? ++libraries;
  libraryIds.set(isLibrary, id);
  return id;
}

function decorationsIn(flow: Flow, value: Value, place: Place, isLibrary: (module: string) => boolean, depth: number): readonly Decoration[] {
  if (depth > DEPTH_LIMIT) return [];
  return membersOf(value).flatMap((member): readonly Decoration[] => {
    if (member.k === 'ext') return isLibrary(member.module) && member.name ? [{ name: lastName(member), args: { list: [] }, place }] : [];
    if (member.k === 'fn') return composed(flow, member, place, isLibrary, depth);
    if (member.k !== 'term' || member.callee.k !== 'ext') return [];
    if (isLibrary(member.callee.module)) return [{ name: lastName(member.callee), args: member.args, place }];
    // `applyDecorators(Column(…), Index())` of whatever library.
    return member.args.list.flatMap((arg) =>
      arg.value.k === 'term' || arg.value.k === 'ext' || arg.value.k === 'fn' ? decorationsIn(flow, arg.value, place, isLibrary, depth + 1) : [],
    );
  });
}

/** `(target, key) => { Column(…)(target, key); }`: the decorators that a decorator of the repository applies when it is called. */
function composed(flow: Flow, fn: FnValue, place: Place, isLibrary: (module: string) => boolean, depth: number): readonly Decoration[] {
  // A target of its own for every place and library, so that helpers of the decorator are followed each time.
  const target: Value = { k: 'special', dialect: 'core', tag: 'decorated', data: {}, key: `${libraryId(isLibrary)}:${place.path}:${spanStart(place.at)}` };
  const arg = { name: null, value: target, expr: { k: 'other' as const, parts: [], at: place.at }, spread: null, at: place.at };
  const applied = flow.applicationsIn(() => flow.quiet(() => flow.callFn(fn, [arg, { ...arg, value: ANY }])));
  const seen = new Set<string>();
  return applied.flatMap((each) => decorationsIn(flow, each, place, isLibrary, depth + 1)).filter((each) => {
    const key = `${each.name}(${each.args.list.map((given) => keyOf(given.value)).join()})`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Libraries whose decorators of properties check, convert or describe values and declare no columns. */
const DESCRIBING = /^(class-validator|class-transformer|type-graphql|reflect-metadata|@nestjs\/.*|nestjs-.*|@tsed\/.*|tsoa|routing-controllers.*|typedi)$/;

/** Whether a decorator may be one of the ORM that was not read: it does not resolve, or is of a library that nobody knows here. */
function isUnreadDecorator(flow: Flow, decorator: Expr, env: Env): boolean {
  return membersOf(flow.peek(decorator, env)).some((member) => {
    const of = member.k === 'term' ? member.callee : member;
    return of.k === 'any' || (of.k === 'ext' && !DESCRIBING.test(of.module));
  });
}

/**
 * Whether a class may have columns that are not in sight: a base does not resolve or is of a library other than the ORM, or so is the only decorator of a
 * property.
 */
export function hasUnseenParts(flow: Flow, cls: ClassRef, isLibrary: (module: string) => boolean): boolean {
  const isSeen = (base: Value): boolean => base.k === 'ext' && isLibrary(base.module);
  return externalBases(flow, cls).some((base) => !isSeen(base)) || lineage(flow, cls).some((each) => [...ownMembers(flow, each).values()].some((member) => {
    const decorators = member.k === 'field' ? member.stmt.decorators ?? [] : [];
    return (
      decorators.length > 0 &&
      decorationsOf(flow, decorators, each.env, isLibrary).length === 0 &&
      decorators.some((decorator) => isUnreadDecorator(flow, decorator, each.env))
    );
  }));
}
