/** Rows: their attributes, what is assigned to them, and the methods that Django gives them. */
import type { Span } from '../../facts/code.js';
import { argumentOf } from '../../flow/arguments.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { asRow } from '../../flow/taken.js';
import { ANY, type RowValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import type { Seat } from './conditions.js';
import { crossRelationship } from './generic.js';
import { managerValue, managersOf } from './managers.js';
import { isForward, keyAttribute } from './paths.js';
import { updateNamed } from './queryset.js';
import { infoOf, type State } from './state.js';
import { writeOne } from './writes.js';

/** Attributes of rows that Django makes: `pk`, related managers, generic keys, reverse one-to-one rows. */
export function rowAttribute(flow: Flow, state: State, row: RowValue, name: string, env: Env, at: Span): Value | undefined {
  const { model } = row;
  const place = flow.place(env, at);
  const relationship = model.relationships.get(name);
  if (relationship?.many) {
    asRow(flow, row, place);
    crossRelationship(flow, state, model, relationship, place, 'lazy');
    return managerValue(relationship.target, { owner: model, relationship }, managersOf(flow, relationship.target)[0]?.classes ?? []);
  }
  if (relationship) return undefined;
  if (name === 'pk') return flow.attribute(row, keyAttribute(state, model), env, at);
  const generic = infoOf(state, model)?.generics.get(name);
  if (generic) {
    flow.record.resolve(place);
    for (const attribute of [generic.contentType, generic.objectId]) flow.record.column(model, attribute, 'read', place, flow.currentFn);
    return ANY;
  }
  if (name === '_meta') return { k: 'special', dialect: 'django', tag: 'meta', data: { model }, key: model.id };
  if (name === '__dict__') {
    flow.record.exposure({ model, name: `${model.name}.__dict__`, columns: [...new Set(model.columns.values())], all: true, place, schema: null });
    return ANY;
  }
  return undefined;
}

/** `row.author = user` writes the key, and what is assigned to a row that was just built is part of its insert; the rest is left to the general meaning. */
export function assignRow(seat: Seat, row: RowValue, name: string, value: Value, at: Span): boolean {
  const { model } = row;
  const relationship = model.relationships.get(name);
  const isOwn = (relationship !== undefined && isForward(model, relationship)) || infoOf(seat.state, model)?.generics.has(name) === true;
  if (name === 'pk') return true;
  if (!isOwn && !(row.isNew && model.columns.has(name))) return false;
  writeOne(seat, model, name, value, null, seat.flow.place(seat.env, at), { atInsert: row.isNew === true });
  return true;
}

/** Methods of rows; undefined leaves the call to the model's own methods. */
export function rowCall(seat: Seat, site: CallSite, row: RowValue, method: string): Value | undefined {
  const { flow } = seat;
  const { model } = row;
  const place = flow.place(site.env, site.nameAt);
  const name = method.startsWith('a') && ROW_METHODS.has(method.slice(1)) ? method.slice(1) : method;
  const display = /^get_(\w+)_display$/.exec(method) ?? /^get_(?:next|previous)_by_(\w+)$/.exec(method);
  if (display && model.columns.has(display[1]!) && !isDefined(flow, model, method)) {
    flow.record.column(model, display[1]!, 'read', place, flow.currentFn);
    return flow.unknown(site.env, site.at);
  }
  if (!ROW_METHODS.has(name)) return undefined;
  const isOwn = isDefined(flow, model, name);
  switch (name) {
    case 'save':
      flow.record.table(model, 'update', place);
      updateNamed(seat, argumentOf(site.args, 3, 'update_fields'));
      return isOwn ? undefined : ANY;
    case 'delete': flow.record.table(model, 'delete', place); return isOwn ? undefined : ANY;
    case 'refresh_from_db': flow.record.table(model, 'select', place); return isOwn ? undefined : ANY;
    default: return isOwn ? undefined : ANY;
  }
}

const ROW_METHODS = new Set(['save', 'delete', 'refresh_from_db', 'full_clean', 'clean', 'clean_fields', 'validate_unique', 'save_base']);

function isDefined(flow: Flow, model: Model, name: string): boolean {
  return model.cls !== null && lineage(flow, model.cls).some((each) => ownMembers(flow, each).get(name)?.k === 'method');
}

/** A lookup failure: `except Model.DoesNotExist`. */
export const ROW_ERRORS = new Set(['DoesNotExist', 'MultipleObjectsReturned', 'NotUpdated']);
