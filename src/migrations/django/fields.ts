/** One field of a migration → its column with keys and indexes, or the table between two models. */
import type { Apps } from '../../dialects/django/apps.js';
import { columnOf } from '../../dialects/django/columns.js';
import { fieldCall, fieldOfValue, type MadeField } from '../../dialects/django/fields.js';
import { qualified } from '../../dialects/django/names.js';
import { isTrue } from '../../dialects/django/types.js';
import type { Expr, Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, DdlOp, IndexDef } from '../../facts/ddl.js';
import { makeSpan } from '../../facts/span.js';
import { argument, flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import { columnDef } from '../steps/declared.js';
import { keyOf, type FieldState, type ModelState, type Models } from './state.js';

export interface FieldContext { readonly flow: Flow; readonly apps: Apps; readonly models: Models; readonly owner: ClassRef; readonly label: string }

/** What a field is in the database. `tables`: the operations that make the table between two models. */
export interface ReadField {
  readonly state: FieldState;
  readonly column: ColumnDef | null;
  readonly constraints: readonly ConstraintDef[];
  readonly indexes: readonly IndexDef[];
  readonly isPrimary: boolean;
  readonly tables: readonly DdlOp[];
}

const NOTHING: FieldState = { kind: 'none', column: null, between: null, isUnique: false, isIndexed: false, hasForeignKey: false };

/** A field as it is given: its value, and as it is written, which tells the arguments of a field class of the repository. */
export interface GivenField { readonly value: Value; readonly expr: Expr | null }

/** Reads a field; null when it cannot be told what it is. */
export function readField(context: FieldContext, model: ModelState, name: string, { value, expr }: GivenField): ReadField | null {
  const made = (expr?.k === 'call' ? fieldCall(context.flow, expr, context.owner.env) : null) ?? fieldOfValue(context.flow, value);
  const at: Span = expr?.at ?? (value.k === 'term' ? value.place.at : makeSpan(0, 1));
  // Of a class that is picked at run time (`import_string(settings.DEFAULT_AUTO_FIELD)`): a key is one of any type.
  if (!made && value.k === 'term' && isTrue(value.args, 'primary_key'))
    return parts({ ...NOTHING, kind: 'column', column: name }, { name, type: null, nullable: false, identity: true, at }, true, null, at);
  if (!made)
    return value.k === 'object' || (value.k === 'term' && value.callee.k === 'ext')
      ? { state: NOTHING, column: null, constraints: [], indexes: [], isPrimary: false, tables: [] }
      : null;
  if (made.kind === 'many') return manyToMany(context, model, name, made, at);
  if (made.kind === 'foreign' || made.kind === 'one') return foreignKey(context, model, name, made, at);
  if (made.kind !== 'column') return { state: NOTHING, column: null, constraints: [], indexes: [], isPrimary: false, tables: [] };
  const draft = columnOf(context.flow, { name, ...made, owner: context.owner, place: { path: context.owner.module.path, at }, comment: null }, null);
  const isPrimary = isTrue(made.args, 'primary_key');
  const isUnique = isTrue(made.args, 'unique') && !isPrimary;
  const wanted = flag(argument(made.args, -1, 'db_index'));
  const isIndexed = !isPrimary && !isUnique && (wanted === true || (made.className === 'SlugField' && wanted === null));
  return parts({ kind: 'column', column: draft.name, between: null, isUnique, isIndexed, hasForeignKey: false }, columnDef(draft, at), isPrimary, null, at);
}

function parts(state: FieldState, column: ColumnDef, isPrimary: boolean, foreign: ConstraintDef | null, at: Span): ReadField {
  const columns = [column.name];
  return {
    state, column, isPrimary, tables: [], constraints: [...(state.isUnique ? [{ k: 'unique' as const, columns, at }] : []), ...(foreign ? [foreign] : [])],
    indexes: state.isIndexed ? [indexOn(column.name, state.kind === 'foreign', at)] : [],
  };
}

const indexOn = (column: string, isImplicit: boolean, at: Span): IndexDef => ({
  parts: [{ column }],
  unique: false,
  method: 'btree',
  ...(isImplicit ? { isImplicit: true } : {}),
  at,
});

function foreignKey(context: FieldContext, model: ModelState, name: string, { args, kind }: MadeField, at: Span): ReadField {
  const column = text(argument(args, -1, 'db_column')) ?? `${name}_id`;
  const target = targetOf(context, argument(args, 0, 'to'), model);
  const isPrimary = isTrue(args, 'primary_key');
  const isUnique = (kind === 'one' || isTrue(args, 'unique')) && !isPrimary;
  const isIndexed = !isPrimary && !isUnique && flag(argument(args, -1, 'db_index')) !== false;
  // What a library's model is stored in is not told here.
  const isEnforced = target !== null && flag(argument(args, -1, 'db_constraint')) !== false;
  const field = text(argument(args, -1, 'to_field'));
  const refColumns = target ? [field === null ? target.key : target.fields.get(field)?.column ?? field] : [];
  const foreign: ConstraintDef | null = isEnforced ? { k: 'foreign', columns: [column], table: target.table, refColumns, at } : null;
  return parts(
    { kind: 'foreign', column, between: null, isUnique, isIndexed, hasForeignKey: isEnforced },
    { name: column, type: null, nullable: !isPrimary && isTrue(args, 'null'), at },
    isPrimary,
    foreign,
    at,
  );
}

/** https://docs.djangoproject.com/en/5.0/ref/models/fields/#manytomanyfield */
function manyToMany(context: FieldContext, model: ModelState, name: string, { args }: MadeField, at: Span): ReadField {
  const nothing = { column: null, constraints: [], indexes: [], isPrimary: false };
  const through = argument(args, -1, 'through');
  if (through && !(through.k === 'const' && through.v === null)) return { ...nothing, state: { ...NOTHING, kind: 'many' }, tables: [] };
  const written = argument(args, 0, 'to');
  const target = targetOf(context, written, model);
  const between = text(argument(args, -1, 'db_table')) ?? `${model.table.name}_${name}`;
  const plain = model.name.toLowerCase();
  const other = (target?.name ?? nameOf(context, written)).toLowerCase();
  const isSelf = target === model || plain === other;
  const columns = isSelf ? [`from_${plain}_id`, `to_${plain}_id`] : [`${plain}_id`, `${other}_id`];
  const column = (each: string): ColumnDef => ({ name: each, type: null, nullable: false, at });
  const foreign = (each: string, to: ModelState | null): ConstraintDef[] =>
    to ? [{ k: 'foreign', columns: [each], table: to.table, refColumns: [to.key], at }] : [];
  const table: DdlOp = {
    k: 'create-table' as const,
    table: { name: between },
    columns: [{ name: 'id', type: null, nullable: false, identity: true, at }, ...columns.map(column)],
    at,
    constraints: [{ k: 'primary', columns: ['id'], at }, { k: 'unique', columns, at }, ...foreign(columns[0]!, model), ...foreign(columns[1]!, target)],
  };
  const indexes = columns.map((each): DdlOp => ({ k: 'create-index', table: { name: between }, index: indexOn(each, true, at), at }));
  return { ...nothing, state: { ...NOTHING, kind: 'many', between, far: columns[1]! }, tables: [table, ...indexes] };
}

/** The model that a relation points at, where migrations of this repository make it. */
function targetOf(context: FieldContext, value: Value | null, self: ModelState): ModelState | null {
  const written = dotted(context, value);
  if (written === null) return null;
  if (written === 'self') return self;
  return context.models.get(written.includes('.') ? written.toLowerCase() : keyOf(context.label, written)) ?? null;
}

function dotted(context: FieldContext, value: Value | null): string | null {
  return qualified(value)?.endsWith('AUTH_USER_MODEL') ? context.apps.userModel : text(value);
}

const nameOf = (context: FieldContext, value: Value | null): string => (dotted(context, value) ?? '').split('.').pop()!;
