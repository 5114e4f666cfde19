/** Whether code makes several rows that have the same in some columns: whoever does knows of no key over them that only one may have. */
import type { Expr, Handler, Span, Stmt, TryStmt } from '../facts/code.js';
import { isWithin, makeSpan, spanStart } from '../facts/span.js';
import { namesIn, walk } from '../facts/walk.js';
import type { Column } from '../model/schema.js';
import type { Recorder } from './record.js';
import type { InsertRecord } from './records.js';
import type { Value } from './value.js';

/** Whether one of the inserts has, in every column that the query with that id asks one value of, what the query asked for. */
export function repeatsAsked(record: Recorder, lookup: string, inserts: readonly InsertRecord[]): boolean {
  const asked = record.askedBy(lookup);
  return (
    asked.size > 0 &&
    inserts.some(
      ({ values, isUpsert }) =>
        !isUpsert &&
        [...asked].every(([column, value]) => {
          const made = values.get(column);
          return made !== undefined && isTheSame(made, value);
        }),
    )
  );
}

function isTheSame(a: Value, b: Value): boolean {
  if (a.k === 'const') return b.k === 'const' && a.v === b.v && a.v !== null;
  if (a.k === 'field')
    return (
      b.k === 'field' &&
      a.model === b.model &&
      a.attribute === b.attribute &&
      ((a.row !== undefined && a.row === b.row) || (a.lookup !== undefined && a.lookup === b.lookup))
    );
  return (a.k === 'any' || a.k === 'extobj') && a.k === b.k && a.id !== undefined && a.id === b.id;
}

/** What libraries raise where one row is asked for and there are several: Django (https://docs.djangoproject.com/en/5.2/ref/exceptions/) and SQLAlchemy. */
const SEVERAL_FOUND = new Set(['MultipleObjectsReturned', 'MultipleResultsFound']);

/** Marks the queries in a `try` whose handler goes on where several rows are found: the code knows that there may be. */
export function noteTolerated(record: Recorder, { handlers, at }: TryStmt, path: string): void {
  if (!handlers.some(toleratesSeveral)) return;
  const within = makeSpan(spanStart(at), spanStart(handlers[0]!.at));
  for (const { query } of record.queries.values()) if (query.place.path === path && isWithin(query.place.at, within)) record.guard(query.id, { k: 'several' });
}

/** It is for that error alone: beside others it is taken for a mistake like them. */
function toleratesSeveral({ type, body }: Handler): boolean {
  const name = type?.k === 'attr' ? type.name : type?.k === 'name' ? type.id : '';
  return SEVERAL_FOUND.has(name) && !body.some((stmt) => stmt.k === 'raise');
}

/**
 * Whether statements that run one after the other insert two rows, or as many as a loop has turns, that may all hold the same in the columns of `key`.
 * `inserts` are those that were seen while they ran; of these only what stands in the statements themselves counts, in the file `path`.
 */
export function makesSeveral(body: readonly Stmt[], inserts: readonly InsertRecord[], key: ReadonlyMap<Column, unknown>, path: string): boolean {
  const own = [...new Set(inserts)].filter(({ place, isUpsert }) => place.path === path && !isUpsert);
  if (own.length === 0) return false;
  const made: InsertRecord[] = [];
  return runsOf(body).some((stmt) => {
    const within = own.filter(({ place }) => holds(stmt, place.at));
    if (within.length === 0 || mayChoose(stmt, within)) return false;
    if (within.some((insert) => insert.isMany === true || isRepeated(stmt, insert, key))) return true;
    made.push(...within);
    return made.some((one, index) => made.slice(index + 1).some((other) => mayHoldTheSame(one, other, key)));
  });
}

type Run = Exclude<Stmt, { readonly k: 'def' | 'class' }>;

/** The statements that run whenever the first of them does; what an `if` holds is not among them. */
function runsOf(body: readonly Stmt[]): readonly Run[] {
  return body.flatMap((stmt): readonly Run[] => {
    if (stmt.k === 'try' || stmt.k === 'with') return runsOf(stmt.body);
    return stmt.k === 'def' || stmt.k === 'class' || stmt.k === 'if' ? [] : [stmt];
  });
}

/** Whether something stands in a statement: the span of a loop may end before its body. */
function holds(stmt: Run, at: Span): boolean {
  let found = isWithin(at, stmt.at);
  if (!found && stmt.k === 'loop') walk(stmt.body, (node) => { if ('at' in node) found ||= isWithin(at, node.at); });
  return found;
}

/** One of two rows is made, or a loop tries until it succeeds. */
function mayChoose(stmt: Run, inserts: readonly InsertRecord[]): boolean {
  let found = false;
  walk(stmt, (node) => {
    if (node.k === 'cond') found ||= inserts.some(({ place: { at } }) => isWithin(at, node.then.at) || isWithin(at, node.else.at));
    else if (stmt.k === 'loop' && ((node.k === 'jump' && node.isBreak) || node.k === 'return')) found = true;
  });
  return found;
}

const EACH: ReadonlySet<string> = new Set(['map', 'forEach', 'flatMap']);

/** It stands in a loop, in a comprehension, or in what is done with each item, and nothing of the key is taken from what these go through. */
function isRepeated(stmt: Run, insert: InsertRecord, key: ReadonlyMap<Column, unknown>): boolean {
  const { at } = insert.place;
  const names = new Set([...insert.model.columns].flatMap(([attribute, column]) => (key.has(column) ? [attribute, column.name] : [])));
  if (stmt.k === 'loop') return !isOfOne(stmt.iter) && !takesFrom(stmt.body, at, names, namesIn(stmt.target));
  let found = false;
  walk(stmt, (node) => {
    if (node.k === 'comp' && isWithin(at, node.value.at))
      found ||= !node.clauses.every(({ iter }) => isOfOne(iter)) && !takesFrom(node.value, at, names, namesIn(node.clauses.map(({ target }) => target)));
    else if (node.k === 'call' && node.fn.k === 'attr' && EACH.has(node.fn.name) && !isOfOne(node.fn.of))
      for (const { value } of node.args)
        if (value.k === 'fn' && isWithin(at, value.at)) found ||= !takesFrom(value.fn.body, at, names, namesIn(value.fn.params.map(({ target }) => target)));
  });
  return found;
}

/** `[row]` */
const isOfOne = (of: Expr | undefined): boolean => of?.k === 'list' && of.items.length === 1 && of.items[0]!.k !== 'spread';

/** Whether the call or object at a place gives one of these columns, or whatever columns there are, something that has to do with the names. */
function takesFrom(code: unknown, at: Span, columns: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  let found = false;
  const isOf = (value: Expr): boolean => { for (const name of namesIn(value)) if (names.has(name)) return true; return false; };
  walk(code, (node) => {
    if (!('at' in node) || !(isWithin(at, node.at) || isWithin(node.at, at))) return;
    if (node.k === 'call')
      found ||= node.args.some(({ name, spread, value }) => (name !== undefined ? columns.has(name) : spread !== undefined) && isOf(value));
    else if (node.k === 'dict')
      found ||= node.entries.some(({ key: written, value }) => (written === null || (written.k === 'lit' && columns.has(String(written.v)))) && isOf(value));
  });
  return found;
}

function mayHoldTheSame(one: InsertRecord, other: InsertRecord, key: ReadonlyMap<Column, unknown>): boolean {
  if (one.model.table !== other.model.table) return false;
  return ![...key.keys()].some((column) => {
    const [first, second] = [one.values.get(column), other.values.get(column)];
    return first?.k === 'const' && second?.k === 'const' && first.v !== second.v;
  });
}
