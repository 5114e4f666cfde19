/** What a value is to MikroORM: an entity manager, the repository of one entity. https://mikro-orm.io/docs/repositories */
import { lastName } from '../../../flow/arguments.js';
import { lineage } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../../flow/value.js';
import { DIALECT, isMikro } from '../names.js';

const REPOSITORIES = /^(Sql|Mongo)?EntityRepository$/;
const MANAGERS = /^(Sql|Mongo)?EntityManager$/;

export const MANAGER: Value = { k: 'extobj', module: '@mikro-orm/core', name: 'EntityManager', args: [] };
export const repositoryValue = (model: Model): Value => ({ k: 'extobj', module: '@mikro-orm/core', name: 'EntityRepository', args: [{ k: 'row', model }] });

/** The MikroORM model among a value's members, given as a class or as rows. */
export function modelIn(value: Value | null | undefined): Model | null {
  for (const member of value ? membersOf(value) : []) {
    if ((member.k === 'model' || member.k === 'row') && member.model.dialect === DIALECT) return member.model;
    if (member.k === 'many') { const inner = modelIn(member.of); if (inner) return inner; }
    if (member.k === 'list') for (const item of member.items) { const inner = modelIn(item); if (inner) return inner; }
  }
  return null;
}

/** The entity that an argument names: its class, its schema, or its name in a string. */
export function entityArgument(flow: Flow, value: Value | null): Model | null {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'model' && member.model.dialect === DIALECT) return member.model;
    if (member.k === 'const' && typeof member.v === 'string') {
      const named = (flow.modelsByName.get(member.v) ?? []).filter((model) => model.dialect === DIALECT);
      if (named.length === 1) return named[0]!;
    }
  }
  return null;
}

export const isManager = (value: Value): boolean => value.k === 'extobj' && isMikro(value.module) && MANAGERS.test(lastName(value));
export const isOrm = (value: Value): boolean => value.k === 'extobj' && isMikro(value.module) && lastName(value) === 'MikroORM';

/** The model whose repository a value is: by its type, or as an instance of a class that extends one. */
export function repositoryOf(flow: Flow, value: Value): Model | null {
  if (value.k === 'extobj') return isMikro(value.module) && REPOSITORIES.test(lastName(value)) ? modelIn(value.args[0]) : null;
  return value.k === 'object'
    ? flow.memo(
        'mikro-repository',
        `${value.cls.id}<${(value.args ?? []).map((arg) => modelIn(arg)?.id ?? '').join()}>`,
        () => baseModel(flow, value.cls, value),
        null,
      )
    : null;
}

/** The argument that a class gives to `EntityRepository` among its bases. */
function baseModel(flow: Flow, cls: ClassRef, self: Value): Model | null {
  for (const each of lineage(flow, cls)) for (const { value: base } of each.cls.bases) {
    if (base.k !== 'item') continue;
    const of = flow.peek(base.of, each.env.parent ?? each.env);
    if (of.k !== 'ext' || !isMikro(of.module) || !REPOSITORIES.test(lastName(of))) continue;
    const given = base.key.k === 'list' ? base.key.items[0] : base.key;
    return given ? modelIn(flow.type(given, each.env, self)) : null;
  }
  return null;
}
