/** tRPC: what a procedure gives is what its client reads. https://trpc.io/docs */
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { runCallbacks } from '../shared/fetching.js';
import { clientAttribute, clientCall, clientOf, endpointCall, typesAttribute } from './client.js';
import { initCall, madeBy, makerCall, nextCall, procedureStep, rootAttribute } from './server.js';
import { dataOf, isTrpc, make, type TrpcValue } from './values.js';

export const trpc: Dialect = {
  id: 'trpc',
  language: 'typescript',
  api: {
    call(flow, site) {
      const { receiver, callee } = site;
      if (receiver !== null) return isTrpc(receiver) ? methodCall(flow, site, receiver) : isInit(receiver) ? initCall(flow, site, ANY) : undefined;
      if (isTrpc(callee)) return functionCall(flow, site, callee);
      return callee.k === 'ext' && callee.module.startsWith('@trpc/') ? clientCall(flow, site, lastName(callee)) : undefined;
    },
    attribute(flow, of, name, env, at) {
      if (!isTrpc(of)) return undefined;
      const value = attributeOf(flow, of, name);
      if (value.k !== 'any') flow.record.resolve(flow.place(env, at));
      return value;
    },
    annotation(flow, name, args, env) {
      if (name.k !== 'ext' || name.name === null || !name.module.startsWith('@trpc/') || !args[0]) return undefined;
      const given = (): Value => flow.type(args[0]!, env);
      switch (lastName(name)) {
        case 'inferRouterOutputs': case 'inferRouterInputs': {
          const router = given();
          const entries = dataOf(router, 'router')?.entries;
          const of = lastName(name) === 'inferRouterOutputs' ? 'output' : 'input';
          return entries ? make('types', { entries, of }, `${of}:${(router as TrpcValue).key}`) : undefined;
        }
        case 'inferAsyncReturnType': return madeBy(flow, given());
        default: return undefined;
      }
    },
  },
};

const isInit = (value: Value): boolean => value.k === 'ext' && value.module.startsWith('@trpc/server') && lastName(value) === 'initTRPC';

function attributeOf(flow: Flow, of: TrpcValue, name: string): Value {
  const root = dataOf(of, 'root');
  if (root) return rootAttribute(of, root.context, name);
  const client = dataOf(of, 'client');
  if (client) return clientAttribute(client.entries, name, of.key);
  const types = dataOf(of, 'types');
  return types ? typesAttribute(flow, types.entries, types.of, name) : ANY;
}

function methodCall(flow: Flow, site: CallSite, receiver: TrpcValue): Value | undefined {
  const init = dataOf(receiver, 'init');
  if (init) return initCall(flow, site, init.context);
  const procedure = dataOf(receiver, 'procedure');
  if (procedure) return procedureStep(flow, site, receiver, procedure);
  const endpoint = dataOf(receiver, 'endpoint');
  if (endpoint) return endpointCall(flow, site, endpoint.procedure, endpoint.key);
  const router = dataOf(receiver, 'router');
  if (router && site.name === 'createCaller') return clientOf(router.entries, receiver.key);
  // What it has under the name is called.
  const member = attributeOf(flow, receiver, site.name ?? '');
  return isTrpc(member) ? functionCall(flow, { ...site, receiver: null, callee: member }, member) : undefined;
}

function functionCall(flow: Flow, site: CallSite, callee: TrpcValue): Value | undefined {
  const maker = dataOf(callee, 'maker');
  if (maker) return makerCall(site, maker.name);
  if (dataOf(callee, 'next')) return nextCall(site);
  const endpoint = dataOf(callee, 'endpoint');
  if (endpoint) return endpointCall(flow, { ...site, receiver: null }, endpoint.procedure, endpoint.key);
  const giver = dataOf(callee, 'giver');
  if (giver) { runCallbacks(flow, site, giver.value); return giver.value; }
  return undefined;
}
