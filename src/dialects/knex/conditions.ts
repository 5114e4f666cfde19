/** Conditions of Knex's builders. https://knexjs.org/guide/query-builder.html#where-clauses */
import type { Span } from '../../facts/code.js';
import type { SqlCondition } from '../../facts/sql.js';
import { argumentOf, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { EvaluatedArg, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { begin, noParts, reference, take, type Parts } from '../shared/drafts/draft.js';
import { throughCallback, within } from '../shared/drafts/growing.js';
import { itemPlaces } from '../shared/drafts/names.js';
import { comparedWith, draftIn, writtenOf } from './expressions.js';
import { DIALECT, naming } from './names.js';

/** A name of a method in its parts: `orWhereNotIn`, `andHavingNull`, `onVal`. */
export interface Clause { readonly on: SqlCondition['on']; readonly isOr: boolean; readonly isNot: boolean; readonly form: string }

const CLAUSE =
  /^(or|and)?(where|having|on)(?:(Not)(?=$|In$|Null$|Between$|Exists$|Like$|ILike$|JsonObject$))?(In|Null|Between|Exists|Raw|Column|Like|ILike|Val|JsonObject|JsonPath|JsonSupersetOf|JsonSubsetOf|Wrapped)?$/i;
/** `whereNot`, `orOnNotIn`: those of `on` are spelled the same way. */
export function clauseNamed(name: string): Clause | null {
  const match = CLAUSE.exec(name);
  if (!match) return null;
  const on = match[2]!.toLowerCase();
  return {
    on: on === 'on' ? 'join' : on === 'having' ? 'having' : 'where',
    isOr: match[1]?.toLowerCase() === 'or',
    isNot: match[3] !== undefined,
    form: (match[4] ?? '').toLowerCase(),
  };
}

const OPS: Readonly<Record<string, SqlCondition['op']>> = {
  '=': '=',
  is: '=',
  '!=': '<>',
  '<>': '<>',
  '<': 'range',
  '<=': 'range',
  '>': 'range',
  '>=': 'range',
  in: 'in',
  like: 'like',
  ilike: 'like',
  between: 'range',
};
const NEGATED: Partial<Record<SqlCondition['op'], SqlCondition['op']>> = { '=': '<>', '<>': '=', 'is null': 'is not null', 'is not null': 'is null' };

/** What a condition of that kind adds. */
export function conditionOf(flow: Flow, site: CallSite, clause: Clause): Parts {
  const parts = noParts();
  const args = positional(site.args);
  const [first, second, third] = args;
  if (!first) { parts.isPartial = true; return parts; }
  const push = (column: EvaluatedArg, op: SqlCondition['op'], value: SqlCondition['value']): void => {
    const name = text(column.value) ?? refIn(column.value);
    if (name === null) { parts.isPartial = true; return; }
    parts.conditions.push({ column: reference(naming(flow), name, column.at), op: clause.isNot ? NEGATED[op] ?? 'other' : op, value, on: clause.on });
  };
  const compare = (column: EvaluatedArg, op: string, value: EvaluatedArg): void => {
    const isColumn = clause.form === 'column' || (clause.on === 'join' && clause.form === '');
    const written = isColumn ? text(value.value) : null;
    const given: SqlCondition['value'] =
      written !== null ? { k: 'column', column: reference(naming(flow), written, value.at) } : comparedWith(flow, parts, value.value, value.at, site);
    push(column, opOf(op.toLowerCase(), given), given);
  };
  switch (clause.form) {
    case 'null': push(first, 'is null', { k: 'constant', v: null }); return parts;
    case 'between': push(first, 'range', { k: 'expression' }); return parts;
    case 'like': case 'ilike': if (second) compare(first, clause.form, second); return parts;
    case 'in': inList(flow, site, parts, first, second ?? null, clause); return parts;
    case 'exists': {
      const draft = draftIn(flow, first.value, site);
      if (draft) parts.subqueries.push(within(flow, parts, draft));
      parts.isPartial = true;
      return parts;
    }
    case 'raw': case 'wrapped': parts.isPartial = true; return parts;
    case 'jsonobject': case 'jsonpath': case 'jsonsupersetof': case 'jsonsubsetof': push(first, 'other', { k: 'expression' }); return parts;
    default:
  }
  if (args.length === 1) { whole(flow, site, parts, first, clause); return parts; }
  if (third) compare(first, text(second!.value) ?? '', third);
  else compare(first, '=', second!);
  return parts;
}

const refIn = (value: Value): string | null => { const raw = writtenOf(value); return raw?.isRef ? raw.written : null; };

function opOf(op: string, value: SqlCondition['value']): SqlCondition['op'] {
  const isNull = value.k === 'constant' && value.v === null;
  if (isNull && (op === '=' || op === 'is')) return 'is null';
  if (isNull && (op === '!=' || op === '<>' || op === 'is not')) return 'is not null';
  if ((op === 'like' || op === 'ilike') && value.k === 'constant' && typeof value.v === 'string' && !value.v.startsWith('%')) return 'like-prefix';
  return OPS[op] ?? 'other';
}

/** One argument: an object of equalities, a callback, a text of SQL. */
function whole(flow: Flow, site: CallSite, parts: Parts, arg: EvaluatedArg, clause: Clause): void {
  const { value } = arg;
  if (value.k === 'union') oneOf(flow, site, parts, value.of.map((member) => ({ ...arg, value: member })), clause);
  else if (value.k === 'dict') {
    for (const [name, item] of value.entries) {
      const at = value.places?.get(name)?.at ?? arg.at;
      const given: SqlCondition['value'] = clause.on === 'join' ? onEntry(flow, item, at, parts, site) : comparedWith(flow, parts, item, at, site);
      const op = opOf('=', given);
      parts.conditions.push({ column: reference(naming(flow), name, at), op: clause.isNot ? NEGATED[op] ?? 'other' : op, value: given, on: clause.on });
    }
    if (value.rest) parts.isPartial = true;
  } else if (value.k === 'fn') {
    const made = throughCallback(flow, value, begin(site, DIALECT, 'select', []), site);
    for (const [name, bound] of made.binds) parts.binds.set(name, bound);
    take(parts, { ...noParts(), columns: [...made.query.columns], subqueries: [...made.query.subqueries], isPartial: made.query.isPartial === true });
    if (clause.isNot && made.query.conditions.length > 0) parts.isPartial = true;
    else parts.conditions.push(...made.query.conditions.map((each) => ({ ...each, on: clause.on })));
  } else parts.isPartial = true;
}

/** One of several: what all of them ask for, qualified or not, is asked for whichever it is. */
function oneOf(flow: Flow, site: CallSite, parts: Parts, args: readonly EvaluatedArg[], clause: Clause): void {
  const options = args.map((arg) => { const own = noParts(); whole(flow, site, own, arg, clause); return own; });
  const isIn = ({ conditions }: Parts, one: SqlCondition): boolean => conditions.some((each) => each.column.name === one.column.name && each.op === one.op);
  const seen = noParts();
  for (const option of options) {
    for (const each of option.conditions)
      if (!isIn(seen, each)) seen.conditions.push(options.every((other) => isIn(other, each)) ? each : { ...each, isOptional: true });
    for (const [name, bound] of option.binds) parts.binds.set(name, bound);
    take(parts, { ...noParts(), columns: option.columns, subqueries: option.subqueries, isPartial: option.isPartial });
  }
  parts.conditions.push(...seen.conditions);
}

function onEntry(flow: Flow, item: Value, at: Span, parts: Parts, site: CallSite): SqlCondition['value'] {
  const written = text(item);
  return written === null ? comparedWith(flow, parts, item, at, site) : { k: 'column', column: reference(naming(flow), written, at) };
}

/** `whereIn('id', ids)`, `whereIn(['a', 'b'], pairs)`, `whereIn('id', builder)`. */
function inList(flow: Flow, site: CallSite, parts: Parts, columns: EvaluatedArg, list: EvaluatedArg | null, clause: Clause): void {
  const items = columns.value.k === 'list' ? columns.value.items : [columns.value];
  const places = itemPlaces(columns, items.length);
  const given = list ? comparedWith(flow, parts, list.value, list.at, site) : { k: 'expression' as const };
  items.forEach((item, index) => {
    const name = text(item) ?? refIn(item);
    if (name === null) parts.isPartial = true;
    else parts.conditions.push({ column: reference(naming(flow), name, places[index]!), op: clause.isNot ? 'other' : 'in', value: given, on: clause.on });
  });
}

/** The conditions of a query with those of a step that stands behind an `or`: none of them narrows by itself any more. */
export function alternatives(conditions: readonly SqlCondition[], on: SqlCondition['on']): readonly SqlCondition[] {
  return conditions.map((each) => (each.on === on ? { ...each, inOr: true } : each));
}

/** What `join` is given behind the table. */
export function joinParts(flow: Flow, site: CallSite): Parts {
  const [, first, second, third] = [0, 1, 2, 3].map((index) => argumentOf(site.args, index));
  if (!first) return noParts();
  const rest: CallSite = { ...site, args: { list: [first, second, third].flatMap((each) => each ?? []) } };
  return conditionOf(flow, rest, { on: 'join', isOr: false, isNot: false, form: '' });
}
