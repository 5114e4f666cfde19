/** Calls that are given SQL: which text, which values its parameters get, and what comes back by the call's name. */
import type { Expr, Span, TemplateText } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { noteHeld } from '../../flow/moves.js';
import type { Env } from '../../flow/program.js';
import { isOfRows, noteRowType } from '../../flow/row-types.js';
import { identifierOf, namesIn, namesOfTemplate, namesOfText, namesValue } from '../../flow/sql-names.js';
import { added, hasParts, joinList, joinParts } from '../../flow/sql-parts.js';
import { sqlTexts, type Bind, type SqlOutcome, type SqlText } from '../../flow/sql.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { expectsOf, isResult, keepFor, oneRow, oneValue, resultOf, type Mode } from './results.js';

/** Calls that hand a text on, or look at it: none of them runs it. */
const CARRIERS = new Set([
  'text', 'SQL', 'sql', 'dedent', 'cleandoc', 'strip', 'trim', 'format', 'bindparams', 'replace', 'replaceAll', 'as_string', 'columns', 'rstrip', 'lstrip',
  'trimEnd', 'String', 'str', 'Composed', 'unsafe', 'literal_column', 'type', 'typeAlias', 'fragment', 'cast', 'encode', 'decode', 'toString', 'concat', 'join',
]);
/**
 * What makes a name of texts: slonik, psycopg. https://github.com/gajus/slonik#sqlidentifier,
 * https://www.psycopg.org/psycopg3/docs/api/sql.html#psycopg.sql.Identifier
 */
const NAMERS = new Set(['identifier', 'Identifier']);
/** Tags of templates that are put into others. */
const PART_TAGS = new Set(['sql', 'SQL', 'fragment', 'pgsql', 'raw']);
const IGNORED = new Set([
  'info', 'debug', 'warn', 'warning', 'error', 'exception', 'log', 'print', 'append', 'push', 'add', 'set', 'len', 'split', 'test', 'match', 'search',
  'startswith', 'startsWith', 'includes', 'equal', 'toBe', 'toEqual', 'expect', 'isinstance', 'hash', 'Error', 'ValueError', 'Exception', 'RunSQL',
]);
const ROW = new Set([
  'fetchrow', 'fetch_one', 'fetchone', 'fetchOne', 'one', 'maybeOne', 'oneOrNone', 'queryOne', 'query_one', 'get', 'first', 'queryRow', 'query_row', 'getOne',
  'get_one',
]);
const VALUE = new Set(['fetchval', 'fetch_val', 'scalar', 'oneFirst', 'maybeOneFirst', 'scalar_one', 'scalar_one_or_none', 'exists', 'queryScalar']);
const LIST = new Set([
  'fetch', 'fetch_all', 'fetchall', 'fetchAll', 'any', 'many', 'manyOrNone', 'anyFirst', 'manyFirst', 'all', 'each', '$queryRaw', '$queryRawUnsafe',
  'queryMany', 'query_all', 'iterate', 'scalars', 'select_all', 'queryAll', 'mappings', 'read_sql', 'read_sql_query',
]);
const TAGS_THAT_RUN = new Set(['$queryRaw', '$executeRaw']);
/** Names of the entry that holds the text in an options object. */
const TEXT_KEYS = ['text', 'sql', 'query', 'statement'] as const;
const VALUE_KEYS = ['values', 'params', 'parameters', 'replacements', 'bind', 'bindings', 'args'] as const;

/** A call with a text among its first arguments; undefined when it has none or is a function of this repository. */
export function runCall(flow: Flow, site: CallSite): Value | undefined {
  const { list } = site.args;
  for (let position = 0; position < list.length && position < TEXT_POSITIONS; position++) {
    const texts = textsOf(list[position]!.value);
    if (texts.length > 0) return runTexts(flow, site, texts, position);
  }
  return carried(site);
}

/** Arguments among which the text is looked for. */
const TEXT_POSITIONS = 3;

function runTexts(flow: Flow, site: CallSite, texts: readonly SqlText[], position: number): Value | undefined {
  const name = nameOf(site);
  if (isOwnFunction(flow, site) || IGNORED.has(name)) return undefined;
  if (CARRIERS.has(name)) return carrying(texts);
  // `cursor.mogrify(sql, values)` is the text that a later call runs. https://www.psycopg.org/docs/cursor.html#cursor.mogrify
  if (name === 'mogrify') return carrying(texts.map((text) => ({ ...text, given: sourcesOf(site, position) })));
  // Models built from raw SQL are their ORM's.
  if (site.receiver?.k === 'model' || site.receiver?.k === 'query' || (site.receiver?.k === 'special' && site.receiver.dialect === 'django')) return undefined;
  const outcomes = texts.flatMap((text) => {
    const outcome = flow.strings!.run(flow, text, binder(flow, site, text, (text.given as Sources | undefined) ?? sourcesOf(site, position)), 'unknown');
    return outcome ? [{ text, outcome }] : [];
  });
  return outcomes.length ? union(outcomes.map(({ text, outcome }) => valueOfCall(flow, site, name, text, outcome))) : ANY;
}

function valueOfCall(flow: Flow, site: CallSite, name: string, text: SqlText, outcome: SqlOutcome): Value {
  noteTypes(flow, site, outcome);
  if (ROW.has(name)) return oneRow(flow, outcome, expectsOf(name));
  if (VALUE.has(name)) return oneValue(flow, outcome, expectsOf(name));
  const mode: Mode = LIST.has(name) ? 'rows' : site.env.module.language === 'python' ? 'cursor' : 'result';
  const result = resultOf(outcome, mode, `${text.path}:${spanStart(text.at)}`);
  if (mode === 'cursor') keepFor(site, result);
  return result;
}

/** `pool.query<Post>(…)`, ``sql<Post[]>`…` ``: what the rows look like. */
function noteTypes(flow: Flow, { types, env }: CallSite, { item }: SqlOutcome): void {
  if (isOfRows(item)) for (const type of types) noteRowType(flow, flow.type(type, env), item);
}

/** A tagged template: its value is the rows (postgres.js, Prisma), and the text for a call that it is given to (slonik). */
export function taggedCall(flow: Flow, site: CallSite): Value | undefined {
  const text = site.sql!;
  const outcome = flow.strings!.run(flow, text, () => null, 'unknown');
  if (!outcome) return { k: 'any', sql: text };
  noteTypes(flow, site, outcome);
  const result = resultOf(outcome, TAGS_THAT_RUN.has(site.name ?? '') ? 'rows' : 'result', `${text.path}:${spanStart(text.at)}`);
  return { ...result, data: { ...result.data, text } };
}

/** `'SELECT …' + more`, `'SELECT …' % values`: still that text. */
export function joinedText(flow: Flow, op: string, args: readonly Value[], env: Env, at: Span, written: readonly Expr[]): Value | undefined {
  if (op !== '+' && op !== '%') return undefined;
  const texts = args[0] ? sqlTexts(args[0]) : [];
  if (texts.length === 0) return (op === '+' ? sumOf(args) : args[0] && hasParts(args[0]) ? args[0] : null) ?? undefined;
  // A chain that begins with the text was read as one, with what stands in between as holes.
  const { path } = env.module;
  const isWhole = texts.every((text) => text.path === path && spanStart(text.at) === spanStart(at));
  const [left, right] = args;
  if (!isWhole) return added(texts, right ?? null, { path, at });
  // Where in it the part stands is not known any more.
  if (op === '%') return right && hasParts(right) ? added(texts, right) : carrying(texts);
  const more = right && written[1] ? holesOf(flow, written[1], right, env) : NO_HOLES;
  const whole = more.length > 0 ? texts.map((text): SqlText => ({ ...text, holes: [...text.holes, ...more] })) : texts;
  return left?.k === 'const' && right?.k === 'const' ? { k: 'const', v: `${String(left.v)}${String(right.v)}`, sql: whole[0]! } : carrying(whole);
}

/** What an operand of a chain of texts leaves open in it: itself, or the holes that it has. */
function holesOf(flow: Flow, written: Expr, value: Value, env: Env): readonly Value[] {
  const isText = (part: Expr | TemplateText): boolean => part.k === 'text' || (part.k === 'lit' && (typeof part.v === 'string' || typeof part.v === 'number'));
  if (written.k === 'tpl') return written.parts.flatMap((part) => (part.k === 'text' || isText(part) ? [] : [flow.peek(part, env)]));
  return isText(written) ? NO_HOLES : [value];
}
const NO_HOLES: readonly Value[] = [];

/** `'a = 1' + ' AND b = 2'`: a text of constants is one. */
function sumOf(args: readonly Value[]): Value | null {
  const parts = joinParts(args);
  return parts && args.every((arg) => arg.k === 'const')
    ? { ...parts, k: 'const', v: args.map((arg) => (arg.k === 'const' ? String(arg.v) : '')).join('') }
    : parts;
}

/** The texts a value stands for: strings, tagged templates, options objects, what `text(…)` was given. */
function textsOf(value: Value): readonly SqlText[] {
  // Asked of every call there is: most values cannot hold one.
  if (value.k !== 'special' && value.k !== 'dict' && value.k !== 'union') return sqlTexts(value);
  return membersOf(value).flatMap((member): readonly SqlText[] => {
    if (isResult(member)) { const text = member.data['text'] as SqlText | undefined; return text ? [text] : []; }
    if (member.k === 'dict') return TEXT_KEYS.flatMap((key) => { const held = member.entries.get(key); return held ? sqlTexts(held) : []; });
    return sqlTexts(member);
  });
}

const carrying = (texts: readonly SqlText[]): Value => union(texts.map((text): Value => ({ k: 'any', sql: text })));

/**
 * `'SELECT …'.format(x)`, `text('…').bindparams(…)`: the receiver's text. `SQL('a = %s')`, `SQL(' AND ').join(conditions)`, `Prisma.join(conditions, ' AND ')`:
 * parts of one.
 */
function carried(site: CallSite): Value | undefined {
  const called = nameOf(site);
  const given = site.args.list.map((arg) => arg.value);
  if (NAMERS.has(called)) return (given[0] && identifierOf(given[0].k === 'list' ? given[0].items : given)) ?? undefined;
  if (!CARRIERS.has(called)) return undefined;
  const texts = site.receiver ? sqlTexts(site.receiver) : [];
  if (texts.length > 0) { const parts = joinParts(given); return parts ? added(texts, parts) : carrying(texts); }
  const [first, second] = given;
  if (site.name === 'join' && first && site.receiver?.k !== 'list' && site.receiver?.k !== 'many')
    return joinList(first, separatorOf(site, second)) ?? joinedNames(first);
  if (called === 'raw' && first?.k === 'const' && typeof first.v === 'string') { const names = namesOfText(first.v); if (names) return namesValue(names); }
  return first && hasParts(first)
    ? (joinParts([first]) ?? undefined)
    : site.receiver && hasParts(site.receiver)
      ? (joinParts([site.receiver]) ?? undefined)
      : undefined;
}

/** `sql.join(identifiers, sql`, `)` */
function joinedNames(list: Value): Value | undefined {
  const names = namesIn(list, true);
  return names ? namesValue(names) : undefined;
}

/** ``sql.fragment`id, name` ``: a template of nothing but names. */
export function namesOfTag(site: CallSite): Value | undefined {
  const names = site.template && PART_TAGS.has(nameOf(site)) ? namesOfTemplate(site.template, site.args.list.map((arg) => arg.value)) : null;
  return names ? namesValue(names) : undefined;
}

/** What stands between the items: the text, or what a text is wrapped in. */
function separatorOf(site: CallSite, second: Value | undefined): string | null {
  const wrapped = site.receiver?.k === 'term' ? argument(site.receiver.args, 0) : site.receiver;
  return text(second) ?? text(wrapped);
}

function nameOf(site: CallSite): string {
  return site.name ?? (site.callee.k === 'ext' ? lastName(site.callee) : '');
}

/** Functions of the repository are followed instead: what they do with the text is seen there. */
function isOwnFunction(flow: Flow, site: CallSite): boolean {
  if (!site.receiver) return site.callee.k === 'fn' || site.callee.k === 'class' || site.callee.k === 'model';
  if (!['object', 'class', 'module', 'dict', 'union'].includes(site.receiver.k)) return false;
  const member = flow.quiet(() => flow.attribute(site.receiver!, site.name!, site.env, site.nameAt));
  return membersOf(member).some((each) => each.k === 'fn' || each.k === 'class');
}

/** What the parameters of a text get: an item of the list or dict behind it, or the argument in its place. */
function binder(flow: Flow, site: CallSite, { path }: SqlText, sources: Sources): Bind {
  return (parameter, at) => {
    const found = givenFor(sources, parameter);
    if (found?.expr && at && path === site.env.module.path) noteHeld(flow, found.expr, at, site.env);
    return found?.value ?? null;
  };
}

interface Given { readonly value: Value; /** As it is written, where that is in sight. */ readonly expr: Expr | null }
/** `lists`: lists and dicts of values; `rest`: arguments that are values themselves. */
interface Sources { readonly lists: readonly Given[]; readonly rest: readonly EvaluatedArg[]; readonly isInside: boolean }

/** Where the values for the text at `position` stand. */
function sourcesOf(site: CallSite, position: number): Sources {
  const given = site.args.list[position]!;
  const options = membersOf(given.value).find((member) => member.k === 'dict');
  const rest = site.args.list.slice(position + 1);
  const key = options?.k === 'dict' ? VALUE_KEYS.find((each) => options.entries.has(each)) : undefined;
  const inside = key === undefined || options?.k !== 'dict' ? null : { value: options.entries.get(key)!, expr: entryWritten(given.expr, key) };
  const values: readonly Given[] = inside ? [inside] : rest.filter((arg) => arg.spread === null).map((arg) => ({ value: arg.value, expr: arg.expr }));
  return {
    lists: values.flatMap(({ value, expr }) => membersOf(value).map((member) => itemOfMany({ value: member, expr }, site))),
    rest,
    isInside: inside !== null,
  };
}

function givenFor({ lists, rest, isInside }: Sources, parameter: string): Given | null {
  const number = /^\d+$/.test(parameter) ? Number(parameter) - 1 : null;
  for (const { value, expr } of lists) {
    if (value.k === 'list' && number !== null) {
      const item = value.items[number];
      return item ? { value: item, expr: expr?.k === 'list' ? (expr.items[number] ?? null) : null } : null;
    }
    if (value.k === 'dict') { const item = entryNamed(value, parameter); if (item) return { value: item, expr: entryWritten(expr, parameter) }; }
  }
  // asyncpg takes the values themselves.
  const plain =
    number === null
      ? rest.find((arg) => arg.name === parameter)
      : isInside
        ? undefined
        : rest.filter((arg) => arg.name === null && arg.spread === null)[number];
  return plain ? { value: plain.value, expr: plain.expr } : null;
}

/** `executemany(sql, rows)`: one of the rows. */
function itemOfMany({ value, expr }: Given, site: CallSite): Given {
  if (value.k === 'many') return { value: value.of, expr: null };
  return value.k === 'list' && (site.name ?? '').startsWith('executemany')
    ? { value: value.items[0] ?? ANY, expr: expr?.k === 'list' ? (expr.items[0] ?? null) : null }
    : { value, expr };
}

function entryNamed(dict: Value & { k: 'dict' }, name: string): Value | null {
  const own = dict.entries.get(name);
  if (own) return own;
  for (const key of VALUE_KEYS) { const inner = dict.entries.get(key); if (inner?.k === 'dict') return inner.entries.get(name) ?? null; }
  return null;
}

/** The entry of that name in a dict as it is written. */
function entryWritten(expr: Expr | null, name: string): Expr | null {
  return expr?.k === 'dict' ? expr.entries.find(({ key }) => key?.k === 'lit' && key.v === name)?.value ?? null : null;
}
