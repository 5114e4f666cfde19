/**
 * Models of sequelize-typescript and of Sequelize 7. https://github.com/sequelize/sequelize-typescript#readme
 * https://sequelize.org/docs/v7/models/defining-models/
 */
import type { SetStmt } from '../../facts/code.js';
import { argument, flag, positional, text } from '../../flow/arguments.js';
import { lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type DictValue, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { decorationsOf, type Decoration } from '../shared/decorations.js';
import { annotatedType } from '../shared/script-types.js';
import { commentOf, targetOf } from '../shared/targets.js';
import { associationOf, kindOf } from './associations.js';
import { choicesOf, isVirtual, readAttribute, uniqueOf } from './attributes.js';
import { hasKnownBases, isModelClass } from './bases.js';
import type { Association, Attribute, Entity, IndexInput } from './entity.js';
import { isSequelize } from './names.js';
import { indexOf, readOptions } from './options.js';

/** The model a class declares with `@Table`, or by attributes alone; null when it declares none. */
export function decoratedEntity(flow: Flow, cls: ClassRef, defaults: readonly Value[]): Entity | null {
  if (cls.module.language !== 'typescript' || (cls.cls.decorators.length === 0 && !declaresAttributes(flow, cls))) return null;
  const own = decorationsOf(flow, cls.cls.decorators, cls.env.parent ?? cls.env, isSequelize);
  // `@Table.Abstract` is a base of models.
  if (cls.cls.decorators.length > 0 && !own.some((each) => each.name === 'Table')) return null;
  const members: Members = { attributes: new Map(), indexes: [], marks: [], associations: [], stamps: new Map() };
  const line = lineage(flow, cls);
  for (const source of [...line].reverse()) addMembers(flow, cls, source, members);
  const tables = [...line.slice(1)].reverse().flatMap((base) =>
    decorationsOf(flow, base.cls.decorators, base.env.parent ?? base.env, isSequelize)
      .flatMap(tableOptions)
      .map(withoutName),
  );
  const place = { path: cls.module.path, at: cls.cls.at };
  const options = readOptions([...defaults, ...tables, stampsOf(members.stamps), ...own.flatMap(tableOptions), ...scopesOf(own)], place);
  return {
    cls,
    site: null,
    model: options.modelName ?? cls.name,
    options,
    attributes: members.attributes,
    indexes: [...combined(members.indexes), ...options.indexes],
    marks: members.marks,
    associations: members.associations,
    place,
    extent: { path: cls.module.path, at: cls.cls.range },
    comment: [commentOf(cls.cls.note), options.comment].filter((part) => part).join('\n') || null,
    isWhole: options.hasKnownNames && hasKnownBases(flow, cls),
  };
}

/** `@Attribute(DataTypes.STRING)` in a class that descends from `Model`. */
function declaresAttributes(flow: Flow, cls: ClassRef): boolean {
  return (
    cls.cls.body.some(
      (stmt) =>
        stmt.k === 'set' && stmt.decorators?.length && decorationsOf(flow, stmt.decorators, cls.env, isSequelize).some((each) => each.name === 'Attribute'),
    ) && isModelClass(flow, cls)
  );
}

interface Members {
  readonly attributes: Map<string, Attribute>;
  readonly indexes: IndexInput[];
  readonly marks: { attribute: string; target: TableTarget }[];
  readonly associations: Association[];
  readonly stamps: Map<string, string>;
}

const tableOptions = (decoration: Decoration): readonly Value[] =>
  decoration.name === 'Table' ? positional(decoration.args).flatMap((arg) => membersOf(arg.value)) : [];

function withoutName(value: Value): Value {
  if (value.k !== 'dict') return value;
  return { ...value, entries: new Map([...value.entries].filter(([name]) => name !== 'tableName' && name !== 'modelName')) };
}

const dict = (entries: Iterable<readonly [string, Value]>): DictValue => ({ k: 'dict', entries: new Map(entries), rest: null });

/** `@CreatedAt`, `@UpdatedAt`, `@DeletedAt` name the attributes that Sequelize fills. */
function stampsOf(stamps: ReadonlyMap<string, string>): Value {
  const named = [...stamps].map(([option, name]): readonly [string, Value] => [option, { k: 'const', v: name }]);
  return dict([
    ...named,
    ...(named.length ? [['timestamps', { k: 'const', v: true }] as const] : []),
    ...(stamps.has('deletedAt') ? [['paranoid', { k: 'const', v: true }] as const] : []),
  ]);
}

function scopesOf(decorations: readonly Decoration[]): readonly Value[] {
  return decorations.flatMap((each): readonly Value[] => {
    const given = argument(each.args, 0);
    if (!given) return [];
    return each.name === 'DefaultScope' ? [dict([['defaultScope', given]])] : each.name === 'Scopes' ? [dict([['scopes', given]])] : [];
  });
}

/** Setters with decorators: a column may be declared on one. */
function settersOf(flow: Flow, source: ClassRef): readonly (readonly [string, Member])[] {
  return source.cls.body.flatMap((stmt) =>
    stmt.k === 'def' && stmt.fn.accessor === 'set' && stmt.fn.name && stmt.fn.decorators.length
      ? [[stmt.fn.name, { k: 'method', fn: flow.fnRef(stmt.fn, source.env, source), owner: source }] as const]
      : [],
  );
}

const STAMPS: Readonly<Record<string, string>> = { CreatedAt: 'createdAt', UpdatedAt: 'updatedAt', DeletedAt: 'deletedAt' };

function addMembers(flow: Flow, cls: ClassRef, source: ClassRef, into: Members): void {
  const inheritedFrom = source.id === cls.id ? null : source.name;
  for (const [name, member] of [...ownMembers(flow, source), ...settersOf(flow, source)]) {
    const field = member.k === 'field' ? member.stmt : null;
    const decorators = field?.decorators ?? (member.k === 'method' ? member.fn.fn.decorators : []);
    if (decorators.length === 0) continue;
    const decorations = decorationsOf(flow, decorators, source.env, isSequelize);
    if (decorations.length === 0) continue;
    const at = field ? field.target.at : member.k === 'method' ? member.fn.fn.at : source.cls.at;
    const place = { path: source.module.path, at };
    const stmt: SetStmt = field ?? { k: 'set', target: { k: 'name', id: name, at }, at, ...typeOfAccessor(member) };
    for (const each of decorations) {
      const kind = kindOf(each.name);
      const association = kind ? decoratedAssociation(flow, kind, cls, name, each, place, inheritedFrom) : null;
      if (association) into.associations.push(association);
      const stamp = STAMPS[each.name];
      if (stamp) into.stamps.set(stamp, name);
    }
    const attribute = attributeOf(flow, name, stmt, source, decorations, place, inheritedFrom);
    if (!attribute) continue;
    into.attributes.set(name, attribute);
    for (const each of decorations) {
      if (each.name === 'Index' || each.name === 'createIndexDecorator') into.indexes.push(indexOn(name, each, place));
      const target = each.name === 'ForeignKey' ? targetOf(flow, argument(each.args, 0)) : null;
      if (target) into.marks.push({ attribute: name, target });
    }
  }
}

function typeOfAccessor(member: Member): Pick<SetStmt, 'type'> {
  const type = member.k === 'method' ? member.fn.fn.returns ?? member.fn.fn.params[0]?.type : undefined;
  return type ? { type } : {};
}

function attributeOf(
  flow: Flow,
  name: string,
  stmt: SetStmt,
  source: ClassRef,
  decorations: readonly Decoration[],
  place: Place,
  inheritedFrom: string | null,
): Attribute | null {
  const column = decorations.find((each) => each.name === 'Column' || each.name === 'Attribute');
  if (!column) return null;
  const has = (decorator: string): Decoration | undefined => decorations.find((each) => each.name === decorator);
  const given = argument(column.args, 0);
  const read = given ? readAttribute(flow, name, given, place, commentOf(stmt.note)) : null;
  if (given && !read && isVirtual(given.k === 'dict' ? (given.entries.get('type') ?? null) : given)) return null;
  const isInferred = !read?.type || read.type.name === 'unknown';
  const type = isInferred ? inferred(flow, stmt, source) : read.type;
  const allow = has('AllowNull');
  const unique = has('Unique');
  const columnName = text(argument(has('ColumnName')?.args ?? { list: [] }, 0));
  const comment = text(argument(has('Comment')?.args ?? { list: [] }, 0));
  const base = read ?? {
    name,
    field: null,
    allowNull: null,
    isPrimary: false,
    isIdentity: false,
    unique: null,
    defaultValue: null,
    references: null,
    onDelete: null,
    comment: commentOf(stmt.note),
    place,
    inheritedFrom,
  };
  return {
    ...base,
    type,
    isInferred,
    inheritedFrom,
    field: columnName ?? base.field,
    allowNull: allow ? (flag(argument(allow.args, 0)) ?? true) : has('NotNull') ? false : base.allowNull,
    isPrimary: base.isPrimary || has('PrimaryKey') !== undefined,
    isIdentity: base.isIdentity || has('AutoIncrement') !== undefined,
    unique: unique ? uniqueOf(argument(unique.args, 0) ?? { k: 'const', v: true }) : base.unique,
    defaultValue: argument(has('Default')?.args ?? { list: [] }, 0) ?? base.defaultValue,
    comment: [base.comment, comment].filter((part) => part).join('\n') || null,
    choices: read?.choices ?? choicesOf(argument(has('IsIn')?.args ?? { list: [] }, 0)),
  };
}

/** https://github.com/sequelize/sequelize-typescript#type-inference */
function inferred(flow: Flow, stmt: SetStmt, source: ClassRef): Attribute['type'] {
  const { type } = annotatedType(flow, stmt.type, source.env, 'timestamp with time zone');
  if (!type) return { name: 'unknown' };
  return type.enumName || (type.name === 'character varying' && !type.args) ? { name: 'character varying', args: [255] } : type;
}

/** The target comes first, then the key or options; `@BelongsToMany` has the association's table in between. */
function decoratedAssociation(
  flow: Flow,
  kind: Association['kind'],
  cls: ClassRef,
  name: string,
  { args }: Decoration,
  place: Place,
  inheritedFrom: string | null,
): Association | null {
  const second = argument(args, 1);
  const source: TableTarget = { k: 'class', cls };
  const isOptions = second?.k === 'dict';
  if (kind !== 'belongsToMany')
    return associationOf(
      flow,
      kind,
      source,
      argument(args, 0),
      isOptions ? second : second ? dict([['foreignKey', second]]) : null,
      place,
      name,
      inheritedFrom,
    );
  const [key, other] = [argument(args, 2), argument(args, 3)];
  const options = isOptions
    ? second
    : dict([
        ...(second ? [['through', second] as const] : []),
        ...(key ? [['foreignKey', key] as const] : []),
        ...(other ? [['otherKey', other] as const] : []),
      ]);
  return associationOf(flow, kind, source, argument(args, 0), options, place, name, inheritedFrom);
}

function indexOn(attribute: string, { name, args }: Decoration, place: Place): IndexInput {
  const [given, more] = [argument(args, 0), argument(args, 1)];
  const options = given?.k === 'dict' ? given : more?.k === 'dict' ? more : null;
  const index = options ? indexOf(options, place) : null;
  return {
    name: index?.name ?? text(given),
    ...(name === 'createIndexDecorator' ? { madeBy: args } : {}),
    fields: [{ name: attribute }],
    unique: index?.unique ?? false,
    method: index?.method ?? null,
    predicate: index?.predicate ?? null,
    place,
  };
}

/** `@Index('name')` on several properties makes one index of them, as does a decorator that `createIndexDecorator` made. */
function combined(indexes: readonly IndexInput[]): readonly IndexInput[] {
  const byKey = new Map<unknown, IndexInput>();
  for (const index of indexes) {
    const key = index.name ?? index.madeBy ?? index;
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, fields: [...known.fields, ...index.fields] } : index);
  }
  return [...byKey.values()];
}
