/**
 * Libraries that make an API, or pages to administer the data, of a whole schema: whoever calls it reads and writes any table.
 * https://zenstack.dev/docs/reference/server-adapters/next, https://orm.drizzle.team/docs/graphql, https://next-admin.js.org/docs/api/options
 */
import type { Flow } from '../../flow/evaluate.js';
import { lastName } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Dialect } from '../dialect.js';

/** What is called, by the package it is of, and the dialect of the models that it serves. */
const MAKERS: readonly { readonly module: RegExp; readonly name: RegExp; readonly dialect: string }[] = [
  { module: /^@zenstackhq\/server\b/, name: /Handler$|^ZenStackMiddleware$/, dialect: 'prisma' },
  { module: /^@premieroctet\/next-admin\b/, name: /^(createHandler|createAppHandler|NextAdmin|getNextAdminProps|nextAdminRouter)$/, dialect: 'prisma' },
  { module: /^drizzle-graphql$/, name: /^buildSchema$/, dialect: 'drizzle' },
];

export const apiMakers: Dialect = {
  id: 'api-makers',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k !== 'ext' || site.callee.module === 'builtins') return undefined;
      const name = lastName(site.callee);
      const maker = makerOf(site.callee.module, name);
      if (maker) noteAll(flow, maker.dialect, name, flow.place(site.env, site.at));
      return undefined;
    },
  },
};

const makerOf = (module: string, name: string): (typeof MAKERS)[number] | undefined => MAKERS.find((maker) => maker.module.test(module) && maker.name.test(name));

function noteAll(flow: Flow, dialect: string, maker: string, place: Place): void {
  for (const model of new Set([...flow.modelsByName.values()].flat())) {
    if (model.dialect === dialect) flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `${maker} serves ${model.name} to whoever asks` });
  }
}
