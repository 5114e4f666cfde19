/** SQL: a project of migrations and queries, and a dump as pg_dump writes it. */
import { CHOICES, keyOf } from './domain.mjs';

const TYPES = { text: 'character varying(200)', longText: 'text', choice: 'character varying(20)', decimal: 'numeric(12,2)', code: 'character(3)', integer: 'integer', boolean: 'boolean', time: 'timestamp with time zone', json: 'jsonb', float: 'double precision' };

const columns = (e) => [...e.parents.map((p) => `${keyOf(p)} bigint NOT NULL`), ...e.columns.map((c) => `${c.name} ${TYPES[c.kind]}${c.isNullable ? '' : ' NOT NULL'}`)];

export function sqlProject() {
  let number = 0;
  return { files: { 'README.md': '# Queries\n' }, filesOf: (e) => sqlFiles(e, String(++number).padStart(6, '0')), plain: (n) => `reports/report_${n}.sql`, plainText: report, touched: (e) => `queries/${e.plural}/list.sql` };
}

function sqlFiles(e, number) {
  const first = e.parents[0];
  const names = [...e.parents.map(keyOf), ...e.columns.slice(0, 5).map((c) => c.name)];
  return {
    [`migrations/${number}_create_${e.plural}.sql`]: `CREATE TABLE ${e.plural} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
${columns(e).map((one) => `  ${one},\n`).join('')}  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ${e.plural}_status_check CHECK (status IN (${CHOICES.map((one) => `'${one}'`).join(', ')}))
);
${e.parents.map((p) => `ALTER TABLE ${e.plural} ADD CONSTRAINT ${e.plural}_${keyOf(p)}_fkey FOREIGN KEY (${keyOf(p)}) REFERENCES ${p.plural} (id) ON DELETE CASCADE;\nCREATE INDEX ${e.plural}_${keyOf(p)}_idx ON ${e.plural} (${keyOf(p)});\n`).join('')}COMMENT ON TABLE ${e.plural} IS 'One ${e.snake.replaceAll('_', ' ')} a row';
`,
    [`queries/${e.plural}/list.sql`]: `SELECT id, ${e.columns.slice(0, -1).map((c) => c.name).join(', ')}, created_at\nFROM ${e.plural}\nWHERE status = $1${first ? ` AND ${keyOf(first)} = $2` : ''}\nORDER BY created_at DESC\nLIMIT 50;\n`,
    [`queries/${e.plural}/insert.sql`]: `INSERT INTO ${e.plural} (${names.join(', ')})\nVALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})\nRETURNING id;\n`,
    [`queries/${e.plural}/close.sql`]: `UPDATE ${e.plural} SET status = '${CHOICES[3]}' WHERE id = $1 AND status <> '${CHOICES[3]}';\n`,
    [`queries/${e.plural}/count.sql`]: `SELECT status, count(*) AS count FROM ${e.plural} GROUP BY status;\n`,
    ...(first ? { [`queries/${e.plural}/of_open.sql`]: `SELECT one.title, parent.title AS parent_title\nFROM ${e.plural} AS one\nJOIN ${first.plural} AS parent ON parent.id = one.${keyOf(first)}\nWHERE parent.status = '${CHOICES[1]}';\n` } : {}),
  };
}

/** A query over plain values: SQL that names no table. */
function report(random) {
  return `WITH days AS (\n  SELECT generate_series(date '2024-01-01', date '2024-12-31', interval '${1 + random(9)} day') AS day\n), sizes AS (\n  SELECT day, row_number() OVER (ORDER BY day) * ${2 + random(40)} AS size FROM days\n)\nSELECT date_trunc('month', day) AS month, sum(size) AS total, avg(size) AS average\nFROM sizes\nWHERE size > ${random(900)}\nGROUP BY 1\nORDER BY 1;\n`;
}

/** About `count` statements as pg_dump orders them: tables, sequences, keys, indexes, foreign keys, each with its owner. */
export function dump(entities) {
  const parts = { tables: [], keys: [], indexes: [], references: [] };
  for (const e of entities) {
    const table = `public.${e.plural}`;
    parts.tables.push(`CREATE TABLE ${table} (\n    id bigint NOT NULL,\n${columns(e).map((one) => `    ${one},\n`).join('')}    created_at timestamp with time zone DEFAULT now() NOT NULL\n);`,
      `ALTER TABLE ${table} OWNER TO app;`, `CREATE SEQUENCE ${table}_id_seq\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;`,
      `ALTER SEQUENCE ${table}_id_seq OWNER TO app;`, `ALTER SEQUENCE ${table}_id_seq OWNED BY ${table}.id;`, `ALTER TABLE ONLY ${table} ALTER COLUMN id SET DEFAULT nextval('${table}_id_seq'::regclass);`);
    parts.keys.push(`ALTER TABLE ONLY ${table}\n    ADD CONSTRAINT ${e.plural}_pkey PRIMARY KEY (id);`);
    for (const p of e.parents) {
      parts.indexes.push(`CREATE INDEX ${e.plural}_${keyOf(p)}_idx ON ${table} USING btree (${keyOf(p)});`);
      parts.references.push(`ALTER TABLE ONLY ${table}\n    ADD CONSTRAINT ${e.plural}_${keyOf(p)}_fkey FOREIGN KEY (${keyOf(p)}) REFERENCES public.${p.plural}(id) ON DELETE CASCADE;`);
    }
  }
  const settings = ["SET statement_timeout = 0;", "SET client_encoding = 'UTF8';", 'SET standard_conforming_strings = on;', "SELECT pg_catalog.set_config('search_path', '', false);", 'SET row_security = off;'];
  return ['--\n-- PostgreSQL database dump\n--', ...settings, ...parts.tables, ...parts.keys, ...parts.indexes, ...parts.references].join('\n\n') + '\n';
}
/** Statements that a table of a dump takes on average: to make as many tables as give the wanted number of statements. */
export const STATEMENTS_PER_TABLE = 10.3;
