import { beforeAll, describe, expect, it } from 'vitest';
import type { Class, Expr, Func, SetStmt, Span, Stmt } from '../../src/facts/code.js';
import { loadPython } from '../../src/syntax/python.js';
import type { ParsedCode } from '../../src/syntax/source.js';
import { spanEnd, spanStart, textAt } from '../../src/facts/span.js';

let parse: (text: string) => ParsedCode;
beforeAll(async () => { parse = await loadPython(); });

/** Anything with its spans replaced by the text they cover: what a test reads is what the span says. */
function shown(value: unknown, text: string): unknown {
  if (Array.isArray(value)) return value.map((each) => shown(each, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, key === 'at' || key === 'range' ? textAt(text, each) : shown(each, text)]));
}

/** An expression in a short notation of its own, so that tests compare structure at a glance. */
function brief(e: Expr): string {
  const all = (items: readonly Expr[]): string => items.map(brief).join(', ');
  switch (e.k) {
    case 'name': return e.id;
    case 'attr': return `${brief(e.of)}.${e.name}`;
    case 'item': return `${brief(e.of)}[${brief(e.key)}]`;
    case 'call': return `${brief(e.fn)}(${e.args.map((arg) => (arg.spread ?? '') + (arg.name ? `${arg.name}=` : '') + brief(arg.value)).join(', ')})`;
    case 'lit': return JSON.stringify(e.v);
    case 'tpl': return `\`${e.parts.map((part) => (part.k === 'text' ? part.v : `{${brief(part)}}`)).join('')}\``;
    case 'list': return e.tuple ? `(${all(e.items)})` : `[${all(e.items)}]`;
    case 'dict': return `{${e.entries.map((entry) => `${entry.key ? brief(entry.key) : '**'}: ${brief(entry.value)}`).join(', ')}}`;
    case 'op': return `<${e.op} ${all(e.args)}>`;
    case 'cond': return `<${brief(e.test)} ? ${brief(e.then)} : ${brief(e.else)}>`;
    case 'fn': return `fn(${e.fn.params.map((param) => brief(param.target)).join(', ')})`;
    case 'comp': return `<${e.key ? `${brief(e.key)}: ` : ''}${brief(e.value)}${e.clauses.map((c) => ` for ${brief(c.target)} in ${brief(c.iter)}${c.ifs.map((test) => ` if ${brief(test)}`).join('')}`).join('')}>`;
    case 'spread': return `*${brief(e.of)}`;
    case 'let': return `<${brief(e.target)} := ${brief(e.value)}>`;
    case 'cast': return `<${brief(e.of)} as ${brief(e.type)}>`;
    case 'other': return `?(${all(e.parts)})`;
  }
}

/** A statement likewise. */
function line(s: Stmt): string {
  const body = (stmts: readonly Stmt[]): string => `{${stmts.map(line).join('; ')}}`;
  switch (s.k) {
    case 'expr': return brief(s.value);
    case 'set': return `${brief(s.target)}${s.type ? `: ${brief(s.type)}` : ''}${s.value ? ` ${s.op ?? ''}= ${brief(s.value)}` : ''}`;
    case 'return': return `${s.isYield ? 'yield' : 'return'}${s.value ? ` ${brief(s.value)}` : ''}`;
    case 'if': return `if ${brief(s.test)} ${body(s.then)}${s.else.length > 0 ? ` else ${body(s.else)}` : ''}`;
    case 'loop': return `loop ${s.iter ? `${brief(s.target!)} in ${brief(s.iter)}` : brief(s.test!)} ${body(s.body)}`;
    case 'try': return `try ${body(s.body)}${s.handlers.map((h) => ` except ${h.type ? brief(h.type) : ''} ${h.name ?? ''} ${body(h.body)}`).join('')} else ${body(s.else)} finally ${body(s.final)}`;
    case 'with': return `with ${s.items.map((item) => `${brief(item.value)}${item.target ? ` as ${brief(item.target)}` : ''}`).join(', ')} ${body(s.body)}`;
    case 'def': return `def ${s.fn.name} ${body(s.fn.body)}`;
    case 'class': return `class ${s.cls.name} ${body(s.cls.body)}`;
    case 'import': return `${s.isType ? 'type ' : ''}import ${s.module} ${s.names.map((name) => `${name.name}>${name.as}`).join(' ')}`;
    case 'type': return `type ${s.name}<${s.params.join()}> = ${brief(s.value)}`;
    case 'raise': return `raise${s.value ? ` ${brief(s.value)}` : ''}`;
    case 'del': return `del ${brief(s.target)}`;
    case 'jump': return 'jump';
    case 'export': return 'export';
  }
}

const lines = (text: string): string[] => {
  const { code, problems } = parse(text);
  expect(problems).toEqual([]);
  return code.map(line);
};
const value = (text: string): string => lines(`${text}\n`)[0];
const classes = (code: readonly Stmt[]): Class[] => code.flatMap((stmt) => (stmt.k === 'class' ? [stmt.cls] : []));
const functionOf = (text: string): Func => parse(text).code.flatMap((stmt) => (stmt.k === 'def' ? [stmt.fn] : []))[0];

describe('expressions', () => {
  it.each([
    ['a.b[c](d, *e, f=1, **g)', 'a.b[c](d, *e, f=1, **g)'],
    ['await s.get(M)', 's.get(M)'],
    ['f(x for x in y)', 'f(<x for x in y>)'],
    ['[a for b in c if d if e for f in g]', '<a for b in c if d if e for f in g>'],
    ['{k: [v for v in w] for k, w in x}', '<k: <v for v in w> for (k, w) in x>'],
    ['{a, *b}', '[a, *b]'],
    ['(a,)', '(a)'],
    ['a, *b', '(a, *b)'],
    ['{"a": 1, **b, c: None}', '{"a": 1, **: b, c: null}'],
    ['x[a:b]', 'x[?(a, b)]'],
    ['x[a, ::2]', 'x[(a, ?(2))]'],
    ['a if b else c', '<b ? a : c>'],
    ['(n := f())', '<n := f()>'],
    ['lambda a, *b: c', 'fn(a, b)'],
    ['a < b <= c', '<and << a, b>, <<= b, c>>'],
    ['a not in b', '<not-in a, b>'],
    ['a is not None', '<is-not a, null>'],
    ['not a or b and c', '<or <not a>, <and b, c>>'],
    ['a - b - c * -1', '<- <- a, b>, <* c, <- 1>>>'],
    ['(yield a)', '?(a)'],
    ['0xFF + 1_000 + .5 + 3j + 1e999', '<+ <+ <+ <+ 255, 1000>, 0.5>, ?()>, ?()>'],
    ['...', '?()'],
    ['print("a", file=f)', 'print("a", file=f)'],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('spans what a person would point at', () => {
    const text = 'x = a . bee(key=[1, 2])[ 0 ]\n';
    const set = shown((parse(text).code[0] as SetStmt).value, text);
    expect(set).toEqual({
      k: 'item', at: 'a . bee(key=[1, 2])[ 0 ]', key: { k: 'lit', v: 0, at: '0' },
      of: {
        k: 'call', at: 'a . bee(key=[1, 2])',
        fn: { k: 'attr', name: 'bee', at: 'bee', of: { k: 'name', id: 'a', at: 'a' } },
        args: [{ name: 'key', at: 'key', value: { k: 'list', at: '[1, 2]', items: [{ k: 'lit', v: 1, at: '1' }, { k: 'lit', v: 2, at: '2' }] } }],
      },
    });
  });
});

describe('strings', () => {
  it.each([
    [String.raw`"\x41\u00e9\U0001F600\101\'\t"`, "\"A\u00e9\u{1F600}A'\\t\""],
    [String.raw`"\q\N{DASH}\U99999999"`, String.raw`"\\q\\N{DASH}\\U99999999"`],
    ['"a\\\nb"', '"ab"'],
    ['"""a\nb"""', '"a\\nb"'],
    [String.raw`r"\n"`, String.raw`"\\n"`],
    [String.raw`b"\u0041\x41"`, String.raw`"\\u0041A"`],
    ['("a" r"\\d" \'b\')', String.raw`"a\\db"`],
    ['""', '""'],
    ['f"a{{b}}"', '"a{b}"'],
    ['f"a{b.c!r:>10}d"', '`a{b.c}d`'],
    ['f"{a:{w}}"', '`{?(a, w)}`'],
    ['f"{x["k"]}{f"{y}"}"', '`{x["k"]}{`{y}`}`'],
    ['("a" f"b{c}" "d")', '`ab{c}d`'],
    ['"a" + b + "c"', '<+ <+ "a", b>, "c">'],
    ['"a %s" % b', '`a {b}`'],
    ['"50%% of %s, %d" % (a, b) + c', '<+ `50% of {a}, {b}`, c>'],
    ['("a %(x)s" " b") % {"x": c}', '`a {c} b`'],
    ['"a %s %s" % b', '<% "a %s %s", b>'],
    ['"a %(x)s" % b', '<% "a %(x)s", b>'],
    ['"10% of %s" % b', '<% "10% of %s", b>'],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('spans the raw text of each part', () => {
    const text = String.raw`x = ("s\n" f"a{b}c")`;
    expect(shown((parse(text).code[0] as SetStmt).value, text)).toEqual({
      k: 'tpl', at: String.raw`"s\n" f"a{b}c"`,
      parts: [
        { k: 'text', v: 's\n', at: String.raw`s\n` }, { k: 'text', v: 'a', at: 'a' },
        { k: 'name', id: 'b', at: 'b' }, { k: 'text', v: 'c', at: 'c' },
      ],
    });
  });
});

describe('statements', () => {
  it.each([
    ['a = b = f()', ['a = f()', 'b = f()']],
    ['a, (b, *c) = d', ['(a, (b, *c)) = d']],
    ['a.b //= 2', ['a.b //= 2']],
    ['x: Mapped["Lead | None"] = c(y)', ['x: Mapped["Lead | None"] = c(y)']],
    ['x: dict[str, m.L] | None', ['x: <| dict[(str, m.L)], null>']],
    ['type(a).b = c', ['type(a).b = c']],
    ['type X[T: int, *U] = list[T]', ['type X<T,U> = list[T]']],
    ['return', ['return']],
    ['return a, b', ['return (a, b)']],
    ['yield a', ['yield a']],
    ['yield from a', ['yield *a']],
    ['x = yield a', ['x = ?(a)']],
    ['raise A(b) from c', ['raise A(b)']],
    ['assert a, "m"', ['if <not a> {raise "m"}']],
    ['del a, b[c]', ['del a', 'del b[c]']],
    ['global a; pass; break', ['jump']],
    ['if a: b\nelif c: d\nelse: e', ['if a {b} else {if c {d} else {e}}']],
    ['for a, in b: c\nelse: d', ['loop (a) in b {c}', 'd']],
    ['async def f():\n  async for a in b: await c', ['def f {loop a in b {c}}']],
    ['while (a := b()): continue', ['loop <a := b()> {jump}']],
    ['try: a\nexcept (B, C) as e: f\nexcept: g\nelse: h\nfinally: i', ['try {a} except (B, C) e {f} except   {g} else {h} finally {i}']],
    ['try: a\nexcept* B: c', ['try {a} except B  {c} else {} finally {}']],
    ['with a() as b, c: d', ['with a() as b, c {d}']],
    ['with (a() as b, c as d): e', ['with a() as b, c as d {e}']],
    ['with (a() as b): e', ['with a() as b {e}']],
    ['print >>a, b', ['print(?(a), b)']],
  ])('%s', (text, expected) => expect(lines(`${text}\n`)).toEqual(expected));

  it('points at the header of a compound statement', () => {
    const text = 'if a:\n  b\nelif c :\n  d\nfor e in f:\n  with g as h: i\n';
    const at = (stmt: Stmt): string => textAt(text, (stmt as { at: Span }).at);
    const [first, loop] = parse(text).code;
    expect(at(first)).toBe('if a');
    expect(first.k === 'if' && at(first.else[0])).toBe('elif c');
    expect(at(loop)).toBe('for e in f');
    expect(loop.k === 'loop' && at(loop.body[0])).toBe('with g as h');
  });

  it('reads imports', () => {
    expect(lines([
      'import a.b as c, d', 'import e.f', 'from .x import y as z, w', 'from .. import *', 'from __future__ import annotations',
      'if TYPE_CHECKING:', '  from q import (Q,  # c', '    R)', 'else:', '  import s', 'if typing.TYPE_CHECKING: import t', 'def f():', '  from u import v', '',
    ].join('\n'))).toEqual([
      'import a.b *>c', 'import d *>d', 'import e.f *>e.f', 'import .x y>z w>w', 'import .. *>*', 'import __future__ annotations>annotations',
      'if TYPE_CHECKING {type import q Q>Q R>R} else {import s *>s}', 'if typing.TYPE_CHECKING {type import t *>t}', 'def f {import u v>v}',
    ]);
  });

  it('turns match into a chain of if', () => {
    expect(lines([
      'match a.b:', '  case "x" | -1: p', '  case K.V if g: q', '  case Lead(id=i, kind="k"): r', '  case [h, *t, z]: s',
      '  case {"k": v, **w}: u', '  case None as n if n: m', '  case _: d', '',
    ].join('\n'))).toEqual([
      'if <or <== a.b, "x">, <== a.b, <- 1>>> {p} else {' +
      'if <and <== a.b, K.V>, g> {q} else {' +
      'if <and isinstance(a.b, Lead), <== a.b.kind, "k">> {i = a.b.id; r} else {' +
      'if ?(a.b) {h = a.b[0]; t = a.b[?()]; z = a.b[-1]; s} else {' +
      'if <in "k", a.b> {v = a.b["k"]; w = ?(a.b); u} else {' +
      'if <and <and <== a.b, null>, <n := a.b>>, n> {m} else {d}}}}}}',
    ]);
  });

  it('evaluates the subject of match once', () => {
    expect(lines('match f(x):\n  case 1: a\n  case y: b\n')).toEqual(['match@6 = f(x)', 'if <== match@6, 1> {a} else {y = match@6; b}']);
  });
});

describe('functions and classes', () => {
  it('reads every kind of parameter', () => {
    const fn = functionOf('@d(1)\nasync def f(a, /, b: int = 1, *c: str, d=2, **e) -> "R":\n  """doc"""\n  return a\n');
    expect(fn.params.map((param) => `${param.rest ?? ''}${brief(param.target)}${param.type ? `: ${brief(param.type)}` : ''}${param.default ? ` = ${brief(param.default)}` : ''}`))
      .toEqual(['a', 'b: int = 1', '*c: str', 'd = 2', '**e']);
    expect([fn.isAsync, brief(fn.returns!), fn.decorators.map(brief), fn.body.map(line)]).toEqual([true, '"R"', ['d(1)'], ['"doc"', 'return a']]);
    expect(functionOf('def f(*, a): pass\n').params).toHaveLength(1);
  });

  it('reads a class and where it is', () => {
    const text = '@a.b\nclass Lead[T: int = str, **P](Base, table=True, *c):\n  """doc"""\n  x: int\n\n  def m(self): pass\n\n\nz = 1\n';
    const { code, problems } = parse(text);
    const [cls] = classes(code);
    expect(problems).toEqual([]);
    expect(textAt(text, cls.at)).toBe('Lead');
    expect(textAt(text, cls.range)).toBe(text.slice(0, text.indexOf('\n\n\nz')));
    expect(cls.bases.map((base) => `${base.spread ?? ''}${base.name ?? ''}:${brief(base.value)}`)).toEqual([':Base', 'table:true', '*:c']);
    expect([cls.params, cls.decorators.map(brief), cls.body.map(line)]).toEqual([['T', 'P'], ['a.b'], ['"doc"', 'x: int', 'def m {}']]);
  });
});

describe('comments', () => {
  it('gives each declaration its own', () => {
    const { code, comments } = parse([
      '# lead', '#: of A', 'class A(  # open', '    B):', '    a = 1  # trail a', '    b = 2', '    # lead of c', '    c = f(  # first', '        x=1,  # inner', '    )', '',
      '    # detached', '', '    d = 3; e = 4  # e', '    # deeper', 'f = 1', '@g  # no', 'def h(): return 1  # h', '',
    ].join('\n'));
    const [cls] = classes(code);
    expect(cls.note).toEqual({ lead: 'lead\nof A', trail: 'open' });
    expect(cls.body.map((stmt) => (stmt as SetStmt).note)).toEqual([
      { trail: 'trail a' }, undefined, { lead: 'lead of c', trail: 'first' }, undefined, { trail: 'e' },
    ]);
    expect((code[1] as SetStmt).note).toBeUndefined();
    expect(code[2].k === 'def' && 'note' in code[2].fn).toBe(false);
    expect(comments.filter((comment) => comment.alone).map((comment) => comment.text)).toEqual(['lead', 'of A', 'lead of c', 'detached', 'deeper']);
  });

  it('leaves those of code inside a function alone', () => {
    const { code } = parse('def f():\n  # lead\n  a = 1  # trail\n  class B:\n    c = 1  # of c\n');
    const [set, cls] = code[0].k === 'def' ? code[0].fn.body : [];
    expect((set as SetStmt).note).toBeUndefined();
    expect(cls.k === 'class' && cls.cls.body).toMatchObject([{ note: { trail: 'of c' } }]);
  });

  it('gives entries of a dictionary theirs', () => {
    const { code } = parse('d = {\n  "a": 1,  # ta\n  # lb\n  "b": 2, "c": [\n    3,  # no\n  ],  # tc\n}\n');
    const dict = (code[0] as SetStmt).value!;
    expect(dict.k === 'dict' && dict.entries.map((entry) => entry.note)).toEqual([{ trail: 'ta' }, { lead: 'lb' }, { trail: 'tc' }]);
  });

  it('knows a hash in a string from a comment', () => {
    expect(parse('a = "# no"  # yes\n').comments.map((comment) => comment.text)).toEqual(['yes']);
  });
});

describe('offsets', () => {
  it.each([
    ['an emoji before', 'a = "😀é"; lead.stage\n'],
    ['a byte order mark', '\uFEFFlead.stage\n'],
    ['carriage returns', 'a = 1\r\n\r\nlead.stage  # c\r\n'],
    ['a byte order mark and an error', '\uFEFFx = (\nlead.stage\n'],
  ])('are right with %s', (_, text) => {
    const { code, comments } = parse(text);
    const last = code.at(-1)!;
    expect(last.k === 'expr' && shown(last.value, text)).toEqual({ k: 'attr', name: 'stage', at: 'stage', of: { k: 'name', id: 'lead', at: 'lead' } });
    for (const comment of comments) expect(textAt(text, comment.at)).toBe('# c');
  });

  it('joins line ends of Windows in strings', () => expect(lines('"""a\r\nb\\\r\nc"""\r\n')).toEqual(['"a\\nbc"']));
});

describe('broken code', () => {
  it('keeps the classes around an unclosed parenthesis', () => {
    const text = 'import a\nclass A(B):\n  x = c(d\n\n@e\nclass F(G):\n  y = 1  # note\nh = f(\n\nclass I(J):\n  z = 2\n';
    const { code, problems, comments } = parse(text);
    expect(classes(code).map((cls) => `${cls.name}: ${cls.body.map(line).join()}`)).toEqual(['A: ', 'F: y = 1', 'I: z = 2']);
    expect(classes(code)[1].decorators.map(brief)).toEqual(['e']);
    expect(line(code[0])).toBe('import a *>a');
    expect(comments.map((comment) => comment.text)).toEqual(['note']);
    expect(problems.map(({ kind, message, at }) => [kind, message, textAt(text, at)])).toEqual([
      ['syntax', 'Python syntax error', 'x = c(d'], ['syntax', 'Python syntax error', 'h = f('],
    ]);
  });

  it('keeps the rest of a class around a broken line', () => {
    const text = 'class A:\n  a = 1\n  b = = 2\n  c = 3\n';
    const { code, problems } = parse(text);
    expect(classes(code)[0].body.map(line)).toEqual(expect.arrayContaining(['a = 1', 'c = 3']));
    expect(problems.map((problem) => textAt(text, problem.at))).toEqual(['=']);
  });

  it('does not cut inside of a string', () => {
    const text = 'x = (\n\ny = """\nclass NotOne:\n  pass\n"""\nclass One: pass\n';
    expect(classes(parse(text).code).map((cls) => cls.name)).toEqual(['One']);
  });

  it.each(['', '\n', '# only\n', '\uFEFF', '"""', '(', ')', 'class', 'def f(', 'x = ', '\0', '@', 'f"{', 'match x:\n case', '\\', '$$$ ??? !!!'])('survives %j', (text) => {
    for (const { at } of parse(text).problems) {
      const [start, end] = [spanStart(at), spanEnd(at)];
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('depth', () => {
  const many = (count: number, text: string): string => text.repeat(count);
  it.each([
    ['parentheses', many(5000, '(') + 'x' + many(5000, ')'), false],
    ['lists', many(5000, '[') + many(5000, ']'), true],
    ['calls', `f${many(3000, '.g()')}`, true],
    ['a sum', `a${many(3000, ' + a')}`, false],
    ['a mixed sum', `a${many(1500, ' - a + a')}`, false],
    ['comparisons', `a${many(3000, ' < a')}`, false],
    ['a union', `x: a${many(3000, ' | a')}`, false],
    ['powers', `a${many(3000, ' ** a')}`, true],
    ['conditions', `${many(3000, 'a if b else ')}c`, true],
    ['elif', `if a: b\n${many(10_000, 'elif a: b\n')}else: c`, false],
    ['cases', `match a:\n${many(3000, '  case 1: b\n')}`, false],
    ['patterns', `match a:\n  case ${many(3000, '[')}${many(3000, ']')}: b`, true],
  ])('of %s does no harm', (_, text, cut) => {
    const { code, problems } = parse(`${text}\n`);
    expect(() => JSON.stringify(code)).not.toThrow();
    expect(problems.map((problem) => problem.message)).toEqual(cut ? ['Python code nested too deeply'] : []);
  });

  it('keeps every term of a long sum in order', () => {
    const names = Array.from({ length: 500 }, (_, index) => `n${index}`);
    const terms = (e: Expr): string[] => (e.k === 'op' ? e.args.flatMap(terms) : [brief(e)]);
    expect(terms((parse(`x = ${names.join(' + ')}\n`).code[0] as SetStmt).value!)).toEqual(names);
  });

  it('keeps every branch of a long elif', () => {
    const { code } = parse(`if a: b0\n${Array.from({ length: 250 }, (_, index) => `elif a: b${index + 1}\n`).join('')}else: c\n`);
    const count = (stmts: readonly Stmt[]): number => stmts.reduce((sum, stmt) => sum + (stmt.k === 'if' ? count(stmt.then) + count(stmt.else) : 1), 0);
    expect(count(code)).toBe(252);
  });
});
