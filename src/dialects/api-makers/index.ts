/**
 * Libraries that make an API, or pages to administer the data, of a whole schema: whoever calls it reads and writes any table.
 * https://zenstack.dev/docs/reference/server-adapters/next, https://orm.drizzle.team/docs/graphql, https://next-admin.js.org/docs/api/options,
 * https://prisma.typegraphql.com/docs/basics/usage
 */
import { walk } from '../../facts/walk.js';
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Place } from '../../model/schema.js';
import type { CallSite, Dialect } from '../dialect.js';

/** What is called, by the package it is of, and the dialect of the models that it serves; `isFor` where it does so only of what it is given. */
const MAKERS: readonly {
  readonly module: RegExp;
  readonly name: RegExp;
  readonly dialect: string;
  readonly isFor?: (flow: Flow, site: CallSite) => boolean;
}[] = [
  { module: /^@zenstackhq\/server\b/, name: /Handler$|^ZenStackMiddleware$/, dialect: 'prisma' },
  { module: /^@premieroctet\/next-admin\b/, name: /^(createHandler|createAppHandler|NextAdmin|getNextAdminProps|nextAdminRouter)$/, dialect: 'prisma' },
  { module: /^drizzle-graphql$/, name: /^buildSchema$/, dialect: 'drizzle' },
  { module: /^type-graphql$/, name: /^buildSchema(Sync)?$/, dialect: 'prisma', isFor: hasGeneratedResolvers },
];

export const apiMakers: Dialect = {
  id: 'api-makers',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k !== 'ext' || site.callee.module === 'builtins') return undefined;
      const name = lastName(site.callee);
      const maker = makerOf(site.callee.module, name);
      if (maker && maker.isFor?.(flow, site) !== false) noteAll(flow, maker.dialect, name, flow.place(site.env, site.at));
      return undefined;
    },
  },
};

const makerOf = (module: string, name: string): (typeof MAKERS)[number] | undefined =>
  MAKERS.find((maker) => maker.module.test(module) && maker.name.test(name));

/** `resolvers` that were generated from Prisma's schema, and are not kept with the code. */
function hasGeneratedResolvers(flow: Flow, { args, env }: CallSite): boolean {
  let isFound = false;
  for (const { expr } of args.list) walk(expr, (node) => {
    if (isFound || node.k !== 'name') return;
    const value = flow.peek(node, env);
    isFound = value.k === 'ext' && value.module !== 'type-graphql' && /type-?graphql/i.test(value.module) && /resolvers?$/i.test(lastName(value));
  });
  return isFound;
}

function noteAll(flow: Flow, dialect: string, maker: string, place: Place): void {
  for (const model of new Set([...flow.modelsByName.values()].flat())) {
    if (model.dialect === dialect)
      flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `${maker} serves ${model.name} to whoever asks` });
  }
}
