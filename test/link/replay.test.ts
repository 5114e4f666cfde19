import { beforeAll, describe, expect, it } from 'vitest';
import { replay, type LocatedOp, type Replayed } from '../../src/link/replay.js';
import type { TableDraft } from '../../src/link/draft.js';
import { loadSqlSyntax, type SqlSyntax } from '../../src/syntax/sql.js';
import { makeSpan, textAt } from '../../src/facts/span.js';

let sql: SqlSyntax;
beforeAll(async () => void (sql = await loadSqlSyntax()));

function opsOf(text: string, path = 'a.sql'): LocatedOp[] {
  const { statements, problems } = sql.parseSqlFile(text);
  expect(problems).toEqual([]);
  return statements.flatMap((statement): LocatedOp[] => (statement.k === 'ddl' ? [{ op: statement.op, path, kind: 'migration' }] : []));
}
const run = (...texts: string[]): Replayed => replay(texts.flatMap((text, index) => opsOf(text, `${index + 1}.sql`)), '', 'public');
const tableOf = (done: Replayed, name: string): TableDraft => done.drafts.find((draft) => draft.name === name)!;
/** `name type null? default`, one for each column. */
const columnsOf = (done: Replayed, name: string): string[] => tableOf(done, name).columns.map((column) => [column.name, column.type?.name ?? '?', column.nullable ? 'null' : '', column.databaseDefault ?? ''].join(' ').trim().replace(/ {2,}/, ' '));
const messages = (done: Replayed): string[] => done.failures.map((failure) => failure.message);

describe('tables and columns', () => {
  it('keeps the place that made each thing, through renames', () => {
    const second = 'alter table a rename to b; alter table b add column y text default now(); alter table b rename x to z; alter table b alter z set not null, alter z type bigint';
    const done = run('create table a (id serial primary key, x int)', second);
    expect(done).toMatchObject({ complete: true, failures: [] });
    expect(done.drafts).toHaveLength(1);
    expect(columnsOf(done, 'b')).toEqual(["id integer nextval('a_id_seq'::regclass)", 'z bigint', 'y text null now()']);
    const table = tableOf(done, 'b');
    expect(table).toMatchObject({ dialect: 'postgres', kind: 'migration', tableKind: 'table', schema: null, partition: '', place: { path: '1.sql', at: makeSpan(13, 14) } });
    expect(table.columns[0].isIdentity).toBe(true);
    expect(table.columns.map((column) => column.place.path)).toEqual(['1.sql', '1.sql', '2.sql']);
    expect(textAt(second, table.columns[2].place.at)).toBe('y');
    expect(table.keys).toMatchObject([{ k: 'primary', name: null, columns: ['id'], place: { path: '1.sql' } }]);
  });

  it('takes blocks that ask what is there for steps that make sure of something', () => {
    const done = run('create table a (id int, b text)', "do $$ begin if not exists (select 1 from pg_attribute where attname = 'b') then alter table a add column b text; end if; end $$", 'do $$ begin alter table a add column c text; exception when duplicate_column then null; end $$', 'do $$ begin alter table a drop column b; end $$');
    expect(messages(done)).toEqual([]);
    expect(columnsOf(done, 'a')).toEqual(['id integer null', 'c text null']);
  });

  it('takes renames in such blocks, and both branches of a test', () => {
    const rename = "do $$ begin if exists (select 1 from information_schema.columns where column_name = 'a') then alter table t rename column a to b; end if; end $$";
    const both = "do $$ begin if exists (select 1 from pg_class where relname = 't') then alter table t rename to u; alter table u add column c text; else create table u (id int, b text, c text); end if; end $$";
    const done = run('create table t (id int, a text)', rename, rename, both, both, 'alter table if exists nothing drop constraint if exists x; alter table if exists u add column d int');
    expect(messages(done)).toEqual([]);
    expect(done.drafts.map((draft) => draft.name)).toEqual(['u']);
    expect(columnsOf(done, 'u')).toEqual(['id integer null', 'b text null', 'c text null', 'd integer null']);
  });

  it('drops columns with what stands on them', () => {
    const done = run(`create table a (id int primary key, b int unique, c int, d int check (d > 0)); create index i on a (c, d); create index j on a (lower(b::text)); create index k on a (d);
      alter table a drop column c; alter table a drop column b; alter table a drop constraint a_d_check`);
    expect(tableOf(done, 'a')).toMatchObject({ keys: [{ k: 'primary' }], indexes: [{ name: 'k' }], checks: [] });
    expect(done.complete).toBe(true);
  });

  it('says once what it cannot follow, and goes on', () => {
    const done = run(`drop table gone; alter table lost add x int; alter table lost add y int; create table a (x int); alter table a drop column q; drop index nix;
      do language plperl $$ x $$; drop table if exists gone; alter table a drop column if exists q; create table if not exists a (z int); create table a (x int)`);
    expect(done.complete).toBe(false);
    expect(messages(done)).toEqual([
      expect.stringContaining('gone'), expect.stringContaining('lost'), expect.stringContaining('a.q'), expect.stringContaining('nix'), expect.stringContaining('DO block'), expect.stringContaining('already'),
    ]);
    expect(columnsOf(done, 'a')).toEqual(['x integer null']);
    expect(done.failures[0].place).toEqual({ path: '1.sql', at: makeSpan(11, 15) });
  });

  it('finds names along the search path of the file', () => {
    const done = run('set search_path = app, public; create table t (id int); create table public.u (id int)', 'create table t (x int); alter table app.t add y int; alter table t set schema other');
    expect(done.drafts.map((draft) => [draft.schema, draft.name, draft.columns.length])).toEqual([['app', 't', 2], [null, 'u', 1], ['other', 't', 1]]);
    expect(done.complete).toBe(true);
  });

  it('rebuilds a table the way SQLite migrations do', () => {
    const done = run('create table t (id int primary key, a int)', 'create table t_new (id int primary key); drop table t; alter table t_new rename to t');
    expect(columnsOf(done, 't')).toEqual(['id integer']);
    expect(done.complete).toBe(true);
  });
});

describe('keys and indexes', () => {
  it('follows foreign keys through renames of both sides', () => {
    const done = run(`create table u (id int primary key, code text unique); create table o (u_id int references u on delete cascade, u_code text constraint oc references u (code));
      alter table u rename to users; alter table users rename code to slug; alter table o rename u_id to user_id`);
    expect(tableOf(done, 'o').foreignKeys).toMatchObject([
      { name: null, columns: ['user_id'], target: { k: 'table', name: 'users' }, targetColumns: ['id'], onDelete: 'cascade' }, { name: 'oc', columns: ['u_code'], targetColumns: ['slug'] },
    ]);
  });

  it('resolves keys to tables that come later, and forgets those to dropped ones', () => {
    const done = run('create table o (u_id int references s.u, z_id int); create table s.u (id int); create table z (id int); alter table o add foreign key (z_id) references z; drop table z cascade');
    expect(tableOf(done, 'o').foreignKeys).toMatchObject([{ target: { name: 'u', schema: 's' } }]);
  });

  it('drops constraints by the name PostgreSQL or a tool gave them', () => {
    const done = run(`create table u (id int primary key); create table o (a int references u, b int references u, c int unique, d int, constraint pk primary key (d), unique (a, b));
      alter table o drop constraint o_a_fkey; alter table o drop constraint fk_o_b_u; alter table o drop constraint o_c_key; alter table o rename constraint pk to o_pk; alter table o drop constraint o_pk`);
    expect(tableOf(done, 'o')).toMatchObject({ foreignKeys: [], keys: [{ k: 'unique', columns: ['a', 'b'] }] });
    expect(tableOf(done, 'o').columns.find((column) => column.name === 'd')!.nullable).toBe(false);
    expect(done.complete).toBe(true);
  });

  it('turns an index into a constraint, renames and drops indexes', () => {
    const done = run(`create table t (a int, b text); create unique index ti on t (a); create index on t (b); create unique index tp on t (lower(b)) where a is not null;
      alter table t add constraint tu unique using index ti; alter index tp rename to tq; alter table t rename a to c; drop index t_b_idx`);
    expect(tableOf(done, 't')).toMatchObject({
      keys: [{ k: 'unique', name: 'tu', columns: ['c'] }], indexes: [{ name: 'tq', unique: true, parts: [{ column: null, expression: 'lower(b)' }], predicate: 'c is not null' }],
    });
    expect(done.complete).toBe(true);
  });
});

describe('types', () => {
  it('resolves enums and domains', () => {
    const done = run(`create type stage as enum ('a', 'b'); create domain email as varchar(100) not null; create domain work_email as email;
      create table t (s stage default 'a', e work_email, l stage[], g geometry); alter type stage add value 'c'; alter type stage rename to lead_stage`);
    expect(tableOf(done, 't').columns.map((column) => column.type)).toEqual([
      { name: 'lead_stage', enumName: 'lead_stage', values: ['a', 'b', 'c'] }, { name: 'character varying', args: [100] }, { name: 'lead_stage', enumName: 'lead_stage', values: ['a', 'b', 'c'], array: 1 }, { name: 'geometry' },
    ]);
    expect(tableOf(done, 't').columns.map((column) => column.nullable)).toEqual([true, false, true, true]);
    expect(done.enums).toMatchObject([{ name: 'lead_stage', values: ['a', 'b', 'c'], place: { path: '1.sql' } }]);
  });
});

describe('what tables take from each other', () => {
  it('counts partitions at the parent', () => {
    const done = run(`create table p (id int, ts date) partition by range (ts); create table p1 partition of p for values from ('2020-01-01') to ('2021-01-01'); create table p2 (id int, ts date);
      alter table p attach partition p2 default; create table r (p_id int references p1); alter table p add x int; create index on p1 (x); create table p3 partition of p default; drop table p3`);
    expect(done.drafts.map((draft) => draft.name)).toEqual(['p', 'r']);
    expect(tableOf(done, 'p').partitions).toEqual({ by: ['ts'], spec: 'range (ts)', count: 2 });
    expect(tableOf(done, 'r').foreignKeys).toMatchObject([{ target: { name: 'p' } }]);
    expect(done.complete).toBe(true);
  });

  it('copies columns of INHERITS and LIKE', () => {
    const done = run('create table b (id int primary key, at date default now()); create table c (x int) inherits (b); create table d (like b including all, y int); alter table b add z int; alter table b rename at to made');
    expect(columnsOf(done, 'c')).toEqual(['id integer', 'made date null now()', 'x integer null', 'z integer null']);
    expect(tableOf(done, 'c').columns.map((column) => column.inheritedFrom)).toEqual(['b', 'b', null, 'b']);
    expect(columnsOf(done, 'd')).toEqual(['id integer', 'at date null now()', 'y integer null']);
    expect([tableOf(done, 'c').keys, tableOf(done, 'd').keys]).toMatchObject([[], [{ k: 'primary', columns: ['id'] }]]);
    expect(tableOf(done, 'c').partitions).toBeNull();
  });
});

describe('views', () => {
  it('tells sub-queries in a list without FROM from a set operation', () => {
    const done = run('create table a (id int, n text); create view v as select now() as at, (select count(*) from a) as first, (select n from a) as second; create view w as select id from a union select 1');
    expect(messages(done)).toEqual([]);
    expect(tableOf(done, 'v').columns.map((column) => column.name)).toEqual(['at', 'first', 'second']);
    expect(tableOf(done, 'w').columns.map((column) => column.name)).toEqual(['id']);
  });

  it('derives columns from the query', () => {
    const done = run(`create table t (id int, n text); create view v as with x as (select * from t) select x.*, x.id + 1 as m, n alias from x join lateral (select id as k from t) y on true;
      create materialized view w (a, b) as select id, n from v; create unique index on w (a); create view s as select id from t union select 1; create view gone as select 1 as one; drop view gone`);
    expect(columnsOf(done, 'v')).toEqual(['id integer null', 'n text null', 'm ? null', 'alias text null']);
    expect(columnsOf(done, 'w')).toEqual(['a integer null', 'b text null']);
    expect(tableOf(done, 'w')).toMatchObject({ tableKind: 'materialized-view', indexes: [{ unique: true, parts: [{ column: 'a' }] }] });
    expect(columnsOf(done, 's')).toEqual(['id integer null']);
    expect(done.drafts.map((draft) => draft.tableKind)).toEqual(['table', 'view', 'materialized-view', 'view']);
    expect(done.routines).toHaveLength(3);
    expect(done.complete).toBe(true);
  });

  it('says when a star stands for something unknown', () => {
    const done = run('create view v as select * from somewhere; create view w as select a from somewhere');
    expect(messages(done)).toEqual([expect.stringContaining('view v')]);
    expect(columnsOf(done, 'w')).toEqual(['a ? null']);
  });
});

it('attaches triggers, comments, row security and policies', () => {
  const done = run(`create table t (id int, n text, updated_at timestamptz); create table copy (t_id int, n text);
    create function touch() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
    create function sync() returns trigger language plpgsql as $$ begin update copy set n = new.n where t_id = new.id; return new; end $$;
    create trigger a before insert or update on t for each row execute function touch(); create trigger b after update of n on t for each row execute function sync();
    create trigger c before update on copy for each row execute function touch(); drop trigger c on copy;
    comment on table t is 'things'; comment on column t.n is 'name'; alter table t enable row level security; create policy own on t for select using (id = 1);
    create policy gone on t using (true); drop policy gone on t`);
  expect(tableOf(done, 't')).toMatchObject({
    comment: 'things', rowSecurity: { enabled: { path: '1.sql' }, policies: [{ name: 'own', command: 'select', using: 'id = 1', check: null, columns: ['id'] }] },
    triggers: [{ name: 'a', timing: 'before', events: ['insert', 'update'], sets: ['updated_at'], writes: [] }, { name: 'b', timing: 'after', sets: [], writes: [{ table: 'copy', column: 'n' }] }],
    columns: [{ onUpdate: null }, { comment: 'name', onUpdate: null }, { name: 'updated_at', onUpdate: 'trigger', role: 'updated-at' }],
  });
  expect(tableOf(done, 'copy').triggers).toEqual([]);
  const [keeper, ...others] = done.routines.filter((routine) => routine.queries.length > 0);
  expect(keeper).toMatchObject({ k: 'function', path: '1.sql', rows: [{ schema: 'public', name: 't' }], queries: [{ verb: 'update' }] });
  expect(others).toEqual([]);
  expect(done.rowReads.map((read) => [read.table.name, [...read.columns].sort()])).toEqual([['t', ['id', 'n']], ['t', ['id']]]);
});

it('leaves tables that an extension fills alone', () => {
  const done = run('create schema jobs; create extension pg_partman schema jobs; create extension pg_cron; alter table jobs.config add x int; create policy p on cron.job using (true); alter table other.config add x int');
  expect(messages(done)).toEqual([expect.stringContaining('other.config')]);
  expect(done.drafts.filter((draft) => !draft.isPartial)).toEqual([]);
});

it('puts triggers and policies on tables of a schema that somebody else fills, and changes none of them', () => {
  const done = run(`create table profiles (id uuid primary key, name text); create schema app; create table app.own (id int);
    create function added() returns trigger language plpgsql as $$ begin insert into profiles (id) values (new.id); return new; end $$;
    create trigger t after insert on auth.users for each row execute function added(); create policy p on storage.objects for insert with check (true)`);
  expect(messages(done)).toEqual([]);
  expect(done.drafts.filter((draft) => draft.isExternal).map((draft) => draft.name)).toEqual(['users', 'objects']);
  expect(messages(run('create schema app; create table app.own (id int); create policy p on app.other using (true)'))).toEqual([expect.stringContaining('app.other')]);
  expect(messages(run('alter table auth.users add column x int'))).toEqual([expect.stringContaining('auth.users')]);
});

it('changes and renames policies', () => {
  const done = run(`create table t (a int, b int, c int); create policy p on t for update to x using (a = 1) with check (b = 1);
    alter policy p on t using (c = 1); alter policy p on t rename to q; alter policy q on t to public; alter policy missing on t using (true)`);
  expect(messages(done)).toEqual([]);
  expect(tableOf(done, 't').rowSecurity!.policies).toEqual([{ name: 'q', command: 'update', using: 'c = 1', check: 'b = 1', columns: ['a', 'b', 'c'], place: expect.anything() }]);
});

it('replays each of 100,000 operations', () => {
  const at = [0, 1] as const;
  const ops: LocatedOp[] = Array.from({ length: 25_000 }, (_, n): LocatedOp[] => [
    { path: `${n % 500}`, kind: 'ddl', op: { k: 'create-table', table: { name: `t${n}` }, columns: [{ name: 'id', type: { name: 'integer' }, nullable: false, at }], constraints: [{ k: 'primary', columns: ['id'], at }], at } },
    { path: `${n % 500}`, kind: 'ddl', op: { k: 'add-column', table: { name: `t${n}` }, column: { name: 'p', type: { name: 'integer' }, nullable: true, at }, constraints: [{ k: 'foreign', columns: ['p'], table: { name: `t${Math.max(0, n - 1)}` }, refColumns: ['id'], at }], at } },
    { path: `${n % 500}`, kind: 'ddl', op: { k: 'create-index', table: { name: `t${n}` }, index: { parts: [{ column: 'p' }], unique: false, method: 'btree', at }, at } },
    { path: `${n % 500}`, kind: 'ddl', op: { k: 'add-column', table: { name: 't0' }, column: { name: `c${n}`, type: null, nullable: true, at }, constraints: [], at } },
  ]).flat();
  const done = replay(ops, '', 'public');
  expect(done.complete).toBe(true);
  expect(done.drafts).toHaveLength(25_000);
});

it('takes keys and indexes that the partitions have each by itself for those of the table', () => {
  const done = run(`
    create table o (id int primary key);
    create table p (id int, o_id int, day date not null) partition by range (day);
    create table p1 partition of p for values from ('2024-01-01') to ('2024-02-01'); create table p2 (id int, o_id int, day date not null); alter table p attach partition p2 for values from ('2024-02-01') to ('2024-03-01');
    create index on p1 (o_id); create index on p2 (o_id); create index on p2 (day);
    alter table p1 add constraint a foreign key (o_id) references o (id); alter table p2 add constraint b foreign key (o_id) references o (id);`);
  const table = tableOf(done, 'p');
  expect(table.indexes.map((index) => index.parts.map((part) => part.column))).toEqual([['o_id']]);
  expect(table.foreignKeys.map((key) => key.columns)).toEqual([['o_id']]);
});

describe('functions that are dropped and replaced', () => {
  const reads = (done: Replayed): string[] => done.routines.filter((each) => each.k === 'function').flatMap((each) => each.queries.flatMap((query) => query.from.map((source) => `${each.name.name}: ${source.table?.name}`)));
  const of = (head: string, table: string): string => `create ${head} returns bigint language sql as 'select count(*) from ${table}'`;

  it('are told by what they take', () => {
    const tables = 'create table a (id int); create table b (id int); create table c (id int)';
    const first = `${of('function f(uuid)', 'a')}; ${of('function f(uuid, p text[])', 'b')}`;
    expect(reads(run(tables, first))).toEqual(['f: a', 'f: b']);
    expect(reads(run(tables, first, 'drop function f(uuid)'))).toEqual(['f: b']);
    expect(reads(run(tables, first, 'drop function if exists f(uuid), f(uuid, text[])', of('function f(x date)', 'c')))).toEqual(['f: c']);
    expect(reads(run(tables, of('function f(int, out y text)', 'a'), 'drop function f'))).toEqual([]);
    expect(reads(run(tables, of('function f(int)', 'a'), 'drop function f(integer)'))).toEqual([]);
    expect(reads(run(tables, of('function other.f(int)', 'a'), 'drop function f(int)'))).toEqual(['f: a']);
  });

  it('take the place of the one that takes the same', () => {
    expect(reads(run(of('function f(p uuid)', 'a'), of('or replace function f(q uuid)', 'b')))).toEqual(['f: b']);
    expect(reads(run(of('function f(p uuid)', 'a'), of('or replace function f(q uuid, r int)', 'b'), of('or replace function f(q uuid, r int)', 'c')))).toEqual(['f: a', 'f: c']);
  });

  it('take their triggers with them where it is said', () => {
    const made = "create table a (id int, b int); create function t() returns trigger language plpgsql as $$ begin new.b := 1; return new; end $$; create trigger x before insert on a for each row execute function t()";
    expect(tableOf(run(made), 'a').triggers).toHaveLength(1);
    expect(tableOf(run(made, 'drop function t() cascade'), 'a').triggers).toEqual([]);
  });
});
