/** The steps of a query, and what awaiting it gives. https://supabase.com/docs/reference/javascript/select */
import { spanEnd, spanStart } from '../../facts/span.js';
import type { SqlQuery } from '../../facts/sql.js';
import { answer } from '../../flow/answers.js';
import { argument, argumentOf, entry, flag, text } from '../../flow/arguments.js';
import { dispatch } from '../../flow/calls.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { add, begin, draftValue, noParts, reference, type Draft } from '../shared/drafts/draft.js';
import { asked, growing, grown } from '../shared/drafts/growing.js';
import { mappedName } from '../shared/drafts/names.js';
import { physical } from '../shared/drafts/writes.js';
import { updateObject } from '../shared/object-writes.js';
import { oneRow, resultOf } from '../sql-client/results.js';
import { selectionOf, withEmbeds, type Embed } from './columns.js';
import { filterOf, isFilter } from './filters.js';
import { DIALECT } from './names.js';
import { tellTypes } from './types.js';
import { insertInto } from './writes.js';

/** What is known of a query beside the statement that it becomes. */
interface Extra {
  readonly key: string;
  readonly model: Model | null;
  readonly embeds: readonly Embed[];
  readonly expects: 'many' | 'one';
  readonly isNegated: boolean;
}

/** `from('posts')`: a table that nothing is asked of yet. */
export function tableValue(flow: Flow, site: CallSite, name: string, schema: string | null): SpecialValue {
  tellTypes(flow);
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'table',
    data: { name, schema, at: argumentOf(site.args, 0)?.at ?? site.at },
    key: `${schema ?? ''}.${name}@${site.env.module.path}:${spanStart(site.at)}`,
  };
}

/** The first step, which says what is done with the table. */
export function tableCall(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  const { name, schema, at } = of.data as { readonly name: string; readonly schema: string | null; readonly at: CallSite['at'] };
  const table = { name, ...(schema ? { schema } : {}) };
  const model = flow.queries!.modelOf(table);
  const source = { table, at };
  const started = (verb: SqlQuery['verb']): Draft => ({
    ...begin(site, DIALECT, verb, [source]),
    extra: extraOf({ model, embeds: [], expects: 'many', isNegated: false }),
  });
  switch (site.name) {
    case 'select': return selectStep(flow, site, draftValue(started('select')), started('select'));
    case 'insert': case 'upsert': return model ? insertInto(flow, site, model, at) : ANY;
    case 'update': {
      if (model) {
        flow.record.resolve(flow.place(site.env, at));
        updateObject(
          flow,
          model,
          physical(flow, argument(site.args, 0), (each) => mappedName(flow, each)),
          site.env,
          site.at,
        );
      }
      return grownTo(flow, site, started('update'));
    }
    case 'delete': return grownTo(flow, site, started('delete'));
    default: return undefined;
  }
}

const grownTo = (flow: Flow, site: CallSite, draft: Draft): Value => grown(flow, site, draftValue(draft), draft);

function extraOf(extra: Omit<Extra, 'key'>): Extra {
  return { ...extra, key: `${extra.expects}${extra.isNegated ? '!' : ''}${extra.embeds.map(({ name }) => name).join()}` };
}

const extraIn = (draft: Draft): Extra => draft.extra as Extra;

/** `select('id, contacts(name)', { count: 'exact', head: true })`. */
function selectStep(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft): Value {
  const isReturning = draft.query.verb !== 'select';
  const extra = extraIn(draft);
  const options = argument(site.args, 1);
  const isHead = flag(entry(options, 'head') ?? argument(site.args, -1, 'head')) === true;
  // Only how many there are is asked for.
  if (isHead) return grown(flow, site, before, add(draft, site, { ...noParts(), aggregates: true }, { outputs: [{ name: 'count' }] }));
  const { outputs, parts, embeds } = selectionOf(flow, site, argumentOf(site.args, 0), extra.model, isReturning ? 'returning' : 'read');
  const next = add(draft, site, { ...parts, isPartial: parts.isPartial }, { outputs: [...draft.query.outputs, ...outputs] });
  return grown(flow, site, before, { ...next, extra: extraOf({ ...extra, embeds: [...extra.embeds, ...embeds] }) });
}

/** A method of a query. */
export function queryCall(flow: Flow, site: CallSite, before: SpecialValue): Value {
  const draft = growing(before, DIALECT)!;
  const extra = extraIn(draft);
  const name = site.name ?? '';
  const next = (parts = noParts(), change: Partial<SqlQuery> = {}, more: Partial<Extra> = {}): Value =>
    grown(flow, site, before, { ...add(draft, site, parts, change), extra: extraOf({ ...extra, isNegated: false, ...more }) });
  if (isFilter(name)) return next(filterOf(flow, site, extra.embeds, extra.isNegated));
  switch (name) {
    case 'select': return selectStep(flow, site, before, draft);
    // An order that cannot be told makes another query of it.
    case 'order': {
      const sorts = isOfRelated(site) ? null : sortOf(flow, site);
      return sorts ? next({ ...noParts(), isPartial: sorts.length === 0 }, { sorts: [...draft.query.sorts, ...sorts] }) : next();
    }
    case 'limit': {
      const count = argument(site.args, 0, 'size');
      return isOfRelated(site) ? next() : next(noParts(), { limit: count?.k === 'const' && typeof count.v === 'number' ? count.v : 'parameter' });
    }
    case 'range': return next(noParts(), { limit: 'parameter' });
    case 'single': case 'maybeSingle': case 'maybe_single': return next(noParts(), {}, { expects: 'one' });
    case 'then': return answered(flow, site, before);
    case 'explain': asked(flow, draft); return ANY;
    // `returns<Post[]>()`, `throwOnError()`, `abortSignal(…)`, `execute()`
    default: return before;
  }
}

/** `.then(({ data }) => …)` */
function answered(flow: Flow, site: CallSite, before: SpecialValue): Value {
  const [first] = site.args.list;
  const callback = first && membersOf(first.value).find((member) => member.k === 'fn');
  return callback ? flow.callFn(callback, [{ ...first, value: before }]) : before;
}

const RELATED = ['referencedTable', 'foreignTable', 'foreign_table'] as const;
const isOfRelated = ({ args }: CallSite): boolean => RELATED.some((name) => entry(argument(args, 1), name) !== null || argument(args, -1, name) !== null);

function sortOf(flow: Flow, site: CallSite): SqlQuery['sorts'] {
  const arg = argumentOf(site.args, 0, 'column');
  const written = text(arg?.value);
  if (!arg || written === null || /[.(]|->/.test(written)) return [];
  return [
    {
      column: reference((name) => mappedName(flow, name), written, arg.at),
      desc: flag(entry(argument(site.args, 1), 'ascending')) === false || flag(argument(site.args, -1, 'desc')) === true,
    },
  ];
}

/** `data`, `count` and `error` of what is awaited; `not_` of Python's builders; what a list of rows has, where the rows are taken for the answer. */
export function queryAttribute(flow: Flow, before: SpecialValue, name: string): Value {
  const draft = growing(before, DIALECT)!;
  const extra = extraIn(draft);
  if (name === 'not_') return draftValue({ ...draft, extra: extraOf({ ...extra, isNegated: !extra.isNegated }) });
  if (name === 'data') return rowsOf(flow, draft, extra);
  if (name !== 'count') return ANY;
  const { query } = asked(flow, draft);
  return query ? answer(DIALECT, query.id) : ANY;
}

function rowsOf(flow: Flow, draft: Draft, { model, embeds, expects }: Extra): Value {
  const { query, path } = draft;
  const outcome = asked(flow, draft);
  if (query.verb !== 'select' && query.outputs.length === 0) return ANY;
  const whole = { ...outcome, item: withEmbeds(outcome, model, embeds) };
  if (expects === 'one') return query.verb === 'select' ? oneRow(flow, whole, 'one') : whole.item;
  return resultOf(whole, 'rows', `${path}:${spanStart(query.at)}-${spanEnd(query.at)}${draft.extra!.key}`);
}

/** A method that lists have, on what was awaited. */
export function ofAnswer(flow: Flow, site: CallSite, before: SpecialValue): Value {
  return dispatch(flow, { ...site, receiver: queryAttribute(flow, before, 'data') });
}
