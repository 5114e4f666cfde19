/**
 * Rows that a tag puts into its own templates: `` sql`insert into users ${sql(user, 'name', 'age')}` ``. https://github.com/porsager/postgres#dynamic-inserts
 */
import type { Expr } from '../facts/code.js';
import { text } from './arguments.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import type { Env } from './program.js';
import { namesIn, namesValue } from './sql-names.js';
import { ANY, membersOf, type DictValue, type Value } from './value.js';

/** What the columns of the row get, by the names that the code gives them. */
export interface SqlRow { readonly entries: ReadonlyMap<string, Value>; readonly places?: DictValue['places'] }

/**
 * The row, or the names, that a call of the tag in one of the template's holes gives; null for another expression, and where not all of its columns are known.
 */
export function rowGiven(flow: Flow, part: Expr, tag: Expr, env: Env): Value | null {
  if (part.k !== 'call' || part.args.length === 0 || !isSame(part.fn, tag)) return null;
  const [first, ...rest] = part.args;
  const names = rest.flatMap((arg) => textsIn(flow.peek(arg.value, env)));
  const row = dictIn(flow, flow.peek(first!.value, env));
  const made = names.includes(null) ? null : rest.length > 0 ? chosen(row, names as readonly string[]) : row && row.rest === null ? row : null;
  if (!made && rest.length === 0) { const given = namesIn(flow.peek(first!.value, env), false); return given ? namesValue(given) : null; }
  return made && made.entries.size > 0
    ? { k: 'special', dialect: 'sql', tag: 'row', data: { row: made satisfies SqlRow }, key: [...made.entries.keys()].join() }
    : null;
}

/** The row that a hole of a text holds. */
export function rowIn(value: Value): SqlRow | null {
  return value.k === 'special' && value.dialect === 'sql' && value.tag === 'row' ? value.data['row'] as SqlRow : null;
}

function isSame(fn: Expr, tag: Expr): boolean {
  if (fn.k === 'name') return tag.k === 'name' && fn.id === tag.id;
  return fn.k === 'attr' && tag.k === 'attr' && fn.name === tag.name && isSame(fn.of, tag.of);
}

/** `'name'`, `['name', 'age']`, `...columns`: null for one that is not known. */
function textsIn(value: Value): readonly (string | null)[] {
  const items = value.k === 'list' ? value.items : value.k === 'many' ? membersOf(value.of) : [value];
  return items.length > 0 ? items.map(text) : [null];
}

/** One row, or the first of several, whose columns the others have too. */
function dictIn(flow: Flow, value: Value): DictValue | null {
  for (const member of membersOf(value)) {
    if (member.k === 'dict') return member;
    if (member.k === 'object') return dictIn(flow, fieldsOf(flow, member));
    const item = member.k === 'list' ? member.items[0] : member.k === 'many' ? member.of : undefined;
    const found = item ? dictIn(flow, item) : null;
    if (found) return found;
  }
  return null;
}

function chosen(row: DictValue | null, names: readonly string[]): DictValue {
  return {
    k: 'dict',
    entries: new Map(names.map((name) => [name, row?.entries.get(name) ?? row?.rest ?? ANY])),
    rest: null,
    ...(row?.places ? { places: row.places } : {}),
  };
}
