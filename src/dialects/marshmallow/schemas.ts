/**
 * Schema classes of marshmallow, marshmallow-sqlalchemy and Flask-Marshmallow: their fields, and the model they are made of. https://marshmallow.readthedocs.io
 */
import { NO_SPAN } from '../../facts/span.js';
import { argument, flag, isExternal, lastName, text, textsIn } from '../../flow/arguments.js';
import { externalBases, lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { orLeftOut, orNull } from '../../flow/nulls.js';
import { ANY, membersOf, type ClassRef, type DictValue, type ObjectValue, type Term, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { exposeFields } from '../shared/exposures.js';
import { metaModel, metaOption } from '../shared/meta-options.js';

const LIBRARIES = ['marshmallow', 'marshmallow_sqlalchemy', 'flask_marshmallow', 'apiflask'];
/** Bases that make a field of every column. https://marshmallow-sqlalchemy.readthedocs.io/en/latest/#generate-marshmallow-schemas */
const AUTOMATIC = /^(SQLAlchemyAutoSchema|ModelSchema|TableSchema)$/;

export const isOfLibrary = (value: Value): boolean => LIBRARIES.some((library) => isExternal(value, library));

/** Whether a class is one of marshmallow's schemas. */
export function isSchema(flow: Flow, cls: ClassRef): boolean {
  return (
    cls.module.language === 'python' &&
    flow.memo('marshmallow', cls, () => externalBases(flow, cls).some((base) => base.k === 'ext' && isOfLibrary(base) && /Schema$/.test(lastName(base))), false)
  );
}

/** The schema class of an instance or class, as decorators and fields are given either. */
export function schemaOf(flow: Flow, value: Value): ClassRef | null {
  return (value.k === 'object' || value.k === 'class') && isSchema(flow, value.cls) ? value.cls : null;
}

/** The model that a schema says it is made of. */
export const modelOf = (flow: Flow, cls: ClassRef): Model | null => metaModel(flow, cls) ?? metaModel(flow, cls, 'table');

/** Whether loading gives a row rather than a dict. */
export function loadsRows(flow: Flow, cls: ClassRef): boolean {
  return flag(metaOption(flow, cls, 'load_instance')) ?? externalBases(flow, cls).some((base) => base.k === 'ext' && lastName(base) === 'ModelSchema');
}

/** Names of fields that the class's `Meta` lists. */
const listed = (flow: Flow, cls: ClassRef): readonly string[] => [...textsIn(metaOption(flow, cls, 'fields')), ...textsIn(metaOption(flow, cls, 'additional'))];

/** The attributes of its model that a schema has a field for without naming each: no keys to other tables unless it says so. */
function automatic(flow: Flow, cls: ClassRef): readonly string[] {
  const model = modelOf(flow, cls);
  if (!model || listed(flow, cls).length || !externalBases(flow, cls).some((base) => base.k === 'ext' && AUTOMATIC.test(lastName(base)))) return [];
  const excluded = textsIn(metaOption(flow, cls, 'exclude'));
  const keys = flag(metaOption(flow, cls, 'include_fk')) === true ? [] : model.table.foreignKeys.flatMap((key) => key.columns);
  return [...model.columns].flatMap(([name, column]) => (keys.includes(column) || excluded.includes(name) ? [] : [name]));
}

/** The call that makes a field; null for what is none. */
function fieldTerm(flow: Flow, member: Member, owner: ClassRef): Term | null {
  const value = member.k === 'field' && member.stmt.value?.k === 'call' ? flow.peek(member.stmt.value, owner.env) : null;
  return value?.k === 'term' ? value : null;
}

const attributeOf = (term: Term | null): string | null => text(term && (argument(term.args, -1, 'attribute') ?? argument(term.args, -1, 'column_name')));

/** The schemas of a `Nested` field, or of a list of them: a class, an instance, a function that gives one, or the name of a class. */
function nestedIn(flow: Flow, term: Term | null, owner: ClassRef): readonly ClassRef[] {
  const kind = term?.callee.k === 'ext' ? lastName(term.callee) : term?.name ?? '';
  const given = term && argument(term.args, 0, 'nested');
  if (!given || !/^(Nested|Pluck|List)$/.test(kind)) return [];
  if (kind === 'List') return given.k === 'term' ? nestedIn(flow, given, owner) : [];
  const named = text(given);
  const value: Value =
    named === 'self'
      ? { k: 'class', cls: owner }
      : named !== null
        ? flow.peek({ k: 'name', id: named, at: NO_SPAN }, owner.env)
        : given.k === 'fn'
          ? flow.quiet(() => flow.callFn(given, []))
          : given;
  return membersOf(value).flatMap((each) => schemaOf(flow, each) ?? []);
}

/** Rows of `model` go out by a schema. */
export function exposeBy(flow: Flow, model: Model, cls: ClassRef): void {
  exposeFields(flow, model, cls, {
    isExposed: (field, owner) => { const term = fieldTerm(flow, field, owner); return term !== null && flag(argument(term.args, -1, 'load_only')) !== true; },
    nested: (field, owner) => nestedIn(flow, fieldTerm(flow, field, owner), owner),
    shown: (field, owner) => attributeOf(fieldTerm(flow, field, owner)),
  });
  const place: Place = { path: cls.module.path, at: cls.cls.at };
  const names = listed(flow, cls);
  const columns = (names.length ? names : modelOf(flow, cls) === model ? automatic(flow, cls) : []).flatMap((name) => model.columns.get(name) ?? []);
  if (columns.length) flow.record.exposure({ model, name: `${cls.name}.Meta`, columns: [...new Set(columns)], all: names.length === 0, place, schema: cls });
}

/**
 * What loading gives where it gives no row: the fields that are not for output alone. `isPartial` when any may be left out, `unknown` what becomes of other
 * fields.
 */
export function loaded(flow: Flow, { cls }: ObjectValue, isPartial: boolean, unknown: Value | null): DictValue {
  const entries = new Map<string, Value>();
  const places = new Map<string, Place>();
  const add = (name: string, place: Place, presence: (value: Value) => Value): void => {
    entries.set(name, presence({ k: 'any', id: `${cls.id}.${name}` }));
    places.set(name, place);
  };
  for (const name of [...listed(flow, cls), ...automatic(flow, cls)]) add(name, { path: cls.module.path, at: cls.cls.at }, orLeftOut);
  for (const each of [...lineage(flow, cls)].reverse()) for (const [field, member] of ownMembers(flow, each)) {
    const term = fieldTerm(flow, member, each);
    if (!term || member.k !== 'field') continue;
    const name = attributeOf(term) ?? field;
    const option = (key: string): boolean => flag(argument(term.args, -1, key)) === true;
    if (option('dump_only')) { entries.delete(name); continue; }
    add(name, { path: each.module.path, at: member.stmt.target.at }, (value) => {
      const given = option('required') && !isPartial ? value : orLeftOut(value);
      return option('allow_none') ? orNull(given) : given;
    });
  }
  return { k: 'dict', entries, rest: takesMore(unknown ?? metaOption(flow, cls, 'unknown')) ? ANY : null, places, schema: cls };
}

/** https://marshmallow.readthedocs.io/en/stable/quickstart.html#handling-unknown-fields */
const takesMore = (unknown: Value | null): boolean => unknown !== null && (text(unknown) === 'include' || isExternal(unknown, 'marshmallow', 'INCLUDE'));
