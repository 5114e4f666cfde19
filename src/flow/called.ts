/** Which functions of the program code in sight calls, and how much those calls tell of the arguments. */
import type { Span } from '../facts/code.js';
import { isWithin, makeSpan, spanEnd, spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import type { ClassRef, EvaluatedArg, FnRef } from './value.js';

/** A function of a base that was evaluated for a class that inherits it, and whether code in sight calls it there. */
export interface Inherited { readonly fn: FnRef; isCalled: boolean }

/** The arguments of a call by name, null for those that have none. */
type Names = readonly (string | null)[];

export class Called {
  private readonly called = new Set<string>();
  /** Of those, the ones that some call gives arguments nobody knows, with the functions evaluated for their own sake that led to such calls. */
  private readonly untold = new Map<string, Set<string | null>>();
  /** Asked once all calls are noted. */
  private readonly toldByCallers = new Map<string, boolean>();
  /** Functions that some call runs on a generic class, whatever it is bound to. */
  private readonly unbound = new Set<string>();
  /** What a base does for a class that says what its types are, by function and call context. */
  private readonly inherited = new Map<string, Map<string, Inherited>>();
  /** The functions that a function calls, by their ids; what is written where it is given to a call, the function that it stands in has called. */
  readonly calls = new Map<string, Set<string>>();
  /** What a function calls that another one gave to it, written right there. */
  readonly callbacks = new Map<string, Set<string>>();
  /** Functions that are written where they are given to a call. */
  private readonly inline = new Set<string>();
  /** The classes of the methods that are called. */
  private readonly owners = new Map<string, ClassRef>();
  /** Classes on whose objects code outside of them calls methods; worked out once all calls are noted. */
  private served: ReadonlySet<ClassRef> | null = null;
  /** Where functions are given as arguments, or as entries of a dict, under a name of theirs, by function and `path:offset`. */
  readonly given = new Map<string, Map<string, Place>>();
  /** Calls of methods of nobody knows what, by name. */
  private readonly unseen = new Map<string, Map<string, Names>>();

  clear(): void {
    for (const part of [
      this.called,
      this.untold,
      this.toldByCallers,
      this.unbound,
      this.inherited,
      this.calls,
      this.callbacks,
      this.inline,
      this.owners,
      this.given,
      this.unseen,
    ])
      part.clear();
    this.served = null;
  }

  /**
   * Notes a call that code makes in the call context `key`; `isInformative` when its arguments tell something, `caller` is the function that makes it, `opener`
   * is as of `Recorder`, `isUnbound` when its receiver does not say what its types are.
   */
  note(
    fn: FnRef,
    args: readonly EvaluatedArg[],
    key: string,
    {
      isInformative,
      isUnbound,
      opener,
      caller,
    }: { readonly isInformative: boolean; readonly isUnbound: boolean; readonly opener: string | null; readonly caller: string | null },
  ): void {
    this.called.add(fn.id);
    if (fn.owner) this.owners.set(fn.id, fn.owner);
    if (caller !== null) this.noteCaller(caller, fn);
    if (isUnbound) this.unbound.add(fn.id);
    const inherited = this.inherited.get(fn.id)?.get(key);
    if (inherited) inherited.isCalled = true;
    if (isInformative || args.length === 0) return;
    const openers = this.untold.get(fn.id);
    if (openers) openers.add(opener);
    else this.untold.set(fn.id, new Set([opener]));
  }

  private noteCaller(caller: string, fn: FnRef): void {
    const definer = this.inline.has(fn.id) ? definerOf(fn) : null;
    addTo(this.calls, definer ?? caller, fn.id);
    if (definer !== null && definer !== caller) addTo(this.callbacks, caller, fn.id);
  }

  /** Notes that a function is written where it is given to a call. */
  giveInline({ id }: FnRef): void {
    this.inline.add(id);
  }

  /** Notes that a function is given to whatever takes what stands there. */
  give({ id }: FnRef, place: Place): void {
    const site = `${place.path}:${spanStart(place.at)}`;
    const places = this.given.get(id);
    if (places) places.set(site, place);
    else this.given.set(id, new Map([[site, place]]));
  }

  /** Notes that a function of a base is evaluated for one class, in the call context `key`. */
  inherit(fn: FnRef, key: string): Inherited {
    let contexts = this.inherited.get(fn.id);
    if (!contexts) this.inherited.set(fn.id, (contexts = new Map()));
    const inherited: Inherited = { fn, isCalled: false };
    contexts.set(key, inherited);
    return inherited;
  }

  /** Notes a call on a receiver that nobody knows. */
  missed(name: string, args: readonly EvaluatedArg[]): void {
    const names = args.map((arg) => arg.name);
    const known = this.unseen.get(name);
    if (known) known.set(names.join(), names);
    else this.unseen.set(name, new Map([[names.join(), names]]));
  }

  has(fn: FnRef): boolean {
    return this.called.has(fn.id);
  }
  /** Every call in sight gives the function arguments that are known. */
  isTold(fnId: string): boolean {
    return this.called.has(fnId) && !this.untold.has(fnId);
  }
  /** The same where a call that tells nothing stands in a function whose own calls do: with what these give it is told. */
  isToldByCallers(fnId: string): boolean {
    const known = this.toldByCallers.get(fnId);
    if (known !== undefined) return known;
    // Functions that lead to each other tell nothing.
    this.toldByCallers.set(fnId, false);
    const isTold = this.called.has(fnId) && [...(this.untold.get(fnId) ?? [])].every((opener) => opener !== null && this.isToldByCallers(opener));
    this.toldByCallers.set(fnId, isTold);
    return isTold;
  }
  /** Some call gives it arguments of which nothing is known. */
  isCalledUntold(fnId: string): boolean {
    return this.untold.has(fnId);
  }
  /** Some call may run the base's function for that class. */
  mayRun({ fn, isCalled }: Inherited): boolean {
    return isCalled || !this.isTold(fn.id) || this.mayBeUnseen(fn);
  }

  /** The same of what must be seen to happen: a call whose arguments nobody knows, on another class, is none on this one. */
  isSeenToRun({ fn, isCalled }: Inherited): boolean {
    return isCalled || (this.called.has(fn.id) ? this.unbound.has(fn.id) : !this.isLeftUncalled(fn)) || this.mayBeUnseen(fn);
  }

  /**
   * A base whose other methods code in sight calls is no framework's to call: what nobody calls of it, and no decorator hands to one, is there for nobody yet.
   */
  private isLeftUncalled({ owner, fn }: FnRef): boolean {
    return owner !== null && fn.decorators.length === 0 && (this.served ??= this.servedClasses()).has(owner);
  }

  private servedClasses(): ReadonlySet<ClassRef> {
    const served = new Set<ClassRef>();
    for (const [caller, callees] of this.calls)
      for (const callee of callees) {
        const owner = this.owners.get(callee);
        if (owner && !served.has(owner) && !isInside(owner, caller)) served.add(owner);
      }
    return served;
  }

  /** Some call on nobody knows what has the method's name and arguments that it takes. */
  private mayBeUnseen({ name, fn }: FnRef): boolean {
    const params = fn.params.filter((param) => !(param.target.k === 'name' && /^(self|cls)$/.test(param.target.id)));
    const takes = (given: string): boolean => params.some((param) => param.rest === '**' || (param.target.k === 'name' && param.target.id === given));
    const places = params.some((param) => param.rest === '*') ? Infinity : params.filter((param) => !param.rest).length;
    return [...(this.unseen.get(name ?? '')?.values() ?? [])].some(
      (names) => names.filter((one) => one === null).length <= places && names.every((one) => one === null || takes(one)),
    );
  }
}

/** Whether a function stands in a class. */
function isInside({ module, cls }: ClassRef, fnId: string): boolean {
  const { path, at } = placeOfFn(fnId);
  return path === module.path && isWithin(at, cls.range);
}

/** The id of the function whose code is the `range` of a file. */
export function fnIdAt(path: string, range: Span): string {
  return `${path}:${spanStart(range)}:${spanEnd(range)}`;
}

/** Where a function stands: ids are `path:start:end`. */
export function placeOfFn(fnId: string): Place {
  const end = fnId.lastIndexOf(':');
  const start = fnId.lastIndexOf(':', end - 1);
  return { path: fnId.slice(0, start), at: makeSpan(Number(fnId.slice(start + 1, end)), Number(fnId.slice(end + 1))) };
}

/** The function that a function stands in. */
function definerOf({ env }: FnRef): string | null {
  for (let scope: FnRef['env'] | null = env; scope; scope = scope.parent) if (scope.fn) return fnIdAt(scope.module.path, scope.fn.range);
  return null;
}

function addTo(sets: Map<string, Set<string>>, key: string, item: string): void {
  const known = sets.get(key);
  if (known) known.add(item);
  else sets.set(key, new Set([item]));
}
