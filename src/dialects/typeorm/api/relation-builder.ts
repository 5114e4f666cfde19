/**
 * `createQueryBuilder().relation(User, "posts").of(user).add(post)`: changes and loads what a relation holds.
 * https://typeorm.io/docs/query-builder/relational-query-builder
 */
import { argument, argumentOf, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import { ANY, NULL, someKey, type SpecialValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import type { Builder } from './builder.js';
import { entityArgument } from './receivers.js';

interface Followed { readonly model: Model; readonly relationship: ModelRelationship }

/** `relation("posts")` of the builder's own entity, `relation(User, "posts")`; undefined where it cannot be told which it is. */
export function relationStep(flow: Flow, site: CallSite, builder: Builder): Value | undefined {
  const named = argumentOf(site.args, site.args.list.length > 1 ? 1 : 0);
  const model = site.args.list.length > 1 ? entityArgument(flow, argument(site.args, 0)) : builder.root;
  const name = text(named?.value);
  const relationship = model && name !== null ? model.relationships.get(name) : undefined;
  if (!named || !model || !relationship) return undefined;
  flow.record.resolve(flow.place(site.env, named.at));
  return { k: 'special', dialect: 'typeorm', tag: 'relation', data: { model, relationship } satisfies Followed, key: `${model.id}.${name}` };
}

const isRelation = (value: Value): value is SpecialValue => value.k === 'special' && value.dialect === 'typeorm' && value.tag === 'relation';

/** A method of such a builder; undefined for any other receiver. */
export function relationCall(flow: Flow, site: CallSite): Value | undefined {
  const { receiver, name } = site;
  if (!receiver || !isRelation(receiver)) return undefined;
  const { model, relationship } = receiver.data as unknown as Followed;
  const place = flow.place(site.env, site.nameAt);
  switch (name) {
    case 'of': return receiver;
    case 'set': case 'add': case 'remove': case 'addAndRemove': {
      flow.record.relationship(model, relationship, place, flow.currentFn, 'set');
      writeKeys(flow, { model, relationship }, name === 'remove' ? NULL : argument(site.args, 0) ?? ANY, site);
      return ANY;
    }
    case 'loadOne': case 'loadMany': {
      flow.record.relationship(model, relationship, place, flow.currentFn);
      const row: Value = { k: 'row', model: relationship.target };
      return name === 'loadOne' ? row : { k: 'many', of: row };
    }
    default: return undefined;
  }
}

/** The key that the relation is kept in, on either side; that of a join table has no model. */
function writeKeys(flow: Flow, { model, relationship }: Followed, value: Value, site: CallSite): void {
  const key = relationship.relationship?.foreignKey;
  for (const owner of new Set([model, relationship.target])) {
    for (const column of key && key.table === owner.table ? key.columns : []) {
      const attribute = attributeIn(owner, column);
      if (attribute)
        flow.record.column(owner, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn, {
          value: value.k === 'const' ? value : relationship.many ? ANY : someKey(value),
        });
    }
  }
  flow.record.table(
    key?.table === relationship.target.table && key.table !== model.table ? relationship.target : model,
    'update',
    flow.place(site.env, site.at),
  );
}
