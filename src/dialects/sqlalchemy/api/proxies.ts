/**
 * `names = association_proxy("taggings", "name")`: attributes of related rows as if they were the row's own; what is put in makes such a row.
 * https://docs.sqlalchemy.org/en/20/orm/extensions/associationproxy.html
 */
import type { Span } from '../../../facts/code.js';
import { elementOf } from '../../../flow/access.js';
import { argument, text, unwritten } from '../../../flow/arguments.js';
import { insertRow } from '../../../flow/calls.js';
import { lineage, ownMembers } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import { ANY, membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { termNamed } from '../terms.js';

interface Proxy {
  readonly relationship: ModelRelationship;
  readonly attribute: string;
  /** What makes a related row; null: its class. */
  readonly creator: Value | null;
}

/** The proxy that a model declares under this name; null for other names. */
function proxyOf(flow: Flow, model: Model, name: string): Proxy | null {
  return proxiesOf(flow, model).get(name) ?? null;
}

function proxiesOf(flow: Flow, model: Model): ReadonlyMap<string, Proxy> {
  return model.cls ? flow.memoOf<ReadonlyMap<string, Proxy>>('proxies', model.cls, model.id, () => proxiesIn(flow, model), NONE) : NONE;
}
const NONE: ReadonlyMap<string, Proxy> = new Map();

/** What makes the rows of a proxy runs where something is put in, and at no other time. */
export function settleProxies(flow: Flow, model: Model): void {
  for (const { creator } of proxiesOf(flow, model).values()) if (creator?.k === 'fn') flow.settle(creator.fn);
}

function proxiesIn(flow: Flow, model: Model): ReadonlyMap<string, Proxy> {
  const found = new Map<string, Proxy>();
  for (const cls of lineage(flow, model.cls!)) for (const [name, member] of ownMembers(flow, cls)) {
    const value = member.k === 'field' ? member.stmt.value : undefined;
    if (value?.k !== 'call' || !/^association_?proxy$/i.test(value.fn.k === 'name' ? value.fn.id : value.fn.k === 'attr' ? value.fn.name : '')) continue;
    const term = termNamed(flow.peek(value, cls.env), 'association_proxy', 'AssociationProxy');
    const relationship = model.relationships.get(text(term && argument(term.args, 0, 'target_collection')) ?? '');
    const attribute = text(term && argument(term.args, 1, 'attr'));
    if (term && relationship && attribute !== null && !found.has(name))
      found.set(name, { relationship, attribute, creator: argument(term.args, -1, 'creator') });
  }
  return found;
}

/** `row.names`, `Model.names`: the relationship is followed, and the attribute of its rows read. */
export function proxyAttribute(flow: Flow, of: Value & { k: 'row' | 'model' }, name: string, env: Env, at: Span): Value | undefined {
  const proxy = proxyOf(flow, of.model, name);
  if (!proxy) return undefined;
  const { relationship, attribute } = proxy;
  flow.record.relationship(of.model, relationship, flow.place(env, at), flow.currentFn, of.k === 'model' ? 'asked' : 'lazy');
  const value = flow.attribute({ k: 'row', model: relationship.target }, attribute, env, at);
  if (of.k === 'row' && !relationship.many) return value;
  return { k: 'special', dialect: 'sqlalchemy', tag: 'proxy', data: { proxy, value: of.k === 'model' ? ANY : value }, key: `${of.model.id}.${name}` };
}

export const proxyElement = (of: SpecialValue): Value => of.data['value'] as Value;

/** Methods of lists, sets and dicts that put something in. */
const PUTS = new Set(['append', 'add', 'insert', 'extend', 'update', 'setdefault', '__setitem__']);

export function proxyCall(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  if (!PUTS.has(site.name ?? '')) return site.name === 'get' || site.name === 'pop' ? proxyElement(of) : ANY;
  const given = site.args.list.map(({ value }) => (site.name === 'extend' || site.name === 'update' ? elementOf(flow, value, site.env, site.at) : value));
  make(flow, of.data['proxy'] as Proxy, site.name === 'insert' ? given.slice(1) : given, site);
  return ANY;
}

/** `row.names[key] = value`, `row.names = […]`, `Model(names=[…])`. */
export function putInProxy(flow: Flow, of: Value, name: string, value: Value, env: Env, at: Span): boolean {
  const proxy = of.k === 'row' ? proxyOf(flow, of.model, name) : of.k === 'special' && of.tag === 'proxy' ? of.data['proxy'] as Proxy : null;
  if (!proxy) return false;
  const items = of.k === 'row' && proxy.relationship.many ? membersOf(value).map((member) => elementOf(flow, member, env, at)) : [value];
  for (const item of items) make(flow, proxy, [item], { env, at });
  return true;
}

/** Rows that a new row is given through proxies. */
export function fillProxies(flow: Flow, model: Model, site: CallSite): void {
  if (!model.cls) return;
  for (const { name, value, at } of site.args.list)
    if (name !== null && !model.columns.has(name)) putInProxy(flow, { k: 'row', model }, name, value, site.env, at);
}

function make(flow: Flow, { relationship: { target }, creator }: Proxy, values: readonly Value[], site: Pick<CallSite, 'env' | 'at'>): void {
  const args = values.map((value): EvaluatedArg => unwritten(value, site.at));
  // A function of a dict's proxy takes the key before the value.
  const taken =
    creator?.k === 'fn' && creator.fn.fn.params.length > args.length
      ? [...creator.fn.fn.params.slice(args.length).map(() => ({ ...args[0]!, value: ANY })), ...args]
      : args;
  if (creator?.k === 'fn') flow.callFn(creator, taken);
  else if (creator?.k === 'model') insertRow(flow, creator.model, { list: args }, site);
  else insertRow(flow, target, { list: args }, site);
}
