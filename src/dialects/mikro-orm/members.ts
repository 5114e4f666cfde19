/** What the classes of an entity declare: its properties, those of objects embedded in it, and constraints. */
import type { Expr } from '../../facts/code.js';
import { entry, flag, positional, text } from '../../flow/arguments.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { ANY, type ClassRef, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import { decorationsOf, type Decoration } from '../shared/decorations.js';
import { embeddedPrefix, embeddedTargets } from './embedded.js';
import type { ConstraintSource } from './entity.js';
import { isMikro } from './names.js';
import { given, mainDecoration, option, type Property } from './properties.js';

/** A class with a decorator of the ORM and what that was given. */
export interface Marked { readonly cls: ClassRef; readonly options: Value | null; readonly decorations: readonly Decoration[] }

/** An index of which nothing is known but that it is there. */
const UNREAD: Value = { k: 'dict', entries: new Map([['expression', ANY]]), rest: null };

/** `@NameIndex.make()`, `@NameIndex()`: what a value of another library makes, or a part of it, may be an index; so may what is not known at all. */
function isMade(flow: Flow, decorator: Expr, env: Env): boolean {
  if (decorator.k !== 'call') return false;
  const { fn } = decorator;
  const kindOf = (expr: Expr): Value['k'] => flow.peek(expr, env).k;
  return kindOf(fn) === 'any' || (fn.k === 'attr' ? [fn, fn.of] : [fn]).some((expr) => kindOf(expr) === 'term');
}

export interface Members { readonly properties: Property[]; readonly embedded: Map<string, readonly ClassRef[]>; readonly constraints: ConstraintSource[] }

/** An embeddable that a schema describes. */
export interface EmbeddableSchema { readonly cls: ClassRef | null; readonly properties: readonly Property[] }

/** What declarations are read with. */
export interface Declaring {
  readonly flow: Flow;
  readonly marked: ReadonlyMap<string, Marked>;
  /** The schema of an embeddable; null where its class has decorators. */
  readonly schemaOf: (target: TableTarget) => EmbeddableSchema | null;
}

export const noMembers = (): Members => ({ properties: [], embedded: new Map(), constraints: [] });

export function membersOfClass(ctx: Declaring, { cls, decorations }: Marked, root: Marked | null): Members {
  const { flow, marked } = ctx;
  const above = new Set(root ? lineage(flow, root.cls).map((each) => each.id) : []);
  const line = lineage(flow, cls).filter((each) => !above.has(each.id)).reverse();
  const into = noMembers();
  for (const source of line) {
    addMembers(ctx, cls, source, { path: '', prefix: '', isInOptional: false, depth: 0 }, into);
    const own =
      source.id === cls.id
        ? decorations
        : (marked.get(source.id)?.decorations ?? decorationsOf(flow, source.cls.decorators, source.env.parent ?? source.env, isMikro));
    for (const decoration of own)
      into.constraints.push({ name: decoration.name, options: positional(decoration.args)[0]?.value ?? null, own: null, place: decoration.place });
    if (source.cls.decorators.some((decorator) => isMade(flow, decorator, source.env.parent ?? source.env)))
      into.constraints.push({ name: 'Index', options: UNREAD, own: null, place: { path: source.module.path, at: source.cls.at } });
  }
  // What a class declares again replaces what it inherits.
  return { ...into, properties: [...new Map(into.properties.map((property) => [property.attribute, property])).values()] };
}

/** What leads to the members of an object: nothing to an entity's own. */
interface Position { readonly path: string; readonly prefix: string; readonly isInOptional: boolean; readonly depth: number }

function addMembers(ctx: Declaring, cls: ClassRef | null, source: ClassRef, { path, prefix, isInOptional, depth }: Position, into: Members): void {
  const { flow } = ctx;
  const inheritedFrom = source.id === cls?.id ? null : source.name;
  for (const [name, member] of ownMembers(flow, source)) {
    const stmt = member.k === 'field' ? member.stmt : null;
    const decorators = stmt?.decorators ?? (member.k === 'method' ? member.fn.fn.decorators : []);
    if (decorators.length === 0) continue;
    const decorations = decorationsOf(flow, decorators, source.env, isMikro);
    const main = mainDecoration(decorations);
    if (!main) continue;
    const place = { path: source.module.path, at: stmt ? stmt.target.at : member.k === 'method' ? member.fn.fn.at : source.cls.at };
    const property: Property = { attribute: path + name, name, prefix, isInOptional, stmt, env: source.env, place, inheritedFrom, ...given(main) };
    if (embed(ctx, property, into, depth)) continue;
    into.properties.push(property);
    if (decorators.some((decorator) => isMade(flow, decorator, source.env)))
      into.constraints.push({ name: 'Index', options: UNREAD, own: property.attribute, place });
    for (const decoration of decorations)
      into.constraints.push({
        name: decoration.name,
        options: positional(decoration.args)[0]?.value ?? null,
        own: property.attribute,
        place: decoration.place,
      });
  }
}

/** Embedded objects inside embedded objects are followed this deep. */
const EMBED_LIMIT = 3;

/** Adds the members of an embedded object to those of its owner; false for other properties, and for objects kept as one document. */
export function embed(ctx: Declaring, property: Property, into: Members, depth = 0): boolean {
  const targets = depth < EMBED_LIMIT ? embeddedTargets(ctx.flow, property) : [];
  const schemas = targets.flatMap((target) => ctx.schemaOf(target) ?? []);
  const classes = schemas.length > 0 ? [] : targets.flatMap((target) => (target.k === 'class' && target.cls.cls.form === 'class' ? [target.cls] : []));
  if (schemas.length === 0 && classes.length === 0) return false;
  const inner: Position = {
    path: `${property.attribute}.`,
    prefix: embeddedPrefix(property),
    isInOptional: property.isInOptional || flag(option(property, 'nullable')) === true || property.stmt?.optional === true,
    depth: depth + 1,
  };
  into.embedded.set(property.attribute, [...classes, ...schemas.flatMap(({ cls }) => cls ?? [])]);
  for (const schema of schemas) for (const own of schema.properties) {
    const part: Property = { ...own, attribute: inner.path + own.name, prefix: inner.prefix, isInOptional: inner.isInOptional };
    if (!embed(ctx, part, into, inner.depth)) into.properties.push(part);
  }
  const lines = classes.map((cls) => [...lineage(ctx.flow, cls)].reverse());
  for (const part of new Map(lines.flat().map((cls) => [cls.id, cls])).values()) {
    // What only some of several classes have may be missing.
    const isShared = lines.every((line) => line.includes(part));
    addMembers(ctx, null, part, { ...inner, isInOptional: inner.isInOptional || !isShared }, into);
  }
  if (classes.length > 0) discriminate(ctx.flow, property, lines.flat(), inner, into);
  return true;
}

/** The column that tells the classes of an embedded object apart, made where none is declared. https://mikro-orm.io/docs/embeddables#polymorphic-embeddables */
function discriminate(flow: Flow, property: Property, line: readonly ClassRef[], { path, prefix, isInOptional }: Position, into: Members): void {
  const options = line
    .flatMap((cls) => decorationsOf(flow, cls.cls.decorators, cls.env.parent ?? cls.env, isMikro))
    .filter(({ name }) => name === 'Embeddable')
    .map(({ args }) => positional(args)[0]?.value);
  const name = options.map((given) => text(entry(given, 'discriminatorColumn'))).find((each) => each !== null) ?? null;
  if (name === null) return;
  const index = into.properties.findIndex(({ attribute }) => attribute === path + name);
  const declared: Property = into.properties[index] ?? {
    ...property,
    kind: 'Property',
    first: null,
    second: null,
    options: [TEXT],
    stmt: null,
    attribute: path + name,
    name,
    prefix,
    isInOptional,
  };
  into.properties.splice(index < 0 ? into.properties.length : index, 1, { ...declared, isDiscriminator: true });
}
const TEXT: Value = { k: 'dict', entries: new Map([['type', { k: 'const', v: 'string' }]]), rest: null };
