/** Columns of entities. https://typeorm.io/docs/entity/entities */
import type { SetStmt } from '../../facts/code.js';
import type { TypeRef } from '../../facts/ddl.js';
import { entry, flag, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Value } from '../../flow/value.js';
import { sqlConstant, type ColumnDraft, type KeyDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { Decoration } from '../shared/decorations.js';
import type { ColumnParts } from '../shared/entities.js';
import { annotatedType, enumType, namedType, nativeType, tellsNoNull, writtenChoices } from '../shared/script-types.js';
import { commentOf } from '../shared/targets.js';

export const COLUMN_DECORATORS = new Set([
  'Column', 'PrimaryColumn', 'PrimaryGeneratedColumn', 'CreateDateColumn', 'UpdateDateColumn', 'DeleteDateColumn', 'VersionColumn', 'ObjectIdColumn',
  'Generated', 'ViewColumn', 'VirtualColumn',
]);

/** TypeORM maps `Date` to the driver's `timestamp`. https://github.com/typeorm/typeorm/blob/master/src/driver/postgres/PostgresDriver.ts */
const DATES = 'timestamp without time zone';

export interface ColumnInput {
  readonly attribute: string; readonly name: (given: string | null) => string; readonly stmt: SetStmt | null; readonly env: Env;
  readonly decorations: readonly Decoration[]; readonly place: Place; readonly inheritedFrom: string | null;
}

/** One column with the keys that its own decorators make; null when the property is none. */
export function columnParts(flow: Flow, input: ColumnInput): ColumnParts | null {
  const main = input.decorations.find((each) => COLUMN_DECORATORS.has(each.name) && each.name !== 'Generated');
  if (!main || main.name === 'VirtualColumn') return null;
  const options = optionsOf(main);
  const option = (name: string): Value | null => options.map((value) => entry(value, name)).find((value) => value !== null) ?? null;
  const isPrimary =
    main.name === 'PrimaryColumn' || main.name === 'PrimaryGeneratedColumn' || main.name === 'ObjectIdColumn' || flag(option('primary')) === true;
  const generation =
    main.name === 'PrimaryGeneratedColumn' ? (text(positional(main.args)[0]?.value) ?? 'increment') : generatedBy(input.decorations, option('generated'));
  const written = annotatedType(flow, input.stmt?.type, input.env, DATES);
  const name = input.name(text(option('name')));
  const type = typeOf(flow, main, option, written.type, generation, name);
  const kind = KINDS[main.name];
  const nullable = isPrimary ? false : flag(option('nullable')) ?? (main.name === 'DeleteDateColumn');
  const keys: KeyDraft[] = [];
  if (isPrimary) keys.push({ k: 'primary', name: null, columns: [name], place: input.place });
  if (flag(option('unique')) === true) keys.push({ k: 'unique', name: null, columns: [name], place: input.place });
  const column: ColumnDraft = {
    name,
    attribute: input.attribute,
    type,
    nullable,
    nullableIsExplicit: flag(option('nullable')) !== null || (areRead(main) && tellsNoNull(input.stmt, written)),
    databaseDefault:
      defaultOf(flow, option('default')) ??
      (main.name === 'CreateDateColumn' || main.name === 'UpdateDateColumn' ? 'now()' : generation === 'uuid' ? 'uuid_generate_v4()' : null),
    hasClientDefault: input.stmt?.value !== undefined,
    onUpdate: main.name === 'UpdateDateColumn' ? 'orm' : option('onUpdate') ? 'orm' : null,
    isGenerated: option('asExpression') !== null,
    generated: text(option('asExpression')),
    isVirtual: text(option('generatedType')) === 'VIRTUAL',
    isIdentity: generation === 'increment' || generation === 'identity' || generation === 'rowid',
    role: kind ?? null,
    comment: [commentOf(input.stmt?.note), text(option('comment'))].filter((part) => part).join('\n') || null,
    inheritedFrom: input.inheritedFrom,
    choices: type.values ?? (option('transformer') === null ? writtenChoices(flow, type, input.stmt?.type, input.env) : null),
    place: input.place,
  };
  return { column, keys };
}

/** Whether all that a column's decorator is given can be read: then what it leaves out has TypeORM's default. */
function areRead(main: Decoration): boolean {
  return main.args.list.every(
    ({ value, spread }, index) =>
      spread === null &&
      membersOf(value).every((member) =>
        member.k === 'dict' ? member.rest === null : index === 0 && (member.k === 'const' || (member.k === 'ext' && member.module === 'builtins')),
      ),
  );
}

const KINDS: Readonly<Record<string, ColumnDraft['role']>> = {
  CreateDateColumn: 'created-at',
  UpdateDateColumn: 'updated-at',
  DeleteDateColumn: 'soft-delete',
  VersionColumn: 'version',
};

/** The options of a decorator, given first or after the type. */
export function optionsOf(decoration: Decoration): readonly Value[] {
  return positional(decoration.args).flatMap((arg) => membersOf(arg.value)).filter((value) => value.k === 'dict');
}

function generatedBy(decorations: readonly Decoration[], option: Value | null): string | null {
  const decoration = decorations.find((each) => each.name === 'Generated');
  if (decoration) return text(positional(decoration.args)[0]?.value) ?? 'increment';
  return text(option) ?? (flag(option) === true ? 'increment' : null);
}

function typeOf(
  flow: Flow,
  main: Decoration,
  option: (name: string) => Value | null,
  annotated: TypeRef | null,
  generation: string | null,
  column: string,
): TypeRef {
  const first = positional(main.args)[0]?.value ?? null;
  const given = main.name === 'PrimaryGeneratedColumn' ? option('type') : first && first.k !== 'dict' ? first : option('type');
  const enumName = text(option('enumName'));
  const written = enumType(flow, option('enum'), `${column}_enum`);
  const values = written && enumName ? { ...written, name: enumName, enumName } : written;
  const name = text(given);
  const isArray = flag(option('array')) === true;
  const shape = (type: TypeRef): TypeRef =>
    isArray && !type.array ? { ...type, array: 1 } : isArray ? type : type.array && name === null ? { name: 'text' } : type;
  if (values && (name === null || name === 'enum')) return shape(name === 'enum' ? values : { name: 'character varying', values: values.values ?? [] });
  if (name !== null) return shape(sized(namedType(name), option));
  const native = nativeType(given, DATES);
  if (native) return shape(native);
  // What is given and cannot be told is not what the annotation says: a decorator may choose the type by the database at hand. A boolean is one in all of them.
  if (given !== null && !(given.k === 'const' && given.v === null)) return shape(annotated?.name === 'boolean' ? annotated : { name: 'unknown' });
  if (generation === 'uuid') return { name: 'uuid' };
  if (main.name === 'PrimaryGeneratedColumn' || main.name === 'VersionColumn') return { name: 'integer' };
  if (KINDS[main.name]) return { name: DATES };
  return shape(annotated?.enumName ? { name: 'character varying' } : annotated ? sized(annotated, option) : { name: 'unknown' });
}

function sized(type: TypeRef, option: (name: string) => Value | null): TypeRef {
  const numbers = ['length', 'precision', 'scale']
    .map(option)
    .flatMap((value) => (value?.k === 'const' && value.v !== null && Number.isFinite(Number(value.v)) ? [Number(value.v)] : []));
  return type.args || numbers.length === 0 || /timestamp/.test(type.name) ? type : { ...type, args: numbers };
}

/** `default: 'x'` is a literal, `default: () => 'now()'` is SQL; null is no default. */
function defaultOf(flow: Flow, value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  if (value.k === 'fn') return text(flow.quiet(() => flow.callFn(value, []))) ?? 'default';
  return sqlConstant(value) ?? 'default';
}
