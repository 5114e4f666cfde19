/** Names under which models are registered, where their classes are called otherwise. https://sequelize.org/docs/v6/core-concepts/model-basics/ */
import type { Flow } from '../../flow/evaluate.js';
import type { Entity } from './entity.js';

const known = new WeakMap<Flow, ReadonlyMap<string, string>>();

/** Keeps what class a registered name means. */
export function rememberNames(flow: Flow, entities: readonly Entity[]): void {
  known.set(flow, new Map(entities.flatMap(({ cls, model }) => (cls && cls.name !== model ? [[model, cls.id] as const] : []))));
}

/** Registered names with the ids of their classes. */
export const registeredNames = (flow: Flow): ReadonlyMap<string, string> => known.get(flow) ?? new Map();
