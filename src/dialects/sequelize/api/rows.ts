/** Methods of rows, and those that associations add to them. https://sequelize.org/docs/v6/core-concepts/model-instances/ */
import { spanStart } from '../../../facts/span.js';
import { argument, argumentOf, entry, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import { ANY, membersOf, type RowValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { localKey, type ReadWhere } from '../../shared/object-queries.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { capitalised } from '../../shared/script-names.js';
import { DIALECT, mixinNames } from '../names.js';
import { find } from './finds.js';
import { include } from './options.js';
import { destroyed, markDeleted, step } from './writes.js';

/** A method of a row; undefined for those of its class. */
export function rowCall(flow: Flow, site: CallSite, row: RowValue): Value | undefined {
  const { model } = row;
  const { env, args } = site;
  const first = argumentOf(args, 0);
  const name = text(first?.value);
  switch (site.name) {
    case 'get': if (first && name !== null) return flow.attribute(row, name, env, first.at);
    return first && first.value.k !== 'dict' && first.value.k !== 'const' ? open(flow, site, row) : row;
    case 'getDataValue': case 'previous': return first && name !== null ? flow.attribute(row, name, env, first.at) : first ? open(flow, site, row) : row;
    case 'changed': if (first && name !== null) flow.attribute(row, name, env, first.at); return ANY;
    case 'toJSON': case 'reload': case 'save': case 'set': case 'setDataValue': case 'setAttributes': case 'update': case 'destroy': case 'restore': case 'increment': case 'decrement': case 'validate':
      return change(flow, site, row);
    default:
  }
  // `farm.$create('field', values)` of sequelize-typescript. https://github.com/sequelize/sequelize-typescript#model-association-methods
  const isNamed = /^\$(get|set|add|create|remove|has|count)$/.test(site.name ?? '') && name !== null;
  const association = isNamed ? associationMethod(model, `${site.name!.slice(1)}${capitalised(name)}`) : site.name ? associationMethod(model, site.name) : null;
  if (isNamed && association) return associated(flow, { ...site, args: { list: site.args.list.slice(1) } }, row, association.verb, association.relationship);
  if (association) return associated(flow, site, row, association.verb, association.relationship);
  return undefined;
}

/** `row.get(name)` with a name that is not known. */
function open(flow: Flow, site: CallSite, row: RowValue): Value {
  flow.record.gap({
    kind: 'dynamic-access',
    model: row.model,
    column: null,
    place: flow.place(site.env, site.at),
    detail: `a column of ${row.model.name} is read by a name that is not known`,
    does: 'read',
  });
  return ANY;
}

function change(flow: Flow, site: CallSite, row: RowValue): Value {
  const { model } = row;
  const { env, at, args } = site;
  const place = flow.place(env, at);
  const first = argumentOf(args, 0);
  switch (site.name) {
    case 'reload': include(flow, model, entry(first?.value ?? null, 'include'), env, at); return row;
    case 'save': flow.record.table(model, 'update', place); return { k: 'row', model };
    case 'update': updateObject(flow, model, first?.value ?? null, env, at); return row;
    case 'set': case 'setDataValue': case 'setAttributes': {
      const name = text(first?.value);
      if (name !== null)
        flow.record.column(model, name, 'write', flow.place(env, first!.at), flow.currentFn, {
          value: argument(args, 1) ?? ANY,
          ...(row.isNew ? { atInsert: true } : {}),
        });
      else updateObject(flow, model, first?.value ?? null, env, at);
      return row;
    }
    case 'destroy': destroyed(flow, site, model, first?.value ?? null); return ANY;
    case 'restore': flow.record.table(model, 'update', place); markDeleted(flow, site, model, true); return ANY;
    case 'increment': case 'decrement': step(flow, site, model); return row;
    default: return row;
  }
}

type Verb = 'get' | 'set' | 'add' | 'create' | 'remove' | 'has' | 'count';

/** `getPosts`, `createPost`, `setAuthor`: what is done along which association. */
export function associationMethod(model: Model, method: string): { readonly verb: Verb; readonly relationship: ModelRelationship } | null {
  const match = /^(get|set|add|create|remove|has|count)([A-Z_].*)$/.exec(method);
  if (!match) return null;
  for (const relationship of model.relationships.values()) {
    if (mixinNames(relationship.name).includes(match[2]!)) return { verb: match[1] as Verb, relationship };
  }
  return null;
}

function associated(flow: Flow, site: CallSite, row: RowValue, verb: Verb, relationship: ModelRelationship): Value {
  const { model } = row;
  const { env, at, args } = site;
  const { target } = relationship;
  flow.record.relationship(model, relationship, flow.place(env, site.nameAt), flow.currentFn);
  const rows: Value = { k: 'row', model: target };
  switch (verb) {
    case 'get': {
      const given = argument(args, 0);
      if (given) find(flow, site, { model: target, scopes: [], isUnscoped: false, isPartial: false }, 'findAll', args, byKey(flow, site, relationship));
      return relationship.many ? { k: 'many', of: rows } : rows;
    }
    case 'create': {
      insertObject(flow, target, argument(args, 0), env, at);
      setKey(flow, site, model, relationship, true);
      return rows;
    }
    case 'set': case 'add': case 'remove': setKey(flow, site, model, relationship); return ANY;
    case 'count': return { k: 'special', dialect: DIALECT, tag: 'exists', data: {}, key: `${env.module.path}:${spanStart(at)}` };
    default: return ANY;
  }
}

/** The condition that rows belong to the row they are asked of; of a row of several tables the kind is asked as well, by the association's scope. */
function byKey(flow: Flow, site: CallSite, { target, remote, many }: ModelRelationship): ReadWhere | null {
  const attribute = remote.length === 1 ? attributeIn(target, remote[0]!) : null;
  if (attribute === null || !many) return null;
  return {
    conditions: [
      {
        column: { k: 'column', model: target, attribute, place: flow.place(site.env, site.nameAt) },
        op: '=',
        value: ANY,
        isOptional: false,
        inOr: false,
        isJoin: false,
      },
    ],
    isPartial: target.table.foreignKeys.filter((key) => key.columns.includes(remote[0]!)).length > 1,
    joins: [],
  };
}

/** The key is written where it is: in this row, in the other (with its insert, where it `isCreated`), or in rows of the table in between. */
function setKey(flow: Flow, site: CallSite, model: Model, relationship: ModelRelationship, isCreated = false): void {
  const place = flow.place(site.env, site.nameAt);
  const own = localKey(model, relationship);
  if (own !== null) {
    flow.record.column(model, own, 'write', place, flow.currentFn, {
      value: site.args.list.some((arg) => membersOf(arg.value).some((member) => member.k === 'const' && member.v === null)) ? { k: 'const', v: null } : ANY,
    });
    return;
  }
  const through = relationship.relationship?.through;
  const between = through ? [...flow.modelsByName.values()].flat().find((each) => each.table === through) : undefined;
  if (between) {
    const values = new Map(between.table.foreignKeys.flatMap((key) => key.columns.map((column) => [column, ANY] as const)));
    flow.record.insert(between, values, place, { isOpen: true });
    for (const column of values.keys()) {
      const attribute = attributeIn(between, column);
      if (attribute !== null) flow.record.column(between, attribute, 'write', place, flow.currentFn, { value: ANY, atInsert: true });
    }
    return;
  }
  for (const column of relationship.remote) {
    const attribute = attributeIn(relationship.target, column);
    if (attribute !== null)
      flow.record.column(relationship.target, attribute, 'write', place, flow.currentFn, { value: ANY, ...(isCreated ? { atInsert: true } : {}) });
  }
}
