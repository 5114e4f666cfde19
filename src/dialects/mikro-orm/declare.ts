/** Entities of MikroORM 5 to 7. https://mikro-orm.io/docs/defining-entities */
import type { Expr } from '../../facts/code.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { ANY, entry, flag, positional, type ClassRef, type Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { decorationsOf, type Decoration } from '../shared/decorations.js';
import { draftsOf } from '../shared/entities.js';
import { commentOf } from '../shared/targets.js';
import { isTypeorm } from '../typeorm/api/receivers.js';
import { entityFrom, type ConstraintSource } from './entity.js';
import { isImported, isMikro, namingOf, readsAnnotations } from './names.js';
import { given, mainDecoration, option, type Property } from './properties.js';
import { schemaEntities } from './schemas.js';
import { embeddedClass, embeddedPrefix } from './embedded.js';

interface Marked { readonly cls: ClassRef; readonly options: Value | null; readonly decorations: readonly Decoration[] }

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  if (!isImported(program.modules)) return [];
  const naming = namingOf(program.modules);
  const infers = readsAnnotations(program.modules);
  const marked = new Map<string, Marked>();
  for (const cls of program.classes) {
    if (cls.module.language !== 'typescript' || cls.cls.decorators.length === 0) continue;
    const env = cls.env.parent ?? cls.env;
    const decorations = decorationsOf(flow, cls.cls.decorators, env, isMikro);
    const entity = decorations.find((each) => each.name === 'Entity');
    // A class that is an entity of TypeORM as well is declared there.
    if (!entity || decorationsOf(flow, cls.cls.decorators, env, isTypeorm).some((each) => each.name === 'Entity')) continue;
    marked.set(cls.id, { cls, options: positional(entity.args)[0]?.value ?? null, decorations });
  }
  const tables = [...marked.values()].filter(({ options }) => flag(entry(options, 'abstract')) !== true && !entry(options, 'expression') && flag(entry(options, 'virtual')) !== true);
  const entities = tables.map((each) => {
    const root = rootOf(flow, each, marked);
    const own = root && root.cls.id !== each.cls.id ? root : null;
    const { properties, embedded, constraints } = membersOfClass(flow, each, own, marked);
    return entityFrom(flow, {
      model: each.cls.name, cls: each.cls, site: null, base: own?.cls ?? null, options: each.options, rootOptions: own?.options ?? null, rootName: own?.cls.name ?? null, properties, embedded, constraints, comment: commentOf(each.cls.cls.note),
      place: { path: each.cls.module.path, at: each.cls.cls.at }, extent: { path: each.cls.module.path, at: each.cls.cls.range },
    }, naming, infers);
  });
  return draftsOf([...entities, ...schemaEntities(program, naming, infers)], naming);
}

/** The entity whose table a class shares. https://mikro-orm.io/docs/inheritance-mapping#single-table-inheritance */
function rootOf(flow: Flow, entity: Marked, marked: ReadonlyMap<string, Marked>): Marked | null {
  for (const cls of lineage(flow, entity.cls)) { const known = marked.get(cls.id); if (known && entry(known.options, 'discriminatorColumn')) return known; }
  return null;
}

/** An index of which nothing is known but that it is there. */
const UNREAD: Value = { k: 'dict', entries: new Map([['expression', ANY]]), rest: null };

/** `@NameIndex.make()`, `@NameIndex()`: what a value of another library makes may be an index. */
function isMade(flow: Flow, decorator: Expr, env: Env): boolean {
  if (decorator.k !== 'call') return false;
  const { fn } = decorator;
  return (fn.k === 'attr' ? [fn, fn.of] : [fn]).some((expr) => flow.quiet(() => flow.expr(expr, env)).k === 'term');
}

interface Members { readonly properties: Property[]; readonly embedded: Map<string, ClassRef>; readonly constraints: ConstraintSource[] }

function membersOfClass(flow: Flow, { cls, decorations }: Marked, root: Marked | null, marked: ReadonlyMap<string, Marked>): Members {
  const above = new Set(root ? lineage(flow, root.cls).map((each) => each.id) : []);
  const line = lineage(flow, cls).filter((each) => !above.has(each.id)).reverse();
  const into: Members = { properties: [], embedded: new Map(), constraints: [] };
  for (const source of line) {
    addMembers(flow, cls, source, '', '', false, into, 0);
    const own = source.id === cls.id ? decorations : marked.get(source.id)?.decorations ?? decorationsOf(flow, source.cls.decorators, source.env.parent ?? source.env, isMikro);
    for (const decoration of own) into.constraints.push({ name: decoration.name, options: positional(decoration.args)[0]?.value ?? null, own: null, place: decoration.place });
    if (source.cls.decorators.some((decorator) => isMade(flow, decorator, source.env.parent ?? source.env))) into.constraints.push({ name: 'Index', options: UNREAD, own: null, place: { path: source.module.path, at: source.cls.at } });
  }
  // What a class declares again replaces what it inherits.
  return { ...into, properties: [...new Map(into.properties.map((property) => [property.attribute, property])).values()] };
}

/** Embedded classes inside embedded classes are followed this deep. */
const EMBED_LIMIT = 3;

function addMembers(flow: Flow, cls: ClassRef, source: ClassRef, path: string, prefix: string, isInOptional: boolean, into: Members, depth: number): void {
  const inheritedFrom = source.id === cls.id ? null : source.name;
  for (const [name, member] of ownMembers(flow, source)) {
    const stmt = member.k === 'field' ? member.stmt : null;
    const decorators = stmt?.decorators ?? (member.k === 'method' ? member.fn.fn.decorators : []);
    if (decorators.length === 0) continue;
    const decorations = decorationsOf(flow, decorators, source.env, isMikro);
    const main = mainDecoration(decorations);
    if (!main) continue;
    const place = { path: source.module.path, at: stmt ? stmt.target.at : member.k === 'method' ? member.fn.fn.at : source.cls.at };
    const property: Property = { attribute: path + name, name, prefix, isInOptional, stmt, env: source.env, place, inheritedFrom, ...given(main) };
    const embedded = embeddedClass(flow, property);
    if (embedded && depth < EMBED_LIMIT) {
      into.embedded.set(property.attribute, embedded);
      for (const part of [...lineage(flow, embedded)].reverse()) addMembers(flow, cls, part, `${property.attribute}.`, embeddedPrefix(property), isInOptional || flag(option(property, 'nullable')) === true || stmt?.optional === true, into, depth + 1);
      continue;
    }
    into.properties.push(property);
    if (decorators.some((decorator) => isMade(flow, decorator, source.env))) into.constraints.push({ name: 'Index', options: UNREAD, own: property.attribute, place });
    for (const decoration of decorations) into.constraints.push({ name: decoration.name, options: positional(decoration.args)[0]?.value ?? null, own: property.attribute, place: decoration.place });
  }
}

