/** What objects hold by the declaration of their class: a DTO, a schema, an interface. */
import type { Expr } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { decoratorName, isClosed, lineage, ownMembers } from './classes.js';
import type { Flow } from './evaluate.js';
import { orLeftOut, orNull } from './nulls.js';
import { mayLack, presenceOf } from './presence.js';
import { ANY, membersOf, type ClassRef, type DictValue, type ObjectValue, type Value } from './value.js';

interface Field { readonly value: Value; readonly place: Place }

/** The declared fields of a class (a DTO, a schema) as a dict; `schema` tells where they come from, `rest` whether there may be more. */
export function fieldsOf(flow: Flow, { cls, fields, isPartial }: ObjectValue): DictValue {
  const declared = declaredFields(flow, cls);
  return {
    k: 'dict',
    entries: new Map([...declared].map(([name, { value }]) => [name, fields?.get(name) ?? (isPartial ? orLeftOut(value) : value)])),
    rest: isWhole(flow, cls) ? null : ANY,
    places: new Map([...declared].map(([name, { place }]) => [name, place])),
    schema: cls,
  };
}

function declaredFields(flow: Flow, cls: ClassRef): ReadonlyMap<string, Field> {
  return flow.memo('declared-fields', cls, () => {
    const found = new Map<string, Field>();
    const halved = partialBases(flow, cls);
    for (const each of [...lineage(flow, cls)].reverse()) for (const [name, member] of ownMembers(flow, each)) {
      if (member.k !== 'field' || name.startsWith('_') || name === 'model_config' || member.stmt.isStatic) continue;
      const type = member.stmt.type ? flow.type(member.stmt.type, each.env) : ANY;
      const presence = presenceOf(halved.has(each.id) || mayLack(member.stmt) ? (each.module.language === 'typescript' ? orLeftOut : orNull)(type) : type);
      found.set(name, { value: { ...presence, k: 'any', id: `${cls.id}.${name}` }, place: { path: each.module.path, at: member.stmt.target.at } });
    }
    return found;
  }, new Map<string, Field>());
}

/**
 * Whether a class names every field that its instances have: all its bases are in the repository, and none takes further keys (`[key: string]: unknown`). A
 * schema of Python gives what it declares.
 */
function isWhole(flow: Flow, cls: ClassRef): boolean {
  return (
    cls.module.language === 'python' ||
    flow.memo(
      'whole',
      cls,
      () => isClosed(flow, cls) && lineage(flow, cls).every((each) => each.cls.body.every((stmt) => stmt.k !== 'set' || stmt.target.k === 'name')),
      false,
    )
  );
}

/** The classes that are bases only as `PartialType(Base)`: their fields may all be left out. https://docs.nestjs.com/openapi/mapped-types#partial */
function partialBases(flow: Flow, cls: ClassRef): ReadonlySet<string> {
  return flow.memo('partial-bases', cls, () => new Set(lineage(flow, cls).flatMap((each) => each.cls.bases.flatMap(({ value }) => {
    if (value.k !== 'call' || decoratorName(value) !== 'PartialType') return [];
    return membersOf(flow.peek(value, each.env.parent ?? each.env)).flatMap((base) => (base.k === 'class' ? lineage(flow, base.cls).map((one) => one.id) : []));
  }))), new Set<string>());
}

/** The fields of the objects that a type, written at the top of a file, allows. */
export function fieldsOfType(flow: Flow, path: string, type: Expr): readonly string[] {
  const module = flow.moduleAt(path);
  const value = module ? flow.quiet(() => flow.type(type, module.env)) : ANY;
  return membersOf(value).flatMap((member) =>
    member.k === 'dict' ? [...member.entries.keys()] : member.k === 'object' ? [...ownMembers(flow, member.cls).keys()] : [],
  );
}
