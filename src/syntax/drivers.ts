/** Which databases an application is written for, by the drivers that its manifests ask for. */
import type { DatabaseEngine } from '../facts/file.js';

/** Names on npm and on PyPI. SQLite's are left out: it is used for tests and in development wherever another one is. */
const DRIVERS: Readonly<Record<'npm' | 'python', Partial<Record<DatabaseEngine, ReadonlySet<string>>>>> = {
  npm: {
    postgres: new Set([
      'pg', 'pg-native', 'pg-promise', 'postgres', 'slonik', '@neondatabase/serverless', '@vercel/postgres', '@mikro-orm/postgresql', '@electric-sql/pglite',
      '@supabase/supabase-js',
    ]),
    mysql: new Set(['mysql', 'mysql2', 'mariadb', 'serverless-mysql', '@planetscale/database', '@mikro-orm/mysql', '@mikro-orm/mariadb']),
  },
  python: {
    postgres: new Set(['psycopg2', 'psycopg2-binary', 'psycopg2cffi', 'psycopg', 'psycopg-binary', 'asyncpg', 'aiopg', 'pg8000']),
    mysql: new Set(['mysqlclient', 'pymysql', 'aiomysql', 'asyncmy', 'mysql-connector-python', 'mysql-connector', 'mariadb']),
  },
};

/** The engines whose drivers are among these packages. */
export function enginesOf(packages: Iterable<string>, registry: keyof typeof DRIVERS): readonly DatabaseEngine[] {
  const found = new Set<DatabaseEngine>();
  for (const name of packages) for (const [engine, names] of Object.entries(DRIVERS[registry])) if (names.has(name)) found.add(engine as DatabaseEngine);
  return [...found].sort();
}

/** The names in a text of requirements (`psycopg[binary]>=3.1`, `"asyncpg (>=0.29)"`, `PyMySQL = "^1.1"`), and everything else that looks like one. */
export function namesIn(text: string): readonly string[] {
  return text.replace(/(^|\s)#.*$/gm, '').match(/(?<![\w./@-])[a-z][\w.-]*/gi)?.map((name) => name.toLowerCase()) ?? [];
}
