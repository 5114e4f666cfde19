/** What the methods of a library's repository ask and change: those of Advanced Alchemy and its services, and of FastCRUD. */
import { argument, argumentOf, flag, text } from '../../../flow/arguments.js';
import { lineage, ownMembers } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { sortBy, startQuery, where, type Condition, type ConditionOp, type QueryState } from '../../../flow/query.js';
import { ANY, membersOf, type EvaluatedArg, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { existsOf, filteredBy, queryStep } from './queries.js';
import { repositoryMade, repositoryOf, type Doing, type Library } from './repository-models.js';
import { runQuery } from './results.js';
import { lookUp } from './writes.js';

/** A call that makes a repository, or one of its methods; undefined for anything else, and for methods that a class of the repository's own has. */
export function repositoryCall(flow: Flow, site: CallSite): Value | undefined {
  const made = repositoryMade(site);
  if (made || !site.receiver || !site.name) return made;
  const found = repositoryOf(flow, site.receiver, site.name);
  const what = found?.library.methods.get(site.name);
  return found && what ? METHODS[what](flow, site, found.model, found.library) : undefined;
}

const place = (flow: Flow, site: CallSite) => flow.place(site.env, site.at);
const rowsGiven = (site: CallSite, { given }: Library): EvaluatedArg | null => argumentOf(site.args, given.index, given.name);

const METHODS: Readonly<Record<Doing, (flow: Flow, site: CallSite, model: Model, library: Library) => Value>> = {
  key(flow, site, model) {
    flow.record.table(model, 'select', place(flow, site));
    lookUp(flow, model, argument(site.args, 0, 'item_id'), place(flow, site));
    return { k: 'row', model, isThere: true };
  },
  one: (flow, site, model, library) => runQuery(flow, asked(flow, site, model, library), site.name === 'get_one' ? 'one' : 'one_or_none'),
  first: (flow, site, model, library) =>
    runQuery(flow, asked(flow, site, model, library), flag(argument(site.args, -1, 'one_or_none')) === true ? 'one_or_none' : 'first'),
  many: (flow, site, model, library) => runQuery(flow, asked(flow, site, model, library), 'all'),
  page: (flow, site, model, library) => ({
    k: 'dict',
    entries: new Map([
      ['data', runQuery(flow, sorted(site, asked(flow, site, model, library)), 'all')],
      ['total_count', ANY],
    ]),
    rest: null,
  }),
  counted: (flow, site, model, library) => ({ k: 'list', items: [runQuery(flow, asked(flow, site, model, library), 'all'), ANY] }),
  count: (flow, site, model, library) => runQuery(flow, asked(flow, site, model, library), 'count'),
  exists: (flow, site, model, library) => existsOf(flow, asked(flow, site, model, library)),
  add(flow, site, model, library) {
    const rows = rowsGiven(site, library);
    const made = rows ? membersOf(rows.value).flatMap((value) => (value.k === 'list' ? value.items : value.k === 'many' ? [value.of] : [value])) : [];
    // Rows that the code builds are inserted where it builds them.
    if (made.length > 0 && made.every((value) => value.k === 'row' && value.model.table === model.table)) return rows!.value;
    insertObject(flow, model, rows?.value ?? null, site.env, site.at, rows ? {} : { isOpen: true });
    const row: Value = { k: 'row', model, isThere: true };
    return site.name!.endsWith('_many') ? { k: 'many', of: row } : row;
  },
  put(flow, site, model, library) {
    insertObject(flow, model, rowsGiven(site, library)?.value ?? null, site.env, site.at, { isUpsert: true, isOpen: true });
    return { k: 'row', model, isThere: true };
  },
  change(flow, site, model, library) {
    const rows = rowsGiven(site, library);
    if (rows?.value.k === 'row') flow.record.table(model, 'update', place(flow, site));
    else updateObject(flow, model, rows?.value ?? null, site.env, site.at);
    if (library.takesSession) flow.record.finish(asked(flow, site, model, library, 'update'), 'many');
    return { k: 'row', model, isThere: true };
  },
  drop(flow, site, model, library) {
    flow.record.table(model, 'delete', place(flow, site));
    if (library.takesSession || site.name === 'delete_where') flow.record.finish(asked(flow, site, model, library, 'delete'), 'many');
    return ANY;
  },
};

/** The query that the arguments of a method stand for: expressions, columns by name, and what FastCRUD writes behind the name (`age__gte=18`). */
function asked(flow: Flow, site: CallSite, model: Model, library: Library, verb: QueryState['verb'] = 'select'): QueryState {
  if (verb === 'select') flow.record.table(model, 'select', place(flow, site));
  const only = selectedBy(flow, site);
  let query = startQuery(place(flow, site), model, { k: 'row', model, ...(only ? { only } : {}) }, null, verb);
  const filters = site.args.list.filter(
    (arg, index) => !(arg.name === null && arg.spread === null && library.takesSession && index === 0) && !(arg.name !== null && library.own.has(arg.name)),
  );
  const expressions = filters.filter((arg) => arg.name === null && arg.spread !== '**');
  if (expressions.length > 0) {
    const next = queryStep(flow, { ...site, name: 'where', args: { list: expressions } }, query);
    if (next?.k === 'query') query = next.query;
  }
  const named = filters.filter((arg) => !expressions.includes(arg));
  const [compared, equal] = [named.filter(({ name }) => name?.includes('__')), named.filter(({ name }) => !name?.includes('__'))];
  if (equal.length > 0) query = filteredBy(flow, { ...site, args: { list: equal } }, query);
  for (const arg of compared) { const conditions = comparedBy(flow, site, model, arg); query = where(query, arg.at, conditions, conditions.length === 0); }
  return query;
}

/** https://benavlabs.github.io/fastcrud/advanced/crud/#advanced-filters */
const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  gt: 'range',
  lt: 'range',
  gte: 'range',
  lte: 'range',
  between: 'range',
  ne: '<>',
  in: 'in',
  like: 'like',
  ilike: 'like',
  contains: 'like',
  icontains: 'like',
  startswith: 'prefix',
  endswith: 'like',
};

function comparedBy(flow: Flow, site: CallSite, model: Model, { name, value, at }: EvaluatedArg): readonly Condition[] {
  const [attribute, operator] = name!.split('__');
  if (!model.columns.has(attribute!)) return [];
  const where = flow.place(site.env, at);
  flow.record.column(model, attribute!, 'filter', where, flow.currentFn);
  return [
    {
      column: { k: 'column', model, attribute: attribute!, place: where },
      op: OPERATORS[operator!] ?? 'other',
      value,
      isOptional: false,
      inOr: false,
      isJoin: false,
    },
  ];
}

/** The columns that a schema asks for. */
function selectedBy(flow: Flow, site: CallSite): ReadonlySet<string> | null {
  const schema = argument(site.args, -1, 'schema_to_select');
  return schema?.k === 'class' ? new Set(lineage(flow, schema.cls).flatMap((each) => [...ownMembers(flow, each).keys()])) : null;
}

/** `sort_columns=["age", "name"], sort_orders=["desc", "asc"]` */
function sorted(site: CallSite, query: QueryState): QueryState {
  const [names, orders] = [textsOf(argument(site.args, -1, 'sort_columns')), textsOf(argument(site.args, -1, 'sort_orders'))];
  const { model } = query.sources[0]!;
  const sorts = names.flatMap((attribute, index) =>
    attribute !== null && model.columns.has(attribute)
      ? [{ column: { k: 'column' as const, model, attribute, place: query.place }, desc: orders[index] === 'desc' }]
      : [],
  );
  return sorts.length > 0 ? sortBy(query, site.at, sorts) : query;
}

const textsOf = (value: Value | null): readonly (string | null)[] => (value?.k === 'list' ? value.items : [value]).map(text);
