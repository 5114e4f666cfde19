/** Django and Django REST framework: https://docs.djangoproject.com/en/5.0/ref/models/ */
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { attribute } from './attributes.js';
import { call } from './calls.js';
import type { Seat } from './conditions.js';
import { declare } from './declare.js';
import { fieldNames, isModelClass } from './models.js';
import { isModelsName, modelsTerm, qualified } from './names.js';
import { annotated, parameterValue, REQUEST } from './parameters.js';
import { askedFor, ordered, rowFrom } from './queryset.js';
import { assignRow } from './rows.js';
import { iterate } from './shortcuts.js';
import { libraryModel, stateOf } from './state.js';
import { renderTag } from './view-pages.js';
import { insertFrom } from './writes.js';
import { spanStart } from '../../facts/span.js';

export const django: Dialect = {
  id: 'django',
  loadsOnRead: true,
  language: 'python',
  declare,
  newFlags: { '_state.adding': true, pk: false, id: false },
  api: {
    call,
    attribute,
    construct(flow, model, site) {
      const state = stateOf(flow);
      return state ? insertFrom({ flow, state, env: site.env }, model, site.args, flow.place(site.env, site.at)) : undefined;
    },
    operator: (flow, op, args) => operator(flow, op, args),
    element(flow, of, env) {
      const seat = seatOf(flow, of, env);
      return seat && of.k === 'query' ? iterate(seat, of.query) : undefined;
    },
    item(flow, of, key, env) {
      // `info.context["request"]`
      if (of === REQUEST && key.k === 'const' && key.v === 'request') return REQUEST;
      // `class OrderManager(Base[Order])`, where `Base = Manager.from_queryset(OrderQuerySet)`
      if (of.k === 'special' && of.tag === 'manager-class') return of;
      const seat = seatOf(flow, of, env);
      if (!seat || of.k !== 'query') return undefined;
      // `rows[0]` is the first row; anything else is a slice.
      if (key.k !== 'const' || typeof key.v !== 'number') return { k: 'query', query: { ...of.query, limit: of.query.limit ?? null } };
      const query = ordered(seat, of.query);
      flow.record.finish(query, 'first');
      return rowFrom(query);
    },
    annotation(flow, name, args, env) {
      const state = name.k === 'ext' ? stateOf(flow) : null;
      const request = state && annotated(name);
      if (request) return request;
      if (!state) return undefined;
      const model = libraryModel(flow, state, qualified(name)!);
      if (model) return { k: 'row', model };
      if (!isModelsName(name, 'QuerySet', 'Manager') || !args[0]) return undefined;
      const row = flow.type(args[0], env);
      return row.k === 'row' ? { k: 'many', of: row } : undefined;
    },
    parameter(flow, param, declared, env) {
      const state = stateOf(flow);
      return state ? parameterValue(flow, state, param, declared, env) : undefined;
    },
    define: renderTag,
    // What an abstract model declares is declared by those that descend from it: of the classes that its fields name nothing is used there.
    defineClass: (flow, cls) =>
      cls.module.language === 'python' && !flow.modelsByClass.has(cls.id) && isModelClass(flow, cls) ? fieldNames(flow, cls) : undefined,
    assign(flow, of, name, value, env, at) {
      const state = of.k === 'row' && of.model.dialect === 'django' ? stateOf(flow) : null;
      return state !== null && of.k === 'row' && assignRow({ flow, state, env }, of, name, value, at);
    },
  },
};

function seatOf(flow: Flow, of: Value, env: Seat['env']): Seat | null {
  const state = of.k === 'query' && of.query.sources[0]?.model.dialect === 'django' ? stateOf(flow) : null;
  return state ? { flow, state, env } : null;
}

/** `Q(…) | Q(…)`, `~Q(…)`, arithmetic on expressions. */
function operator(flow: Flow, op: string, args: readonly Value[]): Value | undefined {
  // A query set that is tested is run.
  if (op === 'bool')
    return args[0]?.k === 'query' && args[0].query.sources[0]?.model.dialect === 'django' ? askedFor(flow, args[0].query, 'exists') : undefined;
  if (!args.some(isExpression)) return undefined;
  const key = args.map((arg) => (arg.k === 'term' ? `${arg.place.path}:${spanStart(arg.place.at)}` : arg.k === 'special' ? arg.key : arg.k)).join(op);
  const make = (tag: 'q' | 'expression', how: string): Value => ({
    k: 'special',
    dialect: 'django',
    tag,
    data: { op: how, parts: args },
    key: `${how}(${key})`,
  });
  if (op === '&' || op === '|' || op === '^') return make('q', op === '&' ? 'and' : 'or');
  if (op === '~') return make('q', 'not');
  return '+-*/%**'.includes(op) ? make('expression', op) : undefined;
}

function isExpression(value: Value): boolean {
  if (value.k === 'special') return value.dialect === 'django' && (value.tag === 'q' || value.tag === 'expression');
  return modelsTerm(value) !== null;
}
