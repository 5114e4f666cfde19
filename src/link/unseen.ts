/** Whether an application that uses the schema is in sight at all: rules about what nobody does need one. */
import type { SqlQuery } from '../facts/sql.js';
import type { Recorder } from '../flow/record.js';
import type { Gap, Role } from '../model/usage.js';

export interface Sight {
  /** Tables are declared by models: their language is read. */
  readonly hasModels: boolean;
  readonly record: Recorder;
  /** Statements of SQL files. */
  readonly queries: readonly { readonly query: SqlQuery; readonly path: string }[];
  readonly roleOf: (path: string) => Role;
}

/**
 * A gap about everything where only SQL declares the tables and neither code nor statements with parameters use them: dumps, schemas of applications in other
 * languages.
 */
export function unseenApplication({ hasModels, record, queries, roleOf }: Sight): readonly Gap[] {
  const isApplicationCode = (path: string): boolean => !path.endsWith('.sql') && roleOf(path) === 'application';
  const isUsed =
    hasModels ||
    [record.columns, record.queries, record.inserts, record.tables].some((records) =>
      [...records.values()].some(({ place }) => isApplicationCode(place.path)),
    ) ||
    queries.some(({ query, path }) => roleOf(path) === 'application' && takesParameters(query));
  return isUsed
    ? []
    : [
        {
          kind: 'unsupported',
          table: null,
          column: null,
          place: null,
          detail: 'no code that uses these tables is in this repository, or it is in a language that is not read',
        },
      ];
}

function takesParameters(query: SqlQuery): boolean {
  return (
    query.limit === 'parameter' ||
    query.conditions.some((condition) => condition.value.k === 'parameter') ||
    query.assigns.some((assign) => assign.parameter !== undefined) ||
    [...query.subqueries, ...query.ctes.map((cte) => cte.query), ...query.from.flatMap((source) => source.query ?? [])].some(takesParameters)
  );
}
