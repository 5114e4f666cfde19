/** Entities that are declared as data: `new EntitySchema({ … })`, `defineEntity({ … })`. https://mikro-orm.io/docs/define-entity */
import type { Call } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, entry, flag, lastName, text, unwritten } from '../../flow/arguments.js';
import { lineage } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { importsFrom, type Env, type ModuleRef } from '../../flow/program.js';
import { membersOf, type ClassRef, type DictValue, type Term, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { ProgramView } from '../dialect.js';
import type { Entity } from '../shared/entities.js';
import { entityFrom, type ConstraintSource } from './entity.js';
import { embed, membersOfClass, noMembers, type Declaring } from './members.js';
import { isMikro, type Naming } from './names.js';
import type { Property } from './properties.js';

/** What makes a schema. */
export const MAKERS: ReadonlySet<string> = new Set(['EntitySchema', 'defineEntity']);

/** A schema as written. */
interface Schema { readonly term: Term; readonly options: DictValue; readonly env: Env; readonly cls: ClassRef | null; readonly name: string }

/** The schemas of a program: of entities, and of objects embedded in them. */
export function schemasIn({ flow, modules }: ProgramView): readonly Schema[] {
  const schemas: Schema[] = [];
  for (const module of modules) {
    if (module.language !== 'typescript' || !importsMaker(module)) continue;
    for (const bindings of module.bindings.values()) for (const binding of bindings) {
      if (binding.k !== 'set' || binding.stmt.value?.k !== 'call') continue;
      const value = flow.peek(binding.stmt.value!, module.env);
      const term = value.k === 'term' && value.callee.k === 'ext' && isMikro(value.callee.module) && MAKERS.has(lastName(value.callee)) ? value : null;
      const schema = term ? schemaOf(flow, term, binding.stmt.value, module.env) : null;
      if (schema) schemas.push(schema);
    }
  }
  return schemas;
}

function schemaOf(flow: Flow, term: Term, { types }: Call, env: Env): Schema | null {
  const options = argument(term.args, 0);
  if (options?.k !== 'dict') return null;
  const given = entry(options, 'class');
  // `new EntitySchema<IUser>({ name: 'User' })`
  const shape = !given && types?.[0] ? flow.quiet(() => flow.type(types[0]!, env)) : null;
  const cls = given?.k === 'class' ? given.cls : shape?.k === 'object' ? shape.cls : null;
  const name = (given?.k === 'class' ? given.cls.name : text(entry(options, 'name'))) ?? cls?.name ?? null;
  return name === null ? null : { term, options, env, cls, name };
}

const siteOf = ({ place }: Term): string => `${place.path}:${spanStart(place.at)}`;

/** The schema of the embeddable that a property names. https://mikro-orm.io/docs/embeddables */
export function embeddableSchemas(flow: Flow, schemas: readonly Schema[]): Declaring['schemaOf'] {
  const inherits = inheritance(flow, schemas, new Map());
  const embeddables = schemas.filter(({ options }) => flag(entry(options, 'embeddable')) === true);
  return (target) => {
    const found = embeddables.find(({ cls, name, term }) =>
      target.k === 'class' ? cls?.id === target.cls.id : target.k === 'site' ? siteOf(term) === target.site : name === target.name,
    );
    return found ? { cls: found.cls, properties: propertiesOf(flow, found, inherits, 0).properties } : null;
  };
}

export function schemaEntities(ctx: Declaring, schemas: readonly Schema[], naming: Naming, infers: boolean): readonly Entity[] {
  const inherits = inheritance(ctx.flow, schemas, ctx.marked);
  return schemas
    .filter(({ options }) => flag(entry(options, 'abstract')) !== true && flag(entry(options, 'embeddable')) !== true && !entry(options, 'expression'))
    .map((schema) => entityOf(ctx, schema, inherits, naming, infers));
}

function importsMaker(module: ModuleRef): boolean {
  return importsFrom(module, (library, name) => isMikro(library) && (MAKERS.has(name) || name === '*'));
}

function entityOf(ctx: Declaring, schema: Schema, inherits: Inherits, naming: Naming, infers: boolean): Entity {
  const { term, options, cls, name } = schema;
  const { properties, embedded } = noMembers();
  const declared = propertiesOf(ctx.flow, schema, inherits, 0);
  for (const property of declared.properties) if (!embed(ctx, property, { properties, embedded, constraints: [] })) properties.push(property);
  return entityFrom(
    ctx.flow,
    {
      model: name,
      cls,
      site: siteOf(term),
      base: null,
      options,
      rootOptions: null,
      rootName: null,
      hasUnseenParts: declared.isOpen,
      properties,
      embedded,
      constraints: constraintsOf(options, term.place),
      comment: null,
      place: term.place,
      extent: term.place,
    },
    naming,
    infers,
  );
}

/** Schemas that extend schemas are followed this deep. */
const EXTENDS_LIMIT = 5;

interface Declared { readonly properties: readonly Property[]; readonly isOpen: boolean }

/** What a schema inherits; null where that is not known. */
type Inherits = (schema: Schema, depth: number) => Declared | null;

const NOTHING: Declared = { properties: [], isOpen: false };

/**
 * A schema extends another one, or a class with decorators, given as such or by name; without a word of it, what the class that it
 * describes extends. https://mikro-orm.io/docs/define-entity#inheritance
 */
function inheritance(flow: Flow, schemas: readonly Schema[], marked: Declaring['marked']): Inherits {
  const ofSite = new Map(schemas.map((schema) => [siteOf(schema.term), schema]));
  const ofClass = new Map(schemas.flatMap((schema) => (schema.cls ? [[schema.cls.id, schema]] : [])));
  const ofName = new Map(schemas.map((schema) => [schema.name, schema]));
  const classNamed = new Map([...marked.values()].map((each) => [each.cls.name, each]));
  const decorated = (cls: ClassRef): Declared =>
    passedOn(cls.name, {
      properties: membersOfClass({ flow, marked, schemaOf: () => null }, marked.get(cls.id) ?? { cls, options: null, decorations: [] }, null).properties,
      isOpen: false,
    });
  const inherits: Inherits = (schema, depth) => {
    if (depth >= EXTENDS_LIMIT) return null;
    const above = (found: Schema | undefined): Declared | null =>
      found && found !== schema ? passedOn(found.name, propertiesOf(flow, found, inherits, depth + 1)) : null;
    const given = entry(schema.options, 'extends');
    for (const member of given ? membersOf(given) : []) {
      if (member.k === 'term') return above(ofSite.get(siteOf(member)));
      if (member.k === 'class') return above(ofClass.get(member.cls.id)) ?? decorated(member.cls);
      const name = text(member);
      const cls = name !== null && !ofName.has(name) ? classNamed.get(name)?.cls ?? ancestorNamed(flow, schema.cls, name) : undefined;
      if (name !== null) return cls ? decorated(cls) : above(ofName.get(name));
    }
    if (given) return null;
    if (!schema.cls || schema.cls.cls.form !== 'class') return NOTHING;
    const [, ...line] = lineage(flow, schema.cls);
    const parent = line.map((cls) => ofClass.get(cls.id)).find((found) => found !== undefined);
    return parent ? above(parent) : line[0] ? decorated(line[0]) : NOTHING;
  };
  return inherits;
}

/** What is declared once for all that extend it. */
const passedOn = (name: string, { properties, isOpen }: Declared): Declared => ({
  properties: properties.map((property) => ({ ...property, inheritedFrom: property.inheritedFrom ?? name })),
  isOpen,
});

/** What the class of a schema extends, by its name: a base without `@Entity` is known by the decorators of its properties. */
const ancestorNamed = (flow: Flow, cls: ClassRef | null, name: string): ClassRef | undefined =>
  cls?.cls.form === 'class'
    ? lineage(flow, cls)
        .slice(1)
        .find((each) => each.name === name)
    : undefined;

/** The properties, and whether there may be more than is read. */
function propertiesOf(flow: Flow, schema: Schema, inherits: Inherits, depth: number): Declared {
  const { term, options, env } = schema;
  const inherited = inherits(schema, depth) ?? { properties: [], isOpen: true };
  const builder: Value = { k: 'ext', module: '@mikro-orm/core', name: 'p' };
  const written = entry(options, 'properties');
  const made = written?.k === 'fn' ? flow.quiet(() => flow.callFn(written, [unwritten(builder, term.place.at)])) : written;
  const dict = made?.k === 'dict' ? made : null;
  const own = [...(dict?.entries ?? [])].flatMap(([name, value]) => propertyOf(flow, name, value, dict!.places?.get(name) ?? term.place, env) ?? []);
  const names = new Set(own.map((property) => property.attribute));
  return {
    properties: [...inherited.properties.filter((property) => !names.has(property.attribute)), ...own],
    isOpen: inherited.isOpen || dict === null || dict.rest !== null,
  };
}

const KINDS: Readonly<Record<string, string>> = {
  'm:1': 'ManyToOne',
  '1:m': 'OneToMany',
  '1:1': 'OneToOne',
  'm:n': 'ManyToMany',
  embedded: 'Embedded',
  scalar: 'Property',
  MANY_TO_ONE: 'ManyToOne',
  ONE_TO_MANY: 'OneToMany',
  ONE_TO_ONE: 'OneToOne',
  MANY_TO_MANY: 'ManyToMany',
  EMBEDDED: 'Embedded',
  SCALAR: 'Property',
};

function propertyOf(flow: Flow, name: string, value: Value, place: Place, env: Env): Property | null {
  const base = { attribute: name, name, prefix: '', isInOptional: false, stmt: null, env, place, inheritedFrom: null, second: null };
  const given = value.k === 'fn' ? flow.quiet(() => flow.callFn(value, [])) : value;
  if (given.k === 'dict') {
    const written = entry(given, 'kind') ?? entry(given, 'reference');
    const kind = written?.k === 'ext' ? KINDS[lastName(written)] : KINDS[text(written) ?? 'scalar'];
    return { ...base, kind: kind ?? 'Property', first: null, options: [given] };
  }
  return given.k === 'term' ? built({ ...base, kind: 'Property', first: null, options: [] }, given) : null;
}

const BUILT: Readonly<Record<string, string>> = {
  manyToOne: 'ManyToOne',
  oneToMany: 'OneToMany',
  oneToOne: 'OneToOne',
  manyToMany: 'ManyToMany',
  embedded: 'Embedded',
  enum: 'Enum',
  formula: 'Formula',
};

/** `p.string().length(255).nullable()`: the first call is the kind or type, the others are options. */
function built(base: Property, last: Term): Property | null {
  const steps: Term[] = [];
  for (let term: Value | undefined = last; term?.k === 'term'; term = term.of) steps.unshift(term);
  const [first, ...rest] = steps;
  if (first?.of?.k !== 'ext' || !isMikro(first.of.module) || !first.name) return null;
  const kind = BUILT[first.name] ?? 'Property';
  const options = new Map<string, Value>(kind === 'Property' ? [['type', { k: 'const', v: first.name }]] : []);
  for (const step of rest) if (step.name) options.set(step.name, argument(step.args, 0) ?? { k: 'const', v: true });
  // `p.type(MyType)`
  const given = argument(first.args, 0);
  if (first.name === 'type' && given) options.set('type', given);
  if (first.name === 'json') options.set('type', { k: 'const', v: 'json' });
  return { ...base, kind, first: kind === 'Property' ? null : given, options: [{ k: 'dict', entries: options, rest: null }] };
}

function constraintsOf(options: DictValue, place: Place): readonly ConstraintSource[] {
  const listed = (name: string, as: string): readonly ConstraintSource[] => {
    const value = entry(options, name);
    return (value?.k === 'list' ? value.items : []).map((each) => ({ name: as, options: each, own: null, place }));
  };
  return [...listed('indexes', 'Index'), ...listed('uniques', 'Unique'), ...listed('checks', 'Check')];
}

