/** Kysely's own names, and how names in its texts are meant. https://kysely.dev/docs/intro */
import type { QName } from '../../facts/ddl.js';
import type { Stmt } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';

export const DIALECT = 'kysely';

const importsOf = (flow: Flow): readonly (Stmt & { k: 'import' })[] => flow.memo('kysely-imports', '', () => flow.modules.flatMap((module) => module.code.filter((stmt): stmt is Stmt & { k: 'import' } => stmt.k === 'import' && /^kysely(?:$|\/)/.test(stmt.module))), []);

export const isUsed = (flow: Flow): boolean => importsOf(flow).length > 0;

/** Whether names in texts are those of the database in camel case. https://kysely-org.github.io/kysely-apidoc/classes/CamelCasePlugin.html */
const isCamelCased = (flow: Flow): boolean => flow.memo('kysely-camel', '', () => importsOf(flow).some((stmt) => stmt.names.some(({ name }) => name === 'CamelCasePlugin')), false);

/** Every name of a column there is. */
const columnNames = (flow: Flow): ReadonlySet<string> => flow.memo('kysely-columns', '', () => new Set([...flow.modelsByName.values()].flat().flatMap((model) => model.table.columns.map((column) => column.name))), new Set());

const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

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

/** `x as y` in its parts. https://kysely-org.github.io/kysely-apidoc/interfaces/SelectQueryBuilder.html#select */
export function aliased(written: string): { readonly name: string; readonly alias: string | null } {
  const match = /^\s*(.+?)\s+as\s+(\w+)\s*$/i.exec(written);
  return match ? { name: match[1]!, alias: match[2]! } : { name: written.trim(), alias: null };
}
