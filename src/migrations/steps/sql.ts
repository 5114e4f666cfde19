/** SQL that migrations run from strings: the statements that were read there, with names filled in where the string has holes. */
import type { CallSite } from '../../dialects/dialect.js';
import { nameOf } from '../../dialects/shared/read-files.js';
import type { Expr } from '../../facts/code.js';
import type { FileFacts } from '../../facts/file.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { SqlStatement } from '../../facts/sql.js';
import { argument, entry, text } from '../../flow/arguments.js';
import type { Env } from '../../flow/program.js';
import { ANY, membersOf, type EvaluatedArg, type Term, type Value } from '../../flow/value.js';
import { WRAPPERS, readOf } from './files.js';
import { sourceOf, type Source } from './sources.js';
import type { Walk } from './walk.js';

/** Applies the SQL of an argument. False when the argument is no text at all (a statement built by a library). */
export function runSql(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, arg: Pick<EvaluatedArg, 'expr' | 'value'>): boolean {
  const texts = textsOf(arg.expr, site.env);
  if (texts.length === 0) return runUnread(walk, site, arg.value);
  for (const source of texts) runText(walk, site, source, arg.value);
  return true;
}

/** Applies the SQL of a tagged template, once it is run. */
export function runTemplate(walk: Walk, { template, sql, env, at }: Pick<CallSite, 'template' | 'sql' | 'env' | 'at'>): void {
  if (template) runText(walk, { env, at }, { expr: sql ? { ...template, at: sql.at } : template, env }, ANY);
}

function runText(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, { expr, env }: Source, value: Value): void {
  const { path } = env.module;
  const statements = walk.sqlAt(path, leftmost(expr).at);
  if (statements.length === 0) { if (changesTables(writtenText(expr) ?? text(value) ?? '')) walk.unknown('SQL that cannot be read', site); return; }
  const names = holesOf(expr).map((hole) => nameIn(walk.flow.expr(hole, env)));
  for (const statement of statements) {
    if (statement.k !== 'ddl') continue;
    const filled = fill(statement, names);
    if (filled === null) { if (OF_TABLES.test(statement.op.k)) walk.unknown('SQL with a name that cannot be told', site); }
    else if (filled.k === 'ddl') walk.add(filled.op, path);
  }
}

/** A name in a hole: a text, or what a library says it puts there as it stands (`sql.raw(name)`). */
const nameIn = (value: Value): string | null => text(value) ?? (value.k === 'special' && typeof value.data['sql'] === 'string' ? value.data['sql'] : null);

/** A text of which only the value is known. */
function runUnread(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, value: Value): boolean {
  const reads = membersOf(value).flatMap((member) => readOf(member) ?? []);
  for (const read of reads) runRead(walk, site, read);
  if (reads.length > 0) return true;
  const sql = text(value) ?? text(entry(value, 'sql')) ?? text(entry(value, 'query')) ?? (value.k === 'term' ? text(argument(value.args, 0)) : null);
  if (sql !== null && changesTables(sql)) walk.unknown('SQL that cannot be read', site);
  return sql !== null;
}

function runRead(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, read: Term): void {
  const file = walk.sqlFiles.take(walk.flow, read);
  if (file) runFile(walk, file);
  else walk.unknown('SQL that is read from elsewhere', site);
}

/** Applies the statements of a file. */
export function runFile(walk: Walk, { path, facts }: { readonly path: string; readonly facts: FileFacts }): void {
  const isDown = (at: number): boolean => (facts.down ?? []).some((part) => spanStart(part) <= at && at < spanEnd(part));
  for (const statement of facts.sql ?? []) if (statement.k === 'ddl' && !isDown(spanStart(statement.op.at))) walk.add(statement.op, path);
  for (const problem of facts.problems) if (problem.kind !== 'encoding') walk.fail(`A statement cannot be read: ${problem.message}`, { path, at: problem.at });
}

/** Applies a statement that is run for what it does, so that one nobody knows may do anything. False as of `runSql`. */
export function runStatement(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, arg: Pick<EvaluatedArg, 'expr' | 'value'>): boolean {
  if (runSql(walk, site, arg)) return true;
  const isUnknown = membersOf(arg.value).some(
    (value) => value.k === 'any' || (value.k === 'term' && WRAPPERS.has(nameOf(value)) && argument(value.args, 0)?.k === 'any'),
  );
  if (isUnknown) walk.unknown('SQL that is not known', site);
  return isUnknown;
}

/** The string literals, templates and chains that an expression comes down to. */
function textsOf(expr: Expr, env: Env, depth = 0): readonly Source[] {
  if (depth > 8) return [];
  switch (expr.k) {
    case 'lit': return typeof expr.v === 'string' ? [{ expr, env }] : [];
    case 'tpl': return [{ expr, env }];
    case 'op': return (expr.op === '+' && isText(leftmost(expr))) ? [{ expr, env }] : expr.op === '%' ? textsOf(expr.args[0]!, env, depth + 1) : [];
    case 'list': return expr.items.flatMap((item) => textsOf(item, env, depth + 1));
    case 'dict': return expr.entries.flatMap((each) =>
      each.key?.k === 'lit' && (each.key.v === 'sql' || each.key.v === 'query' || each.key.v === 'raw') ? textsOf(each.value, env, depth + 1) : [],
    );
    case 'cast': return textsOf(expr.of, env, depth + 1);
    case 'name': { const source = sourceOf(expr, env); return source && source.expr !== expr ? textsOf(source.expr, source.env, depth + 1) : []; }
    case 'call': {
      const name = expr.fn.k === 'name' ? expr.fn.id : expr.fn.k === 'attr' ? expr.fn.name : '';
      if (!WRAPPERS.has(name)) return [];
      const inner = expr.fn.k === 'attr' ? textsOf(expr.fn.of, env, depth + 1) : [];
      return inner.length ? inner : expr.args[0] ? textsOf(expr.args[0].value, env, depth + 1) : [];
    }
    default: return [];
  }
}

const isText = (expr: Expr): boolean => expr.k === 'tpl' || (expr.k === 'lit' && typeof expr.v === 'string');

/** The first operand of a chain of `+`: where the facts keep the statements of the whole. */
function leftmost(expr: Expr): Expr {
  let left = expr;
  while (left.k === 'op' && left.op === '+') left = left.args[0]!;
  return left.k === 'op' && left.op === '%'
    ? leftmost(left.args[0]!)
    : left.k === 'call' && left.fn.k === 'attr' && left.fn.name === 'format'
      ? left.fn.of
      : left;
}

/** The expressions that stand in a text, in the order in which holes are numbered: constants are text. */
function holesOf(expr: Expr): readonly Expr[] {
  if (expr.k === 'op' && expr.op === '+') return expr.args.flatMap(holesOf);
  if (expr.k === 'tpl')
    return expr.parts.filter((part): part is Expr => part.k !== 'text' && !(part.k === 'lit' && (typeof part.v === 'string' || typeof part.v === 'number')));
  return expr.k === 'lit' && (typeof expr.v === 'string' || typeof expr.v === 'number') ? [] : [expr];
}

function writtenText(expr: Expr): string | null {
  if (expr.k === 'op' && expr.op === '+') { const [left, right] = expr.args.map(writtenText); return left === null ? null : `${left}${right ?? 'x'}`; }
  if (expr.k === 'tpl') return expr.parts.map((part) => (part.k === 'text' ? part.v : 'x')).join('');
  return expr.k === 'lit' && typeof expr.v === 'string' ? expr.v : null;
}

/**
 * Puts the names into the holes `__hole_1`, `__hole_2`, …; null when one of them is not known. A schema that is not known is the
 * default one: it is where the tenant at hand has its tables.
 */
function fill(statement: SqlStatement, names: readonly (string | null)[]): SqlStatement | null {
  const written = JSON.stringify(statement);
  if (!written.includes('__hole')) return statement;
  const nameAt = (number: string): string | null => { const name = names[Number(number) - 1]; return name != null && /^[\w.]+$/.test(name) ? name : null; };
  let isKnown = !/__hole(?!_\d)/.test(written);
  const filled = written
    .replace(/"schema":"__hole_(\d+)",?/g, (whole, number: string) => (nameAt(number) === null ? '' : whole))
    .replace(/__hole_(\d+)/g, (_, number: string) => { const name = nameAt(number); if (name === null) isKnown = false; return name ?? ''; });
  return isKnown ? (JSON.parse(filled.replace(/,}/g, '}')) as SqlStatement) : null;
}

const OF_TABLES = /table|column|constraint|index|enum|domain|type|partition|unknown/;

/** Whether a text that could not be read would change tables: other objects make no difference to them. */
export function changesTables(sql: string): boolean {
  return /\b(?:create|alter|drop|rename)\s+(?:(?:unique|temp|temporary|unlogged|global|local|or\s+replace)\s+)*(?:table|index|type|column|domain)\b/i.test(
    sql.replace(/--[^\n]*/g, ''),
  );
}
