/** Names of Drizzle's own functions, and which of them a value is. https://orm.drizzle.team/docs/sql-schema-declaration */
import { spanEnd, spanStart } from '../../facts/span.js';
import { isExternal } from '../../flow/arguments.js';
import type { Term, Value } from '../../flow/value.js';

export const DIALECT = 'drizzle';
/** The package; column builders come from `drizzle-orm/pg-core` and its sisters. */
const PACKAGE = 'drizzle-orm';

/** Functions that make a table of a name, columns and extras. https://orm.drizzle.team/docs/goodies#multi-project-schema */
const TABLE_FUNCTIONS = new Set(['pgTable', 'mysqlTable', 'sqliteTable', 'singlestoreTable', 'gelTable', 'mssqlTable', 'cockroachTable']);
/** Functions that make such a function, which puts something before every name. */
const TABLE_CREATORS = new Set(['pgTableCreator', 'mysqlTableCreator', 'sqliteTableCreator', 'singlestoreTableCreator', 'gelTableCreator']);
const SCHEMA_FUNCTIONS = new Set(['pgSchema', 'mysqlSchema', 'mysqlDatabase', 'singlestoreSchema', 'gelSchema', 'mssqlSchema', 'cockroachSchema']);
const VIEW_FUNCTIONS: Readonly<Record<string, 'view' | 'materialized-view'>> = {
  pgView: 'view',
  mysqlView: 'view',
  sqliteView: 'view',
  singlestoreView: 'view',
  view: 'view',
  pgMaterializedView: 'materialized-view',
  materializedView: 'materialized-view',
};
export const ENUM_FUNCTIONS = new Set(['pgEnum', 'enum', 'cockroachEnum']);

/** What a call declares, seen from its callee. */
export type Declared =
  | { readonly k: 'table'; readonly creator: Term | null; readonly casing: 'snake_case' | 'camelCase' | null }
  | { readonly k: 'view'; readonly kind: 'view' | 'materialized-view' };

/** The path of a name of Drizzle (`pgTable`, `pgTable.withRLS`, `snakeCase.table`), null for anything else. */
export function drizzleName(value: Value | null | undefined): string | null {
  return value?.k === 'ext' && isExternal(value, PACKAGE) ? value.name ?? '' : null;
}

/** The core a function comes from: `pg`, `mysql`, `sqlite`. */
export function coreOf(value: Value): string {
  return (value.k === 'ext' || value.k === 'extobj' ? /^drizzle-orm\/(\w+)-core/.exec(value.module)?.[1] : null) ?? 'pg';
}

/** Whether a call of `callee`, or of the method `name` of `receiver`, declares a table or view. */
export function declaredBy(callee: Value, receiver: Value | null | undefined, name: string | null | undefined): Declared | null {
  const called = drizzleName(callee);
  if (called !== null) {
    const [first, second] = called.split('.');
    if (TABLE_FUNCTIONS.has(first!)) return { k: 'table', creator: null, casing: null };
    // https://orm.drizzle.team/docs/sql-schema-declaration#camel-and-snake-casing
    if ((first === 'snakeCase' || first === 'camelCase') && second === 'table')
      return { k: 'table', creator: null, casing: first === 'snakeCase' ? 'snake_case' : 'camelCase' };
    const kind = VIEW_FUNCTIONS[first!];
    return kind && second === undefined && /View$/.test(first!) ? { k: 'view', kind } : null;
  }
  if (callee.k === 'term' && TABLE_CREATORS.has(drizzleName(callee.callee) ?? '')) return { k: 'table', creator: callee, casing: null };
  if (receiver?.k === 'term' && isSchema(receiver) && name) {
    if (name === 'table') return { k: 'table', creator: null, casing: null };
    const kind = VIEW_FUNCTIONS[name];
    return kind ? { k: 'view', kind } : null;
  }
  return null;
}

/** `pgSchema('billing')`. */
export function isSchema(term: Term): boolean {
  return SCHEMA_FUNCTIONS.has(drizzleName(term.callee) ?? '');
}

/** The first call of a chain: `text('id')` of `text('id').notNull()`; the further ones in order. */
export interface Chain { readonly root: Term; readonly steps: readonly Term[] }

export function chainOf(term: Term): Chain {
  const steps: Term[] = [];
  let root = term;
  while (root.of?.k === 'term' && !isSchema(root.of)) { steps.push(root); root = root.of; }
  return { root, steps: steps.reverse() };
}

/** The function that the first call of a chain is of: a column builder, `index`, a schema's method, a custom type. */
export function rootCallee(term: Term): Value {
  const { root } = chainOf(term);
  return root.of?.k === 'term' ? root.of.callee : root.callee.k === 'term' ? rootCallee(root.callee) : root.callee;
}

/** Whether a term was made by one of Drizzle's declaring functions, so that a method of it is Drizzle's too. */
export function isDeclaration(term: Term): boolean {
  const name = drizzleName(rootCallee(term));
  return name !== null && name !== 'drizzle' && !/^(sql|placeholder)\b/.test(name);
}

/** Where a table is defined, which is how declarations and uses find each other. A method's call begins where its receiver's does. */
export function siteOf(term: Term): string {
  return `${term.place.path}:${spanStart(term.place.at)}:${spanEnd(term.place.at)}`;
}

/** Whether a term declares a table or a view, itself or with further calls behind it (`.enableRLS()`, `.as(…)`). */
export function tableTerm(value: Value | null | undefined): Term | null {
  if (value?.k !== 'term') return null;
  const { root } = chainOf(value);
  return declaredBy(root.callee, root.of, root.name) ? root : null;
}
