/** Which of MikroORM's methods a call is: of a manager, a repository, a row, a collection, a query builder. */
import { spanStart } from '../../../facts/span.js';
import { argument, entry, lastName, text, unwritten } from '../../../flow/arguments.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import { handOut } from '../../../flow/hand-out.js';
import type { Model } from '../../../flow/model.js';
import { ANY, membersOf, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { loadRelations } from '../../shared/object-queries.js';
import { DIALECT, isMikro } from '../names.js';
import { MAKERS } from '../schemas.js';
import { builderOf, builderStep, makeBuilder } from './builder.js';
import { FINDS, find } from './finds.js';
import { MANAGER, entityArgument, isManager, isOrm, modelIn, repositoryOf, repositoryValue } from './receivers.js';
import { collectionCall, embeddedCall, rowCall } from './rows.js';
import { WRITES, assign, persist, remove, write } from './writes.js';

const ORM: Value = { k: 'extobj', module: '@mikro-orm/core', name: 'MikroORM', args: [] };

export function call(flow: Flow, site: CallSite): Value | undefined {
  if (site.env.module.language !== 'typescript') return undefined;
  const { receiver, name } = site;
  if (!receiver) return freeFunction(flow, site);
  if (!name) return undefined;
  const builder = builderOf(receiver);
  if (builder) return builderStep(flow, site, receiver, builder);
  if (receiver.k === 'row') return rowCall(flow, site, receiver);
  if (receiver.k === 'embedded') return embeddedCall(flow, site, receiver);
  if (receiver.k === 'many') return collectionCall(flow, site, receiver);
  if (receiver.k === 'ext' && isMikro(receiver.module)) return staticCall(flow, site, lastName(receiver));
  if (receiver.k === 'special' && receiver.tag === 'super' && receiver.dialect === 'core') return superCall(flow, site, receiver);
  if (isOrm(receiver)) return name === 'getSchemaGenerator' || name === 'getMigrator' ? ANY : undefined;
  if (receiver.k === 'object' && findMember(flow, receiver.cls, name)) return undefined;
  const model = repositoryOf(flow, receiver);
  if (model) return ofEntity(flow, site, model, site.args) ?? ofAll(flow, site);
  if (isManager(receiver)) return ofManager(flow, site);
  return namedEntity(flow, site, receiver);
}

/** `super.find(…)` in a repository of this code base. */
function superCall(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }): Value | undefined {
  const self = receiver.data['self'] as Value;
  const owner = receiver.data['owner'] as Parameters<typeof findMember>[1] | null;
  if (self.k !== 'object' || !owner) return undefined;
  const model = repositoryOf(flow, self);
  const own = findMember(flow, owner, site.name!);
  return model && (!own || own.owner.id === owner.id) ? ofEntity(flow, site, model, site.args) : undefined;
}

/** A method about rows of `model`; `args` without the entity. */
function ofEntity(flow: Flow, site: CallSite, model: Model, args: Args): Value | undefined {
  const { name } = site;
  if (name! in FINDS) return find(flow, site, model, name!, args);
  if (WRITES.has(name!)) return write(flow, site, model, name!, args);
  switch (name) {
    case 'createQueryBuilder': case 'createQb': case 'qb': return makeBuilder(flow, flow.place(site.env, site.at), model, text(argument(args, 0)));
    case 'getRepository': case 'repo': return repositoryValue(model);
    default: return undefined;
  }
}

/** A method about whatever rows it is given. */
function ofAll(flow: Flow, site: CallSite): Value | undefined {
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'persist': case 'persistLater': persist(flow, site, first); return MANAGER;
    case 'persistAndFlush': persist(flow, site, first); return ANY;
    case 'remove': case 'removeLater': remove(flow, site, first); return MANAGER;
    case 'removeAndFlush': remove(flow, site, first); return ANY;
    case 'assign': return assign(flow, site, first, argument(site.args, 1));
    case 'refresh': return first ?? ANY;
    case 'populate': { const model = modelIn(first); if (model) loadRelations(flow, model, argument(site.args, 1), site.env, site.at); return first ?? ANY; }
    case 'flush': case 'commit': case 'begin': case 'rollback': case 'clear': case 'lock': case 'canPopulate': return ANY;
    case 'getEntityManager': return MANAGER;
    default: return undefined;
  }
}

const without = (args: Args): Args => ({ list: args.list.slice(1) });

/** A method of an entity manager: the entity comes first. */
function ofManager(flow: Flow, site: CallSite): Value | undefined {
  switch (site.name) {
    case 'fork': case 'getContext': return MANAGER;
    case 'transactional': {
      const callback = argument(site.args, 0);
      return callback?.k === 'fn' ? flow.callFn(callback, [unwritten(MANAGER, site.at)]) : ANY;
    }
    default:
  }
  const first = argument(site.args, 0);
  const model = entityArgument(flow, first);
  if (model) return ofEntity(flow, site, model, without(site.args));
  // `insert(row)`, `upsert(row)`: the rows tell what they are.
  const rows = modelIn(first);
  if (rows && WRITES.has(site.name!)) return write(flow, site, rows, site.name!, site.args);
  return ofAll(flow, site);
}

/** A receiver we do not know, given one of our entities: it can only be a manager. */
function namedEntity(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (receiver.k !== 'any' && receiver.k !== 'extobj' && receiver.k !== 'term') return undefined;
  const first = argument(site.args, 0);
  const model = first && membersOf(first).some((member) => member.k === 'model') ? entityArgument(flow, first) : null;
  return model ? ofEntity(flow, site, model, without(site.args)) : undefined;
}

/** A schema is declared: what it is given is no code of the application, and hands no entity to anybody. */
function declared(flow: Flow, site: CallSite): Value {
  const properties = entry(argument(site.args, 0), 'properties');
  for (const part of properties?.k === 'dict' ? properties.entries.values() : properties ? [properties] : []) if (part.k === 'fn') flow.settle(part.fn);
  const place = flow.place(site.env, site.at);
  const model = flow.modelsBySite.get(`${place.path}:${spanStart(place.at)}`);
  return model ? { k: 'model', model } : { k: 'term', callee: site.callee, args: site.args, place, env: site.env };
}

/** `MikroORM.init(…)`, `Reference.create(row)`, `RequestContext.getEntityManager()`. */
function staticCall(flow: Flow, site: CallSite, owner: string): Value | undefined {
  if (owner === 'MikroORM') return ORM;
  // `p.manyToOne(User)`
  if (owner === 'p')
    return { k: 'term', callee: ANY, of: site.receiver!, name: site.name!, args: site.args, place: flow.place(site.env, site.at), env: site.env };
  if (owner === 'RequestContext') return site.name === 'getEntityManager' ? MANAGER : undefined;
  if (owner !== 'Reference') return undefined;
  const model = entityArgument(flow, argument(site.args, 0));
  return model ? { k: 'row', model } : argument(site.args, 0) ?? ANY;
}

/** `wrap(row)`, `ref(row)`, `rel(User, id)`, `serialize(row)`, `assign(row, values)`, `new MikroORM(…)`. */
function freeFunction(flow: Flow, site: CallSite): Value | undefined {
  if (site.callee.k !== 'ext' || !isMikro(site.callee.module)) return undefined;
  const name = lastName(site.callee);
  const first = argument(site.args, 0);
  if (MAKERS.has(name)) return declared(flow, site);
  switch (name) {
    case 'MikroORM': return ORM;
    case 'wrap': case 'ref': case 'rel': case 'reference': { const model = entityArgument(flow, first); return model ? { k: 'row', model } : first ?? ANY; }
    case 'assign': return assign(flow, site, first, argument(site.args, 1));
    case 'serialize': case 'toPOJO': if (modelIn(first)) handOut(flow, first!, name, flow.place(site.env, site.at)); return first ?? ANY;
    case 'Collection': return { k: 'any', id: `${DIALECT}:${site.env.module.path}:${spanStart(site.at)}` };
    default: return undefined;
  }
}
