import type { SqlQuery, SqlStatement } from '../../facts/sql.js';
import type { SqlParser, Tree } from './parse.js';
import { contextOf, relationSpan, wholeSpan, type Context, type Routine, type SpanOf } from './context.js';
import { createView, ddlOf, tableFromQuery } from './ddl.js';
import { createFunction, doBlock, type Reader } from './functions.js';
import { constantOf, kindOf, relationName, strings } from './node.js';
import { queryOf } from './query.js';
import { pathFromText } from './search-path.js';

/** A statement that could not be read: the offset is of its text. */
export interface Failure { readonly message: string; readonly offset: number }
export interface Reading { readonly statements: readonly SqlStatement[]; readonly failure: Failure | null }

/** Reads one statement's text; `span` maps offsets of that text to the file, `parameters` are constants in it that stand for values given from outside. */
export type StatementReader = (text: string, span: SpanOf, parameters?: ReadonlySet<number>) => Reading;

/** Makes the function that reads statements. */
export function statementReader(sql: SqlParser): StatementReader {
  const reader: Reader = {
    sql,
    read: (text, span, routine) => {
      const done = readText(text, span, routine);
      return done.failure ? null : [...done.statements];
    },
    node: (ctx, node) => statementsOf(reader, ctx, node),
  };
  function readText(text: string, span: SpanOf, routine?: Routine, parameters?: ReadonlySet<number>): Reading {
    const parsed = sql.parse(text);
    if (!parsed.ok) return { statements: [], failure: parsed };
    const ctx = contextOf(parameters ? { ...parsed, parameters: new Set([...parsed.parameters, ...parameters]) } : parsed, span, routine);
    try {
      return { statements: parsed.statements.flatMap((node) => statementsOf(reader, ctx, node)), failure: null };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { statements: [], failure: { message: 'nested too deeply', offset: 0 } };
    }
  }
  return (text, span, parameters) => readText(text, span, undefined, parameters);
}

function statementsOf(reader: Reader, ctx: Context, node: Tree): SqlStatement[] {
  const body = node[kindOf(node)] ?? {};
  switch (kindOf(node)) {
    case 'SelectStmt':
      return select(ctx, node);
    case 'CreateTableAsStmt':
      return tableAs(ctx, body);
    case 'CreateFunctionStmt':
      return [{ k: 'ddl', op: createFunction(reader, ctx, body) }];
    case 'DoStmt':
      return doBlock(reader, ctx, body);
    case 'TruncateStmt':
      return truncate(ctx, body);
    case 'PrepareStmt':
    case 'ExplainStmt':
    case 'DeclareCursorStmt':
      return body.query ? statementsOf(reader, ctx, body.query) : [];
    default: {
      const query = queryOf(ctx, node);
      return query ? [{ k: 'query', query }] : ddlOf(ctx, node).map((op) => ({ k: 'ddl', op }));
    }
  }
}

function select(ctx: Context, node: Tree): SqlStatement[] {
  const query = queryOf(ctx, node)!;
  const statements: SqlStatement[] = [];
  const into = node.SelectStmt.intoClause;
  // Inside a routine INTO fills variables.
  if (into && !ctx.onRow) statements.push({ k: 'ddl', op: tableFromQuery(ctx, into, query, false) });
  const path = configuredPath(node.SelectStmt);
  if (path) statements.push({ k: 'ddl', op: { k: 'search-path', schemas: path, at: wholeSpan(ctx) } });
  else statements.push({ k: 'query', query });
  return statements;
}

/** `SELECT set_config('search_path', '…', false)`, as dumps write it. */
function configuredPath(node: Tree): string[] | null {
  const call = node.targetList?.[0]?.ResTarget?.val?.FuncCall;
  if (!call || node.fromClause || strings(call.funcname).at(-1) !== 'set_config' || constantOf(call.args?.[0]) !== 'search_path') return null;
  const value = constantOf(call.args?.[1]);
  return typeof value === 'string' ? pathFromText(value) : null;
}

function tableAs(ctx: Context, node: Tree): SqlStatement[] {
  const into = node.into ?? {};
  if (node.objtype === 'OBJECT_MATVIEW') return [{ k: 'ddl', op: createView(ctx, into.rel ?? {}, into.colNames, node.query, true) }];
  const query = node.query ? queryOf(ctx, node.query) : null;
  const statements: SqlStatement[] = [{ k: 'ddl', op: tableFromQuery(ctx, into, query, node.if_not_exists === true) }];
  if (query) statements.push({ k: 'query', query });
  return statements;
}

function truncate(ctx: Context, node: Tree): SqlStatement[] {
  return ((node.relations ?? []) as Tree[]).map(({ RangeVar: range }) => {
    const at = relationSpan(ctx, range);
    const query: SqlQuery = {
      verb: 'truncate', target: { table: relationName(range), at }, from: [], ctes: [], subqueries: [], columns: [], outputs: [], conditions: [],
      sorts: [], groups: [], assigns: [], aggregates: false, at: wholeSpan(ctx),
    };
    return { k: 'query', query };
  });
}
