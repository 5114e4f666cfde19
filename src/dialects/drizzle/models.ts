/** Which model a table value, an accessor of `db.query` or a type stands for. */
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ModelValue, type Value } from '../../flow/value.js';
import { sharedFolders } from '../shared/paths.js';
import { DIALECT } from './names.js';

/** Drizzle's models by the name they are exported under, which is their name in `db.query` too. https://orm.drizzle.team/docs/rqb */
export function models(flow: Flow): ReadonlyMap<string, readonly Model[]> {
  return flow.memo('drizzle-models', '', () => {
    const found = new Map<string, Model[]>();
    for (const [name, named] of flow.modelsByName) { const own = named.filter((model) => model.dialect === DIALECT); if (own.length) found.set(name, own); }
    return found;
  }, new Map());
}

export const isUsed = (flow: Flow): boolean => models(flow).size > 0;

/** Further names that `drizzle(client, { schema: { users: usersTable } })` gives to models. */
export function schemaNames(flow: Flow): Map<string, Model> {
  return flow.memo('drizzle-schema-names', '', () => new Map<string, Model>(), new Map());
}

/** The model of that name in `db.query`; of several the one declared nearest to the code at `path`. */
export function modelNamed(flow: Flow, name: string, path: string): Model | null {
  const named = schemaNames(flow).get(name);
  if (named) return named;
  const score = (model: Model): number => sharedFolders(model.table.place.path, path);
  return [...(models(flow).get(name) ?? [])].sort((a, b) => score(b) - score(a))[0] ?? null;
}

/** The table that a value is, with its alias. */
export function modelOf(value: Value | null | undefined): ModelValue | null {
  return (value ? membersOf(value) : []).find((member): member is ModelValue => member.k === 'model' && member.model.dialect === DIALECT) ?? null;
}
