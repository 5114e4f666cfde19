/** Models and tables of SQLAlchemy, Flask-SQLAlchemy and SQLModel. https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html */
import type { Expr } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, isExternal, text } from '../../flow/arguments.js';
import { basesOf, decoratorName, externalBases, lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { childEnv } from '../../flow/program.js';
import type { ClassRef, FnRef, Value } from '../../flow/value.js';
import type { ColumnDraft, RelationshipDraft, TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { withTypeMap } from './annotation-map.js';
import { COLUMN_CALLS, columnParts, type ColumnParts } from './columns.js';
import { compositeOf, withComposites, type Composite } from './composites.js';
import { mapImperatively } from './imperative.js';
import { knownBase, knownBaseOf, libraryColumns } from './known-bases.js';
import { markDescribed, registryOf } from './metadata.js';
import { RELATIONSHIP_CALLS, relationshipDraft } from './relationships.js';
import { addTableArgs, noTableArgs } from './table-args.js';
import { isNamed, namesEach, snake, tableNameOf } from './table-names.js';
import { mergePrimary, tableColumns, tableTerm, tables } from './tables.js';
import { commentOf, nameOfCall, termNamed } from './terms.js';
import { annotationOf } from './types.js';

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  const mapped = program.classes.filter((cls) => isMapped(flow, cls));
  const names = new Set(mapped.map((cls) => cls.id));
  return [
    ...mapped.flatMap((cls) => {
      const draft = classDraft(flow, cls, names);
      return draft ? [draft] : [];
    }),
    ...mapImperatively(program, markDescribed(flow, mapped, tables(program))),
  ];
}

/** Whether a class is mapped: it has a table of its own, or shares the one of a mapped base. */
function isMapped(flow: Flow, cls: ClassRef): boolean {
  if (cls.module.language !== 'python') return false;
  const own = ownMembers(flow, cls);
  if (isAbstract(own) || isConcreteBase(flow, cls)) return false;
  if (cls.cls.bases.some((base) => base.name === 'table' && base.value.k === 'lit' && base.value.v === true)) return true;
  // Without `table` a class of SQLModel is a schema. https://sqlmodel.tiangolo.com/tutorial/fastapi/multiple-models/
  if (isBase(flow, cls) || externalBases(flow, cls).some((base) => isExternal(base, 'sqlmodel', 'SQLModel'))) return false;
  const declarative = isDeclarative(flow, cls);
  // A name that is computed is that of the classes which the mixin is put to.
  if (own.get('__tablename__')?.k === 'method' && !declarative) return false;
  if (own.has('__tablename__') || own.has('__table__')) return declarative || hasColumns(flow, cls);
  if (!declarative) return false;
  if (isFlaskModel(flow, cls)) return hasColumns(flow, cls);
  const bases = lineage(flow, cls).slice(1);
  if (bases.some((base) => ownMembers(flow, base).get('__tablename__')?.k === 'method')) return hasColumns(flow, cls) && bases.length > 0;
  return bases.some((base) => isMappedBase(flow, base)) || knownBaseOf(flow, cls) !== null;
}

const isMappedBase = (flow: Flow, cls: ClassRef): boolean => {
  const own = ownMembers(flow, cls);
  return own.get('__tablename__')?.k === 'field' && !isAbstract(own);
};

function isAbstract(own: ReadonlyMap<string, Member>): boolean {
  const member = own.get('__abstract__');
  return member?.k === 'field' && member.stmt.value?.k === 'lit' && member.stmt.value.v === true;
}

/**
 * A base whose heirs have all its columns in tables of their own, and which has none.
 * https://docs.sqlalchemy.org/en/20/orm/extensions/declarative/api.html#sqlalchemy.ext.declarative.AbstractConcreteBase
 */
const isConcreteBase = (flow: Flow, cls: ClassRef): boolean =>
  basesOf(flow, cls).some((base) => base.k === 'ext' && /(^|\.)AbstractConcreteBase$/.test(base.name ?? ''));

/**
 * Whether a class is a declarative base itself: its subclasses are mapped, it is not.
 * https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.DeclarativeBase
 */
function isBase(flow: Flow, cls: ClassRef): boolean {
  return isDecorated(cls) || basesOf(flow, cls).some((base) => base.k === 'ext' && /(^|\.)DeclarativeBase(NoMeta)?$/.test(base.name ?? ''));
}
const isDecorated = (cls: ClassRef): boolean => cls.cls.decorators.some((decorator) => /^as_declarative(_base)?$/.test(decoratorName(decorator)));

/** Whether a class descends from a declarative base, in the repository or of a library. */
function isDeclarative(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('declarative', cls, () => lineage(flow, cls).some(isDecorated) || externalBases(flow, cls).some((base) => {
    if (knownBase(base)?.isWhole) return true;
    if (base.k === 'ext' || base.k === 'extobj') return isNamedAsBase(base);
    if (base.k === 'term') return /^(declarative_base|automap_base|generate_base|get_declarative_base)$/.test(nameOfCall(base));
    return base.k === 'any' || base.k === 'special';
  }), false);
}

const isNamedAsBase = (base: Value & { k: 'ext' | 'extobj' }): boolean =>
  /^(DeclarativeBase|DeclarativeBaseNoMeta|MappedAsDataclass|SQLModel|Model|AsyncAttrs|Base)$/.test(base.name?.split('.').at(-1) ?? '') &&
  !/^django/.test(base.module);

/**
 * Whether the base is one that a library has tables of its own with, as Flask-AppBuilder its users and roles.
 * https://flask-appbuilder.readthedocs.io/en/latest/quickhowto.html
 */
function isAmongOthers(flow: Flow, cls: ClassRef): boolean {
  return externalBases(flow, cls).some((base) => base.k === 'ext' && isNamedAsBase(base) && !isBare(base) && !base.module.startsWith('flask_sqlalchemy'));
}

/** Whether a class shows all its columns: no base of a library may bring some, none is added by a call or a decorator. */
function isWhole(flow: Flow, cls: ClassRef): boolean {
  return externalBases(flow, cls).every(isBare) && (cls.cls.decorators.length === 0 || isDecorated(cls));
}

/** A base that brings no columns, or none but those that are known. */
function isBare(base: Value): boolean {
  return (
    (base.k === 'ext' && /^(sqlalchemy|sqlmodel|builtins|typing|abc|enum)\b/.test(base.module)) ||
    knownBase(base)?.isWhole === true ||
    (base.k === 'term' && nameOfCall(base) === 'declarative_base')
  );
}

/** Whether a base or mixin that is not in sight may bring columns: one of another library, or one that does not resolve. */
function hasUnseenParts(flow: Flow, cls: ClassRef): boolean {
  // `db.Model` of Flask's extension and what a registry generates have none of their own.
  const isEmpty = (base: Value): boolean =>
    (base.k === 'any' && base.id?.endsWith('.Model') === true) ||
    (base.k === 'ext' && base.module.startsWith('flask_sqlalchemy')) ||
    (base.k === 'term' && nameOfCall(base) === 'generate_base');
  return externalBases(flow, cls).some((base) => !isBare(base) && !isEmpty(base));
}

function isFlaskModel(flow: Flow, cls: ClassRef): boolean {
  return lineage(flow, cls).some((each) => each.cls.bases.some((base) => base.value.k === 'attr' && base.value.name === 'Model' && base.value.of.k === 'name'));
}

function hasColumns(flow: Flow, cls: ClassRef): boolean {
  return lineage(flow, cls).some((each) =>
    [...ownMembers(flow, each).values()].some(
      (member) =>
        (member.k === 'field' && ((member.stmt.value?.k === 'call' && isColumnCall(member.stmt.value.fn)) || isMappedType(member.stmt.type))) ||
        (member.k === 'field' && member.stmt.target.k === 'name' && member.stmt.target.id === '__table__'),
    ),
  );
}
const isColumnCall = (fn: Expr): boolean => (COLUMN_CALLS as readonly string[]).includes(fn.k === 'attr' ? fn.name : fn.k === 'name' ? fn.id : '');
const isMappedType = (type: Expr | undefined): boolean =>
  type?.k === 'item' && /^(Mapped|WriteOnlyMapped|DynamicMapped)$/.test(type.of.k === 'name' ? type.of.id : type.of.k === 'attr' ? type.of.name : '');

function classDraft(flow: Flow, cls: ClassRef, mapped: ReadonlySet<string>): TableDraft | null {
  const own = ownMembers(flow, cls);
  const line = lineage(flow, cls);
  const parent = line.slice(1).find((base) => mapped.has(base.id)) ?? null;
  const isSqlModel = line.some((each) => each.cls.bases.some((base) => base.name === 'table'));
  const sources = (parent ? line.filter((each) => !lineage(flow, parent).includes(each)) : line);
  const columns = new Map<string, ColumnParts>();
  const relationships: RelationshipDraft[] = [];
  const composites: Composite[] = [];
  const args = noTableArgs();
  const synonyms = new Map(sources.flatMap((source) => synonymsIn(flow, source)));
  const sites = new Map<string, string>();
  for (const source of [...sources].reverse()) {
    for (const [name, member] of ownMembers(flow, source)) {
      if (name.startsWith('__')) continue;
      const composite = compositeOf(flow, cls, source, name, member);
      if (composite) { composites.push(composite); for (const part of composite.columns) columns.set(part.column.attribute, part); continue; }
      addMember(flow, cls, source, name, member, isSqlModel, columns, relationships, sites);
    }
  }
  for (const source of [...sourcesOfArgs(flow, sources)].reverse()) {
    const value = tableArgsOf(flow, cls, source);
    if (value) addTableArgs(flow, value, args, (site) => sites.get(site) ?? null);
  }
  const table = tableTerm(flow, own);
  const named = tableNameOf(flow, cls, line) ?? (table ? text(argument(table.args, 0)) : null);
  if (table) for (const part of tableColumns(flow, table)) columns.set(part.column.attribute, part);
  const place = { path: cls.module.path, at: cls.cls.at };
  const library = parent === null ? knownBaseOf(flow, cls) : null;
  for (const [attribute, part] of library ? libraryColumns(library, place) : []) if (!columns.has(attribute)) columns.set(attribute, part);
  if (columns.size === 0 && parent === null) return null;
  const parts = [...columns.values()];
  // With a computed name and a key of its own it is joined to its parent; `None` as its name says that it shares the parent's table.
  const hasTable = isNamed(own) || own.has('__table__') || parent === null || (namesEach(flow, line) && parts.some((part) => part.isPrimary));
  const mapper = mapperArgs(own);
  return {
    dialect: 'sqlalchemy',
    ...(isSqlModel ? { spelling: 'sqlmodel' as const } : {}),
    kind: 'model',
    tableKind: args.isView ? 'view' : 'table',
    name: named ?? library?.table ?? (isSqlModel ? cls.name.toLowerCase() : snake(cls.name)),
    schema: args.schema,
    partition: '',
    registry: registryOf(flow, line),
    model: cls.name,
    cls,
    site: null,
    base: !hasTable && parent ? parent : null,
    inherits: parent,
    place,
    extent: { path: cls.module.path, at: cls.cls.range },
    columns: parts.map((part) => roles(part.column, mapper)),
    keys: mergePrimary([...parts.flatMap((part) => part.keys), ...args.keys], place),
    indexes: [...parts.flatMap((part) => part.indexes), ...args.indexes],
    foreignKeys: [...parts.flatMap((part) => part.foreignKeys), ...args.foreignKeys],
    checks: [...parts.flatMap((part) => part.checks), ...args.checks],
    exclusions: args.exclusions,
    relationships,
    ...withComposites(composites, synonyms),
    comment: [docstring(cls), commentOf(cls.cls.note), args.comment].filter((part) => part).join('\n') || null,
    declaresRelationships: true,
    usesAttributeNames: true,
    isWhole: line.every((each) => isWhole(flow, each)),
    ...(hasUnseenParts(flow, cls) ? { hasUnseenParts: true } : {}),
    ...(isAmongOthers(flow, cls) ? { isAmongOthers: true } : {}),
    ...(args.hasUnread ? { hasUnreadIndexes: true } : {}),
  };
}

function addMember(
  flow: Flow,
  cls: ClassRef,
  source: ClassRef,
  name: string,
  member: Member,
  isSqlModel: boolean,
  columns: Map<string, ColumnParts>,
  relationships: RelationshipDraft[],
  sites: Map<string, string>,
): void {
  const inheritedFrom = source.id === cls.id ? null : source.name;
  const at = member.k === 'field' ? member.stmt.target.at : member.k === 'method' ? member.fn.fn.at : member.cls.cls.at;
  const place = { path: source.module.path, at };
  if (member.k === 'method') {
    if (
      !member.fn.fn.decorators.some(
        (decorator) =>
          decoratorName(decorator) === 'declared_attr' || (decorator.k === 'attr' && decorator.of.k === 'name' && decorator.of.id === 'declared_attr'),
      )
    )
      return;
    const value = flow.quiet(() => returnedBy(flow, member.fn, cls));
    const column = termNamed(value, ...COLUMN_CALLS);
    const annotation = member.fn.fn.returns ? withTypeMap(flow, cls, annotationOf(flow, member.fn.fn.returns, source.env)) : null;
    if (column)
      columns.set(
        name,
        columnParts(flow, {
          attribute: name,
          term: column,
          annotation: isMappedType(member.fn.fn.returns) ? annotation : null,
          stmt: null,
          place,
          inheritedFrom,
          owner: cls,
        }),
      );
    const relationship = termNamed(value, ...RELATIONSHIP_CALLS);
    if (relationship) {
      const draft = relationshipDraft(flow, name, relationship, annotation, place);
      if (draft) relationships.push(draft);
    }
    return;
  }
  if (member.k !== 'field') return;
  const { stmt } = member;
  const value: Value | null = stmt.value ? flow.peek(stmt.value!, source.env) : null;
  const isMappedField = isMappedType(stmt.type);
  const annotation = stmt.type && (isMappedField || isSqlModel) ? withTypeMap(flow, cls, annotationOf(flow, stmt.type, source.env)) : null;
  const relationship = value ? termNamed(value, ...RELATIONSHIP_CALLS) : null;
  if (relationship) {
    const draft = relationshipDraft(flow, name, relationship, annotation, place);
    if (draft) relationships.push(draft);
    return;
  }
  const deferred = value ? termNamed(value, 'deferred') : null;
  const inner = deferred ? argument(deferred.args, 0) : value;
  const term = inner ? termNamed(inner, ...COLUMN_CALLS) : null;
  const isPlain = isSqlModel && stmt.type !== undefined && !(stmt.type.k === 'item' && stmt.type.of.k === 'name' && stmt.type.of.id === 'ClassVar');
  if (!term && !(isMappedField && (value === null || value.k !== 'term')) && !isPlain) return;
  if (!term && value?.k === 'term' && !isPlain) return;
  const parts = columnParts(flow, { attribute: name, term, annotation, stmt, place, inheritedFrom, owner: cls });
  columns.set(name, parts);
  if (term) sites.set(`${term.place.path}:${spanStart(term.place.at)}`, parts.column.name);
}

/** `hull = synonym("_hull")`. https://docs.sqlalchemy.org/en/20/orm/mapped_attributes.html#synonyms */
function synonymsIn(flow: Flow, source: ClassRef): readonly (readonly [string, string])[] {
  return [...ownMembers(flow, source)].flatMap(([name, member]) => {
    const value = member.k === 'field' && member.stmt.value?.k === 'call' ? flow.peek(member.stmt.value!, source.env) : null;
    const term = value && termNamed(value, 'synonym');
    const attribute = text(term && argument(term.args, 0, 'name'));
    return attribute === null ? [] : [[name, attribute] as const];
  });
}

/** What a `declared_attr` returns. Its annotation tells of rows, not of the declaration, so that the return itself counts. */
function returnedBy(flow: Flow, fn: FnRef, cls: ClassRef): Value {
  const value = flow.callFn({ k: 'fn', fn, self: { k: 'class', cls } }, []);
  if (termNamed(value, ...COLUMN_CALLS, ...RELATIONSHIP_CALLS)) return value;
  const last = fn.fn.body[fn.fn.body.length - 1];
  const env = childEnv(fn.env.parent ?? fn.env, 'function', cls);
  const [self] = fn.fn.params;
  if (self?.target.k === 'name') env.vars.set(self.target.id, { k: 'class', cls });
  return last?.k === 'return' && last.value ? flow.expr(last.value, env) : value;
}

/**
 * The classes whose `__table_args__` count: of several the nearest one's, unless it says itself that it takes over those of others.
 * https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html#combining-table-mapper-arguments-from-multiple-mixins
 */
function sourcesOfArgs(flow: Flow, sources: readonly ClassRef[]): readonly ClassRef[] {
  const nearest = sources.find((source) => ownMembers(flow, source).has('__table_args__'));
  const member = nearest && ownMembers(flow, nearest).get('__table_args__');
  const written = member?.k === 'field' ? member.stmt.value : member?.k === 'method' ? member.fn.fn.body : undefined;
  return !nearest || JSON.stringify(written ?? null).includes('"__table_args__"') ? sources : [nearest];
}

function tableArgsOf(flow: Flow, cls: ClassRef, source: ClassRef): Value | null {
  const member = ownMembers(flow, source).get('__table_args__');
  if (member?.k === 'field' && member.stmt.value) return flow.peek(member.stmt.value!, source.env);
  return member?.k === 'method' ? flow.quiet(() => flow.callFn({ k: 'fn', fn: member.fn, self: { k: 'class', cls } }, [])) : null;
}

function mapperArgs(own: ReadonlyMap<string, Member>): { readonly on: string | null; readonly version: string | null } {
  const member = own.get('__mapper_args__');
  if (member?.k !== 'field' || member.stmt.value?.k !== 'dict') return { on: null, version: null };
  const named = (key: string): string | null => {
    const found = member.stmt.value!.k === 'dict' ? member.stmt.value!.entries.find((each) => each.key?.k === 'lit' && each.key.v === key)?.value : undefined;
    return found?.k === 'name' ? found.id : found?.k === 'lit' && typeof found.v === 'string' ? found.v : null;
  };
  return { on: named('polymorphic_on'), version: named('version_id_col') };
}

function roles(column: ColumnDraft, mapper: { readonly on: string | null; readonly version: string | null }): ColumnDraft {
  if (mapper.on !== null && (column.attribute === mapper.on || column.name === mapper.on)) return { ...column, role: 'discriminator' };
  return mapper.version === column.attribute ? { ...column, role: 'version' } : column;
}

function docstring(cls: ClassRef): string | null {
  const first = cls.cls.body[0];
  return first?.k === 'expr' && first.value.k === 'lit' && typeof first.value.v === 'string' ? first.value.v : null;
}
