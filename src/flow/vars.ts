/** The variables of a scope, and what branches of its code make of them. */
import type { Value } from './value.js';

/** Joins what two paths give one variable; `ours` is of the path that is told first. */
export type JoinValues = (ours: Value, theirs: Value) => Value;

/** A branch sees the variables of the code before it and keeps its own changes apart until they are taken over: most change few of many. */
export class Vars {
  private own: Map<string, Value> | null = null;

  constructor(private readonly before: Vars | null = null) {}

  get(name: string): Value | undefined {
    for (let vars: Vars | null = this; vars; vars = vars.before) {
      const value = vars.own?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    (this.own ??= new Map()).set(name, value);
  }

  clear(): void {
    this.own?.clear();
  }

  /** Looks at every value; one that a branch replaced comes too. */
  visit(look: (value: Value) => void): void {
    for (let vars: Vars | null = this; vars; vars = vars.before) vars.own?.forEach(look);
  }

  /** All variables with their values. */
  entries(): ReadonlyMap<string, Value> {
    const inherited = this.before?.entries();
    return inherited ? new Map([...inherited, ...this.changes]) : this.changes;
  }

  private get changes(): ReadonlyMap<string, Value> {
    return this.own ?? NONE;
  }

  /** The variables of a branch that begins here. */
  branch(): Vars {
    return new Vars(this);
  }

  /** Goes on as a branch of these left them. */
  take(branch: Vars): void {
    for (const [name, value] of branch.changes) this.set(name, value);
  }

  /** Goes on as either of two branches of these left them; a branch that is empty stands for one that is not taken. */
  takeEither(ours: Vars, theirs: Vars, join: JoinValues): void {
    const joined: [string, Value][] = [];
    for (const name of new Set([...ours.changes.keys(), ...theirs.changes.keys()])) joined.push([name, either(ours.get(name), theirs.get(name), join)]);
    for (const [name, value] of joined) this.set(name, value);
  }
}

const NONE: ReadonlyMap<string, Value> = new Map();

function either(ours: Value | undefined, theirs: Value | undefined, join: JoinValues): Value {
  if (ours === undefined || theirs === undefined || ours === theirs) return (ours ?? theirs)!;
  return join(ours, theirs);
}
