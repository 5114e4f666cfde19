import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSql } from '../../src/syntax/sql/split.js';
import { textAt } from '../../src/facts/span.js';

const pieces = (text: string, mysql = false): string[] => splitSql(text, { mysql }).statements.map((p) => text.slice(p.start, p.end));

describe('splitSql', () => {
  it.each<[string, string, string[]]>([
    ['quotes', `select ';''', "a;b" from x; select 2`, [`select ';''', "a;b" from x`, 'select 2']],
    ['escape strings', `select E'\\';'; select 2`, [`select E'\\';'`, 'select 2']],
    ['dollar quotes', 'do $a$ begin; $$ ; $$ end $a$; select $1', ['do $a$ begin; $$ ; $$ end $a$', 'select $1']],
    ['nested comments', '/* a; /* b; */ c; */ select 1 /* ; */; -- ;\nselect 2', ['select 1', 'select 2']],
    ['BEGIN ATOMIC', 'create or replace function f() returns int begin atomic select case when a then 1 end; select 2; end; select 3',
      ['create or replace function f() returns int begin atomic select case when a then 1 end; select 2; end', 'select 3']],
    ['rules', 'create rule r as on insert to t do (select 1; select 2); select 3', ['create rule r as on insert to t do (select 1; select 2)', 'select 3']],
    ['an unclosed BEGIN ATOMIC', 'create function f() begin atomic select 1; select 2; select 3', ['create function f() begin atomic select 1', 'select 2', 'select 3']],
    ['an unclosed parenthesis', 'create table t (a int; select 1', ['create table t (a int', 'select 1']],
    ['meta-commands', '\\restrict abc\n\\connect db\nselect 1 \\gset\nselect 2\\; select 3;\\i x.sql', ['select 1', 'select 2', 'select 3']],
    ['COPY data', "copy t (a) from stdin;\n1;'\t\\.x\n\\.\nselect 1;", ['copy t (a) from stdin', 'select 1']],
    ['COPY data cut off', "copy t from stdin;\n1;'", ['copy t from stdin']],
    ['a stray quote', "select 'a; select 2; select $x$ b; select 3", ["select 'a", 'select 2', 'select $x$ b', 'select 3']],
    ['a byte order mark and CRLF', '\ufeffselect 1;\r\n\r\nselect 2;\r\n', ['select 1', 'select 2']],
    ['nothing', ' ;; -- x\n;', []],
  ])('%s', (_, text, expected) => expect(pieces(text)).toEqual(expected));

  it('reads strings, comments and DELIMITER of MySQL', () => {
    const text = "select 'a\\';b'; # c; d\nDELIMITER //\ncreate trigger t begin x; end//\nDELIMITER ;\nselect 2;";
    expect(pieces(text, true)).toEqual(["select 'a\\';b'", 'select 2']);
  });

  it('keeps comments with their place and whether they stand alone', () => {
    const text = '-- one\r\nselect 1 -- two\n  , 2; /* three\n*/';
    const { comments } = splitSql(text);
    expect(comments.map((c) => [c.text, c.alone, textAt(text, c.at)])).toEqual([
      ['one', true, '-- one'], ['two', false, '-- two'], ['three', false, '/* three\n*/'],
    ]);
  });

  const statement = fc.constantFrom(
    'select 1', `select ';', "a;", E'\\';' from "é""" where x = $1`, 'insert into t values (1, $$ ; $$), (2, $x$;$$;$x$)', 'do $b$ begin perform 1; end $b$',
    'create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end', 'create rule r as on delete to t do (select 1; select 2)',
    'update t set a = 1 /* ; /* ; */ */ where b', 'select a -- ;\n from b', "select '-- no comment /*'",
  );
  const gap = fc.constantFrom('', ' ', '\n', '\r\n', '-- c; \'\n', '/* ; $$ */', '\n\\set x \'y;\n', '\ufeff');
  it('cuts a concatenation of statements back into them', () => {
    fc.assert(fc.property(fc.array(fc.tuple(gap, statement, gap)), (parts) => {
      const text = parts.map(([before, sql, after]) => `${before}${sql}${after};`).join('');
      expect(pieces(text)).toEqual(parts.map(([, sql]) => sql));
    }), { numRuns: 300 });
  });

  it('takes any text and stays in it, in order', () => {
    const token = fc.constantFrom("'", '"', '$$', '$a$', '/*', '*/', '--', '\n', ';', '\\', '`', 'E', 'begin atomic', 'create function ', 'end', '(', ')', 'copy x from stdin', 'é', ' ');
    fc.assert(fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
      const text = tokens.join('');
      let last = 0;
      for (const { start, end } of splitSql(text).statements) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }));
  });

  it('comes to an end over long and unclosed text', () => {
    expect(splitSql("select a from t where b = 'x;y';\n".repeat(100_000)).statements).toHaveLength(100_000);
    expect(splitSql("select 'a; $x$ /* ".repeat(50_000)).statements.length).toBeGreaterThan(0);
    expect(splitSql(Array.from({ length: 50_000 }, (_, i) => `$a${i}$ ;`).join(' ')).statements.length).toBeGreaterThan(0);
  });
});
