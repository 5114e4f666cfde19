/** What a rule is: the only module of `src/` that `rules/*` import. It re-exports the model's types and predicates. */
import type { Project } from '../model/project.js';
import type { Column, Place, Table } from '../model/schema.js';
import type { GapKind } from '../model/usage.js';

export type Level = 'error' | 'warning' | 'note';
export type Confidence = 'high' | 'medium' | 'low';

export interface Rule<Options extends object = Record<string, never>> {
  readonly id: string;
  /** One sentence without a final stop, for tables of rules. */
  readonly summary: string;
  readonly level: Level;
  /** Measured on real code, for SARIF. */
  readonly precision: 'very-high' | 'high' | 'medium' | 'low';
  /** `absence` when it claims that something is nowhere: the engine then weighs what could not be seen. */
  readonly evidence: 'presence' | 'absence';
  readonly isOff?: true;
  /** What it says holds in PostgreSQL alone: of tables in another engine it is not asked. */
  readonly isOfPostgres?: true;
  /** What it says of a whole table (`columns` empty) leaves nothing for other rules to say of that table: their findings on it are dropped. */
  readonly isFinal?: true;
  /** Rules that what this one says of a column leaves nothing to say of: their findings on that column alone are dropped. */
  readonly covers?: readonly string[];
  /** JSON Schema of its options, an object with `additionalProperties: false` and defaults. */
  readonly options?: object;
  check(project: Project, report: (finding: Draft) => void, options: Options): void;
}

/** What a rule reports: entities and places, never lines. */
export interface Draft {
  readonly table: Table;
  /** In declaration order, or the order of a proposed key; empty when the whole table is meant. */
  readonly columns: readonly Column[];
  /** What is wrong, with table and column named; no final stop, no braces. */
  readonly message: string;
  /** What to do, imperative. */
  readonly help: string;
  readonly confidence: Confidence;
  /** Only when it differs from the rule's. */
  readonly level?: Level;
  /** Default: the first column's place, else the table's. */
  readonly place?: Place;
  readonly related?: readonly Related[];
  /** How we know, step by step. */
  readonly flow?: readonly Related[];
  readonly remedies?: readonly Remedy[];
  /** Tells two findings of one rule on one entity apart (an index name, the other table). */
  readonly discriminator?: string;
  /** Kinds of gaps that the confidence given here has weighed already: the engine does not lower it for them again. */
  readonly weighed?: readonly GapKind[];
}
export interface Related { readonly message: string; readonly place: Place; readonly table?: Table; readonly column?: Column }
/** A way out: SQL that mends the database, and the text to add to the model. */
export interface Remedy { readonly title: string; readonly sql?: string; readonly code?: string }

export { spanEnd, spanStart } from '../facts/span.js';
export type * from '../model/schema.js';
export type * from '../model/usage.js';
export { isApplicationSeen } from '../model/project.js';
export type { Project } from '../model/project.js';
// Predicates of the model, the rules' vocabulary: one line for each module.
export * from '../model/choices.js';
export * from '../model/column-uses.js';
export * from '../model/out-of-sight.js';
export * from '../model/derivable-keys.js';
export * from '../model/dropped.js';
export * from '../model/duplicates.js';
export * from '../model/foreign-key-paths.js';
export * from '../model/indexes.js';
export * from '../model/inherited.js';
export * from '../model/legacy-text.js';
export * from '../model/outside-text.js';
export * from '../model/places.js';
export * from '../model/liveness.js';
export * from '../model/names.js';
export * from '../model/nullness.js';
export * from '../model/shared-code.js';
export * from '../model/snapshots.js';
export * from '../model/sql-text.js';
export * from '../model/tables.js';
export * from '../model/twin-columns.js';
export * from '../model/wording.js';
export * from '../model/column-kinds.js';
export * from '../model/index-advice.js';
export * from '../model/key-coverage.js';
export * from '../model/lookups.js';
export * from '../model/model-text.js';
export * from '../model/relationships.js';
export * from '../model/unique-advice.js';
export type { Reliance, UniqueEvidence } from '../model/unique-evidence.js';
