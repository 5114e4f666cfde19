import type { DdlOp } from '../../facts/ddl.js';
import type { SqlQuery, SqlStatement } from '../../facts/sql.js';
import type { SqlParser, Tree } from './parse.js';
import { findName, findToken, wholeSpan, type Context, type Routine } from './context.js';
import { dottedName, strings, typeName } from './node.js';
import { callsOf, readPlPgSql, type Body, type PlPgSql, type ReadStatement } from './plpgsql.js';
import { splitSql } from './split.js';

/** Reads statements that stand in other statements. */
export interface Reader {
  readonly sql: SqlParser;
  /** Parses one statement given as text. */
  readonly read: ReadStatement;
  /** Reads a statement node of the same text. */
  readonly node: (ctx: Context, node: Tree) => SqlStatement[];
}

const NOTHING: PlPgSql = { statements: [], setsNew: [], setsNewIf: [], readsRow: [], calls: [], opaque: true };

/** CREATE FUNCTION or PROCEDURE with what its body does. */
export function createFunction(r: Reader, ctx: Context, node: Tree): DdlOp {
  const name = dottedName(strings(node.funcname));
  const options = optionsOf(node.options);
  const language = String(options.language?.arg?.String?.sval ?? 'sql').toLowerCase();
  const returns = strings(node.returnType?.names).at(-1);
  const names = ((node.parameters ?? []) as Tree[]).flatMap((p) => p.FunctionParameter?.name ?? []);
  const done = bodyFacts(r, ctx, node, options, language, names);
  return {
    k: 'create-function',
    name,
    takes: takenTypes(node),
    ...(node.replace ? { isReplacing: true as const } : {}),
    returnsTrigger: returns === 'trigger',
    body: {
      language,
      queries: queriesOf(done.statements),
      setsNew: done.setsNew,
      ...(done.setsNewIf.length > 0 ? { setsNewIf: done.setsNewIf } : {}),
      readsRow: done.readsRow,
      ...(done.calls.length > 0 ? { calls: done.calls } : {}),
      opaque: done.opaque,
    },
    extent: wholeSpan(ctx),
    at: findName(ctx, name.name),
  };
}

/** The types of the parameters that a caller gives. */
function takenTypes(node: Tree): string[] {
  return ((node.parameters ?? []) as Tree[]).flatMap(({ FunctionParameter: parameter }) =>
    parameter && !/_OUT$|_TABLE$/.test(String(parameter.mode ?? '')) ? [typeName(parameter.argType)] : [],
  );
}

/** A DO block: the schema changes and queries in it, and an unknown step when some of it cannot be followed. */
export function doBlock(r: Reader, ctx: Context, node: Tree): SqlStatement[] {
  const options = optionsOf(node.args);
  const language = String(options.language?.arg?.String?.sval ?? 'plpgsql').toLowerCase();
  const body = bodyText(ctx, options.as);
  const done = body && language === 'plpgsql' ? readPlPgSql(r.sql, ctx.text, body, [], r.read) : NOTHING;
  const statements = ASKS_FIRST.test(body?.text ?? '') ? done.statements.map(asGuarded) : [...done.statements];
  if (done.opaque && (language !== 'plpgsql' || mayChangeSchema(body?.text ?? ''))) {
    statements.push({ k: 'ddl', op: { k: 'unknown-step', what: `DO block in ${language}`, at: wholeSpan(ctx) } });
  }
  return statements;
}

/** A block that asks the catalog, or takes an error, before it changes something: it may find it done already. */
const ASKS_FIRST = /\bif\b[\s\S]*\bthen\b|\bexception\b/i;

function asGuarded(statement: SqlStatement): SqlStatement {
  if (statement.k !== 'ddl' || statement.op.k === 'unknown-step') return statement;
  return { k: 'ddl', op: { ...statement.op, isGuarded: true } };
}

/** Whether a block that puts statements together can change what tables hold; other names for constraints and indexes do not. */
function mayChangeSchema(block: string): boolean {
  const text = block.replace(/\balter\s+table\b[^;']*?\brename\s+constraint\b|\balter\s+index\b[^;']*?\brename\s+to\b/gi, '');
  return /\b(?:create|alter|drop|rename)\s+(?:[\w%]+\s+){0,3}?(?:table|index|type|column|constraint|domain|view|schema)\b/i.test(text);
}

function bodyFacts(r: Reader, ctx: Context, node: Tree, options: Options, language: string, names: readonly string[]): PlPgSql {
  if (node.sql_body) return sqlBody(r, ctx, node.sql_body, names);
  const body = bodyText(ctx, options.as);
  if (!body) return NOTHING;
  if (language === 'plpgsql') return readPlPgSql(r.sql, ctx.text, body, names, r.read);
  if (language !== 'sql') return NOTHING;
  const rows = new Set<string>();
  const routine: Routine = { variables: new Set(names), onRow: (column) => rows.add(column) };
  let opaque = false;
  const statements = splitSql(body.text).statements.flatMap((piece) => {
    const read = r.read(body.text.slice(piece.start, piece.end), (start, end) => body.span(piece.start + start, piece.start + end), routine);
    if (!read) opaque = true;
    return read ?? [];
  });
  return { statements, setsNew: [], setsNewIf: [], readsRow: [...rows], calls: callsOf(statements), opaque };
}

/** `BEGIN ATOMIC … END` or `RETURN expression`: parsed with the statement. */
function sqlBody(r: Reader, ctx: Context, node: Tree, names: readonly string[]): PlPgSql {
  const inside: Context = { ...ctx, variables: new Set(names) };
  const items = (node.List?.items ?? [node]) as Tree[];
  const nodes = items.flatMap((item) => (item.List?.items ?? [item]) as Tree[]);
  const statements = nodes.flatMap((item) => {
    if (!item.ReturnStmt) return r.node(inside, item);
    return r.node(inside, { SelectStmt: { targetList: [{ ResTarget: { val: item.ReturnStmt.returnval } }], op: 'SETOP_NONE' } });
  });
  return { statements, setsNew: [], setsNewIf: [], readsRow: [], calls: callsOf(statements), opaque: false };
}

function queriesOf(statements: readonly SqlStatement[]): SqlQuery[] {
  return statements.flatMap((statement) => (statement.k === 'query' ? [statement.query] : []));
}

type Options = Readonly<Record<string, Tree | undefined>>;

function optionsOf(list: readonly Tree[] | undefined): Options {
  return Object.fromEntries((list ?? []).map((item) => [item.DefElem?.defname ?? '', item.DefElem]));
}

/** The text of the string behind AS. A quoted one with escapes differs from what stands in the file: all of it is then one place. */
function bodyText(ctx: Context, option: Tree | undefined): Body | null {
  if (!option) return null;
  const text = (option.arg?.List?.items?.[0]?.String?.sval ?? option.arg?.String?.sval) as string | undefined;
  if (text === undefined) return null;
  const token = findToken(ctx, (c) => c.type === 'string', ctx.offset(option.location ?? 0));
  if (!token) return { text, span: () => wholeSpan(ctx) };
  const { start: from, end: to } = token;
  const inner = ctx.text.slice(from, to).indexOf(text);
  if (inner < 0) return { text, span: () => ctx.span(from, to) };
  const base = from + inner;
  return { text, span: (start, end) => ctx.span(base + start, base + end) };
}
