/** Files of named queries that a library makes functions of. https://nackjicholson.github.io/aiosql/ https://pugsql.org/api/ */
import { spanStart } from '../../facts/span.js';
import { argument, isExternal } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { SqlOutcome, SqlText } from '../../flow/sql.js';
import { union } from '../../flow/unions.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { OPEN, valuePath } from '../shared/read-files.js';
import { oneRow, oneValue, resultOf } from './results.js';

const TAG = 'titled';

const isTitled = (value: Value | null): value is SpecialValue => value?.k === 'special' && value.dialect === 'sql' && value.tag === TAG;

/** `aiosql.from_path("queries/users.sql", "asyncpg")`, `queries.get_user(conn, id=1)`; undefined for other calls. */
export function titledCall(flow: Flow, site: CallSite): Value | undefined {
  if (isTitled(site.receiver)) return runTitled(flow, site, site.receiver.data['paths'] as readonly string[]);
  if (
    site.receiver === null || site.receiver.k !== 'ext'
      ? !isLoader(site.callee)
      : !isLoader({ ...site.receiver, name: site.receiver.name === null ? site.name : `${site.receiver.name}.${site.name}` })
  )
    return undefined;
  const path = argument(site.args, 0);
  const written = path ? valuePath(path).split(OPEN).at(-1)! : '';
  const paths = flow.strings!.titledAt(written, site.env.module.path);
  return paths.length > 0 ? { k: 'special', dialect: 'sql', tag: TAG, data: { paths }, key: paths.join() } : undefined;
}

const isLoader = (value: Value): boolean => isExternal(value, 'aiosql', 'from_path') || isExternal(value, 'pugsql', 'module');

/** `queries.users.get_user`: folders are names before those of the queries. */
export function titledAttribute(of: Value): Value | undefined {
  return isTitled(of) ? of : undefined;
}

function runTitled(flow: Flow, site: CallSite, paths: readonly string[]): Value {
  const texts = flow.strings!.titled(paths, site.name ?? '');
  if (texts.length === 0) return ANY;
  flow.record.resolve(flow.place(site.env, site.nameAt));
  const { list } = site.args;
  const rows = list.flatMap(({ value }) => (value.k === 'list' ? value.items : value.k === 'many' ? [value.of] : value.k === 'dict' ? [value] : []));
  const given = (parameter: string): Value | null => {
    const named = list.find((arg) => arg.name === parameter);
    if (named) flow.record.resolve(flow.place(site.env, named.at));
    // `insert_all(conn, rows)`: each of the rows has the parameters.
    return named?.value ?? rows.flatMap((row) => (row.k === 'dict' ? row.entries.get(parameter) ?? [] : []))[0] ?? null;
  };
  return union(texts.map((text) => { const outcome = flow.strings!.run(flow, text, given, 'unknown'); return outcome ? valueOf(flow, text, outcome) : ANY; }));
}

/** What stands behind the name says what comes back. */
function valueOf(flow: Flow, text: SqlText, outcome: SqlOutcome): Value {
  const says = text.title!.replace(/^[\w./-]+[ \t]*/, '');
  if (/^\$|:scalar/.test(says)) return oneValue(flow, outcome, 'first');
  if (/^\^|:(?:one|1)\b/.test(says)) return oneRow(flow, outcome, 'one');
  if (/^<!|:(?:insert|<!)/.test(says)) return outcome.item.k === 'row' && outcome.item.result?.columns.size === 1 ? outcome.first : outcome.item;
  if (/^[!#*]|:(?:affected|!|n)\b/.test(says)) return ANY;
  return resultOf(outcome, 'rows', `${text.path}:${spanStart(text.at)}:${text.title}`);
}
