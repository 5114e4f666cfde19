/** Fields that a model class declares: which class of Django stands behind each, with its evaluated arguments. */
import type { Call, Expr } from '../../facts/code.js';
import type { TypeRef } from '../../facts/ddl.js';
import { walk } from '../../facts/walk.js';
import { text } from '../../flow/arguments.js';
import { externalBases, findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Args, type ClassRef, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { isModelsName, qualified, shortName } from './names.js';
import { isFieldName, typeOfField } from './types.js';

export type FieldKind = 'column' | 'foreign' | 'one' | 'many' | 'generic' | 'generic-relation' | 'key';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Django's class, or the library's where it is none of Django's. */
  readonly className: string;
  /** Null when the class of the field is not known to us. */
  readonly type: TypeRef | null;
  readonly args: Args;
  /** Its class gives the column a value when the row is saved: https://docs.djangoproject.com/en/5.0/ref/models/fields/#django.db.models.Field.pre_save */
  readonly fillsItself?: true;
  readonly owner: ClassRef;
  readonly place: Place;
  readonly comment: string | null;
}

/** The fields that a class itself declares; a name set to None takes an inherited field away. */
export interface OwnFields { readonly fields: readonly Field[]; readonly removed: ReadonlySet<string> }

export function ownFields(flow: Flow, cls: ClassRef): OwnFields {
  return flow.memo('django-fields', cls, () => flow.quiet(() => {
    const fields: Field[] = [];
    const removed = new Set<string>();
    for (const [name, member] of ownMembers(flow, cls)) {
      if (member.k !== 'field' || !member.stmt.value) continue;
      if (member.stmt.value.k === 'lit' && member.stmt.value.v === null) { removed.add(name); continue; }
      const made = fieldCall(flow, member.stmt.value, cls.env);
      if (!made) continue;
      const note = member.stmt.note;
      fields.push({
        name,
        ...made,
        owner: cls,
        place: { path: cls.module.path, at: member.stmt.target.at },
        comment: note ? [note.lead, note.trail].filter(Boolean).join('\n') || null : null,
      });
    }
    return { fields, removed };
  }), { fields: [], removed: new Set() });
}

export interface MadeField {
  readonly kind: FieldKind;
  readonly className: string;
  readonly type: TypeRef | null;
  readonly args: Args;
  readonly fillsItself?: true;
}

/** The field that an expression makes; null when it makes none. */
export function fieldCall(flow: Flow, expr: Expr, env: Env): MadeField | null {
  if (expr.k !== 'call') return fieldOfValue(flow, flow.expr(expr, env));
  const callee = flow.expr(expr.fn, env);
  if (callee.k === 'fn') return fieldOfValue(flow, flow.expr(expr, env));
  return fieldOfClass(flow, callee, evaluated(flow, expr, env));
}

/** The field that a value is; null when it is none. */
export function fieldOfValue(flow: Flow, value: Value): MadeField | null {
  for (const member of membersOf(value)) {
    const made = member.k === 'term' ? fieldOfClass(flow, member.callee, member.args) : null;
    if (made) return made;
  }
  return null;
}

function evaluated(flow: Flow, call: Call, env: Env): Args {
  return {
    list: call.args.map((arg): EvaluatedArg => ({
      name: arg.name ?? null,
      value: flow.expr(arg.value, env),
      expr: arg.value,
      spread: arg.spread ?? null,
      at: arg.at ?? arg.value.at,
    })),
  };
}

function fieldOfClass(flow: Flow, callee: Value, args: Args): MadeField | null {
  if (callee.k === 'ext') {
    const name = shortName(callee);
    const kind = kindOf(name, qualified(callee) ?? '');
    return kind ? { kind, className: name, type: kind === 'column' && isModelsName(callee) ? typeOf(flow, name, args) : null, args } : null;
  }
  if (callee.k !== 'class') return null;
  if (isPrivate(flow, callee.cls)) return null;
  // A field class of the repository: the library's class it descends from, with what its constructor fixes.
  for (const base of externalBases(flow, callee.cls).flatMap(membersOf)) {
    const name = shortName(base);
    const kind = base.k === 'ext' ? kindOf(name, qualified(base) ?? '') : null;
    if (!kind) continue;
    const all = { list: [...args.list, ...fixedArguments(flow, callee.cls, args)] };
    const own = databaseType(flow, callee.cls);
    return {
      kind,
      className: name,
      type: kind !== 'column' ? null : (own ?? (isModelsName(base) ? typeOf(flow, name, all) : null)),
      args: all,
      ...(findMember(flow, callee.cls, 'pre_save')?.k === 'method' ? { fillsItself: true as const } : {}),
    };
  }
  return null;
}

/**
 * A field that computes something and has no column, as `GenericForeignKey` does: `super().contribute_to_class(cls, name, private_only=True)`.
 * https://github.com/django/django/blob/5.0/django/db/models/options.py#L276
 */
function isPrivate(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('django-private-field', cls, () => {
    const member = findMember(flow, cls, 'contribute_to_class');
    let found = false;
    if (member?.k === 'method')
      walk(member.fn.fn.body, (node) => {
        if (node.k === 'call' && node.args.some((arg) => arg.name === 'private_only' && arg.value.k === 'lit' && arg.value.v === true)) found = true;
      });
    return found;
  }, false);
}

function kindOf(name: string, full: string): FieldKind | null {
  if (
    /^(django\.)?(forms|rest_framework|django_filters|graphene|marshmallow|wtforms|serializers|builtins)\b/.test(full) ||
    /(^|\.)(forms|serializers)\./.test(full)
  )
    return null;
  if (name === 'GenericForeignKey') return 'generic';
  if (name === 'GenericRelation') return 'generic-relation';
  if (name === 'CompositePrimaryKey') return 'key';
  if (/OneToOneField$/.test(name)) return 'one';
  if (/ManyToManyField$/.test(name) || name === 'TaggableManager') return name === 'TaggableManager' ? null : 'many';
  if (/ForeignKey$/.test(name) || name === 'ParentalKey') return 'foreign';
  return isFieldName(name) || /Field$/.test(name) ? 'column' : null;
}

function typeOf(flow: Flow, name: string, args: Args): TypeRef | null {
  return typeOfField(name, args, (inner) => fieldOfValue(flow, inner)?.type ?? null);
}

/**
 * What a field's constructor fixes: `kwargs["max_length"] = 40`, `kwargs.setdefault("max_length", 40)`, keyword arguments of
 * `super().__init__`, and the defaults of parameters that are passed on to it.
 */
function fixedArguments(flow: Flow, cls: ClassRef, given: Args): readonly EvaluatedArg[] {
  const fixed = new Map<string, EvaluatedArg>();
  const add = (name: string | null, expr: Expr, env: Env): void => {
    if (name && !fixed.has(name) && !given.list.some((arg) => arg.name === name))
      fixed.set(name, { name, value: flow.expr(expr, env), expr, spread: null, at: expr.at });
  };
  for (const each of lineage(flow, cls)) {
    const init = ownMembers(flow, each).get('__init__');
    if (init?.k !== 'method') continue;
    const defaultOf = (expr: Expr): Expr | undefined =>
      expr.k === 'name' ? init.fn.fn.params.find((param) => param.target.k === 'name' && param.target.id === expr.id)?.default : undefined;
    for (const stmt of init.fn.fn.body) {
      if (stmt.k === 'set' && stmt.value && stmt.target.k === 'item' && stmt.target.key.k === 'lit')
        add(text({ k: 'const', v: stmt.target.key.v }), stmt.value, each.env);
      if (stmt.k !== 'expr' || stmt.value.k !== 'call' || stmt.value.fn.k !== 'attr') continue;
      const { fn, args } = stmt.value;
      if (fn.name === 'setdefault' && args[0]?.value.k === 'lit' && args[1]) add(text({ k: 'const', v: args[0].value.v }), args[1].value, each.env);
      if (fn.name === '__init__') for (const arg of args) {
        const value = arg.value.k === 'lit' ? arg.value : defaultOf(arg.value);
        if (value) add(arg.name ?? (arg.value.k === 'name' ? arg.value.id : null), value, each.env);
      }
    }
  }
  return [...fixed.values()];
}

/** The type that a field class's `db_type` returns, when it is constant. */
function databaseType(flow: Flow, cls: ClassRef): TypeRef | null {
  const member = findMember(flow, cls, 'db_type');
  const last = member?.k === 'method' ? member.fn.fn.body[member.fn.fn.body.length - 1] : undefined;
  const written = last?.k === 'return' && last.value?.k === 'lit' && typeof last.value.v === 'string' ? last.value.v.toLowerCase() : null;
  const match = written ? /^([a-z][a-z0-9 ]*?)\s*(?:\(([\d, ]+)\))?\s*(\[\])?$/.exec(written) : null;
  if (!match) return null;
  return { name: SPELLING[match[1]!] ?? match[1]!, ...(match[2] ? { args: match[2].split(',').map(Number) } : {}), ...(match[3] ? { array: 1 } : {}) };
}
const SPELLING: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  char: 'character',
  int: 'integer',
  timestamptz: 'timestamp with time zone',
  decimal: 'numeric',
  bool: 'boolean',
};
