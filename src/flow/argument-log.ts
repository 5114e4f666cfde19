import type { Expr } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import type { Holder } from './moves.js';
import { site, type GivenRecord, type Passed } from './records.js';
import type { Value } from './value.js';

/** What calls give to the parameters of functions, and what holds it. */
export class ArgumentLog {
  /** What calls in sight give a function's parameter, by what tells the parameter's value from others and by the argument as written. */
  readonly given = new Map<string, Map<Expr, GivenRecord>>();
  /** Where unknown values are written, by what tells each from others and by the place. */
  readonly written = new Map<string, Map<string, Place>>();
  /** The parameters of functions of the repository that take an unknown object's attribute as it is written in a call of theirs. */
  readonly passed = new Map<Expr, readonly Passed[]>();
  /** The variables of functions that hold what is stored, by path and by the offset of the name that it is stored under. */
  private readonly held = new Map<string, Map<number, Holder>>();

  /** A variable holds what is stored or handed over at an offset. */
  hold(path: string, offset: number, holder: Holder): void {
    const known = this.held.get(path);
    if (known) known.set(offset, holder);
    else this.held.set(path, new Map([[offset, holder]]));
  }

  /** The variable that holds what is stored at a place. */
  holderAt({ path, at }: Place): Holder | undefined { return this.held.get(path)?.get(spanStart(at)); }

  /**
   * A call gives `value` for a parameter; `argument` is what stands there. What a call of the function around it gives tells more than its definition, which
   * `isByDefinition` says that this is.
   */
  give(param: string, argument: Expr, value: Value, place: Place, isByDefinition: boolean): void {
    const sites = this.given.get(param);
    if (isByDefinition && sites?.has(argument)) return;
    const given = { value, held: this.holderAt(place), place };
    if (sites) sites.set(argument, given);
    else this.given.set(param, new Map([[argument, given]]));
  }

  /** A function is given an attribute of an object that nobody knows: `book(req.user, body)`. */
  pass(argument: Expr, to: Passed): void {
    const known = this.passed.get(argument) ?? [];
    if (!known.some(({ param }) => param === to.param)) this.passed.set(argument, [...known, to]);
  }

  /** The unknown value that `id` tells from others is written at a place. */
  write(id: string, place: Place): void {
    const places = this.written.get(id);
    if (!places) this.written.set(id, new Map([[site(place), place]]));
    else if (!places.has(site(place))) places.set(site(place), place);
  }
}
