/** SQL files that migrations read and run: `readFileSync(path.join(__dirname, 'sql', name))`, `(Path(__file__).parent / 'x.sql').read_text()`. */
import { sharedFolders } from '../../dialects/shared/paths.js';
import { nameOf, OPEN, READS_ARGUMENT, reads, valuePath } from '../../dialects/shared/read-files.js';
import type { Expr } from '../../facts/code.js';
import type { FileFacts } from '../../facts/file.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { EvaluatedArg, Term, Value } from '../../flow/value.js';
import { isMigrationFolder } from '../order/file-name.js';
import { folderOf } from '../../dialects/shared/paths.js';
import { grouped } from './history.js';
import { sourceOf } from './sources.js';

/** What gives a text, or the statements of one, as they were. */
export const WRAPPERS = new Set([
  'text', 'sql', 'SQL', 'DDL', 'literal', 'raw', 'dedent', 'strip', 'trim', 'bindparams', 'format', 'execution_options', 'cleandoc', 'literal_column',
]);

/** The call that reads a file, of which a value is made: `text(open(…).read())`, `readFileSync(…).toString().split(';')`. */
export function readOf(value: Value): Term | null {
  if (value.k !== 'term') return null;
  const name = nameOf(value);
  if (reads(name)) return value;
  const inner = value.of && readOf(value.of);
  if (inner || !WRAPPERS.has(name)) return inner ?? null;
  for (const arg of value.args.list) { const read = readOf(arg.value); if (read) return read; }
  return null;
}

/** The `.sql` files of a repository, as code names them. */
export class SqlFiles {
  private readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Those that migrations ran, and the folders of migrations that they stand in. */
  private readonly run = new Set<string>();

  constructor(private readonly files: ReadonlyMap<string, FileFacts>) {
    this.byName = grouped([...files].flatMap(([path, facts]) => (facts.sql ? [path] : [])), (path) => path.slice(path.lastIndexOf('/') + 1));
  }

  /** The file that a migration reads and runs; null where that is open. */
  take(flow: Flow, read: Term): { readonly path: string; readonly facts: FileFacts } | null {
    const file = this.find(flow, read);
    if (file) this.run.add(file.path);
    if (file && isMigrationFolder(folderOf(file.path))) this.run.add(folderOf(file.path));
    return file;
  }

  /** The file at a path, as one that is a step itself. */
  takeAt(path: string): { readonly path: string; readonly facts: FileFacts } | null {
    const facts = this.files.get(path);
    if (facts) this.run.add(path);
    return facts ? { path, facts } : null;
  }

  /** The file that a read names; null where that is open. */
  find(flow: Flow, read: Term): { readonly path: string; readonly facts: FileFacts } | null {
    const [first] = read.args.list;
    const written = READS_ARGUMENT.has(nameOf(read)) ? (first ? argumentPath(flow, first, read.env) : OPEN) : read.of ? valuePath(read.of) : OPEN;
    const tail = written
      .slice(written.lastIndexOf(OPEN) + 1)
      .split('/')
      .reduceRight<string[]>((parts, part) => (parts[0] === '..' || part === '' || part === '.' ? parts : [part, ...parts]), [])
      .filter((part) => part !== '..')
      .join('/');
    const found = (this.byName.get(tail.slice(tail.lastIndexOf('/') + 1)) ?? []).filter((path) => path === tail || path.endsWith(`/${tail}`));
    const near = (path: string): number => sharedFolders(path, read.env.module.path);
    const nearest = Math.max(...found.map(near));
    const [path, other] = found.filter((each) => near(each) === nearest);
    if (path === undefined || other !== undefined) return null;
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
  if (expr.k === 'tpl')
    return expr.parts.map((part) => (part.k === 'text' ? part.v : argumentPath(flow, { expr: part, value: flow.expr(part, env) }, env))).join('');
  const source = expr.k === 'name' ? sourceOf(expr, env) : null;
  return source && source.expr !== expr ? argumentPath(flow, { expr: source.expr, value: flow.expr(source.expr, source.env) }, source.env) : OPEN;
}
