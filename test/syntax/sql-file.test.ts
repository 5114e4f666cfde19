import { beforeAll, describe, expect, it } from 'vitest';
import { byteOffsets, codePointOffset } from '../../src/syntax/sql/positions.js';
import { loadSqlSyntax, type SqlSyntax } from '../../src/syntax/sql.js';
import { textAt } from '../../src/facts/span.js';

let sql: SqlSyntax;
beforeAll(async () => void (sql = await loadSqlSyntax()));
const problems = (text: string): unknown[] => sql.parseSqlFile(text).problems.map((p) => [p.kind, textAt(text, p.at)]);
const kinds = (text: string): string[] => sql.parseSqlFile(text).statements.map((s) => (s.k === 'ddl' ? s.op.k : s.query.verb));

describe('positions', () => {
  it('are UTF-16 whatever unit the parser counts in', () => {
    const text = 'é😀a';
    expect([0, 2, 6, 7].map(byteOffsets(text))).toEqual([0, 1, 3, 4]);
    expect([0, 1, 2, 3].map((n) => codePointOffset(text, n))).toEqual([0, 1, 3, 4]);
    const file = "-- é😀\nselect 'é😀', b.\"ü\" from \"tä\" b where c = 1; select 'é😀' x y z;";
    const { statements } = sql.parseSqlFile(file);
    const query = statements[0].k === 'query' ? statements[0].query : null;
    expect(textAt(file, query!.from[0].at)).toBe('"tä"');
    expect(textAt(file, query!.columns[0].at)).toBe('"ü"');
    expect(textAt(file, query!.conditions[0].column.at)).toBe('c');
    expect(problems(file)).toEqual([['syntax', 'y']]);
  });
});

describe('bad input', () => {
  it('costs the statement it is in', () => {
    const text = 'create table a (x int);\nselec 1;\ncreate table b (y int,);\nselect y from b where;\ncreate table c (z int)';
    expect(problems(text)).toEqual([['syntax', 'selec'], ['syntax', ')'], ['syntax', 'e']]);
    expect(kinds(text)).toEqual(['create-table', 'create-table']);
  });

  it('may be nothing, garbage, cut in half or nested deeply', () => {
    for (const text of ['', '\ufeff', ';;', '\0', "'", '$$', '/*', '\\']) expect(kinds(text)).toEqual([]);
    expect(kinds(`select ${'('.repeat(20_000)}1${')'.repeat(20_000)}; select a from t`)).toEqual(['select']);
    expect(kinds('create table a (x int); copy a from stdin;\n1\n2')).toEqual(['create-table', 'copy']);
  });

  it('of another dialect is one problem, and what can be read is', () => {
    const mysql = "CREATE TABLE `users` (\n `id` int(11) unsigned NOT NULL AUTO_INCREMENT,\n `n` varchar(191) COLLATE utf8mb4_bin DEFAULT 'it\\'s' COMMENT 'x',\n" +
      ' `k` enum(\'a\',\'b\'), PRIMARY KEY (`id`), UNIQUE KEY `u` (`n`(20)), KEY `kk` (`k`,`n`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8;\nSET NAMES utf8;\nLOCK TABLES `users` WRITE;\nINSERT INTO `users` (`id`) VALUES (1);';
    expect(sql.parseSqlFile(mysql).problems).toMatchObject([{ kind: 'other-sql', message: expect.stringContaining('MySQL') }]);
    const [table, index, insert] = sql.parseSqlFile(mysql).statements as any[];
    expect(table.op).toMatchObject({
      table: { name: 'users' }, columns: [{ name: 'id', type: { name: 'integer' }, nullable: false }, { name: 'n' }, { name: 'k', type: { name: 'enum', values: ['a', 'b'] } }],
      constraints: [{ k: 'primary', columns: ['id'] }, { k: 'unique', columns: ['n'] }],
    });
    expect(textAt(mysql, table.op.columns[1].at)).toBe('`n`');
    expect(index.op).toMatchObject({ k: 'create-index', index: { name: 'kk', parts: [{ column: 'k' }, { column: 'n' }] } });
    expect(insert.query.assigns).toMatchObject([{ column: 'id' }]);

    const sqlite = 'PRAGMA foreign_keys=ON; CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n text) WITHOUT ROWID; INSERT OR IGNORE INTO t (n) VALUES (1);';
    expect(sql.parseSqlFile(sqlite).problems).toMatchObject([{ kind: 'other-sql', message: expect.stringContaining('SQLite') }]);
    expect(kinds(sqlite)).toEqual(['create-table', 'insert']);
  });
});

it('reads a dump: meta-commands, COPY data, comments', () => {
  const text = `\\restrict x\n-- PostgreSQL database dump\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.t (\n    id bigint NOT NULL,\n    name character varying(255) DEFAULT 'x'::character varying\n);\nALTER TABLE public.t OWNER TO me;
COPY public.t (id, name) FROM stdin;\n1\tit's;\n\\.\nALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (id);\nCREATE INDEX i ON public.t USING btree (name) WHERE (name IS NOT NULL);\n\\unrestrict x\n`;
  expect(problems(text)).toEqual([]);
  expect(kinds(text)).toEqual(['search-path', 'create-table', 'copy', 'add-constraint', 'create-index']);
});

it('reads of repeated inserts the first ones, and of a long one the first row', () => {
  expect(kinds("INSERT INTO t (a) VALUES ('x');\n".repeat(1000))).toHaveLength(200);
  const long = `insert into t (a, b) values ${Array.from({ length: 5000 }, (_, i) => `(${i}, 'it''s')`).join(', ')} on conflict (a) do nothing`;
  const [statement] = sql.parseSqlFile(long).statements as any[];
  expect(statement.query).toMatchObject({ conflict: ['a'], assigns: [{ column: 'a' }, { column: 'b' }] });
});

it('reads each of 20,000 statements', () => {
  expect(sql.parseSqlFile('select a, b from t where id = 1;\n'.repeat(20_000)).statements).toHaveLength(20_000);
});
