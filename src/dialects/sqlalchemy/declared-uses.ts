/** Columns that a model's declarations use: conditions of its relationships, expressions that stand for attributes. */
import type { Arg, Expr } from '../../facts/code.js';
import { basesOf, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import { columnsNamed, type NamedInText, type Seat } from './named-columns.js';
import { RELATIONSHIP_CALLS } from './relationships.js';

/** What of a relationship says how rows are found. https://docs.sqlalchemy.org/en/20/orm/join_conditions.html */
const CONDITIONS = new Set(['primaryjoin', 'secondaryjoin', 'foreign_keys', 'remote_side']);
/** https://docs.sqlalchemy.org/en/20/orm/mapped_sql_expr.html */
const EXPRESSIONS = new Set(['column_property', 'query_expression']);
/** https://docs.sqlalchemy.org/en/20/orm/composites.html */
const COMPOSITE = 'composite';

/** Records what the bodies of a model's class and its mixins use. */
export function tellDeclaredUses(flow: Flow, model: Model, cls: ClassRef): void {
  for (const each of lineage(flow, cls)) {
    if (each !== cls && flow.modelsByClass.has(each.id)) continue;
    if (each !== cls && basesOf(flow, each).some(isOfLibrary)) doubtOverridden(flow, model, each);
    for (const member of ownMembers(flow, each).values()) {
      if (member.k !== 'field' || member.stmt.value?.k !== 'call') continue;
      useField(flow, model, each, member.stmt.value);
      if (member.stmt.target.k === 'name' && !model.relationships.has(member.stmt.target.id)) useAssociation(flow, each, member.stmt.value);
      if (calledName(member.stmt.value) === COMPOSITE && member.stmt.target.k === 'name' && !model.embedded.has(member.stmt.target.id))
        useUnseen(flow, model, each, member.stmt.value);
    }
  }
}

/** A library's mixin, rather than a base that only maps classes. */
const isOfLibrary = (base: Value): boolean =>
  base.k === 'ext' &&
  !/^(sqlalchemy|sqlmodel|flask_sqlalchemy|builtins|typing|typing_extensions|abc|enum|pydantic|dataclasses)\b/.test(base.module) &&
  !/(^|\.)(Model|Base|DeclarativeBase)$/.test(base.name ?? '');

/** A mixin that extends one of a library's may declare columns anew that the library has a use for, a relationship say. */
function doubtOverridden(flow: Flow, model: Model, mixin: ClassRef): void {
  for (const name of ownMembers(flow, mixin).keys()) {
    const column = model.columns.get(name);
    if (column)
      flow.record.gap({
        kind: 'unsupported',
        model,
        column,
        place: { path: mixin.module.path, at: mixin.cls.at },
        detail: `${mixin.name} has ${name} from a class of a library, or in its place`,
      });
  }
}

function useField(flow: Flow, model: Model, { env }: ClassRef, call: Expr & { k: 'call' }): void {
  const name = calledName(call);
  const inText = (written: string): readonly NamedInText[] =>
    [...written.matchAll(/\b([A-Za-z_]\w*)\.(?:c\.)?([a-z_]\w*)/g)].flatMap((match) =>
      modelsNamed(flow, match[1]!)
        .filter((each) => each.columns.has(match[2]!))
        .map((each) => ({ model: each, attribute: match[2]!, at: match.index + match[0].length - match[2]!.length })),
    );
  const seat: Seat = { flow, env, own: model, inText };
  if ((RELATIONSHIP_CALLS as readonly string[]).includes(name)) for (const arg of optionsOf(call.args)) {
    if (arg.name !== undefined && CONDITIONS.has(arg.name)) use(seat, arg.value, 'join');
    else if (arg.name === 'order_by') use(seat, arg.value, 'sort');
  }
  else if (EXPRESSIONS.has(name)) for (const arg of call.args) use({ ...seat, inText: () => [] }, arg.value, 'read');
}

/**
 * The table between a model and rows that are out of sight, those of a library's model say: who follows the relationship asks it for its columns, and who adds
 * to it puts rows there.
 */
function useAssociation(flow: Flow, { env }: ClassRef, call: Expr & { k: 'call' }): void {
  const given = (RELATIONSHIP_CALLS as readonly string[]).includes(calledName(call)) ? call.args.find((arg) => arg.name === 'secondary')?.value : undefined;
  if (!given) return;
  const between =
    given.k === 'lit' ? modelsNamed(flow, String(given.v)) : membersOf(flow.peek(given, env)).flatMap((value) => (value.k === 'model' ? [value.model] : []));
  for (const model of between) {
    const place = flow.place(env, given.at);
    flow.record.gap({ kind: 'unresolved-name', model, column: null, place, detail: `${model.name} ties rows to others that are not in sight` });
    for (const [attribute, column] of model.columns)
      if (model.table.primaryKey?.columns[0] !== column || model.table.primaryKey.columns.length > 1)
        flow.record.column(model, attribute, 'join', place, null, { via: 'relationship' });
  }
}

const calledName = ({ fn }: Expr & { k: 'call' }): string => (fn.k === 'name' ? fn.id : fn.k === 'attr' ? fn.name : '');

/** An object of a class that is not in sight reads and sets the columns it is made of in ways that do not show. */
function useUnseen(flow: Flow, model: Model, { env }: ClassRef, call: Expr & { k: 'call' }): void {
  const inText = (written: string): readonly NamedInText[] => (model.columns.has(written) ? [{ model, attribute: written, at: 0 }] : []);
  for (const { attribute, place } of call.args.flatMap((arg) => columnsNamed({ flow, env, own: model, inText }, arg.value)))
    flow.record.gap({
      kind: 'dynamic-access',
      model,
      column: model.columns.get(attribute) ?? null,
      place,
      detail: `${attribute} is part of an object whose class is not known`,
    });
}

/** The options of a relationship, those of SQLModel's `sa_relationship_kwargs={…}` among them. */
function optionsOf(args: readonly Arg[]): readonly Arg[] {
  return args.flatMap((arg) => {
    if (arg.name !== 'sa_relationship_kwargs' || arg.value.k !== 'dict') return [arg];
    return arg.value.entries.flatMap(({ key, value }) => (key?.k === 'lit' && typeof key.v === 'string' ? [{ name: key.v, value }] : []));
  });
}

/** Models by the name of their class, or of the table. */
function modelsNamed(flow: Flow, name: string): readonly Model[] {
  const named = flow.modelsByName.get(name);
  return (named ?? [...flow.modelsByClass.values()].filter((model) => model.table.name === name)).filter((model) => model.dialect === 'sqlalchemy');
}

function use(seat: Seat, expr: Expr, kind: 'join' | 'sort' | 'read'): void {
  for (const { model, attribute, place } of columnsNamed(seat, expr)) seat.flow.record.column(model, attribute, kind, place, null);
}
