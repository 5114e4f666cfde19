/** What the path of a `.sql` file says: its place in a history, its direction, the engine it is written for. */

export interface FileName {
  readonly path: string;
  /** The folder of the history the file may be a step of. */
  readonly folder: string;
  /** What steps are told apart by: the file's name, or its folder's where every step has a folder. */
  readonly step: string;
  /** Numbers the step is ordered by, null when its name has none. */
  readonly version: readonly string[] | null;
  readonly form: 'plain' | 'flyway' | 'repeatable' | 'baseline';
  readonly isDown: boolean;
  /** The engine named by the file, or by its folders. */
  readonly fileEngine: Engine | null; readonly folderEngine: Engine | null;
  /** The step and folder with the engine's name taken out: equal for copies of one thing. */
  readonly plainStep: string; readonly plainFolder: string;
  /** The engine that a word anywhere in the file's name would name, and the name without it. */
  readonly innerEngine: Engine | null; readonly innerStep: string;
  /** Says itself that it is the whole of a schema. */
  readonly isDump: boolean;
}
export type Engine = 'postgres' | 'cockroach' | 'other';

const ENGINES: Readonly<Record<string, Engine>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  pgsql: 'postgres',
  psql: 'postgres',
  pg: 'postgres',
  cockroach: 'cockroach',
  cockroachdb: 'cockroach',
  crdb: 'cockroach',
  ...Object.fromEntries(
    'mysql mariadb sqlite sqlite3 mssql sqlserver oracle db2 h2 hsqldb libsql turso d1 clickhouse snowflake bigquery redshift duckdb cassandra spanner tidb'
      .split(' ')
      .map((name) => [name, 'other' as const]),
  ),
};

/** The engine of that name; null for other words. */
export function engineOf(name: string): Engine | null {
  return ENGINES[name.toLowerCase()] ?? null;
}

const STEP_FILES = new Set(['migration', 'up', 'migrate', 'down']);
const VERSION = /^v?(\d+(?:[._-]\d+)*)(?=[._-]|$)/i;
const FLYWAY = /^([vbu])(\d+(?:[._]\d+)*)__/i;
const DUMP = /^(?:.*[._-])?(?:schema|structure|dump|ddl)s?(?:[._-].*)?$/i;

/** Reads a path. */
export function readName(path: string): FileName {
  const segments = path.split('/');
  let stem = segments.pop()!.replace(/\.\w+$/, '');
  const inFolder = STEP_FILES.has(stem.toLowerCase()) && segments.length > 0 && VERSION.test(segments.at(-1)!);
  let isDown = /(?:^|[._-])(?:down|undo|rollback|revert)$/i.test(stem) || segments.some((segment) => /^(?:downs?|rollbacks?|revert|undo)$/i.test(segment));
  if (inFolder) stem = segments.pop()!;
  else stem = stem.replace(/[._](?:up|do|deploy|down|undo)$/i, '');
  const flyway = FLYWAY.exec(stem);
  if (flyway && flyway[1].toLowerCase() === 'u') isDown = true;
  const numbers = flyway ? flyway[2] : VERSION.exec(stem)?.[1];
  const file = withoutEngine(stem, numbers === undefined || inFolder ? /[._-]/ : /\./);
  const inner = withoutEngine(stem, /[._-]/, true);
  const folders = segments.map((segment) => withoutEngine(segment, /[._-]/));
  return {
    path,
    folder: segments.join('/'),
    step: stem,
    version: numbers === undefined ? null : numbers.split(/[._-]/).map((number) => number.replace(/^0+(?=\d)/, '')),
    form: flyway ? (flyway[1].toLowerCase() === 'b' ? 'baseline' : 'flyway') : /^r__/i.test(stem) ? 'repeatable' : 'plain',
    isDown,
    fileEngine: file.engine,
    folderEngine: folders.map((each) => each.engine).find((engine) => engine !== null) ?? null,
    plainStep: file.plain,
    plainFolder: folders.map((each) => each.plain).join('/'),
    innerEngine: inner.engine,
    innerStep: inner.plain,
    isDump: /\.ddl$/i.test(path) || DUMP.test(stem),
  };
}

/** Takes an engine's name out of a name: a part of its own at either end (`schema.mysql`, `pg-migrations`), or anywhere. */
function withoutEngine(name: string, separator: RegExp, isAnywhere = separator.source === '\\.'): { readonly engine: Engine | null; readonly plain: string } {
  const parts = name.split(separator);
  for (const [index, part] of parts.entries()) {
    const engine = ENGINES[part.toLowerCase()];
    if (!engine || (index > 0 && index < parts.length - 1 && !isAnywhere)) continue;
    return { engine, plain: parts.map((each, at) => (at === index ? '*' : each)).join('.') };
  }
  return { engine: null, plain: name };
}

/** Orders steps: by the numbers of their versions, repeatable ones last, equal ones by name. */
export function compareSteps(a: FileName, b: FileName): number {
  if ((a.form === 'repeatable') !== (b.form === 'repeatable')) return a.form === 'repeatable' ? 1 : -1;
  const left = a.version ?? [];
  const right = b.version ?? [];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareNumbers(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return compareText(a.step, b.step) || compareText(a.path, b.path);
}

/** Numbers as text, for timestamps are longer than numbers are exact. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a folder's name says that migrations are in it. */
export function isMigrationFolder(folder: string): boolean {
  return folder.split('/').some((segment) => /^(?:.*[._-])?(?:migrations?|migrate|drizzle|flyway|alembic|changelogs?)(?:[._-].*)?$/i.test(segment));
}

/** Files that fill or ask a database, whatever they create on the way. */
export function isScript(path: string): boolean {
  return /(?:^|\/)(?:seeds?|seeders?|seeding|quer(?:y|ies))\//i.test(path) || /(?:^|\/|[._-])seeds?(?:[._-][^/]*)?\.sql$/i.test(path);
}
