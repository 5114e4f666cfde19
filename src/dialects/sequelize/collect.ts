/** Models and associations that calls declare: they are met while the modules that make them are evaluated. */
import type { Func } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, entry, text, unwritten } from '../../flow/arguments.js';
import { ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, type ClassRef, type EvaluatedArg, type FnValue, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { CallSite } from '../dialect.js';
import { commentOf } from '../shared/targets.js';
import { associationOf, kindOf } from './associations.js';
import { readAttributes } from './attributes.js';
import { hasKnownBases, isModelClass } from './bases.js';
import { defineOf, type Connection } from './connections.js';
import type { Association, Attribute, Entity } from './entity.js';
import { CONNECTION, DIALECT, REGISTRY, isConnection, isSequelize, namedModel } from './names.js';
import { readOptions } from './options.js';
import { declaredModel, modelTarget } from './targets.js';

export interface Collection {
  readonly made: Map<string, (defaults: readonly Value[]) => Entity>; readonly associations: Map<string, Association>;
  /** What each connection says about all models. */
  readonly connections: Connection[];
  /** Functions that tell associations once all models are made, by their span. */
  readonly pending: Map<string, FnValue>;
  /** Models whose `id` is taken away again. */
  readonly keyless: Set<string>;
}

const collections = new WeakMap<Flow, Collection>();

/** Evaluates with the declaring calls of Sequelize noted. */
export function collecting(flow: Flow, run: (collection: Collection) => void): Collection {
  const collection: Collection = { made: new Map(), associations: new Map(), connections: [], pending: new Map(), keyless: new Set() };
  collections.set(flow, collection);
  try { run(collection); } finally { collections.delete(flow); }
  return collection;
}

export const isCollecting = (flow: Flow): boolean => collections.has(flow);

/** A call while models are declared; undefined when it declares nothing. */
export function declaringCall(flow: Flow, site: CallSite): Value | undefined {
  const collection = collections.get(flow);
  if (!collection) return undefined;
  const { receiver, name, callee } = site;
  if (site.isNew && callee.k === 'ext' && isSequelize(callee.module) && !receiver) {
    collection.connections.push({ path: site.env.module.path, define: defineOf(flow, site.args) });
    return undefined;
  }
  if (!receiver || !name) return undefined;
  if (name === 'define') return define(flow, site, receiver, collection);
  if (name === 'init') return initialise(flow, site, receiver, collection);
  const kind = kindOf(name);
  const isRemoval = name === 'removeAttribute' && text(argument(site.args, 0)) === 'id';
  const source = isRemoval || (kind && name === kind) ? modelTarget(flow, receiver.k === 'class' || receiver.k === 'special' ? receiver : null) : null;
  // https://sequelize.org/docs/v6/other-topics/legacy/#primary-keys
  if (isRemoval && source) { collection.keyless.add(keyOfTarget(source)); return ANY; }
  if (!kind || !source) return undefined;
  const association = associationOf(flow, kind, source, argument(site.args, 0), argument(site.args, 1), flow.place(site.env, site.nameAt));
  if (association) collection.associations.set(`${site.env.module.path}:${spanStart(site.at)}:${keyOfTarget(source)}`, association);
  return ANY;
}

const keyOfTarget = (target: TableTarget): string => (target.k === 'class' ? target.cls.id : target.k === 'site' ? target.site : target.name);

/** `sequelize.define('User', attributes, options)`. https://sequelize.org/docs/v6/core-concepts/model-basics/#using-sequelizedefine */
function define(flow: Flow, site: CallSite, receiver: Value, { made }: Collection): Value | undefined {
  const [name, attributes, options] = [text(argument(site.args, 0)), argument(site.args, 1), argument(site.args, 2)];
  if (name === null || attributes?.k !== 'dict' || !(receiver.k === 'any' || isConnection(receiver))) return undefined;
  const place = { path: site.env.module.path, at: site.args.list[0]!.at };
  const key = `${site.env.module.path}:${spanStart(site.at)}`;
  if (!made.has(key)) made.set(key, (defaults) => {
    const read = readOptions([...defaults, options], place);
    return {
      cls: null, site: key, model: name, options: read, attributes: readAttributes(flow, attributes, place), indexes: read.indexes, marks: [], associations: [],
      place, extent: { path: place.path, at: site.at }, comment: read.comment, isWhole: attributes.rest === null && read.hasKnownNames,
    };
  });
  return declaredModel(key);
}

/**
 * `User.init(attributes, options)`, `super.init(…)` in a static method of the class. https://sequelize.org/docs/v6/core-concepts/model-basics/#extending-model
 */
function initialise(flow: Flow, site: CallSite, receiver: Value, { made }: Collection): Value | undefined {
  const cls = classOf(receiver);
  const [attributes, options] = [argument(site.args, 0), argument(site.args, 1)];
  if (!cls || attributes?.k !== 'dict') return undefined;
  if (!isModelClass(flow, cls) && entry(options, 'sequelize') === null) return undefined;
  const place = { path: cls.module.path, at: cls.cls.at };
  if (!made.has(cls.id)) made.set(cls.id, (defaults) => {
    const read = readOptions([...defaults, options], place);
    return {
      cls,
      site: null,
      model: read.modelName ?? cls.name,
      options: read,
      attributes: withNotes(flow, cls, readAttributes(flow, attributes, { path: site.env.module.path, at: site.at })),
      indexes: read.indexes,
      marks: [],
      associations: [],
      place,
      extent: { path: site.env.module.path, at: site.at },
      comment: [commentOf(cls.cls.note), read.comment].filter((part) => part).join('\n') || null,
      isWhole: attributes.rest === null && read.hasKnownNames && hasKnownBases(flow, cls),
    };
  });
  return { k: 'class', cls };
}

/**
 * `declare name: string` in the class is the same attribute as the one that `init` is given: people comment either.
 * https://sequelize.org/docs/v6/other-topics/typescript/
 */
function withNotes(flow: Flow, cls: ClassRef, attributes: ReadonlyMap<string, Attribute>): ReadonlyMap<string, Attribute> {
  const members = ownMembers(flow, cls);
  return new Map([...attributes].map(([name, attribute]) => {
    const member = members.get(name);
    const note = member?.k === 'field' ? commentOf(member.stmt.note) : null;
    return [name, note === null ? attribute : { ...attribute, comment: [note, attribute.comment].filter((part) => part).join('\n') }];
  }));
}

function classOf(receiver: Value): ClassRef | null {
  if (receiver.k === 'class') return receiver.cls;
  if (receiver.k !== 'special' || receiver.tag !== 'super') return null;
  const self = receiver.data['self'] as Value;
  return self.k === 'class' || self.k === 'object' ? self.cls : null;
}

/** An attribute of the connection or the registry while models are declared. */
export function declaringAttribute(flow: Flow, of: Value, name: string): Value | undefined {
  if (!collections.has(flow)) return undefined;
  if (isConnection(of) && name === 'models') return REGISTRY;
  if (of.k === 'special' && of.dialect === DIALECT && of.tag === 'registry') return name === 'sequelize' ? CONNECTION : namedModel(name);
  return undefined;
}

/** `User.associate = (models) => { … }`: told later, when all models are there. */
export function declaringAssign(flow: Flow, of: Value, name: string, value: Value): boolean {
  const collection = collections.get(flow);
  if (!collection || value.k !== 'fn' || !/^associate/.test(name) || !(of.k === 'class' || (of.k === 'special' && of.dialect === DIALECT))) return false;
  collection.pending.set(value.fn.id, { ...value, self: of });
  return true;
}

/** What the parameters of a function that declares are given: the connection, the types, the other models. */
export function declaringArguments(fn: Func, declaresModels: boolean): readonly EvaluatedArg[] {
  return fn.params.map((param, index) => {
    const name = param.target.k === 'name' ? param.target.id : '';
    const value = valueNamed(name, index, declaresModels);
    return unwritten(value, param.target.at);
  });
}

function valueNamed(name: string, index: number, declaresModels: boolean): Value {
  if (/types?$/i.test(name)) return { k: 'ext', module: 'sequelize', name: 'DataTypes' };
  if (name === 'Sequelize') return { k: 'ext', module: 'sequelize', name: null };
  if (/^(sequelize|connection|conn)$/i.test(name)) return CONNECTION;
  if (/models?$|^db$/i.test(name) || !declaresModels) return REGISTRY;
  return index === 0 ? CONNECTION : { k: 'ext', module: 'sequelize', name: 'DataTypes' };
}
