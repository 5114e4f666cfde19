import type { Expr, Stmt } from '../../facts/code.js';
import type { SqlString } from '../../facts/file.js';
import type { SqlQuery } from '../../facts/sql.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import { constantsOf } from './constants.js';
import { readWithHoles, type Part } from './holes.js';
import { partsOf, withConstants, type ScriptReader } from './strings.js';

/** A clause that is put behind a statement. */
const CLAUSE = /^\s*(where|and|or|order\s+by|group\s+by|having|limit|offset)\b/i;
/** `status = `, `lower(u.email) LIKE`, `NOT EXISTS (`: how a condition begins. */
const CONDITION =
  /^\s*\(*\s*(?:not\s+)?(?:exists\s*\(|(?:[a-z_]\w*\s*\(\s*)*["\w]+(?:\."?\w+"?)*[\s)]*(?:::\s*\w+)?\s*(?:=|<>|!=|<|>|@>|&&|~|is\s+(?:not\s+)?(?:null|true|false|distinct)\b|(?:not\s+)?(?:in|like|ilike|between|similar)\b))/i;
const HOLE = 'x';
/** `${where} ORDER BY …` */
const FILLED = /^\s+x\s*(?:(?:and|or|order\s+by|group\s+by|having|limit|offset|for)\b|$)/i;
/** Longer texts are no part of a statement that somebody puts together. */
const LONGEST = 4000;

/**
 * The strings of a file's code that read as a part of a statement, `known` ones left out, in order, by the `at` of their literal or
 * template. Each is a query over no table, with the conditions, sorts and the limit that it adds.
 */
export function sqlPartsIn(code: readonly Stmt[], text: string, sql: ScriptReader, known: readonly SqlString[]): SqlString[] {
  const found: SqlString[] = [];
  const isKnown = new Set(known.map((string) => spanStart(string.at)));
  const constants = constantsOf(code);
  const stack: unknown[] = [code];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) { for (const each of node) stack.push(each); continue; }
    if (!node || typeof node !== 'object') continue;
    const item = node as Expr;
    for (const each of readWith(item, isKnown)) isKnown.add(each);
    if (item.k === 'tpl' || (item.k === 'lit' && typeof item.v === 'string')) {
      const written = isKnown.has(spanStart(item.at)) || !mayBegin(item) ? null : begin(partsOf([item], text));
      const query = written && read(item.k === 'tpl' && item.tag ? written : withConstants(written, { constants }), sql);
      if (written && query) found.push({ at: item.at, statements: [{ k: 'query', query }] });
    }
    if (item.k === 'lit') continue;
    for (const value of Object.values(node)) if (value && typeof value === 'object') stack.push(value);
  }
  return found.sort((a, b) => spanStart(a.at) - spanStart(b.at));
}

/** Where the texts begin that were read together with a statement: the others of a chain of `+`, what `'…'.format(a='b')` puts in. */
function readWith(node: Expr, isKnown: ReadonlySet<number>): readonly number[] {
  if (node.k === 'call')
    return node.fn.k === 'attr' && node.fn.name === 'format' && isKnown.has(spanStart(node.fn.of.at))
      ? node.args.flatMap((arg) => textsAmong([arg.value]))
      : [];
  if (node.k !== 'op' || node.op !== '+') return [];
  const operands: Expr[] = [];
  let left: Expr = node;
  for (; left.k === 'op' && left.op === '+' && left.args.length === 2; left = left.args[0]!) operands.push(left.args[1]!);
  return isKnown.has(spanStart(left.at)) ? textsAmong(operands) : [];
}

const textsAmong = (operands: readonly Expr[]): readonly number[] =>
  operands.filter((each) => each.k === 'lit' || each.k === 'tpl').map((each) => spanStart(each.at));

/** Most literals are told by their text alone, before it is looked up where its characters stand. */
function mayBegin(item: Expr): boolean {
  return item.k !== 'lit' || CLAUSE.test(String(item.v)) || CONDITION.test(String(item.v));
}

/** The text as a statement of its own: `AND a = 1` as `SELECT WHERE a = 1`; null where it begins like no part of one. */
function begin(parts: readonly Part[]): readonly Part[] | null {
  // `${base} WHERE …`: what the hole holds is put before it.
  const written = (of: readonly Part[]): string => of.map((part) => (part.k === 'text' ? part.v : HOLE)).join('');
  const behind = parts[0]?.k === 'hole' ? written(parts.slice(1)) : '';
  const isAdded = CLAUSE.test(behind) || FILLED.test(behind);
  const lead = isAdded ? behind : written(parts);
  if (lead.length > LONGEST) return null;
  const clause = CLAUSE.exec(lead);
  if (!clause && !isAdded && !CONDITION.test(lead)) return null;
  const word = clause?.[1]!.toLowerCase();
  const isCondition = !clause || word === 'where' || word === 'and' || word === 'or';
  const first = parts[isAdded ? 1 : 0]!;
  const rest = first.k === 'text' ? [cut(first, isCondition && clause ? clause[0].length : 0), ...parts.slice(isAdded ? 2 : 1)] : parts;
  // The numbers of the holes stay what they are.
  return [...(isAdded ? [filled('', first)] : []), text(!isCondition ? 'SELECT ' : word === 'or' ? 'SELECT WHERE false OR ' : 'SELECT WHERE ', first), ...rest];
}

function cut(part: Part & { k: 'text' }, size: number): Part {
  return { ...part, v: part.v.slice(size), map: { starts: part.map.starts.slice(size), ends: part.map.ends.slice(size) } };
}

/** Text that stands nowhere in the file. */
function text(v: string, at: Part): Part {
  const [start, end] = at.k === 'hole' ? [spanStart(at.at), spanEnd(at.at)] : [at.map.starts[0] ?? 0, at.map.ends[0] ?? 0];
  return { k: 'text', v, map: { starts: new Array<number>(v.length).fill(start), ends: new Array<number>(v.length).fill(end) } };
}

const filled = (v: string, at: Part): Part => ({ ...(text(v, at) as Part & { k: 'text' }), isFilled: true });

function read(parts: readonly Part[], sql: ScriptReader): SqlQuery | null {
  const script = readWithHoles(parts, (sqlText, span, parameters) => sql.readScript(sqlText, span, parameters));
  const [statement, ...others] = script?.statements ?? [];
  if (statement?.k !== 'query' || others.length > 0 || statement.query.verb !== 'select' || statement.query.from.length > 0) return null;
  const { query } = statement;
  return query.conditions.length + query.columns.length + query.sorts.length + query.groups.length + query.subqueries.length > 0 || query.limit !== undefined
    ? query
    : null;
}
