/** Names under which models are known beside those of their declarations. https://sequelize.org/docs/v6/core-concepts/model-basics/ */
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import { membersOf } from '../../flow/value.js';
import type { Entity } from './entity.js';
import { DIALECT } from './names.js';

/** A class by its id, or what `define` made by its site. */
export interface Registered { readonly cls: string | null; readonly site: string | null }

const known = new WeakMap<Flow, ReadonlyMap<string, Registered>>();

/** Keeps what model a name means: a class that is registered under another one, a constant that holds what `define` gave. */
export function rememberNames(flow: Flow, entities: readonly Entity[], constants: ReadonlyMap<string, string>): void {
  const classes = entities.flatMap(({ cls, model }) => (cls && cls.name !== model ? [[model, { cls: cls.id, site: null }] as const] : []));
  known.set(flow, new Map<string, Registered>([...[...constants].map(([name, site]) => [name, { cls: null, site }] as const), ...classes]));
}

export const registeredNames = (flow: Flow): ReadonlyMap<string, Registered> => known.get(flow) ?? new Map();

/**
 * The constants that hold what `define` gave, with the sites of the calls: an index of models lists them by these names, whatever the
 * models are called. A name that two of them have says nothing.
 */
export function constantNames(flow: Flow, modules: Iterable<ModuleRef>): ReadonlyMap<string, string> {
  const sites = new Map<string, Set<string>>();
  for (const module of modules) for (const name of module.bindings.keys()) for (const value of membersOf(flow.moduleName(module, name) ?? { k: 'any' })) {
    if (value.k === 'special' && value.dialect === DIALECT && value.tag === 'declared')
      sites.set(name, (sites.get(name) ?? new Set()).add(value.data['site'] as string));
  }
  return new Map([...sites].flatMap(([name, of]) => (of.size === 1 ? [[name, [...of][0]!] as const] : [])));
}
