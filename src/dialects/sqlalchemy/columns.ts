/** Columns as SQLAlchemy and SQLModel declare them, with the keys, indexes and foreign keys written on the column itself. */
import type { SetStmt } from '../../facts/code.js';
import type { ReferentialAction, TypeRef } from '../../facts/ddl.js';
import { spanStart } from '../../facts/span.js';
import { argument, argumentOf, entry, flag, isExternal, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type Term, type Value } from '../../flow/value.js';
import {
  UNTOLD, sqlConstant, type ColumnDraft, type ForeignKeyDraft, type IndexDraft, type KeyDraft, type TableDraft, type TableTarget,
} from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { commentOf, nameOfCall } from './terms.js';
import { checkOf, typeOf, type Annotation } from './types.js';

export const COLUMN_CALLS = ['Column', 'mapped_column', 'Field', 'SQLColumn'] as const;

export interface ColumnParts {
  readonly column: ColumnDraft;
  readonly keys: readonly KeyDraft[];
  readonly indexes: readonly IndexDraft[];
  readonly foreignKeys: readonly ForeignKeyDraft[];
  readonly checks: TableDraft['checks'];
  readonly isPrimary: boolean;
}

export interface ColumnInput {
  readonly attribute: string; readonly term: Term | null; readonly annotation: Annotation | null; readonly stmt: SetStmt | null;
  readonly place: Place; readonly inheritedFrom: string | null; readonly owner: ClassRef | null;
}

/** One column with what its declaration adds to the table. */
export function columnParts(flow: Flow, input: ColumnInput): ColumnParts {
  const terms = [...(input.term ? [input.term] : []), ...(input.annotation?.terms ?? [])];
  // `sa_column=Column(…)` of SQLModel replaces everything else.
  const nested = terms.map((term) => argument(term.args, -1, 'sa_column')).find((value) => value?.k === 'term');
  if (nested?.k === 'term') return choosing(columnParts(flow, { ...input, term: nested, annotation: null }), input.annotation);
  // What SQLModel has no option for goes into `sa_column_kwargs`. https://sqlmodel.tiangolo.com/advanced/
  const passedOn = terms.map((term) => argument(term.args, -1, 'sa_column_kwargs')).find((value) => value !== null) ?? null;
  const option = (name: string): Value | null => terms.map((term) => argument(term.args, -1, name)).find((value) => value !== null) ?? entry(passedOn, name);
  const given = terms.flatMap((term) => positional(term.args).map((arg) => arg.value));
  const name = text(option('name')) ?? (terms[0] && nameOfCall(terms[0]) !== 'Field' ? text(given[0]) : null) ?? input.attribute;
  const { place } = input;
  const isPrimary = flag(option('primary_key')) === true;
  const keyTerms = given.flatMap((value) => membersOf(value)).filter((value): value is Term => value.k === 'term');
  const foreign = keyTerms.find((term) => nameOfCall(term) === 'ForeignKey');
  const foreignText = text(option('foreign_key'));
  const written = text(option('sa_type')) === null ? option('type_') ?? option('sa_type') : null;
  // A foreign key without a type of its own takes that of its target, whatever the annotation says.
  const type =
    (written ? typeOf(flow, written) : null) ??
    given.map((value) => (value === foreign ? null : typeOf(flow, value))).find((each) => each !== null) ??
    (foreign ? null : input.annotation?.type) ??
    null;
  const isField = terms.some((term) => nameOfCall(term) === 'Field') || (terms.length === 0 && input.annotation !== null);
  const explicit = flag(option('nullable'));
  const nullable = isPrimary ? false : explicit ?? (input.annotation ? input.annotation.optional : !isField);
  const isInteger = type === null || /int/.test(type.name);
  const columns = [name];
  const keys: KeyDraft[] = [];
  const indexes: IndexDraft[] = [];
  if (isPrimary) keys.push({ k: 'primary', name: null, columns, place });
  if (flag(option('unique')) === true) keys.push({ k: 'unique', name: null, columns, place });
  else if (flag(option('index')) === true) indexes.push({ name: null, parts: [{ column: name }], unique: false, place });
  const foreignKeys = foreign
    ? [foreignKeyOf(flow, foreign, columns, place)]
    : foreignText
      ? [{ name: null, columns, ...targetOfText(foreignText), onDelete: actionOf(option('ondelete')), place }]
      : [];
  const computed = keyTerms.find((term) => nameOfCall(term) === 'Computed');
  const column: ColumnDraft = {
    name,
    attribute: input.attribute,
    type: withLength(type, option('max_length')) ?? (foreignKeys.length ? null : { name: 'unknown' }),
    nullable,
    nullableIsExplicit: explicit !== null || input.annotation !== null,
    databaseDefault: defaultText(option('server_default')),
    hasClientDefault: ['default', 'default_factory', 'insert_default'].some((key) => {
      const value = option(key);
      return value !== null && !(value.k === 'const' && value.v === null) && !isExternal(value, 'builtins', 'Ellipsis');
    }),
    onUpdate: option('onupdate') || option('server_onupdate') ? 'orm' : null,
    isGenerated: computed !== undefined,
    ...(computed ? { generated: sqlOf(argument(computed.args, 0, 'sqltext')), isVirtual: flag(argument(computed.args, 1, 'persisted')) === false } : {}),
    isIdentity:
      keyTerms.some((term) => nameOfCall(term) === 'Identity' || nameOfCall(term) === 'Sequence') ||
      (isPrimary && isInteger && !foreign && !foreignText && flag(option('autoincrement')) !== false),
    role: roleOf(input.attribute),
    comment: [commentOf(input.stmt?.note), text(option('comment')), text(option('doc')), text(option('description'))].filter((part) => part).join('\n') || null,
    inheritedFrom: input.inheritedFrom,
    place,
  };
  const typed = [...keyTerms, ...(written?.k === 'term' ? [written] : [])];
  const checks = typed.flatMap((term) => {
    const check = checkOf(flow, term);
    return check
      ? [{ name: check.name, expression: `${name} IN (${check.values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`, columns, place }]
      : [];
  });
  return choosing({ column, keys, indexes, foreignKeys, checks, isPrimary }, input.annotation);
}

/** A column of text whose annotation is an enumeration of texts (`Mapped[Stage] = mapped_column(String(20))`) is one of these. */
function choosing(parts: ColumnParts, annotation: Annotation | null): ColumnParts {
  const { type } = parts.column;
  return annotation?.choices && !type?.values && !type?.array && /^(character varying|text)$/.test(type?.name ?? '')
    ? { ...parts, column: { ...parts.column, choices: annotation.choices } }
    : parts;
}

/** SQL given as a string or as `text('…')`. */
const sqlOf = (value: Value | null): string | null => text(value?.k === 'term' && nameOfCall(value) === 'text' ? argument(value.args, 0) : value);

/** SQLModel's `max_length` of a text is the length of its column. */
function withLength(type: TypeRef | null, length: Value | null): TypeRef | null {
  return type?.name === 'character varying' && !type.args && length?.k === 'const' && typeof length.v === 'number' ? { ...type, args: [length.v] } : type;
}

/** Names that ORMs and their users give to the columns that note when a row was made, changed or hidden. */
export function roleOf(attribute: string): ColumnDraft['role'] {
  if (/^(created|inserted)_?(at|on|time|date)?$|^(date|time)_?created$|^createdAt$|^created_date$/.test(attribute)) return 'created-at';
  if (
    /^(updated|modified|changed)_?(at|on|time|date)$|^(date|time)_?(updated|modified)$|^updatedAt$|^modifiedAt$|^last_(updated|modified)(_at)?$/.test(attribute)
  )
    return 'updated-at';
  return /^(deleted|removed|archived)_?at$|^deletedAt$|^date_deleted$/.test(attribute) ? 'soft-delete' : null;
}

/** A server default as SQL text; null where there is none. */
export function defaultText(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  // A plain string is a literal, `text(…)` is SQL. https://docs.sqlalchemy.org/en/20/core/defaults.html#server-side-defaults
  if (value.k === 'const') return sqlConstant(value);
  if (value.k === 'term' && nameOfCall(value) === 'DefaultClause') return defaultText(argument(value.args, 0));
  // `true()` and `false()` are constants of SQL and no functions of it.
  if (value.k === 'term' && /^(true|false)$/.test(nameOfCall(value))) return nameOfCall(value);
  if (value.k === 'term') return text(argument(value.args, 0)) ?? `${nameOfCall(value)}()`;
  if (value.k === 'special' && value.tag === 'function') return `${String(value.data['name'])}()`;
  return 'default';
}

/** `ForeignKey("t.c")`, `ForeignKey(T.c)`; SQLAlchemy's `use_alter` and names do not matter. */
export function foreignKeyOf(flow: Flow, term: Term, columns: readonly string[], place: Place): ForeignKeyDraft {
  const given = argumentOf(term.args, 0, 'column');
  const named = text(given?.value ?? null);
  const target =
    named !== null
      ? targetOfText(named)
      : given?.expr.k === 'attr'
        ? targetOfExpr(flow, given.expr.of, given.expr.name, term)
        : { target: { k: 'model', name: UNTOLD } as TableTarget, targetColumns: [] };
  return { name: text(argument(term.args, -1, 'name')), columns, ...target, onDelete: actionOf(argument(term.args, -1, 'ondelete')), place };
}

function targetOfExpr(
  flow: Flow,
  of: import('../../facts/code.js').Expr,
  column: string,
  term: Term,
): { target: TableTarget; targetColumns: readonly string[] } {
  const expr = of.k === 'attr' && of.name === 'c' ? of.of : of;
  const value = flow.peek(expr, term.env);
  if (value.k === 'class') return { target: { k: 'class', cls: value.cls }, targetColumns: [column] };
  if (value.k === 'term') return { target: { k: 'site', site: `${value.place.path}:${spanStart(value.place.at)}` }, targetColumns: [column] };
  return { target: { k: 'model', name: expr.k === 'name' ? expr.id : expr.k === 'attr' ? expr.name : UNTOLD }, targetColumns: [column] };
}

/** `table.column`, `schema.table.column`. */
export function targetOfText(named: string): { readonly target: TableTarget; readonly targetColumns: readonly string[] } {
  const parts = named.split('.');
  if (parts.length === 1) return { target: { k: 'table', name: parts[0]! }, targetColumns: [] };
  const [column, table, schema] = [parts.at(-1)!, parts.at(-2)!, parts.at(-3)];
  return { target: { k: 'table', name: table, ...(schema ? { schema } : {}) }, targetColumns: [column] };
}

export function actionOf(value: Value | null): ReferentialAction | null {
  const action = text(value)?.toLowerCase();
  return action === 'cascade' || action === 'set null' || action === 'restrict' || action === 'set default' || action === 'no action' ? action : null;
}
