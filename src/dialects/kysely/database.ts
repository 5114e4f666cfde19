/** The types that tell Kysely what tables there are: they are declarations, and no uses of what they name. https://kysely.dev/docs/getting-started#types */
import type { Expr } from '../../facts/code.js';
import { ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';

/** Interfaces of tables that were met, and whether their fields are told already. */
const databases = (flow: Flow): Map<string, { readonly cls: ClassRef; isTold: boolean }> =>
  flow.memo('kysely-databases', '', () => new Map<string, { readonly cls: ClassRef; isTold: boolean }>(), new Map());

/** Notes the interface of tables in `Kysely<Database>`. */
export function noteDatabase(flow: Flow, type: Expr | undefined, env: Env): void {
  if (type) for (const cls of classesOf(flow.type(type, env))) if (!databases(flow).has(cls.id)) databases(flow).set(cls.id, { cls, isTold: false });
}

/** Tells of the fields of those interfaces, once something is recorded. */
export function tellDatabases(flow: Flow): void {
  if (flow.isQuiet) return;
  for (const database of databases(flow).values()) {
    if (database.isTold) continue;
    database.isTold = true;
    for (const table of fieldsOf(flow, database.cls))
      for (const row of table.type ? classesOf(flow.type(table.type, database.cls.env)) : []) fieldsOf(flow, row);
  }
}

const classesOf = (value: Value): readonly ClassRef[] => membersOf(value).flatMap((member) => (member.k === 'object' ? [member.cls] : []));

/** The fields of an interface, each of which declares what it names. */
function fieldsOf(flow: Flow, cls: ClassRef): readonly { readonly type: Expr | undefined }[] {
  return [...ownMembers(flow, cls).values()].flatMap((member) => {
    if (member.k !== 'field') return [];
    flow.record.declares({ path: cls.module.path, at: member.stmt.target.at });
    return [{ type: member.stmt.type }];
  });
}
