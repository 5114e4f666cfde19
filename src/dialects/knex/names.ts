/** Knex's clients, and how names in its texts are meant. https://knexjs.org/guide/query-builder.html */
import type { QName } from '../../facts/ddl.js';
import { isExternal, lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { SpecialValue, Value } from '../../flow/value.js';
import type { Naming } from '../shared/drafts/draft.js';
import { mappedName } from '../shared/drafts/names.js';

export const DIALECT = 'knex';

export const isUsed = (flow: Flow): boolean =>
  flow.memo(
    'knex-used',
    '',
    () => flow.modules.some((module) => module.code.some((stmt) => stmt.k === 'import' && /^(?:knex|objection)(?:$|\/)/.test(stmt.module))),
    false,
  );

/** `knex(…)`, `require('knex')(…)`, `Knex(…)`. */
export const makesClient = (value: Value): boolean => isExternal(value, 'knex', 'default', 'knex', 'Knex', 'knex/knex');

/** The types `Knex`, `Knex.Transaction`; not those of builders. */
export const isClientType = (value: Value): boolean =>
  isExternal(value, 'knex') && /^(?:default|knex|Knex|Transaction|TransactionProvider)$/.test(lastName(value as Value & { k: 'ext' }));

export const isBuilderType = (value: Value): boolean => isExternal(value, 'knex') && lastName(value as Value & { k: 'ext' }) === 'QueryBuilder';

/** A database or transaction; of `schema`, where one was chosen, with what `with` told before. */
export const clientValue = (data: { readonly schema?: string } = {}): SpecialValue => ({
  k: 'special',
  dialect: DIALECT,
  tag: 'client',
  data,
  key: `client${data.schema ?? ''}`,
});

export const isOwn = (value: Value | null | undefined): value is SpecialValue => value?.k === 'special' && value.dialect === DIALECT;

export const naming = (flow: Flow): Naming => (name) => mappedName(flow, name);

/** `table`, `schema.table`. */
export function tableNamed(written: string, schema: string | null): QName {
  const [name, own] = written.split('.').reverse();
  const of = own ?? schema;
  return { name: name!, ...(of ? { schema: of } : {}) };
}
