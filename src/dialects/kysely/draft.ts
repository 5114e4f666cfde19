/** Queries that Kysely's builders put together. */
import type { Span } from '../../facts/code.js';
import type { ColumnRef } from '../../facts/sql.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import * as shared from '../shared/drafts/draft.js';
import { columnNamed, DIALECT } from './names.js';

export { add, bound, draftValue, joined, nested, noParts, run, selectUnknown, shown, take, type Draft, type Parts } from '../shared/drafts/draft.js';

export const draftOf = (value: Value | null | undefined): shared.Draft | null => shared.draftOf(value, DIALECT);

/** `table.column`, `column` in a text. */
export const reference = (flow: Flow, written: string, at: Span, kind?: ColumnRef['kind']): ColumnRef =>
  shared.reference((name) => columnNamed(flow, name), written, at, kind);
