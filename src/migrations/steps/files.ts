/** SQL files that migrations read and run: `readFileSync(path.join(__dirname, 'sql', name))`, `(Path(__file__).parent / 'x.sql').read_text()`. */
import type { CallSite } from '../../dialects/dialect.js';
import { sharedFolders } from '../../dialects/shared/paths.js';
import type { Expr } from '../../facts/code.js';
import type { FileFacts } from '../../facts/file.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { lastName, text, type EvaluatedArg, type Term, type Value } from '../../flow/value.js';
import { isMigrationFolder } from '../order/file-name.js';
import { folderOf, grouped } from './history.js';
import { sourceOf } from './sources.js';

/** Stands for a part of a path that only a run can tell: the folder of the module, mostly. */
const OPEN = '\0';
const READS = new Set(['read', 'read_text', 'read_bytes', 'get_data', 'readFile', 'readFileSync']);
const JOINS = new Set(['join', 'resolve', 'joinpath', 'normalize', 'Path', 'PurePath', 'open', 'URL', 'fileURLToPath', 'abspath', 'realpath', 'str']);
/** What gives a text, or the statements of one, as they were. */
export const WRAPPERS = new Set(['text', 'sql', 'SQL', 'DDL', 'literal', 'raw', 'dedent', 'strip', 'trim', 'bindparams', 'format', 'execution_options', 'cleandoc', 'literal_column']);

export const nameOf = (term: Term): string => term.name ?? (term.callee.k === 'ext' ? lastName(term.callee) : '');

/** The call that reads a file, of which a value is made: `text(open(…).read())`, `readFileSync(…).toString().split(';')`. */
export function readOf(value: Value): Term | null {
  if (value.k !== 'term') return null;
  const name = nameOf(value);
  if (READS.has(name)) return value;
  const inner = value.of && readOf(value.of);
  if (inner || !WRAPPERS.has(name)) return inner ?? null;
  for (const arg of value.args.list) { const read = readOf(arg.value); if (read) return read; }
  return null;
}

/** A path that an operator makes: `folder / 'x.sql'`, `__dirname + '/x.sql'`. Undefined for other operators. */
export function joinedPath(op: string, [left, right]: readonly Value[]): Value | undefined {
  const name = text(right);
  if ((op !== '/' && op !== '+') || !left || name === null || text(left) !== null || left.k === 'list') return undefined;
  const path = `${valuePath(left)}${op === '/' ? '/' : ''}${name}`;
  return { k: 'special', dialect: 'migrations', tag: 'path', data: { path }, key: `path:${path}` };
}

/** A method of such a path, kept as written; undefined for other receivers. */
export function pathCall(flow: Flow, { receiver, name, callee, args, env, at }: CallSite): Value | undefined {
  return receiver?.k === 'special' && receiver.tag === 'path' && name ? { k: 'term', callee, of: receiver, name, args, place: flow.place(env, at), env } : undefined;
}

/** The `.sql` files of a repository, as migrations name them. */
export class SqlFiles {
  private readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Those that migrations ran, and the folders of migrations that they stand in. */
  private readonly run = new Set<string>();

  constructor(private readonly files: ReadonlyMap<string, FileFacts>) {
    this.byName = grouped([...files].flatMap(([path, facts]) => (facts.sql ? [path] : [])), (path) => path.slice(path.lastIndexOf('/') + 1));
  }

  /** The file that a read names; null where that is open. */
  take(flow: Flow, read: Term): { readonly path: string; readonly facts: FileFacts } | null {
    const [first] = read.args.list;
    const written = /^read(?:File|FileSync)$|^get_data$/.test(nameOf(read)) ? (first ? argumentPath(flow, first, read.env) : OPEN) : read.of ? valuePath(read.of) : OPEN;
    const tail = written.slice(written.lastIndexOf(OPEN) + 1).split('/').reduceRight<string[]>((parts, part) => (parts[0] === '..' || part === '' || part === '.' ? parts : [part, ...parts]), []).filter((part) => part !== '..').join('/');
    const found = (this.byName.get(tail.slice(tail.lastIndexOf('/') + 1)) ?? []).filter((path) => path === tail || path.endsWith(`/${tail}`));
    const near = (path: string): number => sharedFolders(path, read.env.module.path);
    const nearest = Math.max(...found.map(near));
    const [path, other] = found.filter((each) => near(each) === nearest);
    if (path === undefined || other !== undefined) return null;
    this.run.add(path);
    if (isMigrationFolder(folderOf(path))) this.run.add(folderOf(path));
    return { path, facts: this.files.get(path)! };
  }

  /** Whether migrations in code tell when a file is run, so that it is no history of its own: what stands beside such a file takes it back. */
  isTold(path: string): boolean { return this.run.has(path) || this.run.has(folderOf(path)); }
}

/** A path as an argument gives it, `OPEN` in the place of what is not known. */
function argumentPath(flow: Flow, arg: Pick<EvaluatedArg, 'expr' | 'value'>, env: Env): string {
  const known = valuePath(arg.value);
  return known === OPEN ? exprPath(flow, arg.expr, env) : known;
}

function exprPath(flow: Flow, expr: Expr, env: Env, depth = 0): string {
  if (depth > 8) return OPEN;
  if (expr.k === 'tpl') return expr.parts.map((part) => (part.k === 'text' ? part.v : argumentPath(flow, { expr: part, value: flow.expr(part, env) }, env))).join('');
  const source = expr.k === 'name' ? sourceOf(expr, env) : null;
  return source && source.expr !== expr ? argumentPath(flow, { expr: source.expr, value: flow.expr(source.expr, source.env) }, source.env) : OPEN;
}

function valuePath(value: Value): string {
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
