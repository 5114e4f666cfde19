/**
 * What may stand for a column in Knex: its name, an object of aliases, `raw`, `ref`, a builder, a callback that makes one. https://knexjs.org/guide/ref.html
 * https://knexjs.org/guide/raw.html
 */
import type { Span } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { ColumnRef, SqlCondition, SqlQuery } from '../../facts/sql.js';
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { begin, compared, reference, selectUnknown, shown, type Draft, type Parts } from '../shared/drafts/draft.js';
import { growing, throughCallback, within } from '../shared/drafts/growing.js';
import { aliased, itemPlaces } from '../shared/drafts/names.js';
import { DIALECT, isOwn, naming } from './names.js';

/** Text of SQL, of which only is known whether it counts; or a column by its name. */
interface Written { readonly written: string | null; readonly isRef: boolean; readonly alias: string | null }

export function writtenValue(data: Written, site: Pick<CallSite, 'env' | 'at'>): SpecialValue {
  return { k: 'special', dialect: DIALECT, tag: 'raw', data: { raw: data }, key: `${site.env.module.path}:${spanStart(site.at)}:${spanEnd(site.at)}` };
}

export const writtenOf = (value: Value | null | undefined): Written | null => (isOwn(value) && value.tag === 'raw' ? (value.data['raw'] as Written) : null);

const AGGREGATE = /\b(?:count|sum|avg|min|max|array_agg|json_agg|jsonb_agg|string_agg|bool_or|bool_and)\s*\(/i;

export const aggregates = ({ written }: Written): boolean => written !== null && AGGREGATE.test(written);

/** The name that an expression gets: `count(*) as n`. */
export const aliasIn = ({ written, alias }: Written): string | null => alias ?? /\bas\s+"?(\w+)"?\s*$/i.exec(written ?? '')?.[1] ?? null;

/** One column or expression, with the name it gets. */
export interface Item {
  readonly column: ColumnRef | null;
  readonly raw: Written | null;
  readonly draft: Draft | null;
  readonly alias: string | null;
  readonly at: Span;
}

/** The columns that arguments name, one by one. */
export function itemsOf(flow: Flow, args: readonly EvaluatedArg[], site: CallSite, kind?: ColumnRef['kind']): readonly Item[] {
  return args.flatMap((arg) => membersOf(arg.value).flatMap((member): readonly Item[] => {
    if (member.k === 'list') {
      const places = itemPlaces(arg, member.items.length);
      return member.items.flatMap((item, index) => itemOf(flow, item, places[index]!, site, kind));
    }
    return itemOf(flow, member, arg.at, site, kind);
  }));
}

function itemOf(flow: Flow, value: Value, at: Span, site: CallSite, kind?: ColumnRef['kind']): readonly Item[] {
  const none: Item = { column: null, raw: null, draft: null, alias: null, at };
  const written = text(value);
  if (written !== null) { const { name, alias } = aliased(written); return [{ ...none, column: reference(naming(flow), name, at, kind), alias }]; }
  // `{ title: 'name' }`
  if (value.k === 'dict')
    return [...value.entries].flatMap(([alias, each]) =>
      itemOf(flow, each, value.places?.get(alias)?.at ?? at, site, kind).map((item) => ({ ...item, alias })),
    );
  const raw = writtenOf(value);
  if (raw)
    return [
      raw.isRef && raw.written !== null
        ? { ...none, column: reference(naming(flow), raw.written, at, kind), alias: raw.alias }
        : { ...none, raw, alias: aliasIn(raw) },
    ];
  const draft = draftIn(flow, value, site);
  return [draft ? { ...none, draft, alias: draft.alias } : none];
}

/** A builder, or what a callback makes of one of its own. */
export function draftIn(flow: Flow, value: Value, site: CallSite): Draft | null {
  if (value.k !== 'fn') return growing(value, DIALECT);
  const made = throughCallback(flow, value, begin(site, DIALECT, 'select', []), site);
  return made.query.from.length > 0 ? made : null;
}

/** What a value is compared with. */
export function comparedWith(flow: Flow, parts: Parts, value: Value | null, at: Span, site: CallSite): SqlCondition['value'] {
  const raw = writtenOf(value);
  if (raw) return raw.isRef && raw.written !== null ? { k: 'column', column: reference(naming(flow), raw.written, at) } : { k: 'expression' };
  const draft = value && (isOwn(value) || value.k === 'fn') ? draftIn(flow, value, site) : null;
  if (draft) { parts.subqueries.push(within(flow, parts, draft)); return { k: 'expression' }; }
  return compared(parts, value, at);
}

/** What `select` puts out. */
export function outputsOf(flow: Flow, items: readonly Item[], parts: Parts): SqlQuery['outputs'] {
  return items.map(({ column, raw, draft, alias, at }) => {
    if (column) { parts.columns.push(column); return { name: alias ?? column.name, column }; }
    if (draft) parts.subqueries.push(shown(within(flow, parts, draft)));
    else if (raw) { parts.aggregates ||= aggregates(raw); parts.isOpen ||= alias === null; }
    else selectUnknown(parts, at);
    return { name: alias };
  });
}
