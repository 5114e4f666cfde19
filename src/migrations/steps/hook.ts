/** What calls mean while migrations are walked: functions are entered, library objects asked, the rest is left to the evaluator. */
import type { CallSite, Dialect } from '../../dialects/dialect.js';
import { joinedPath, pathCall } from '../../dialects/shared/read-files.js';
import { argument, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, type Value } from '../../flow/value.js';
import { runSql } from './sql.js';
import { compared } from './tests.js';
import { itemsOf, toolOf, type Walk } from './walk.js';

const walks = new WeakMap<Flow, Walk>();

/** Runs `run` with the calls of this evaluator handled by a walk. */
export function walking<T>(flow: Flow, walk: Walk, run: () => T): T {
  walks.set(flow, walk);
  try { return run(); } finally { walks.delete(flow); }
}

/** To be asked before every dialect; says nothing outside of walks. */
export const migrationSteps: Dialect = {
  id: 'migrations',
  language: 'sql',
  api: {
    call(flow, site) {
      const walk = walks.get(flow);
      return walk ? callIn(walk, site) : undefined;
    },
    operator(flow, op, args) {
      const answer = walks.has(flow) ? compared(op, args) : null;
      return answer === null ? (walks.has(flow) ? joinedPath(op, args) : undefined) : { k: 'const', v: answer };
    },
    attribute(_flow, of, name) {
      return of.k === 'special' && of.dialect === 'migrations' ? toolOf(of)?.attribute?.(of, name) ?? ANY : undefined;
    },
  },
};

const RUNS_SQL = new Set([
  'execute', 'exec_driver_sql', 'executescript', 'executemany', 'query', 'raw', 'addSql', 'unsafe', '$executeRaw', '$executeRawUnsafe',
]);

function callIn(walk: Walk, site: CallSite): Value | undefined {
  const { receiver, callee, name } = site;
  const of = receiver ?? callee;
  const tool = toolOf(of);
  if (tool && of.k === 'special') return tool.call(walk, of, site) ?? ANY;
  const other = pathCall(walk.flow, site) ?? walk.tool.other?.(walk, site);
  if (other !== undefined) return other;
  if (callee.k === 'fn') return walk.enter(callee, site.args.list, site.env);
  if (receiver && name) {
    if (receiver.k === 'object' || receiver.k === 'module' || receiver.k === 'class') {
      const method = walk.flow.attribute(receiver, name, site.env, site.nameAt);
      if (method.k === 'fn') return walk.enter(method, site.args.list, site.env);
    }
    const known = collectionCall(walk, site, receiver, name);
    if (known) return known;
    const [sql] = RUNS_SQL.has(name) ? site.args.list : [];
    if (sql && runSql(walk, site, sql)) return ANY;
    if (sql?.value.k === 'any') walk.doubtChanged(site);
  }
  // A callback handed to what is not known (a transaction, a promise) runs.
  if (receiver ? receiver.k === 'any' : callee.k === 'any') {
    const given = site.args.list.filter((arg) => arg.value.k === 'fn');
    if (given.length) { const values = given.map((arg) => walk.callback(arg.value, [], site.at)); return values[0] ?? ANY; }
  }
  return languageFunction(site);
}

const EACH = new Set(['map', 'forEach', 'flatMap', 'reduce']);

/** Methods of lists, dicts and strings whose contents are known one by one. */
function collectionCall(walk: Walk, site: CallSite, receiver: Value, name: string): Value | undefined {
  const first = argument(site.args, 0);
  const items = itemsOf(receiver);
  if (name === 'then' && first?.k === 'fn') return walk.callback(first, [receiver], site.at);
  if ((receiver.k === 'list' || receiver.k === 'term') && items && EACH.has(name) && first?.k === 'fn') {
    const values = items.map((item, index) => walk.callback(first, name === 'reduce' ? [ANY, item] : [item, { k: 'const', v: index }], site.at));
    return name === 'flatMap' ? { k: 'list', items: values.flatMap((value) => itemsOf(value) ?? [value]) } : { k: 'list', items: values };
  }
  if (receiver.k === 'dict' && items && (name === 'items' || name === 'values' || name === 'keys')) {
    return {
      k: 'list',
      items: [...receiver.entries].map(([key, value]): Value =>
        name === 'values' ? value : name === 'keys' ? { k: 'const', v: key } : { k: 'list', items: [{ k: 'const', v: key }, value] },
      ),
    };
  }
  if (receiver.k === 'ext' && receiver.module === 'builtins' && receiver.name === 'Object' && first?.k === 'dict' && !first.rest) {
    return {
      k: 'list',
      items: [...first.entries].map(([key, value]): Value =>
        name === 'values' ? value : name === 'keys' ? { k: 'const', v: key } : { k: 'list', items: [{ k: 'const', v: key }, value] },
      ),
    };
  }
  if (name === 'includes' && first) { const held = compared('in', [first, receiver]); if (held !== null) return { k: 'const', v: held }; }
  // `", ".join(names)` and `names.join(", ")`
  if (name === 'join') {
    const [list, between] = receiver.k === 'list' ? [receiver, text(first) ?? ','] : [first, text(receiver)];
    const parts = list?.k === 'list' ? list.items.map((item) => text(item)) : null;
    if (parts && between !== null && parts.every((part) => part !== null)) return { k: 'const', v: parts.join(between) };
  }
  return undefined;
}

/** Functions of the language over collections that are known one by one. */
function languageFunction(site: CallSite): Value | undefined {
  if (site.receiver || site.callee.k !== 'ext' || site.callee.module !== 'builtins') return undefined;
  const lists = site.args.list.map((arg) => itemsOf(arg.value));
  const [first] = lists;
  switch (site.callee.name) {
    case 'enumerate':
      return first ? { k: 'list', items: first.map((item, index): Value => ({ k: 'list', items: [{ k: 'const', v: index }, item] })) } : undefined;
    case 'zip': return lists.length && lists.every((list) => list !== null)
      ? { k: 'list', items: lists[0]!.map((_, index): Value => ({ k: 'list', items: lists.map((list) => list![index] ?? ANY) })) }
      : undefined;
    case 'list': case 'tuple': case 'sorted': case 'set': return first ? { k: 'list', items: first } : undefined;
    case 'reversed': return first ? { k: 'list', items: [...first].reverse() } : undefined;
    default: return undefined;
  }
}
