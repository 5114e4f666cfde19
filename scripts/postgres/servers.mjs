// Databases to ask what SQL means: PGlite, and a real server where its programs are found. Each is one database that can be emptied.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that is not the system's: schemas with what is in them, extensions with what they brought. */
const EMPTY = `DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', one.extname); END LOOP;
  FOR one IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', one.nspname); END LOOP;
  EXECUTE 'CREATE SCHEMA public';
END $$;
RESET ALL;`;

/** PGlite: PostgreSQL as WebAssembly, with those of its extensions that are found. */
export async function pglite() {
  const { PGlite } = await import('@electric-sql/pglite');
  const extensions = await contribExtensions();
  const db = await PGlite.create({ extensions });
  return {
    name: `PGlite, PostgreSQL ${(await db.query('SHOW server_version')).rows[0].server_version}`,
    /** Runs a script of SQL; throws what the server says. */
    run: async (sql) => { await db.exec(sql); },
    /** The single value that a query gives. */
    value: async (sql) => Object.values((await db.query(sql)).rows[0])[0],
    empty: async () => { await db.exec(EMPTY); },
    close: () => db.close(),
  };
}

async function contribExtensions() {
  const { createRequire } = await import('node:module');
  const folder = join(createRequire(import.meta.url).resolve('@electric-sql/pglite'), '..', 'contrib');
  const found = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js') && !name.startsWith('chunk'))) {
    for (const [name, extension] of Object.entries(await import(join(folder, file)))) if (extension?.setup) found[name] = extension;
  }
  return found;
}

/** Where PostgreSQL's programs are, or null. */
export function serverPrograms() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`) : [];
  const folders = [...(process.env.PATH ?? '').split(':'), ...versions, '/usr/local/pgsql/bin'];
  return folders.find((folder) => ['postgres', 'initdb', 'psql'].every((name) => existsSync(join(folder, name)))) ?? null;
}

/** A real server with a temporary data folder, reached over a socket in that folder only. Never runs as root. */
export async function realServer(programs) {
  const folder = mkdtempSync(join(tmpdir(), 'schemalint-pg-'));
  const as = process.getuid?.() === 0 ? unprivileged() : {};
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', PGUSER: 'postgres', PGHOST: folder, PGDATABASE: 'postgres' };
  const made = spawnSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], { ...as, env, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) { rmSync(folder, { recursive: true, force: true }); throw new Error(`initdb: ${made.error?.message ?? made.stderr}`); }
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=10', '-c', 'max_locks_per_transaction=1024'], { ...as, env, cwd: folder, stdio: 'ignore' });
  const psql = (sql, flags) => spawnSync(join(programs, 'psql'), ['-X', '-q', ...flags, '-f', '-'], { env, input: sql, encoding: 'utf8', maxBuffer: 1 << 28 });
  const close = async () => {
    const ended = new Promise((resolve) => { server.exitCode === null ? server.once('exit', resolve) : resolve(); });
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const isUp = () => psql('SELECT 1', ['-At']).status === 0;
  for (let tries = 0; !isUp(); tries++) {
    if (tries > 100 || server.exitCode !== null) { await close(); throw new Error('the server does not start'); }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  const strictly = (sql, flags = []) => {
    const { status, stdout, stderr } = psql(sql, ['-v', 'ON_ERROR_STOP=1', ...flags]);
    if (status !== 0) throw new Error(stderr.trim());
    return stdout;
  };
  return {
    name: `PostgreSQL ${strictly('SHOW server_version', ['-At']).trim()}`,
    run: async (sql) => { strictly(sql); },
    /** Runs what can be run, as `psql` does, and gives what the server refused. */
    runAll: async (sql) => psql(sql, []).stderr.split('\n').filter((line) => /ERROR:/.test(line)),
    value: async (sql) => JSON.parse(strictly(`SELECT to_json(value) FROM (${sql}) AS one(value)`, ['-At'])),
    empty: async () => { strictly(EMPTY); },
    close,
  };
}

/** The user `postgres`, else nobody. */
function unprivileged() {
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim() || 65534);
  return { uid: id('-u'), gid: id('-g') };
}
