/**
 * What a value is to TypeORM: a repository of one entity, or a manager of them all. https://typeorm.io/docs/working-with-entity-manager/working-with-repository
 */
import { lastName } from '../../../flow/arguments.js';
import { lineage } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { membersOf, type ClassRef, type ExternalObject, type Value } from '../../../flow/value.js';

export const isTypeorm = (module: string): boolean => module === 'typeorm' || module.startsWith('typeorm/');

const REPOSITORIES = new Set(['Repository', 'TreeRepository', 'MongoRepository', 'AbstractRepository']);
const MANAGERS = new Set(['EntityManager', 'DataSource', 'Connection', 'QueryRunner', 'MongoEntityManager']);
/** Functions that give a manager. https://typeorm.io/docs/data-source/data-source */
const MAKERS = new Set(['DataSource', 'EntityManager', 'getManager', 'getConnection', 'createConnection', 'getMongoManager']);

/** The repository of a model as a value. */
export function repositoryValue(model: Model, extension: Value | null = null): Value {
  const made: ExternalObject = { k: 'extobj', module: 'typeorm', name: 'Repository', args: [{ k: 'row', model }] };
  return extension ? { ...made, args: [...made.args, extension] } : made;
}
export const MANAGER: Value = { k: 'extobj', module: 'typeorm', name: 'EntityManager', args: [] };

/** The TypeORM model among a value's members, given as a class or as a row. */
export function modelIn(value: Value | null | undefined): Model | null {
  for (const member of value ? membersOf(value) : []) {
    if ((member.k === 'model' || member.k === 'row') && member.model.dialect === 'typeorm') return member.model;
    if (member.k === 'many') { const inner = modelIn(member.of); if (inner) return inner; }
    if (member.k === 'list') for (const item of member.items) { const inner = modelIn(item); if (inner) return inner; }
  }
  return null;
}

/** The entity that a model class passed as an argument names: a class, or the model's name in a string. */
export function entityArgument(flow: Flow, value: Value | null): Model | null {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'model' && member.model.dialect === 'typeorm') return member.model;
    if (member.k === 'const' && typeof member.v === 'string') {
      const named = (flow.modelsByName.get(member.v) ?? []).filter((model) => model.dialect === 'typeorm');
      if (named.length === 1) return named[0]!;
    }
  }
  return null;
}

/** The model whose repository a value is: by its type, or as an instance of a class that extends one. */
export function repositoryOf(flow: Flow, value: Value): Model | null {
  if (value.k === 'extobj') return isTypeorm(value.module) && REPOSITORIES.has(lastName(value)) ? modelIn(value.args[0]) : null;
  return value.k === 'object' ? modelIn(baseArgument(flow, value.cls, value)) : null;
}

/** The argument that a class gives to `Repository` among its bases. */
function baseArgument(flow: Flow, cls: ClassRef, self: Value): Value | null {
  for (const each of lineage(flow, cls)) for (const { value: base } of each.cls.bases) {
    if (base.k === 'call') {
      const mixed = flow.peek(base, each.env.parent ?? each.env);
      if (mixed.k === 'extobj' && isTypeorm(mixed.module)) return mixed.args[0] ?? null;
    }
    if (base.k !== 'item') continue;
    const of = flow.peek(base.of, each.env.parent ?? each.env);
    if (of.k !== 'ext' || !isTypeorm(of.module) || !REPOSITORIES.has(lastName(of))) continue;
    const given = base.key.k === 'list' ? base.key.items[0] : base.key;
    return given ? flow.type(given, each.env, self) : null;
  }
  // `@EntityRepository(User) class Users extends AbstractRepository`
  for (const decorator of cls.cls.decorators) {
    if (decorator.k !== 'call' || !decorator.args[0]) continue;
    const callee = flow.peek(decorator.fn, cls.env.parent ?? cls.env);
    if (callee.k === 'ext' && isTypeorm(callee.module) && lastName(callee) === 'EntityRepository')
      return flow.peek(decorator.args[0]!.value, cls.env.parent ?? cls.env);
  }
  return null;
}

/** Whether a value hands out repositories and takes the entity as its first argument. */
export function isManager(flow: Flow, value: Value): boolean {
  if (value.k === 'extobj') return isTypeorm(value.module) && MANAGERS.has(lastName(value));
  if (value.k === 'term') return value.callee.k === 'ext' && isTypeorm(value.callee.module) && MAKERS.has(lastName(value.callee));
  return (
    value.k === 'object' &&
    lineage(flow, value.cls).some((each) =>
      each.cls.bases.some((base) => {
        const of = flow.peek(base.value, each.env.parent ?? each.env);
        return of.k === 'ext' && isTypeorm(of.module) && MANAGERS.has(lastName(of));
      }),
    )
  );
}
