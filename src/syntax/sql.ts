import type { Problem } from '../facts/file.js';
import type { SqlStatement } from '../facts/sql.js';
import type { Comment } from './source.js';
import type { SpanOf } from './sql/context.js';
import { readSqlFile } from './sql/file.js';
import { loadSql } from './sql/parse.js';
import { readScript, type Script } from './sql/script.js';
import { statementReader } from './sql/statements.js';

export { sqlPartsIn } from './sql/parts.js';
export { sqlStringsIn } from './sql/strings.js';

/** Reads PostgreSQL. All spans are UTF-16 offsets of the file. */
export interface SqlSyntax {
  /** A `.sql` file. Never throws on bad input: what cannot be read is a problem. */
  parseSqlFile(text: string): { readonly statements: readonly SqlStatement[]; readonly comments: readonly Comment[]; readonly problems: readonly Problem[] };
  /** SQL in a string; `offsetMap` turns UTF-16 offsets of `text` into a span of the file. Null when any of it does not parse. */
  parseSqlString(text: string, offsetMap: SpanOf): readonly SqlStatement[] | null;
  /** The same with the place of the first failure, for callers that can change the text. `parameters`: constants that stand for outside values. */
  readScript(text: string, offsetMap: SpanOf, parameters?: ReadonlySet<number>): Script;
}

/** Loads the parser and returns the functions that use it. */
export async function loadSqlSyntax(): Promise<SqlSyntax> {
  const read = statementReader(await loadSql());
  return {
    parseSqlFile: (text) => readSqlFile(read, text),
    parseSqlString: (text, offsetMap) => {
      const script = readScript(read, text, offsetMap);
      return script.failedAt === null ? script.statements : null;
    },
    readScript: (text, offsetMap, parameters) => readScript(read, text, offsetMap, parameters),
  };
}
