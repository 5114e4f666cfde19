/** Builders that each step changes in place, and that are run by whoever awaits them: that is seen by what is done with the outcome, or not at all. */
import { spanStart } from '../../../facts/span.js';
import type { SqlCondition } from '../../../facts/sql.js';
import { unwritten } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Env } from '../../../flow/program.js';
import type { SqlOutcome } from '../../../flow/sql.js';
import type { FnValue, SpecialValue, Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { draftOf, draftValue, nested, run, type Draft, type Parts } from './draft.js';

/** What a callback makes of the builder it is given, whether it gives that back or not. */
interface Sink { draft: Draft; readonly depth: number; readonly number: number }

let sinks = 0;

const sinkOf = (value: SpecialValue): Sink | undefined => value.data['sink'] as Sink | undefined;

/** The query that a builder holds by now. */
export function growing(value: Value | null | undefined, dialect: string): Draft | null {
  const draft = draftOf(value, dialect);
  return draft && (sinkOf(value as SpecialValue)?.draft ?? draft);
}

/** The builder after a step: whoever held the one before holds it. */
export function grown(flow: Flow, site: CallSite, before: SpecialValue, next: Draft): Value {
  const sink = sinkOf(before);
  if (sink) {
    const known = sink.draft.query.conditions;
    const isSometimes = flow.branches.length > sink.depth;
    const conditions = next.query.conditions.map((each): SqlCondition => (isSometimes && !known.includes(each) ? { ...each, isOptional: true } : each));
    sink.draft = { ...next, query: { ...next.query, conditions } };
    return withSink(sink);
  }
  const value = draftValue(next);
  if (site.receiverName) rebind(site.env, site.receiverName, before, value);
  noteUnasked(flow, next);
  return value;
}

/** The query after a callback was handed its builder, as an argument and as `this`. */
export function throughCallback(flow: Flow, callback: FnValue, draft: Draft, site: Pick<CallSite, 'at'>): Draft {
  const sink: Sink = { draft, depth: flow.branches.length, number: ++sinks };
  const given = withSink(sink);
  const { self } = callback;
  const returned = flow.callFn(self ? callback : { ...callback, self: given }, [unwritten(given, site.at)]);
  // `(qb) => qb.select(…)` of a builder of its own.
  return sink.draft === draft ? draftOf(returned, draft.dialect) ?? draft : sink.draft;
}

function withSink(sink: Sink): SpecialValue {
  const value = draftValue(sink.draft);
  return { ...value, data: { draft: sink.draft, sink }, key: `${value.key}#${sink.number}` };
}

function rebind(env: Env, name: string, before: Value, after: Value): void {
  for (let scope: Env | null = env; scope && scope.kind === 'function'; scope = scope.parent) {
    const held = scope.vars.get(name);
    if (held === undefined) continue;
    if (held === before) scope.vars.set(name, after);
    return;
  }
}

/** A helper of the repository is given a builder: what it adds, where it does not give it back, is not known. */
export function noteHandedOn(site: CallSite, dialect: string): void {
  for (const { value, expr } of site.args.list) {
    const draft = expr.k === 'name' ? draftOf(value, dialect) : null;
    if (draft) rebind(site.env, (expr as { readonly id: string }).id, value, draftValue({ ...draft, query: { ...draft.query, isPartial: true } }));
  }
}

/** Whether it is known what the query is about. */
export const isBegun = ({ query }: Draft): boolean => query.from.length > 0 || query.target !== undefined || query.isSet === true;

const idOf = ({ path, query }: Draft): string => `${path}:${spanStart(query.at)}:${(query.target ?? query.from[0])?.table?.name ?? ''}`;

const done = (flow: Flow, dialect: string): Set<string> => flow.memo('drafts-done', dialect, () => new Set<string>(), new Set());

function noteUnasked(flow: Flow, draft: Draft): void {
  if (flow.isQuiet || !isBegun(draft)) return;
  const id = idOf(draft);
  if (!done(flow, draft.dialect).has(id)) flow.unasked.set(id, { fnId: flow.currentFn, run: () => run(flow, draft) });
}

/** Runs a query for somebody who looks at what it gives. */
export function asked(flow: Flow, draft: Draft): SqlOutcome {
  settle(flow, draft);
  return run(flow, draft);
}

/** The query is run, or never will be by itself. */
export function settle(flow: Flow, draft: Draft): void {
  if (flow.isQuiet) return;
  flow.unasked.delete(idOf(draft));
  done(flow, draft.dialect).add(idOf(draft));
}

/** A builder inside of another one: the query is run with that. */
export function within(flow: Flow, parts: Parts, draft: Draft): ReturnType<typeof nested> {
  settle(flow, draft);
  return nested(parts, draft);
}
