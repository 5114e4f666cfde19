import { beforeAll, describe, expect, it } from 'vitest';
import type { Expr, Literal, Span, Stmt, TemplateText } from '../../src/facts/code.js';
import { align } from '../../src/syntax/sql/align.js';
import { loadSqlSyntax, sqlPartsIn, sqlStringsIn, type SqlSyntax } from '../../src/syntax/sql.js';
import { makeSpan, spanEnd, spanStart, textAt } from '../../src/facts/span.js';

let sql: SqlSyntax;
beforeAll(async () => void (sql = await loadSqlSyntax()));

const spanOf = (file: string, part: string): Span => makeSpan(file.indexOf(part), file.indexOf(part) + part.length);
const lit = (file: string, raw: string, v: string): Literal => ({ k: 'lit', v, at: spanOf(file, raw) });
const name = (file: string, id: string): Expr => ({ k: 'name', id, at: spanOf(file, id) });
const stmt = (value: Expr): Stmt => ({ k: 'expr', value, at: value.at });
const plus = (left: Expr, right: Expr): Expr => ({ k: 'op', op: '+', args: [left, right], at: makeSpan(spanStart(left.at), spanEnd(right.at)) });

/** A template literal of a file: text between `${…}`. */
function template(file: string, raw: string, tag?: string): Expr {
  const start = file.indexOf(raw) + 1;
  const parts: (TemplateText | Expr)[] = [];
  let at = 0;
  const body = raw.slice(1, -1);
  for (const match of body.matchAll(/\$\{(\w+)\}/g)) {
    if (match.index > at) parts.push({ k: 'text', v: body.slice(at, match.index), at: makeSpan(start + at, start + match.index) });
    parts.push({ k: 'name', id: match[1], at: makeSpan(start + match.index + 2, start + match.index + 2 + match[1].length) });
    at = match.index + match[0].length;
  }
  if (at < body.length) parts.push({ k: 'text', v: body.slice(at), at: makeSpan(start + at, start + body.length) });
  return { k: 'tpl', parts, at: spanOf(file, raw), ...(tag ? { tag: { k: 'name', id: tag, at: makeSpan(0, 0) } } : {}) };
}

function read(file: string, ...values: Expr[]): any[] {
  const found = sqlStringsIn(values.map(stmt), file, sql);
  return JSON.parse(JSON.stringify(found, (key, value) => (key === 'at' ? textAt(file, value) : value)));
}

describe('sqlStringsIn', () => {
  it('reads literals, in order, with spans of the file', () => {
    const file = `x = "select \\"a\\" from t where é = %s"; y = 'delete from u'`;
    const found = read(file, lit(file, `'delete from u'`, 'delete from u'), lit(file, '"select \\"a\\" from t where é = %s"', 'select "a" from t where é = %s'));
    expect(found).toMatchObject([
      { at: '"select \\"a\\" from t where é = %s"', statements: [{ query: { from: [{ at: 't' }], columns: [{ name: 'a', at: '\\"a\\"' }], conditions: [{ column: { at: 'é' }, value: { k: 'parameter' } }] } }] },
      { statements: [{ query: { verb: 'delete', target: { at: 'u' } } }] },
    ]);
  });

  it('fills holes with what their place asks for', () => {
    const file = 'a = `select t.x from ${tbl} t where t.y = ${val} and t.z like \'%${pat}%\' ${more} order by ${col} ${dir}`; b = `insert into u (${cols}) values ${rows}`; c = `update w set ${sets} where id in (${ids})`';
    const raws = file.match(/`[^`]*`/g)!;
    const [first, second, third] = read(file, ...raws.map((raw) => template(file, raw)));
    expect(first.statements[0].query).toMatchObject({
      from: [{ table: { name: '__hole_1' }, alias: 't', at: 'tbl' }],
      conditions: [{ column: { name: 'y', at: 'y' }, value: { k: 'parameter' } }, { column: { name: 'z' }, op: 'like', value: { k: 'parameter' } }],
    });
    expect(second.statements[0].query).toMatchObject({ verb: 'insert', target: { table: { name: 'u' }, at: 'u' } });
    expect(third.statements[0].query).toMatchObject({ verb: 'update', assigns: [{ at: 'sets' }], conditions: [{ column: { name: 'id' }, op: 'in', value: { k: 'parameter' } }] });
  });

  it('puts the texts of constants of the file into their holes, and numbers the others as before', () => {
    const file = "const cols = 'id, mail'; const rest = `gone is null`; a = `select ${cols} from ${tbl} where org = ${org} and ${rest}`";
    const set = (id: string, value: Expr): Stmt => ({ k: 'set', target: name(file, id), value, at: value.at });
    const constants = [set('cols', lit(file, "'id, mail'", 'id, mail')), set('rest', lit(file, '`gone is null`', 'gone is null'))];
    const asked = template(file, file.slice(file.indexOf('`select')));
    const query = (...code: Stmt[]): unknown => sqlStringsIn([...code, stmt(asked)], file, sql).map(({ statements: [found] }) => found!.k === 'query' && [found!.query.columns.map((column) => column.name), found!.query.from[0]!.table!.name, found!.query.conditions.map(({ op, value }) => [op, value])])[0];
    expect(query(...constants)).toEqual([['id', 'mail'], '__hole_2', [['=', { k: 'parameter', parameter: 'hole:3' }], ['is null', { k: 'expression' }]]]);
    const [filled] = sqlStringsIn([...constants, stmt(asked)], file, sql);
    const [statement] = filled!.statements;
    // What stands in a constant stands where the constant is put in.
    expect(statement!.k === 'query' && statement!.query.columns.map(({ at }) => [textAt(file, at), spanStart(at) > spanStart(filled!.at)]).slice(0, 2)).toEqual([['cols', true], ['cols', true]]);
    // A name that is set again, or that a function takes, stands for something else there.
    expect(query(...constants, constants[0]!)).toMatchObject([['__hole_1'], '__hole_2', {}]);
    expect(query(...constants, { k: 'def', fn: { name: 'f', params: [{ target: name(file, 'cols') }], body: [], decorators: [], at: [0, 0], range: [0, 0] } })).toMatchObject([['__hole_1'], '__hole_2', {}]);
    expect(query(...constants, { k: 'import', module: './columns', names: [{ name: 'cols', as: 'cols', at: [0, 0] }], at: [0, 0] } as unknown as Stmt)).toMatchObject([['__hole_1'], '__hole_2', {}]);
    // What one function sets nothing else is called by.
    const within = { k: 'def', fn: { name: 'f', params: [], body: constants, decorators: [], at: [0, 0], range: [0, 0] } } as unknown as Stmt;
    expect(query(within)).toEqual(query(...constants));
    // A tag is given values.
    const tagged = template(file, file.slice(file.indexOf('`select')), 'sql');
    expect(sqlStringsIn([...constants, stmt(tagged)], file, sql)[0]!.statements[0]).toMatchObject({ query: { columns: [{ name: '__hole_1' }] } });
  });

  it('joins chains of +', () => {
    const file = `q = "select a " + "from t where b = " + val`;
    const chain = plus(plus(lit(file, '"select a "', 'select a '), lit(file, '"from t where b = "', 'from t where b = ')), name(file, 'val'));
    expect(read(file, chain)).toMatchObject([{ at: '"select a "', statements: [{ query: { from: [{ at: 't' }], conditions: [{ column: { at: 'b' }, value: { k: 'parameter' } }] } }] }]);
  });

  it('reads through formatting, and takes a formatted name for a hole', () => {
    const file = `"select a " + "from t where {w}".format(w) 'drop table "{}"'`;
    const call: Expr = { k: 'call', fn: { k: 'attr', of: lit(file, '"from t where {w}"', 'from t where {w}'), name: 'format', at: spanOf(file, 'format') }, args: [{ value: name(file, 'w)') }], at: spanOf(file, '"from t where {w}".format(w)') };
    const found = read(file, plus(lit(file, '"select a "', 'select a '), call), lit(file, `'drop table "{}"'`, 'drop table "{}"'));
    expect(found).toMatchObject([{ statements: [{ query: { from: [{ at: 't' }] } }] }, { statements: [{ op: { k: 'drop-table', table: { name: '__hole' } } }] }]);
    expect(found).toHaveLength(2);
  });

  it('reads migrations of several statements and `.format` holes', () => {
    const file = `"ALTER TABLE a ADD b int; UPDATE a SET b = 1" "SELECT {} FROM {} WHERE x = {v}"`;
    const [first, second] = read(file, lit(file, '"ALTER TABLE a ADD b int; UPDATE a SET b = 1"', 'ALTER TABLE a ADD b int; UPDATE a SET b = 1'), lit(file, '"SELECT {} FROM {} WHERE x = {v}"', 'SELECT {} FROM {} WHERE x = {v}'));
    expect(first.statements).toMatchObject([{ op: { k: 'add-column', at: 'b' } }, { query: { verb: 'update' } }]);
    expect(second.statements[0].query).toMatchObject({ from: [{ table: { name: '__hole' } }], conditions: [{ column: { name: 'x' }, value: { k: 'parameter' } }] });
  });

  it('takes no name that is put together for its beginning where something is defined', () => {
    const file = '`DROP TABLE leads${zz}`';
    expect(read(file, template(file, file))).toMatchObject([{ statements: [{ op: { k: 'drop-table', table: { name: expect.stringMatching(/^leads.+/) } } }] }]);
  });

  it('takes a hole behind a dollar sign for the number of a parameter', () => {
    const file = '`SELECT id FROM users WHERE a = $${zz} AND b = $1`';
    expect(read(file, template(file, file))).toMatchObject([{ holes: [{ at: 'zz' }], statements: [{ query: { conditions: [{ column: { name: 'a' }, value: { k: 'parameter', parameter: '0' } }, { column: { name: 'b' }, value: { k: 'parameter', parameter: '1' } }] } }] }]);
  });

  it.each([
    'Select a file', 'Select a file from disk', 'select an option from the list', 'Update the row', 'Delete from cart', 'update available', 'create user', 'drop files here to upload',
    'With great power', 'truncate text', 'select 1', 'Select name from your contacts', 'Insert into the slot',
  ])('leaves "%s" alone', (text) => expect(read(`"${text}"`, lit(`"${text}"`, `"${text}"`, text))).toEqual([]));

  it.each<[string, string[]]>([['INSERT INTO crm.leads (id, "phone") VALUES @@rows@@', ['id', 'phone']], ['INSERT INTO crm.leads VALUES <rows>', []]])('knows where "%s" puts rows, however they are written', (text, columns) => {
    const [found] = read(`"${text}"`, lit(`"${text}"`, `"${text}"`, text));
    expect(found.statements[0].query).toMatchObject({ verb: 'insert', target: { table: { schema: 'crm', name: 'leads' }, at: 'leads' }, assigns: columns.map((column) => ({ column })) });
  });

  it.each(['Insert into the slot @@', 'UPDATE leads SET @@'])('does not guess what "%s" means', (text) => expect(read(`"${text}"`, lit(`"${text}"`, `"${text}"`, text))).toEqual([]));

  it('trusts the tag of a template', () => {
    const file = 'sql`Select name from users`';
    expect(read(file, template(file, '`Select name from users`', 'sql'))).toHaveLength(1);
    expect(read('sql`a = ${b}`', template('sql`a = ${b}`', '`a = ${b}`', 'sql'))).toEqual([]);
  });
});

describe('parts of statements', () => {
  const parts = (file: string, value: Expr) => sqlPartsIn([stmt(value)], file, sql, []);
  const part = (raw: string) => parts(`"${raw}"`, lit(`"${raw}"`, `"${raw}"`, raw));

  it.each([
    ['status = $1', ['status']], ['AND u.email ILIKE :text', ['email']], ['WHERE a IS NULL OR b > 3', ['a', 'b']], ['lower(u.email) = ?', ['email']], ['(a = 1 or b = 2)', ['a', 'b']], ['ORDER BY u.created_at DESC', []],
    ['NOT EXISTS (SELECT 1 FROM t)', []],
  ])('%s', (raw, columns) => expect(part(raw).map(({ statements: [statement] }) => (statement as any).query.conditions.map((condition: any) => condition.column.name))).toEqual([columns]));

  it.each(['status', 'a sentence = with more words', 'where to go', 'key: value', '/users/:id', 'id, name'])('leaves "%s" alone', (raw) => expect(part(raw)).toEqual([]));

  it('keep the numbers of holes, one for what they are added to', () => {
    const file = '`${base} WHERE a = ${b}`';
    expect(parts(file, template(file, file))).toMatchObject([{ statements: [{ query: { conditions: [{ column: { name: 'a', at: makeSpan(file.indexOf('a ='), file.indexOf('a =') + 1) }, value: { parameter: 'hole:2' } }] } }] }]);
  });
});

describe('align', () => {
  it('lines up escapes, continuations and adjacent literals, else gives the whole', () => {
    const file = `f("a\\n\\x41" \n 'b''c')`;
    const at = makeSpan(2, file.length - 1);
    const found = align(file, at, 'a\nAbc', true);
    expect(found.starts.map((start, i) => file.slice(start, found.ends[i]))).toEqual(['a', '\\n', '\\x41', 'b', 'c']);
    expect(align(file, at, 'other', true).starts.every((start) => start === 2)).toBe(true);
  });
});
