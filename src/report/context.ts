import type { Result } from '../lint/finding.js';
import type { RuleInfo } from '../lint/own-rules.js';

/** What a reporter may know beyond the result. */
export interface ReportContext {
  /** The text of a path as findings give it, empty where it is not known. */
  text(path: string): string;
  /** Every rule that is on, the linter's own with them, alphabetical. */
  readonly rules: readonly RuleInfo[];
  /** A rule's page in Markdown. */
  page(rule: string): string | null;
  readonly color: boolean;
  /** Columns to wrap prose at. */
  readonly width: number;
  readonly includeSuppressed: boolean;
  /** Where the repository comes from and where it stands, null where that is not known. Asks git. */
  provenance(): { readonly repositoryUri: string; readonly revisionId: string; readonly branch: string | null } | null;
}

/** A pure function of the result: the whole report, with a final line break. */
export type Reporter = (result: Result, context: ReportContext) => string;
