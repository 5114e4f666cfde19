/**
 * Paths that code puts together, and the calls that read what is there: `readFileSync(join(__dirname, 'sql', name))`, `(Path(__file__).parent /
 * 'x.sql').read_text()`.
 */
import { lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Term, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';

/** Stands for a part of a path that only a run can tell: the folder of the module, mostly. */
export const OPEN = '\0';
const JOINS = new Set(['join', 'resolve', 'joinpath', 'normalize', 'Path', 'PurePath', 'open', 'URL', 'fileURLToPath', 'abspath', 'realpath', 'str']);
/** Calls whose first argument is the path. https://vitaly-t.github.io/pg-promise/QueryFile.html */
export const READS_ARGUMENT = new Set(['readFile', 'readFileSync', 'get_data', 'QueryFile']);
const READS_RECEIVER = new Set(['read', 'read_text', 'read_bytes']);

export const nameOf = (term: Term): string => term.name ?? (term.callee.k === 'ext' ? lastName(term.callee) : '');
export const reads = (name: string): boolean => READS_ARGUMENT.has(name) || READS_RECEIVER.has(name);

/** A path that an operator makes: `folder / 'x.sql'`, `__dirname + '/x.sql'`. Undefined for other operators. */
export function joinedPath(op: string, [left, right]: readonly Value[]): Value | undefined {
  const name = text(right);
  if ((op !== '/' && op !== '+') || !left || name === null || text(left) !== null || left.k === 'list') return undefined;
  const path = `${valuePath(left)}${op === '/' ? '/' : ''}${name}`;
  return { k: 'special', dialect: 'migrations', tag: 'path', data: { path }, key: `path:${path}` };
}

/** A method of such a path, kept as written; undefined for other receivers. */
export function pathCall(flow: Flow, site: CallSite): Value | undefined {
  return site.receiver?.k === 'special' && site.receiver.tag === 'path' && site.name ? termOf(flow, site) : undefined;
}

function termOf(flow: Flow, { receiver, name, callee, args, env, at }: CallSite): Term {
  return { k: 'term', callee, ...(receiver ? { of: receiver } : {}), ...(name ? { name } : {}), args, place: flow.place(env, at), env };
}

/** A call that reads a file, kept as written; null for other calls. */
export function readCall(flow: Flow, site: CallSite): Term | null {
  const { receiver, callee, name } = site;
  const library = receiver?.k === 'ext' ? receiver : callee.k === 'ext' ? callee : null;
  const called = name ?? (callee.k === 'ext' ? lastName(callee) : '');
  if (READS_ARGUMENT.has(called))
    return library && (/^(?:node:)?fs(?:\/promises)?$|^fs-extra$|^pkgutil$/.test(library.module) || called === 'QueryFile') ? termOf(flow, site) : null;
  return READS_RECEIVER.has(called) && receiver && (receiver.k === 'term' || receiver.k === 'special') && valuePath(receiver).endsWith('.sql')
    ? termOf(flow, site)
    : null;
}

/** A path as far as a value tells it, `OPEN` in the place of the rest. */
export function valuePath(value: Value): string {
  const known = text(value);
  if (known !== null) return known;
  if (value.k === 'special' && value.tag === 'path') return String(value.data['path']);
  if (value.k !== 'term' || !JOINS.has(nameOf(value))) return OPEN;
  const parts = value.args.list.map((arg) => valuePath(arg.value));
  switch (nameOf(value)) {
    case 'joinpath': return [value.of ? valuePath(value.of) : OPEN, ...parts].join('/');
    case 'open': case 'URL': case 'fileURLToPath': case 'abspath': case 'realpath': case 'str': return parts[0] ?? (value.of ? valuePath(value.of) : OPEN);
    default: return parts.join('/');
  }
}
