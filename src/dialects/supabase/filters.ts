/** Filters of Supabase's clients. https://supabase.com/docs/reference/javascript/using-filters */
import type { Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import type { ColumnRef, SqlCondition } from '../../facts/sql.js';
import { argument, argumentOf, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { EvaluatedArg, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { compared, noParts, reference, type Parts } from '../shared/drafts/draft.js';
import { mappedName } from '../shared/drafts/names.js';
import { textStart, type Embed } from './columns.js';
import { filtersIn } from './select.js';

/** Operators by the names of methods, those of Python too, and by what they are called in texts. */
const OPS: Readonly<Record<string, SqlCondition['op']>> = {
  eq: '=',
  neq: '<>',
  gt: 'range',
  gte: 'range',
  lt: 'range',
  lte: 'range',
  like: 'like',
  ilike: 'like',
  in: 'in',
  in_: 'in',
  is: '=',
  is_: '=',
  isDistinct: '<>',
  contains: 'other',
  cs: 'other',
  containedBy: 'other',
  contained_by: 'other',
  cd: 'other',
  overlaps: 'other',
  ov: 'other',
  textSearch: 'other',
  text_search: 'other',
  fts: 'other',
  plfts: 'other',
  phfts: 'other',
  wfts: 'other',
  likeAllOf: 'like',
  likeAnyOf: 'like',
  ilikeAllOf: 'like',
  ilikeAnyOf: 'like',
  like_all_of: 'like',
  like_any_of: 'like',
  ilike_all_of: 'like',
  ilike_any_of: 'like',
  rangeGt: 'other',
  rangeGte: 'other',
  rangeLt: 'other',
  rangeLte: 'other',
  rangeAdjacent: 'other',
  range_gt: 'other',
  range_gte: 'other',
  range_lt: 'other',
  range_lte: 'other',
  range_adjacent: 'other',
  match: 'other',
  imatch: 'other',
  regexMatch: 'other',
};

export const isFilter = (name: string): boolean => Object.hasOwn(OPS, name) || name === 'not' || name === 'or' || name === 'or_' || name === 'filter';

/** What a filter adds to a query of rows with these related rows; `isNegated` after `not_`. */
export function filterOf(flow: Flow, site: CallSite, embeds: readonly Embed[], isNegated: boolean): Parts {
  const parts = noParts();
  const [first, second, third] = [0, 1, 2].map((index) => argumentOf(site.args, index));
  const one = (column: EvaluatedArg | null, name: string, value: EvaluatedArg | null, isNot: boolean): void => {
    const written = text(column?.value);
    if (written === null) { parts.isPartial = true; return; }
    condition(flow, site, embeds, parts, {
      column: written,
      op: OPS[name] ?? 'other',
      isNull: saysNull(value?.value ?? null, name),
      isNegated: isNot,
      at: column!.at,
      value: value?.value ?? null,
      valueAt: value?.at ?? site.at,
    });
  };
  switch (site.name) {
    case 'not': one(first ?? null, text(second?.value) ?? '', third ?? null, !isNegated); return parts;
    case 'filter': one(first ?? null, text(second?.value) ?? '', third ?? null, isNegated); return parts;
    case 'or': case 'or_': anyOf(flow, site, embeds, parts, first ?? null); return parts;
    case 'match': {
      if (first?.value.k !== 'dict') { if (second) one(first ?? null, 'match', second, isNegated); else parts.isPartial = true; return parts; }
      for (const [name, value] of first.value.entries) {
        const at = first.value.places?.get(name)?.at ?? first.at;
        condition(flow, site, embeds, parts, { column: name, op: '=', isNull: false, isNegated: false, at, value, valueAt: at });
      }
      if (first.value.rest) parts.isPartial = true;
      return parts;
    }
    default: one(first ?? argumentOf(site.args, 0, 'column'), site.name ?? '', second ?? argumentOf(site.args, 1, 'value'), isNegated); return parts;
  }
}

/** `is('x', null)`, Python's `is_('x', 'null')`. */
function saysNull(value: Value | null, op: string): boolean {
  return value?.k === 'const' && (value.v === null || (/^is_?$/.test(op) && typeof value.v === 'string' && value.v.toLowerCase() === 'null'));
}

interface Read {
  readonly column: string;
  readonly op: SqlCondition['op'];
  readonly isNull: boolean;
  readonly isNegated: boolean;
  readonly at: Span;
  readonly value: Value | null;
  readonly valueAt: Span;
  readonly inOr?: true;
}

function condition(
  flow: Flow,
  site: CallSite,
  embeds: readonly Embed[],
  parts: Parts,
  { column: written, op, isNull, isNegated, at, value, valueAt, inOr }: Read,
): void {
  const [path, ...parsed] = written.split(/->>?/);
  const dot = path!.lastIndexOf('.');
  if (dot >= 0) {
    const embed = embeds.find(({ name }) => name === path!.slice(0, dot));
    // Which rows of the table itself are found is narrowed by what an inner join finds.
    if (!embed || embed.isInner) parts.isPartial = true;
    if (embed) flow.record.column(embed.model, mappedName(flow, path!.slice(dot + 1)), 'filter', flow.place(site.env, at), flow.currentFn);
    return;
  }
  const ref: ColumnRef = reference((name) => mappedName(flow, name), path!, at);
  const read: SqlCondition['op'] = isNull ? (isNegated !== (op === '<>') ? 'is not null' : 'is null') : isNegated ? (op === '=' ? '<>' : 'other') : op;
  const asked: SqlCondition['value'] = isNull ? { k: 'constant', v: null } : compared(parts, value, valueAt);
  parts.conditions.push({
    column: ref,
    op: read === 'like' && isPrefix(value) ? 'like-prefix' : read,
    value: asked,
    on: 'where',
    ...(inOr ? { inOr } : {}),
    ...(parsed.length ? { wrapped: 'json' } : {}),
  });
}

const isPrefix = (value: Value | null): boolean => { const written = text(value); return written !== null && !/^[%*]/.test(written); };

/** `.or('status.eq.open,due.is.null')`, with holes for values. */
function anyOf(flow: Flow, site: CallSite, embeds: readonly Embed[], parts: Parts, arg: EvaluatedArg | null): void {
  // Of related rows, not of these.
  const options = argument(site.args, 1);
  const isElsewhere =
    (options?.k === 'dict' && (options.entries.has('referencedTable') || options.entries.has('foreignTable'))) ||
    argumentOf(site.args, -1, 'reference_table') !== null;
  const whole = text(arg?.value) ?? (arg?.expr.k === 'tpl' ? arg.expr.parts.map((part) => (part.k === 'text' ? part.v : '?')).join('') : null);
  const filters = whole === null || isElsewhere ? null : filtersIn(whole);
  if (!filters || !arg) { if (!isElsewhere) parts.isPartial = true; return; }
  const start = textStart(arg);
  for (const { column, op, isNegated, value, offset } of filters) {
    const at = start === null ? arg.at : makeSpan(start + offset, start + offset + column.length);
    const given: Value = /\?/.test(value) ? { k: 'any' } : { k: 'const', v: value };
    condition(flow, site, embeds, parts, {
      column,
      op: OPS[op] ?? 'other',
      isNull: op === 'is' && value === 'null',
      isNegated,
      at,
      value: given,
      valueAt: at,
      ...(filters.length > 1 ? { inOr: true } : {}),
    });
  }
}
