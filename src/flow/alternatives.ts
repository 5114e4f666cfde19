/** Calls that are given one of several tables, or something of theirs: `insert(isDraft ? drafts : posts)`, `from(registry[kind])`. */
import type { CallSite } from '../dialects/dialect.js';
import type { Model } from './model.js';
import { union } from './unions.js';
import { membersOf, type EvaluatedArg, type Value } from './value.js';

/** The call as it is for each of the tables that its arguments may be about; null where they are about one at most. */
export function alternativesOf(site: CallSite): readonly CallSite[] | null {
  const open = site.args.list.filter(({ value }) => value.k === 'union' && modelsIn(value).size > 1);
  if (open.length === 0) return null;
  // Of what is added to a query, only what is of its tables can be meant.
  const sources = site.receiver?.k === 'query' ? site.receiver.query.sources.map((source) => source.model) : [];
  const all = [...new Set(open.flatMap(({ value }) => [...modelsIn(value)]))];
  const meant = all.filter((model) => sources.includes(model));
  return (meant.length > 0 ? meant : all).map((model) => ({
    ...site,
    args: { list: site.args.list.map((arg) => (open.includes(arg) ? about(arg, model) : arg)) },
  }));
}

/** Whether an argument may be about several tables. */
export const isOpen = ({ value }: EvaluatedArg): boolean => value.k === 'union';

/** The argument without what it is where another table is meant. */
function about(arg: EvaluatedArg, model: Model): EvaluatedArg {
  const members = membersOf(arg.value);
  const left = members.filter((member) => (modelOf(member) ?? model) === model);
  return { ...arg, value: union(left.length > 0 ? left : members) };
}

function modelsIn(value: Value): ReadonlySet<Model> {
  return new Set(membersOf(value).flatMap((member) => modelOf(member) ?? []));
}

function modelOf(value: Value): Model | null {
  switch (value.k) {
    case 'model': case 'column': return value.model;
    case 'sort': return value.column.model;
    case 'predicate': return value.conditions[0]?.column.model ?? null;
    default: return null;
  }
}
