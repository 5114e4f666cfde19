/** The database as DDL and migrations build it, and the queries of SQL files and strings. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import type { Flow } from '../flow/evaluate.js';
import type { ModuleRef } from '../flow/program.js';
import type { EnumType } from '../model/schema.js';
import type { Gap, Role } from '../model/usage.js';
import type { TableDraft } from './draft.js';

export interface Histories {
  readonly drafts: readonly TableDraft[];
  readonly enums: readonly EnumType[];
  readonly isComplete: boolean;
  readonly queries: readonly { readonly query: SqlQuery; readonly path: string }[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

export function histories(files: ReadonlyMap<string, FileFacts>, modules: readonly ModuleRef[], flow: Flow, sqlAt: (path: string, at: Span) => readonly SqlStatement[], defaultSchema: string, roleOf: (path: string) => Role): Histories {
  void modules; void flow; void sqlAt; void defaultSchema;
  const queries: { query: SqlQuery; path: string }[] = [];
  for (const [path, facts] of files) {
    if (roleOf(path) === 'test') continue;
    for (const statement of [...(facts.sql ?? []), ...(facts.sqlStrings ?? []).flatMap((string) => string.statements)]) if (statement.k === 'query') queries.push({ query: statement.query, path });
  }
  return { drafts: [], enums: [], isComplete: false, queries, gaps: [], notes: [] };
}
