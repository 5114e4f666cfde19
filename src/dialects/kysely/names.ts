/** Kysely's own names, and how names in its texts are meant. https://kysely.dev/docs/intro */
import type { QName } from '../../facts/ddl.js';
import type { Stmt } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import { columnNames, snakeCase } from '../shared/drafts/names.js';

export const DIALECT = 'kysely';

const importsOf = (flow: Flow): readonly (Stmt & { k: 'import' })[] =>
  flow.memo(
    'kysely-imports',
    '',
    () =>
      flow.modules.flatMap((module) =>
        module.code.filter((stmt): stmt is Stmt & { k: 'import' } => stmt.k === 'import' && /^kysely(?:$|\/)/.test(stmt.module)),
      ),
    [],
  );

export const isUsed = (flow: Flow): boolean => importsOf(flow).length > 0;

/** Whether names in texts are those of the database in camel case. https://kysely-org.github.io/kysely-apidoc/classes/CamelCasePlugin.html */
const isCamelCased = (flow: Flow): boolean =>
  flow.memo('kysely-camel', '', () => importsOf(flow).some((stmt) => stmt.names.some(({ name }) => name === 'CamelCasePlugin')), false);

/** The column's name in the database. */
export function columnNamed(flow: Flow, name: string): string {
  return isCamelCased(flow) && !columnNames(flow).has(name) ? snakeCase(name) : name;
}

/** `table`, `schema.table` as the database has it. */
export function tableNamed(flow: Flow, written: string): QName {
  const [name, schema] = written.split('.').reverse();
  const named = (each: string): QName => ({ name: each, ...(schema ? { schema } : {}) });
  return isCamelCased(flow) && !flow.queries?.modelOf(named(name!)) ? named(snakeCase(name!)) : named(name!);
}
