/** Entities of TypeORM 0.3. https://typeorm.io/docs/entity/entities */
import type { SetStmt } from '../../facts/code.js';
import { entry, positional, text } from '../../flow/arguments.js';
import { findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { ProgramView } from '../dialect.js';
import { decorationsOf, hasUnseenParts, type Decoration } from '../shared/decorations.js';
import { draftsOf, noConstraints, withoutMembers, type ColumnParts, type Entity, type Relation } from '../shared/entities.js';
import { commentOf, targetOf } from '../shared/targets.js';
import { isTypeorm } from './api/receivers.js';
import { COLUMN_DECORATORS, columnParts, optionsOf } from './columns.js';
import { schemaEntities } from './entity-schema.js';
import { addForeignKey } from './foreign-keys.js';
import { addConstraint } from './indexes.js';
import { namingOf, type Naming } from './naming.js';
import { prefixed } from './prefix.js';
import { relationOf } from './relations.js';

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  const naming = namingOf(program);
  const marked = new Map<string, { cls: ClassRef; entity: Decoration; all: readonly Decoration[] }>();
  for (const cls of program.classes) {
    if (cls.module.language !== 'typescript' || cls.cls.decorators.length === 0) continue;
    const all = decorationsOf(flow, cls.cls.decorators, cls.env.parent ?? cls.env, isTypeorm);
    const entity = all.find((each) => each.name === 'Entity' || each.name === 'ChildEntity' || each.name === 'ViewEntity');
    if (entity) marked.set(cls.id, { cls, entity, all });
  }
  const entities = [...marked.values()].map(({ cls, entity, all }) => entityOf(flow, cls, entity, all, naming, new Set(marked.keys())));
  const schemas = schemaEntities(program, naming);
  const drafts = prefixed(draftsOf([...entities, ...schemas], naming), program.modules);
  return naming.isUntold() ? drafts.map((draft) => ({ ...draft, hasUntoldNames: true })) : drafts;
}

function entityOf(flow: Flow, cls: ClassRef, entity: Decoration, all: readonly Decoration[], naming: Naming, marked: ReadonlySet<string>): Entity {
  const line = lineage(flow, cls);
  const base = entity.name === 'ChildEntity' ? line.slice(1).find((each) => marked.has(each.id)) ?? null : null;
  const sources = base ? line.filter((each) => !lineage(flow, base).includes(each)) : line;
  const columns = new Map<string, ColumnParts>();
  const relations = new Map<string, Relation>();
  const constraints: { decoration: Decoration; own: string | null }[] = [];
  const relationIds = new Map<string, string>();
  const embedded = new Map<string, readonly ClassRef[]>();
  const unread: string[] = [];
  for (const source of [...sources].reverse())
    addMembers(flow, cls, source, '', [], naming, { columns, relations, constraints, relationIds, embedded, unread }, 0);
  for (const source of [...sources].reverse()) {
    const decorations = source.id === cls.id ? all : decorationsOf(flow, source.cls.decorators, source.env.parent ?? source.env, isTypeorm);
    for (const decoration of decorations) constraints.push({ decoration, own: null });
  }
  const inheritance = all.find((each) => each.name === 'TableInheritance');
  const options = optionsOf(entity)[0] ?? null;
  const place = { path: cls.module.path, at: cls.cls.at };
  const isPart = unread.length > 0 || hasUnseenParts(flow, cls, isTypeorm);
  const added = discriminator(inheritance, columns, place);
  const kind = [...added, ...columns.values()].find(({ column }) => column.role === 'discriminator')?.column.name ?? null;
  return {
    cls,
    site: null,
    model: cls.name,
    base,
    name: naming.table(cls.name, text(positional(entity.args)[0]?.value) ?? text(entry(options, 'name'))),
    schema: text(entry(options, 'schema')),
    kind: entity.name === 'ViewEntity' ? (entry(options, 'materialized') ? 'materialized-view' : 'view') : 'table',
    place,
    extent: { path: cls.module.path, at: cls.cls.range },
    columns: [...added, ...columns.values()],
    relations: [...relations.values()],
    relationIds,
    embedded,
    constraints: (named) => {
      const made = noConstraints();
      for (const each of constraints) {
        addConstraint(each.decoration, each.own, named, made);
        addForeignKey(flow, each.decoration, each.own, named, made);
      }
      // https://github.com/typeorm/typeorm/blob/master/src/metadata-builder/EntityMetadataBuilder.ts (createKeysForTableInheritance)
      if (kind) made.indexes.push({ name: null, parts: [{ column: kind }], unique: false, isImplicit: true, place });
      return withoutMembers(made, (property) => Boolean(findMember(flow, cls, property.split('.')[0]!)));
    },
    hasUnseenParts: isPart,
    isWhole: !isPart && !all.some((each) => each.name === 'Tree'),
    comment: [commentOf(cls.cls.note), text(entry(options, 'comment'))].filter((part) => part).join('\n') || null,
  };
}

/** `@TableInheritance` makes a column `type` where none is declared. https://typeorm.io/docs/entity/entity-inheritance */
function discriminator(inheritance: Decoration | undefined, columns: Map<string, ColumnParts>, place: Place): readonly ColumnParts[] {
  if (!inheritance) return [];
  const column = entry(optionsOf(inheritance)[0] ?? null, 'column');
  const name = text(column) ?? text(entry(column, 'name')) ?? 'type';
  for (const [attribute, part] of columns)
    if (part.column.name === name) {
      columns.set(attribute, { ...part, column: { ...part.column, role: 'discriminator' } });
      return [];
    }
  return [{ column: { name, attribute: name, type: { name: 'character varying' }, nullable: false, role: 'discriminator', place }, keys: [] }];
}

interface Members {
  readonly columns: Map<string, ColumnParts>;
  readonly relations: Map<string, Relation>;
  readonly constraints: { decoration: Decoration; own: string | null }[];
  readonly relationIds: Map<string, string>;
  readonly embedded: Map<string, readonly ClassRef[]>;
  /** Attributes whose columns were not read: an embedded class that is not in sight. */
  readonly unread: string[];
}

/** Decorators of a property that constrain the table. */
const CONSTRAINT_DECORATORS = new Set(['Index', 'Unique', 'Check', 'ForeignKey']);

/** Embedded classes inside embedded classes are followed this deep. */
const EMBED_LIMIT = 3;

/** The properties of one class; inside an embedded one `path` leads their attributes and `prefixes` their names. */
function addMembers(
  flow: Flow,
  cls: ClassRef,
  source: ClassRef,
  path: string,
  prefixes: readonly string[],
  naming: Naming,
  into: Members,
  depth: number,
): void {
  const inheritedFrom = source.id === cls.id ? null : source.name;
  for (const [name, member] of ownMembers(flow, source)) {
    const field = member.k === 'field' ? member.stmt : null;
    const decorators = field?.decorators ?? (member.k === 'method' ? member.fn.fn.decorators : []);
    if (decorators.length === 0) continue;
    const decorations = decorationsOf(flow, decorators, source.env, isTypeorm);
    if (decorations.length === 0) continue;
    const at = field ? field.target.at : member.k === 'method' ? member.fn.fn.at : source.cls.at;
    const place = { path: source.module.path, at };
    const attribute = path + name;
    const stmt: SetStmt = field ?? { k: 'set', target: { k: 'name', id: name, at }, at };
    const relation = relationOf(flow, attribute, stmt, source.env, decorations, place, inheritedFrom);
    const embedded = embeddedClass(flow, decorations);
    if (!relation && !embedded && decorations.some((each) => each.name === 'Column' && positional(each.args)[0]?.value.k === 'fn')) {
      into.unread.push(attribute);
      continue;
    }
    const relationId = decorations.find((each) => each.name === 'RelationId');
    if (relation) into.relations.set(attribute, relation);
    else if (embedded && depth < EMBED_LIMIT) {
      embed(flow, cls, embedded, attribute, name, prefixes, naming, into, depth, decorations);
      continue;
    } else if (relationId) {
      const of = relationIdOf(positional(relationId.args)[0]?.value ?? null);
      if (of) into.relationIds.set(of, attribute);
    } else if (decorations.some((each) => COLUMN_DECORATORS.has(each.name))) {
      const parts = columnParts(flow, {
        attribute,
        name: (given) => naming.column(name, given, prefixes),
        stmt,
        env: source.env,
        decorations,
        place,
        inheritedFrom,
      });
      if (parts) into.columns.set(attribute, parts);
    }
    for (const decoration of decorations) if (CONSTRAINT_DECORATORS.has(decoration.name)) into.constraints.push({ decoration, own: attribute });
  }
}

/** `@Column(() => Name)`. https://typeorm.io/docs/entity/embedded-entities */
function embeddedClass(flow: Flow, decorations: readonly Decoration[]): ClassRef | null {
  const given = decorations.find((each) => each.name === 'Column') ? positional(decorations.find((each) => each.name === 'Column')!.args)[0]?.value : undefined;
  if (given?.k !== 'fn') return null;
  const target = targetOf(flow, given);
  return target?.k === 'class' && target.cls.cls.form === 'class' ? target.cls : null;
}

function embed(
  flow: Flow,
  cls: ClassRef,
  embedded: ClassRef,
  attribute: string,
  property: string,
  prefixes: readonly string[],
  naming: Naming,
  into: Members,
  depth: number,
  decorations: readonly Decoration[],
): void {
  const options = decorations.flatMap(optionsOf);
  const prefix = options.map((value) => entry(value, 'prefix')).find((value) => value !== null) ?? null;
  const own = prefix === null || (prefix.k === 'const' && prefix.v === true) ? [property] : text(prefix) ? [text(prefix)!] : [];
  into.embedded.set(attribute, [embedded]);
  for (const source of [...lineage(flow, embedded)].reverse()) addMembers(flow, cls, source, `${attribute}.`, [...prefixes, ...own], naming, into, depth + 1);
}

/** `@RelationId((post) => post.author)`. */
function relationIdOf(value: Value | null): string | null {
  if (value?.k !== 'fn') return text(value);
  const last = value.fn.fn.body.at(-1);
  return last?.k === 'return' && last.value?.k === 'attr' ? last.value.name : null;
}
