/** Rows that are created, changed and deleted. */
import type { Expr } from '../../facts/code.js';
import { NO_SPAN } from '../../facts/span.js';
import { attributeFor, linkedKey } from '../../flow/keys.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import { mayBeNull } from '../../flow/nulls.js';
import { ANY, isDeclaredEntry, membersOf, someKey, type Args, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { placeOfArgument, type Seat } from './conditions.js';
import { readExpression } from './expressions.js';
import { modelsTerm } from './names.js';
import { isForward } from './paths.js';
import { infoOf } from './state.js';

export interface WriteOptions { readonly atInsert: boolean; readonly isUpsert?: boolean; readonly via?: 'generic-update' }

/** Collects what keyword arguments write, recording each; `isOpen` when more may be written. */
export function writesOf(seat: Seat, model: Model, args: Args, options: WriteOptions): { readonly values: Map<Column, Value>; readonly isOpen: boolean } {
  const values = new Map<Column, Value>();
  let isOpen = false;
  for (const arg of args.list) {
    if (arg.name !== null) writeOne(seat, model, arg.name, arg.value, arg.expr, placeOfArgument(seat, arg), options, values);
    else if (arg.spread === '**') isOpen = spread(seat, model, arg, options, values) || isOpen;
    else if (arg.spread === '*') isOpen = true;
  }
  return { values, isOpen };
}

function spread(seat: Seat, model: Model, arg: EvaluatedArg, options: WriteOptions, values: Map<Column, Value>): boolean {
  let isOpen = false;
  for (const member of membersOf(arg.value)) {
    if (member.k !== 'dict') { isOpen = true; continue; }
    for (const [name, value] of member.entries)
      writeOne(
        seat, model, name, value, null,
        member.places?.get(name) ?? seat.flow.place(seat.env, arg.at),
        isDeclaredEntry(member, name) ? { ...options, via: 'generic-update' } : options,
        values,
      );
    if (member.rest || arg.value.k === 'union') isOpen = true;
  }
  return isOpen;
}

/** One column or relationship that gets a value. */
export function writeOne(
  seat: Seat,
  model: Model,
  name: string,
  value: Value,
  written: Expr | null,
  place: Place,
  options: WriteOptions,
  values: Map<Column, Value> = new Map(),
): void {
  const { flow, state } = seat;
  const via = options.via ? { via: options.via } : {};
  const relationship = model.relationships.get(name);
  if (relationship) {
    flow.record.relationship(model, relationship, place, flow.currentFn, 'set');
    if (!isForward(model, relationship)) return;
    const column = relationship.local[0]!;
    const key = keyWritten(seat, relationship, value, written);
    values.set(column, key);
    flow.record.column(model, attributeFor(model, column), 'write', place, flow.currentFn, { value: key, atInsert: options.atInsert, ...via });
    return;
  }
  const generic = infoOf(state, model)?.generics.get(name);
  if (generic) {
    flow.record.resolve(place);
    for (const attribute of [generic.contentType, generic.objectId]) writeOne(seat, model, attribute, ANY, null, place, options, values);
    return;
  }
  const column = model.columns.get(name);
  if (!column) return;
  const isCompound = namesColumn(value, name);
  readOthers(seat, model, value, name);
  values.set(column, value);
  flow.record.column(model, name, 'write', place, flow.currentFn, { value, atInsert: options.atInsert, ...via, ...(isCompound ? { isCompound: true } : {}) });
}

/** The key that a row stands for: of `line.order = row.order` it is `row.order_id`. */
function keyWritten(seat: Seat, relationship: ModelRelationship, value: Value, written: Expr | null): Value {
  if (value.k === 'const') return value;
  const row = membersOf(value).find((member) => member.k === 'row');
  if (row?.k !== 'row') return value.k === 'field' ? value : ANY;
  const onSomePaths = mayBeNull(value) ? { mayBeNull: true as const } : {};
  const remote = relationship.remote[0];
  if (!remote) return someKey(value);
  const place = { path: seat.env.module.path, at: written?.at ?? NO_SPAN };
  if (written?.k === 'attr') {
    const holder = seat.flow.peek(written.of, seat.env);
    const from = membersOf(holder).find((member) => member.k === 'row');
    const followed = from?.k === 'row' ? from.model.relationships.get(written.name) : undefined;
    if (from?.k === 'row' && followed && isForward(from.model, followed))
      return { k: 'field', model: from.model, attribute: attributeFor(from.model, followed.local[0]!), place, ...onSomePaths };
  }
  const linked = linkedKey(value);
  if (linked) return { ...linked, place: written ? place : linked.place };
  return row.isNew ? someKey(value) : { k: 'field', model: row.model, attribute: attributeFor(row.model, remote), place, ...onSomePaths };
}

/** Records what an expression written to a column reads beside that column itself: counting on looks at no count. */
function readOthers(seat: Seat, model: Model, value: Value, name: string): void {
  if (value.k === 'special' && value.dialect === 'django' && value.tag === 'expression') {
    for (const part of value.data['parts'] as readonly Value[]) readOthers(seat, model, part, name);
    return;
  }
  const term = modelsTerm(value, 'F');
  if (term && namesColumn(value, name)) { for (const arg of term.args.list) placeOfArgument({ ...seat, env: term.env }, arg); return; }
  if (value.k === 'term' || value.k === 'special') readExpression(seat, model, value);
}

/** `F("n") + 1` written to n. */
function namesColumn(value: Value, name: string): boolean {
  const term = modelsTerm(value, 'F');
  if (term) return term.args.list[0]?.value.k === 'const' && term.args.list[0].value.v === name;
  return (
    value.k === 'special' &&
    value.dialect === 'django' &&
    value.tag === 'expression' &&
    (value.data['parts'] as readonly Value[]).some((part) => namesColumn(part, name))
  );
}

/** Inserts a row from arguments; `given` are values that the call implies. */
export function insertFrom(
  seat: Seat,
  model: Model,
  args: Args,
  place: Place,
  options: { readonly isUpsert?: boolean; readonly given?: ReadonlyMap<Column, Value>; readonly isOpen?: boolean } = {},
): Value {
  const named: Args = { list: args.list.filter((arg) => arg.name === null || !arg.name.includes('__')) };
  const { values, isOpen } = writesOf(seat, model, named, { atInsert: true });
  const all = new Map([...(options.given ?? []), ...values]);
  seat.flow.record.insert(model, all, place, { isOpen: isOpen || options.isOpen === true, ...(options.isUpsert ? { isUpsert: true } : {}) });
  return { k: 'row', model, isNew: true };
}

/** The arguments of the dicts named `defaults` and `create_defaults`, as keyword arguments. */
export function defaultsOf(args: Args): Args {
  return {
    list: args.list.filter((arg) => arg.name === 'defaults' || arg.name === 'create_defaults').flatMap((arg): readonly EvaluatedArg[] => {
      if (arg.value.k !== 'dict' && arg.value.k !== 'union') return arg.value.k === 'const' ? [] : [{ ...arg, name: null, spread: '**' }];
      return [{ ...arg, name: null, spread: '**' }];
    }),
  };
}
