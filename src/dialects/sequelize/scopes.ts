/** Scopes of models, as values to be read where a query uses them. https://sequelize.org/docs/v6/other-topics/scopes/ */
import { entry } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { DictValue, Value } from '../../flow/value.js';
import type { Entity } from './entity.js';

interface Scopes { readonly standard: Value | null; readonly named: Value | null }

const known = new WeakMap<Flow, ReadonlyMap<string, Scopes>>();

export function rememberScopes(flow: Flow, entities: readonly Entity[]): void {
  known.set(
    flow,
    new Map(
      entities
        .filter(({ options }) => options.defaultScope || options.scopes)
        .map((entity) => [entity.cls?.id ?? entity.site!, { standard: entity.options.defaultScope, named: entity.options.scopes }]),
    ),
  );
}

function scopesOf(flow: Flow, model: Model): Scopes | undefined {
  return known.get(flow)?.get(model.cls?.id ?? model.id.slice(model.id.indexOf(':') + 1));
}

/** The options that every query over a model has unless it says `unscoped()`. */
export function defaultScope(flow: Flow, model: Model): DictValue | null {
  return optionsIn(flow, scopesOf(flow, model)?.standard ?? null, []);
}

/** The options of a named scope; null where the model has none of that name. `args` are what a scope that is a function is given. */
export function namedScope(flow: Flow, model: Model, name: string, args: Parameters<Flow['callFn']>[1] = []): DictValue | null {
  const named = scopesOf(flow, model)?.named ?? null;
  const all = named?.k === 'fn' ? flow.quiet(() => flow.callFn(named, [])) : named;
  return optionsIn(flow, entry(all, name), args);
}

function optionsIn(flow: Flow, value: Value | null, args: Parameters<Flow['callFn']>[1]): DictValue | null {
  const given = value?.k === 'fn' ? flow.callFn(value, args) : value;
  return given?.k === 'dict' ? given : null;
}
