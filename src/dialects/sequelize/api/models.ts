/** Which model a value stands for where Sequelize's API is used. */
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { membersOf, type DictValue, type SpecialValue, type Value } from '../../../flow/value.js';
import { sharedFolders } from '../../shared/paths.js';
import { registeredNames } from '../model-names.js';
import { DIALECT } from '../names.js';

/** A model with the scopes that were asked for. https://sequelize.org/docs/v6/other-topics/scopes/ */
export interface Scoped {
  readonly model: Model;
  readonly scopes: readonly DictValue[];
  readonly isUnscoped: boolean;
  /** A scope that cannot be read. */
  readonly isPartial: boolean;
}

function models(flow: Flow): ReadonlyMap<string, readonly Model[]> {
  return flow.memo('sequelize-models', '', () => {
    const found = new Map<string, Model[]>();
    for (const [name, named] of flow.modelsByName) {
      const own = named.filter((model) => model.dialect === DIALECT && (model.cls !== null || !model.id.endsWith(':')));
      if (own.length) found.set(name, own);
    }
    for (const [name, { cls, site }] of registeredNames(flow)) {
      const model = cls === null ? flow.modelsBySite.get(site!) : flow.modelsByClass.get(cls);
      if (model?.dialect === DIALECT) found.set(name, [...(found.get(name) ?? []), model]);
    }
    return found;
  }, new Map());
}

export const isUsed = (flow: Flow): boolean => flow.modelsByName.size > 0 && models(flow).size > 0;

/** The model of that name in a registry; of several the one declared nearest to the code at `path`. */
export function modelNamed(flow: Flow, name: string, path: string): Model | null {
  const score = (model: Model): number => sharedFolders(model.table.place.path, path);
  return [...(models(flow).get(name) ?? [])].sort((a, b) => score(b) - score(a))[0] ?? null;
}

/** The model of a table by the table's own name. */
export function modelOfTable(flow: Flow, name: string): Model | null {
  for (const named of models(flow).values()) for (const model of named) if (model.table.name === name) return model;
  return null;
}

export function scopedValue(scoped: Scoped, key: string): SpecialValue {
  return { k: 'special', dialect: DIALECT, tag: 'scoped', data: { scoped }, key: `${scoped.model.id}:${key}` };
}

/** The model that one value is; classes and definitions that were met before models were known count as well. */
export function scopedOf(flow: Flow, value: Value | null | undefined): Scoped | null {
  if (!value) return null;
  const model =
    value.k === 'model'
      ? value.model
      : value.k === 'class'
        ? flow.modelsByClass.get(value.cls.id)
        : value.k === 'special' && value.tag === 'declared' && value.dialect === DIALECT
          ? flow.modelsBySite.get(value.data['site'] as string)
          : undefined;
  if (model) return model.dialect === DIALECT ? { model, scopes: [], isUnscoped: false, isPartial: false } : null;
  return value.k === 'special' && value.dialect === DIALECT && value.tag === 'scoped' ? value.data['scoped'] as Scoped : null;
}

/** The model among the members of a value. */
export function modelIn(flow: Flow, value: Value | null): Model | null {
  for (const member of value ? membersOf(value) : []) {
    const scoped = scopedOf(flow, member);
    if (scoped) return scoped.model;
  }
  return null;
}
