import type { Column, Table } from '../model/schema.js';
import type { Change } from './records.js';

const NOTHING: readonly Change[] = [];

/** What is inserted, written and deleted, in the order in which evaluation comes upon it, again where a known call repeats it. */
export class ChangeLog {
  private readonly changes: Change[] = [];

  add(...changes: readonly Change[]): void { this.changes.push(...changes); }

  /** How many changes came so far; with `between` it tells which came since. */
  get clock(): number { return this.changes.length; }

  /** What came from one clock to another. */
  between(since: number, until = this.clock): readonly Change[] {
    return since === until ? NOTHING : this.changes.slice(since, until);
  }

  /** What it takes to tell again of what came since a clock: one insert, and one write of each column, of each table at most. */
  toRepeat(clock: number): readonly Change[] {
    if (clock === this.clock) return NOTHING;
    const inserts = new Map<Table, Change>();
    const others = new Map<Table | Column, Change>();
    for (const change of this.changes.slice(clock).reverse()) {
      if (change.insert !== null) inserts.set(change.model.table, change);
      else if (!change.isEmptied || !others.has(change.column!)) others.set(change.column ?? change.model.table, change);
    }
    return [...inserts.values(), ...others.values()];
  }
}
