import type { Place } from '../model/schema.js';
import type { Confidence, Level } from './rule.js';

/** A finding as data: what every reporter reads. Lines and columns count from 1, columns in UTF-16 units, the end exclusive. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly table: string | null;
  readonly model: string | null;
  readonly columns: readonly string[];
  readonly message: string;
  readonly help: string;
  readonly fingerprint: string;
  readonly location: Location;
  readonly related: readonly RelatedLocation[];
  readonly flow: readonly RelatedLocation[];
  readonly remedies: readonly { readonly title: string; readonly sql?: string; readonly code?: string }[];
  readonly suppressed: { readonly kind: 'comment' | 'baseline'; readonly reason: string | null; readonly location: Location | null } | null;
}
export interface Location {
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
export interface RelatedLocation { readonly message: string; readonly table: string | null; readonly column: string | null; readonly location: Location }
/** Turns a place into lines and columns; reads the file on demand. */
export type Locate = (place: Place) => Location;

/** What a run hands to the reporters. */
export interface Result {
  readonly tool: { readonly name: string; readonly version: string };
  readonly findings: readonly Finding[];
  readonly suppressedFindings: readonly Finding[];
  readonly coverage: Coverage;
  readonly gaps: readonly {
    readonly kind: string;
    readonly table: string | null;
    readonly column: string | null;
    readonly detail: string;
    readonly location: Location | null;
  }[];
  readonly statistics: Statistics;
}
/** `decided` of `columns` columns could be judged by the absence rules; the others were skipped for these reasons. */
export interface Coverage {
  readonly files: number;
  readonly parsed: number;
  readonly unread: number;
  readonly tables: number;
  readonly columns: number;
  readonly decided: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}
export interface Statistics {
  readonly rules: Readonly<Record<string, number>>;
  readonly stages: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly peakMemory: number;
}
