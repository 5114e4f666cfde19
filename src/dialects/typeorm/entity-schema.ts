/** Entities that are declared as data: `new EntitySchema({ … })`. https://typeorm.io/docs/entity/separating-entity-definition */
import type { Call, Expr } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, entry, flag, isExternal, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { importsFrom, type Env, type ModuleRef } from '../../flow/program.js';
import { membersOf, type DictValue, type Term, type Value } from '../../flow/value.js';
import { sqlConstant, type ColumnDraft, type KeyDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { ProgramView } from '../dialect.js';
import { noConstraints, type ColumnParts, type Entity, type Relation, type RelationKind } from '../shared/entities.js';
import { enumType, namedType, nativeType } from '../shared/script-types.js';
import { targetOf } from '../shared/targets.js';
import { addSchemaForeignKeys } from './foreign-keys.js';
import type { Naming } from './naming.js';
import { actionOf, joinColumn, joinTableFrom } from './relations.js';

export function schemaEntities(program: ProgramView, naming: Naming): readonly Entity[] {
  const entities: Entity[] = [];
  for (const module of program.modules) {
    if (module.language !== 'typescript' || !importsSchema(module)) continue;
    for (const bindings of module.bindings.values()) for (const binding of bindings) {
      if (binding.k !== 'set' || binding.stmt.value?.k !== 'call') continue;
      const term = schemaTerm(program.flow, binding.stmt.value, module.env);
      const entity = term ? entityOf(program.flow, term, binding.stmt.value, module.env, naming) : null;
      if (entity) entities.push(entity);
    }
  }
  return entities;
}

function importsSchema(module: ModuleRef): boolean {
  return importsFrom(module, (library, name) => library === 'typeorm' && (name === 'EntitySchema' || name === '*'));
}

function schemaTerm(flow: Flow, expr: Expr, env: Parameters<Flow['expr']>[1]): Term | null {
  const value = flow.peek(expr, env);
  return value.k === 'term' && isExternal(value.callee, 'typeorm', 'EntitySchema') ? value : null;
}

function entityOf(flow: Flow, term: Term, { types }: Call, env: Env, naming: Naming): Entity | null {
  const options = argument(term.args, 0);
  const name = text(entry(options, 'name'));
  if (options?.k !== 'dict' || name === null) return null;
  const target = entry(options, 'target');
  // `new EntitySchema<Device>({ … })`: rows are called so where they have no class.
  const shape = target === null && types?.[0] ? flow.quiet(() => flow.type(types[0]!, env)) : null;
  const cls = target?.k === 'class' ? target.cls : shape?.k === 'object' ? shape.cls : null;
  const columns = dictOf(entry(options, 'columns'));
  const relations = dictOf(entry(options, 'relations'));
  const placeIn = (dict: DictValue | null, key: string): Place => dict?.places?.get(key) ?? term.place;
  return {
    cls,
    site: `${term.place.path}:${spanStart(term.place.at)}`,
    model: target?.k === 'class' ? target.cls.name : name,
    base: null,
    name: naming.table(name, text(entry(options, 'tableName'))),
    schema: text(entry(options, 'schema')),
    kind: 'table',
    place: term.place,
    extent: term.place,
    relationIds: new Map(),
    comment: text(entry(options, 'comment')),
    hasUnseenParts: columns === null || columns.rest !== null,
    columns: [...(columns?.entries ?? [])].flatMap(([property, value]) =>
      value.k === 'dict' ? [columnOf(flow, property, value, placeIn(columns, property), naming)] : [],
    ),
    relations: [...(relations?.entries ?? [])].flatMap(([property, value]) => {
      const relation = value.k === 'dict' ? relationOf(flow, property, value, placeIn(relations, property)) : null;
      return relation ? [relation] : [];
    }),
    constraints: (named) => {
      const made = noConstraints();
      for (const each of listOf(entry(options, 'indices'))) {
        const parts = listOf(entry(each, 'columns'))
          .map(text)
          .filter((part) => part !== null)
          .flatMap(named);
        if (parts.length)
          made.indexes.push({
            name: text(entry(each, 'name')),
            parts: parts.map((column) => ({ column })),
            unique: flag(entry(each, 'unique')) === true,
            predicate: text(entry(each, 'where')),
            place: term.place,
          });
      }
      for (const each of listOf(entry(options, 'uniques'))) {
        const parts = listOf(entry(each, 'columns'))
          .map(text)
          .filter((part) => part !== null)
          .flatMap(named);
        if (parts.length) made.keys.push({ k: 'unique', name: text(entry(each, 'name')), columns: parts, place: term.place });
      }
      addSchemaForeignKeys(flow, entry(options, 'foreignKeys'), term.place, named, made);
      return made;
    },
  };
}

const dictOf = (value: Value | null): DictValue | null => (value?.k === 'dict' ? value : null);
const listOf = (value: Value | null): readonly Value[] => (value?.k === 'list' ? value.items : []);

function columnOf(flow: Flow, property: string, options: DictValue, place: Place, naming: Naming): ColumnParts {
  const name = naming.column(property, text(entry(options, 'name')), []);
  const isPrimary = flag(entry(options, 'primary')) === true;
  const generated = entry(options, 'generated');
  const written = entry(options, 'type');
  const values = enumType(flow, entry(options, 'enum'), `${name}_enum`);
  const type = values ?? (text(written) ? namedType(text(written)!) : nativeType(written, 'timestamp without time zone') ?? { name: 'unknown' });
  const given = entry(options, 'default');
  const keys: KeyDraft[] = [];
  if (isPrimary) keys.push({ k: 'primary', name: null, columns: [name], place });
  if (flag(entry(options, 'unique')) === true) keys.push({ k: 'unique', name: null, columns: [name], place });
  const role: ColumnDraft['role'] = flag(entry(options, 'createDate'))
    ? 'created-at'
    : flag(entry(options, 'updateDate'))
      ? 'updated-at'
      : flag(entry(options, 'deleteDate'))
        ? 'soft-delete'
        : flag(entry(options, 'version'))
          ? 'version'
          : null;
  return {
    column: {
      name,
      attribute: property,
      type,
      nullable: !isPrimary && (flag(entry(options, 'nullable')) ?? role === 'soft-delete'),
      nullableIsExplicit: entry(options, 'nullable') !== null,
      role,
      databaseDefault: given
        ? (sqlConstant(given) ?? 'default')
        : role === 'created-at' || role === 'updated-at'
          ? 'now()'
          : text(generated) === 'uuid'
            ? 'uuid_generate_v4()'
            : null,
      onUpdate: role === 'updated-at' ? 'orm' : null,
      isIdentity: flag(generated) === true || text(generated) === 'increment',
      choices: values?.values ?? null,
      place,
    },
    keys,
  };
}

const KINDS: Readonly<Record<string, RelationKind>> = {
  'many-to-one': 'ManyToOne',
  'one-to-many': 'OneToMany',
  'one-to-one': 'OneToOne',
  'many-to-many': 'ManyToMany',
};

function relationOf(flow: Flow, property: string, options: DictValue, place: Place): Relation | null {
  const kind = KINDS[text(entry(options, 'type')) ?? ''];
  const target = targetOf(flow, entry(options, 'target'));
  if (!kind || !target) return null;
  const join = entry(options, 'joinColumn');
  const table = entry(options, 'joinTable');
  const joins = (join?.k === 'list' ? join.items : join ? [join] : []).flatMap(membersOf).map(joinColumn).filter((each) => each !== null);
  const isPrimary = flag(entry(options, 'primary')) === true;
  return {
    property,
    kind,
    target,
    inverse: text(entry(options, 'inverseSide')),
    place,
    inheritedFrom: null,
    owns: kind === 'ManyToOne' || (kind === 'OneToOne' && join !== null),
    joinColumns: joins,
    joinTable: kind === 'ManyToMany' && table ? joinTableFrom(table, place) : null,
    nullable: !isPrimary && flag(entry(options, 'nullable')) !== false,
    nullableIsExplicit: entry(options, 'nullable') !== null,
    isPrimary,
    onDelete: actionOf(entry(options, 'onDelete')),
    isEnforced: flag(entry(options, 'createForeignKeyConstraints')) !== false,
    cascadesDelete: false,
  };
}
