/** Which of TypeORM's methods a call is: of a repository, a manager, an active record, a query builder. */
import { argument, lastName, text, unwritten } from '../../../flow/arguments.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { ANY, membersOf, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { builderOf, makeBuilder } from './builder.js';
import { AGGREGATES, FINDS, aggregate, find } from './finds.js';
import { MANAGER, entityArgument, isManager, isTypeorm, modelIn, repositoryOf, repositoryValue } from './receivers.js';
import { relationCall } from './relation-builder.js';
import { brackets, builderStep, handBuilders } from './steps.js';
import { WRITES, modelOfRows, rowCall, save, write } from './writes.js';

/** A call of TypeORM's; undefined for any other. */
export function call(flow: Flow, site: CallSite): Value | undefined {
  if (site.env.module.language !== 'typescript') return undefined;
  const { receiver, name } = site;
  if (!receiver) return brackets(site) ?? freeFunction(flow, site);
  if (!name) return undefined;
  const builder = builderOf(receiver);
  if (builder) return builderStep(flow, site, receiver, builder);
  const related = relationCall(flow, site);
  if (related) return related;
  if (receiver.k === 'extobj' && isTypeorm(receiver.module) && /QueryBuilder$/.test(receiver.name)) return foreignBuilder(flow, site, receiver);
  if (receiver.k === 'special' && receiver.tag === 'super' && receiver.dialect === 'core') return superCall(flow, site, receiver);
  if (receiver.k === 'model' || receiver.k === 'row') return receiver.model.dialect === 'typeorm' ? activeRecord(flow, site, receiver) : undefined;
  if (receiver.k === 'object' && findMember(flow, receiver.cls, name)) { handOver(flow, site); return undefined; }
  const model = repositoryOf(flow, receiver);
  if (model) return ofRepository(flow, site, model) ?? extensionCall(flow, site, receiver);
  if (isManager(flow, receiver)) return ofManager(flow, site);
  return namedEntity(flow, site, receiver);
}

/** A builder passed to code that cannot be followed may be changed there. */
function handOver(flow: Flow, site: CallSite): void {
  const callee = site.receiver ? null : site.callee;
  if (callee && callee.k === 'fn' && (flow.contexts.get(callee.fn.id) ?? 0) <= flow.contextLimit) return;
  if (callee && callee.k !== 'fn') handBuilders(site);
}

function superCall(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }): Value | undefined {
  const self = receiver.data['self'] as Value;
  if (self.k === 'row' || self.k === 'model')
    return self.model.dialect === 'typeorm' && !findMember(flow, self.model.cls!, site.name!) ? activeRecord(flow, site, self) : undefined;
  const owner = receiver.data['owner'] as Parameters<typeof findMember>[1] | null;
  if (self.k !== 'object' || !owner) return undefined;
  const model = repositoryOf(flow, self);
  const own = findMember(flow, owner, site.name!);
  // The method of a base in the repository is followed; that of TypeORM itself is run.
  return model && (!own || own.owner.id === owner.id) ? ofRepository(flow, site, model) : undefined;
}

/** A method of the repository of `model`. */
function ofRepository(flow: Flow, site: CallSite, model: Model): Value | undefined {
  const { name, args } = site;
  if (name! in FINDS) return find(flow, site, model, name!, args);
  if (AGGREGATES.has(name!)) return aggregate(flow, site, model, args);
  if (WRITES.has(name!)) return write(flow, site, model, name!, args);
  switch (name) {
    case 'createQueryBuilder': return makeBuilder(flow, flow.place(site.env, site.at), model, text(argument(args, 0)) ?? model.name);
    case 'extend': return repositoryValue(model, argument(args, 0));
    case 'findTrees': case 'findRoots': case 'findDescendants': case 'findAncestors': flow.record.table(model, 'select', flow.place(site.env, site.at));
    return { k: 'many', of: { k: 'row', model } };
    case 'findDescendantsTree': case 'findAncestorsTree': flow.record.table(model, 'select', flow.place(site.env, site.at)); return { k: 'row', model };
    case 'getId': case 'hasId': case 'query': return ANY;
    default: return undefined;
  }
}

/** A method that `repository.extend({ … })` adds: `this` is the repository. */
function extensionCall(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  const extension = receiver.k === 'extobj' ? receiver.args[1] : undefined;
  const method = extension?.k === 'dict' ? extension.entries.get(site.name!) : undefined;
  return method?.k === 'fn' ? flow.callFn({ ...method, self: receiver }, site.args.list) : undefined;
}

const without = (args: Args): Args => ({ list: args.list.slice(1) });

/** A method of an entity manager or data source: the entity comes first. */
function ofManager(flow: Flow, site: CallSite): Value | undefined {
  const { name, args } = site;
  const first = argument(args, 0);
  const model = entityArgument(flow, first);
  switch (name) {
    case 'getRepository': case 'getTreeRepository': case 'getMongoRepository': return model ? repositoryValue(model) : undefined;
    case 'getCustomRepository': case 'withRepository': return instanceOf(first);
    case 'transaction': {
      const callback = args.list.map((arg) => arg.value).find((value) => value.k === 'fn');
      return callback ? flow.callFn(callback, [unwritten(MANAGER, site.at)]) : ANY;
    }
    case 'createQueryRunner': return { k: 'extobj', module: 'typeorm', name: 'QueryRunner', args: [] };
    case 'createQueryBuilder': return makeBuilder(flow, flow.place(site.env, site.at), model, text(argument(args, 1)) ?? model?.name ?? null);
    case 'query': case 'initialize': case 'destroy': case 'release': case 'connect': return name === 'initialize' || name === 'connect' ? site.receiver! : ANY;
    default:
  }
  if (model) return ofEntity(flow, site, model);
  if (WRITES.has(name!)) {
    // `manager.save(rows)`: the rows tell what they are.
    const rows = modelOfRows(first);
    if (rows && name === 'save') return save(flow, site, rows, first);
    if (rows) return write(flow, site, rows, name!, args);
  }
  return undefined;
}

/** A call whose first argument is an entity's class. */
function ofEntity(flow: Flow, site: CallSite, model: Model): Value | undefined {
  const { name, args } = site;
  if (name! in FINDS) return find(flow, site, model, name!, without(args));
  if (AGGREGATES.has(name!)) return aggregate(flow, site, model, without(args));
  if (WRITES.has(name!)) return write(flow, site, model, name!, without(args));
  return undefined;
}

/** A receiver we do not know, given one of our entities: it can only be a manager. */
function namedEntity(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (receiver.k !== 'any' && receiver.k !== 'extobj' && receiver.k !== 'term') return undefined;
  const first = argument(site.args, 0);
  const model = membersOf(first ?? ANY).find((member) => member.k === 'model')?.k === 'model' ? entityArgument(flow, first) : null;
  if (!model) return undefined;
  switch (site.name) {
    case 'getRepository': case 'getTreeRepository': return repositoryValue(model);
    case 'createQueryBuilder': return makeBuilder(flow, flow.place(site.env, site.at), model, text(argument(site.args, 1)) ?? model.name);
    default: return site.args.list.length > 1 || site.name === 'find' || site.name === 'count' ? ofEntity(flow, site, model) : undefined;
  }
}

/** `User.find(…)`, `user.save()`. https://typeorm.io/docs/guides/active-record-data-mapper */
function activeRecord(flow: Flow, site: CallSite, receiver: Value & { k: 'model' | 'row' }): Value | undefined {
  const { model } = receiver;
  if (model.cls && findMember(flow, model.cls, site.name!)) return undefined;
  if (receiver.k === 'row') {
    const own = rowCall(flow, site, receiver);
    if (own !== undefined) return own;
    if (!(site.name! in FINDS) && site.name !== 'createQueryBuilder') return undefined;
  }
  if (site.name === 'getRepository') return repositoryValue(model);
  return ofRepository(flow, site, model);
}

/** `getRepository(User)`, `getCustomRepository(Users)`, `getManager()` of TypeORM itself. */
function freeFunction(flow: Flow, site: CallSite): Value | undefined {
  if (site.callee.k !== 'ext' || !isTypeorm(site.callee.module)) { handOver(flow, site); return undefined; }
  const name = lastName(site.callee);
  const model = entityArgument(flow, argument(site.args, 0));
  switch (name) {
    case 'getRepository': case 'getTreeRepository': return model ? repositoryValue(model) : undefined;
    case 'getCustomRepository': return instanceOf(argument(site.args, 0));
    case 'createQueryBuilder': return makeBuilder(flow, flow.place(site.env, site.at), model, text(argument(site.args, 1)));
    default: return undefined;
  }
}

function instanceOf(value: Value | null): Value {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'class') return { k: 'object', cls: member.cls };
    if (member.k === 'extobj' || member.k === 'object') return member;
  }
  return ANY;
}

/** A builder that is a parameter: its texts name columns, what it runs is not known. */
function foreignBuilder(flow: Flow, site: CallSite, receiver: Value & { k: 'extobj' }): Value | undefined {
  const model = modelIn(receiver.args[0]);
  if (!model) return undefined;
  const made = makeBuilder(flow, flow.place(site.env, site.at), model, null, true);
  return builderStep(flow, { ...site, receiver: made }, made, builderOf(made)!);
}
