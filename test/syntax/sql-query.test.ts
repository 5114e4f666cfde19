import { beforeAll, describe, expect, it } from 'vitest';
import { loadSqlSyntax, type SqlSyntax } from '../../src/syntax/sql.js';
import { textAt } from '../../src/facts/span.js';

let sql: SqlSyntax;
beforeAll(async () => void (sql = await loadSqlSyntax()));

/** The first query of a text, spans replaced by what they span. */
function query(text: string): any {
  const { statements, problems } = sql.parseSqlFile(text);
  expect(problems).toEqual([]);
  const found = statements.find((s) => s.k === 'query');
  return JSON.parse(JSON.stringify(found?.k === 'query' ? found.query : null, (key, value) => (key === 'at' ? textAt(text, value) : value)));
}
const where = (condition: string): any[] => query(`select 1 from t where ${condition}`).conditions.map(({ column, on: _, ...rest }: any) => ({ column: column.name, ...rest }));

describe('SELECT', () => {
  it('keeps sources, outputs, groups, sorts and limit', () => {
    expect(query(`select distinct l.id, count(*) as n, date_trunc('day', l.ts) d from only s.leads l left join c on c.id = l.c_id
      cross join lateral (select 1 from z where z.k = l.k) x, generate_series(1, l.m) as g(i) group by l.id, 3 having count(*) > 2 order by n desc, 1, l.ts desc limit 10 for update`)).toMatchObject({
      verb: 'select', distinct: true, aggregates: true, limit: 10, forUpdate: true,
      from: [
        { table: { schema: 's', name: 'leads' }, alias: 'l', at: 'leads' }, { table: { name: 'c' }, join: 'left' },
        { query: { from: [{ table: { name: 'z' } }], at: 'select 1 from z where z.k = l.k' }, alias: 'x', join: 'cross' }, { fn: 'generate_series', alias: 'g', columnAliases: ['i'] },
      ],
      outputs: [{ name: 'id', column: { qualifier: 'l', name: 'id', at: 'id' } }, { name: 'n' }, { name: 'd' }],
      groups: [{ name: 'id' }], sorts: [{ column: { name: 'id' }, desc: false }, { column: { name: 'ts' }, desc: true }],
      conditions: [{ column: { qualifier: 'c', name: 'id' }, op: '=', value: { k: 'column', column: { qualifier: 'l', name: 'c_id' } }, on: 'join' }],
    });
  });

  it('keeps CTEs, sub-queries and set operations', () => {
    const found = query(`with x (q) as (select id from a) select x.* from x where exists (select 1 from b where b.id = x.q) and x.q in (select r from c) union all select 1 from d`);
    expect(found.ctes).toMatchObject([{ name: 'x', query: { outputs: [{ name: 'q', column: { name: 'id' } }], at: 'select id from a' } }]);
    expect(found.subqueries).toHaveLength(2);
    expect(found.subqueries[0]).toMatchObject({
      outputs: [{ name: '*', column: { qualifier: 'x', name: '*', at: '*' } }], subqueries: [{ from: [{ at: 'b' }] }, { from: [{ at: 'c' }] }], conditions: [{ column: { name: 'q' }, op: 'in' }],
    });
  });

  it('turns USING into comparisons', () => {
    const found = query('select a.id from a join b using (id) left join c using (id, k)');
    expect(found.conditions.map((c: any) => [c.column.qualifier, c.column.name, c.value.column.qualifier, c.column.at])).toEqual([
      ['a', 'id', 'b', 'id'], ['a', 'id', 'c', 'id'], [undefined, 'k', 'c', 'k'],
    ]);
  });

  it('records every other column once, with what is done with it', () => {
    const found = query(`select lower(a), sum(b) over (partition by c order by d) from t where e = 1 group by f, lower(g) order by h`);
    expect(found.columns.map((c: any) => [c.name, c.kind])).toEqual([['a', 'read'], ['b', 'read'], ['c', 'read'], ['d', 'read'], ['f', 'group'], ['g', 'group']]);
  });
});

describe('conditions', () => {
  const parameter = { k: 'parameter' };
  const named = (name: string) => ({ k: 'parameter', parameter: name });
  const numbered = (number: number) => named(String(number));
  const constant = (v: unknown): unknown => ({ k: 'constant', v });
  it.each<[string, unknown[]]>([
    ['a = $1', [{ column: 'a', op: '=', value: numbered(1) }]],
    ['a = :name and b = @other', [{ column: 'a', op: '=', value: named('name') }, { column: 'b', op: '=', value: named('other') }]],
    ["a = $name and b = $tag$x$tag$ and c = $other", [{ column: 'a', op: '=', value: named('name') }, { column: 'b', op: '=', value: constant('x') }, { column: 'c', op: '=', value: named('other') }]],
    ['a = $<name> and b = $(other:json) and c = $[x] and d in ($1:csv) and e = $/y/', [{ column: 'a', op: '=', value: named('name') }, { column: 'b', op: '=', value: named('other') }, { column: 'c', op: '=', value: named('x') }, { column: 'd', op: 'in', value: numbered(1) }, { column: 'e', op: '=', value: named('y') }]],
    ['a = ? and b = ?', [{ column: 'a', op: '=', value: numbered(1) }, { column: 'b', op: '=', value: numbered(2) }]],
    ['a = %s and b = %(x)s and c > %s', [{ column: 'a', op: '=', value: numbered(1) }, { column: 'b', op: '=', value: named('x') }, { column: 'c', op: 'range', value: numbered(2) }]],
    ["'x' = t.a::text", [{ column: 'a', op: '=', value: constant('x') }]],
    ['2 < a', [{ column: 'a', op: 'range', value: constant(2) }]],
    ['a between $1 and $2', [{ column: 'a', op: 'range', value: parameter }]],
    ['a in ($1, $2) and b = any($3) and c in (5)', [{ column: 'a', op: 'in', value: parameter }, { column: 'b', op: 'in', value: numbered(3) }, { column: 'c', op: 'in', value: constant(5) }]],
    ['a is null and b is not null', [{ column: 'a', op: 'is null', value: { k: 'expression' } }, { column: 'b', op: 'is not null', value: { k: 'expression' } }]],
    ["a like 'x%' and b like '%x' and c like $1 || '%' and d ilike 'x%'", [
      { column: 'a', op: 'like-prefix', value: constant('x%') }, { column: 'b', op: 'like', value: constant('%x') }, { column: 'c', op: 'like-prefix', value: { k: 'expression' } }, { column: 'd', op: 'like', value: constant('x%') }]],
    ['a and not b and c is true', [{ column: 'a', op: '=', value: constant(true) }, { column: 'b', op: '=', value: constant(false) }, { column: 'c', op: '=', value: constant(true) }]],
    ['a = 1 or b <> 2', [{ column: 'a', op: '=', value: constant(1), inOr: true }, { column: 'b', op: '<>', value: constant(2), inOr: true }]],
    ['not (a = 1 or b is null)', [{ column: 'a', op: '<>', value: constant(1) }, { column: 'b', op: 'is not null', value: { k: 'expression' } }]],
    ["lower(a) = $1 and date_trunc('day', b) > $2 and c->>'k' = 'v' and coalesce(d, 0) = 1", [
      { column: 'a', op: '=', value: numbered(1), wrapped: 'lower' }, { column: 'b', op: 'range', value: numbered(2), wrapped: 'date_trunc' },
      { column: 'c', op: '=', value: constant('v'), wrapped: '->>' }, { column: 'd', op: '=', value: constant(1), wrapped: 'coalesce' }]],
    ['(a, b) > ($1, $2)', [{ column: 'a', op: 'range', value: numbered(1) }, { column: 'b', op: 'range', value: numbered(2) }]],
    ['a @> $1 and starts_with(b, $2)', [{ column: 'a', op: 'other', value: numbered(1) }, { column: 'b', op: 'other', value: { k: 'expression' }, wrapped: 'starts_with' }]],
    ['lower($1) = lower(a)', [{ column: 'a', op: '=', value: { k: 'expression' }, wrapped: 'lower' }]],
  ])('%s', (condition, expected) => expect(where(condition)).toEqual(expected));
});

describe('statements that write', () => {
  it('reads INSERT with ON CONFLICT and RETURNING', () => {
    expect(query(`insert into t as x (a, "B", c, d) values ($1, null, 'k', default) on conflict (a) do update set c = excluded.c, d = x.d + 1 returning id`)).toMatchObject({
      verb: 'insert', target: { table: { name: 't' }, alias: 'x', at: 't' }, conflict: ['a'], outputs: [{ name: 'id', column: { kind: 'returning' } }],
      assigns: [{ column: 'a' }, { column: 'B', isNull: true, at: '"B"' }, { column: 'c', constant: 'k' }, { column: 'd', isDefault: true },
        { column: 'c', onConflict: true, from: { qualifier: 'excluded', name: 'c' } }, { column: 'd', onConflict: true }],
      columns: [{ qualifier: 'x', name: 'd' }, { name: 'id' }],
    });
    expect(query(`insert into t (a) values ('x'), ('y')`).assigns).toEqual([{ column: 'a', at: 'a' }]);
  });

  it('puts the SELECT of an INSERT into its own scope', () => {
    expect(query('insert into t (a, b) with w as (select 1) select s.x, s.y + 1 from s join w on true where s.k = 1')).toMatchObject({
      from: [{ table: { name: 's' } }, { table: { name: 'w' } }], ctes: [{ name: 'w' }], assigns: [{ column: 'a', from: { qualifier: 's', name: 'x', at: 'x' } }, { column: 'b' }],
      columns: [{ name: 'y' }], conditions: [{ column: { name: 'k' } }], outputs: [],
    });
  });

  it('reads UPDATE … FROM, DELETE … USING, MERGE, COPY, REFRESH and TRUNCATE', () => {
    expect(query('update t set a = o.n, (b, c) = (1, o.m), d[1] = 2 from o where o.id = t.o_id')).toMatchObject({
      verb: 'update', from: [{ at: 'o' }], assigns: [{ column: 'a', from: { name: 'n' } }, { column: 'b', constant: 1 }, { column: 'c', from: { name: 'm' } }, { column: 'd', at: 'd' }], conditions: [{ op: '=' }],
    });
    expect(query('delete from t using o where o.id = t.o_id returning *')).toMatchObject({ verb: 'delete', target: { at: 't' }, from: [{ at: 'o' }], outputs: [{ name: '*' }] });
    expect(query('merge into t using s on t.id = s.id when matched and s.z then update set a = s.a when not matched then insert (a, b) values (s.a, 1)')).toMatchObject({
      verb: 'merge', from: [{ at: 's' }], conditions: [{ on: 'join' }], assigns: [{ from: { name: 'a' } }, { from: { name: 'a' } }, { constant: 1 }], columns: [{ name: 'z' }],
    });
    expect(query('copy t (a, "B") from stdin;\n1\t2\n\\.\n')).toMatchObject({ verb: 'copy', target: { at: 't' }, assigns: [{ column: 'a' }, { column: 'B', at: '"B"' }] });
    expect(query('refresh materialized view concurrently s.v')).toMatchObject({ verb: 'copy', target: { table: { schema: 's', name: 'v' } }, assigns: [] });
    expect(query('copy t to stdout')).toMatchObject({ verb: 'copy', from: [{ at: 't' }], outputs: [{ name: '*' }] });
    expect(query('truncate only a')).toMatchObject({ verb: 'truncate', target: { at: 'a' } });
  });
});

describe('placeholders', () => {
  it.each([':id', '?', '%s', '%(id)s', '${id}', '@id', '{{ id }}', '$1', ':id::int'])('%s', (placeholder) => {
    expect(query(`select 1 from t where a = ${placeholder} and b ? 'k' and c = ':x' and d = 1 limit ${placeholder}`)).toMatchObject({
      limit: 'parameter', conditions: [{ column: { at: 'a' }, value: { k: 'parameter' } }, { op: 'other' }, { value: { v: ':x' } }, { column: { at: 'd' }, value: { v: 1 } }],
    });
  });

  it('stand for whole rows behind VALUES', () => {
    expect(query('insert into t (a, b) values %s on conflict (a) do nothing')).toMatchObject({ verb: 'insert', target: { at: 't' }, assigns: [{ column: 'a' }, { column: 'b' }], conflict: ['a'] });
    expect(query('insert into t (a, b) values %L')).toMatchObject({ verb: 'insert', assigns: [{ column: 'a' }, { column: 'b' }] });
    expect(query('update t set a = d.a from (values ?) as d (id, a) where t.id = d.id')).toMatchObject({ verb: 'update', target: { at: 't' }, assigns: [{ column: 'a' }] });
  });

  it('stand for lists and names', () => {
    expect(query('select 1 from t where a IN :ids').conditions).toMatchObject([{ op: 'in', value: { k: 'parameter' } }]);
    expect(query('select 1 from {{ schema }}.users')).toMatchObject({ from: [{ table: { schema: '__hole', name: 'users' }, at: 'users' }] });
    expect(query('select 1 from ? u').from[0].table.name).toBe('__hole');
    expect(query('select 1 from %I u').from[0].table.name).toMatch(/^_/);
  });
});
