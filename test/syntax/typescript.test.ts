import { beforeAll, describe, expect, it } from 'vitest';
import type { Arg, Expr, Func, Param, Span, Stmt } from '../../src/facts/code.js';
import { loadTypeScript, type TypeScriptParser } from '../../src/syntax/typescript.js';
import { textAt } from '../../src/facts/span.js';

let parse: TypeScriptParser;
beforeAll(async () => {
  parse = await loadTypeScript();
});

/** The statements of a file as one line each: operators and calls as lists, everything else close to its source. */
function shown(text: string, fileName = 'a.ts'): string[] {
  const { code, problems } = parse(text, fileName);
  expect(problems).toEqual([]);
  return code.map(stmt);
}

function stmt(s: Stmt): string {
  switch (s.k) {
    case 'expr': return expr(s.value);
    case 'set': {
      const marks = [...(s.decorators ?? []).map((d) => `@${expr(d)}`), s.isStatic && 'static', s.isConst && 'const'].filter(Boolean).join(' ');
      return `${marks && `${marks} `}${expr(s.target)}${s.optional ? '?' : ''}${s.type ? `: ${expr(s.type)}` : ''}${s.value ? ` ${s.op ?? ''}= ${expr(s.value)}` : ''}`;
    }
    case 'return': return `${s.isYield ? 'yield' : 'return'} ${s.value ? expr(s.value) : ''}`.trim();
    case 'if': return `if ${expr(s.test)} ${body(s.then)} else ${body(s.else)}`;
    case 'loop': return `loop ${[s.target && `${expr(s.target)} of`, s.iter && expr(s.iter), s.test && expr(s.test), body(s.body)].filter(Boolean).join(' ')}`;
    case 'try': return `try ${body(s.body)}${s.handlers.map((h) => ` catch ${h.name ?? ''}${body(h.body)}`).join('')} finally ${body(s.final)}`;
    case 'with': return `with ${body(s.body)}`;
    case 'def': return func(s.fn);
    case 'class': {
      const { cls } = s;
      return `${cls.decorators.map((d) => `@${expr(d)} `).join('')}${cls.isAbstract ? 'abstract ' : ''}${cls.form} ${cls.name}${cls.params ? `<${cls.params}>` : ''}(${args(cls.bases)}) ${body(cls.body)}`;
    }
    case 'import': return `import${s.isType ? ' type' : ''} ${s.module} [${names(s.names)}]`;
    case 'export': return `export${s.isType ? ' type' : ''} ${s.module ?? '-'} [${names(s.names)}]`;
    case 'type': return `type ${s.name}<${s.params}> = ${expr(s.value)}`;
    case 'raise': return `raise ${s.value ? expr(s.value) : ''}`;
    case 'del': return `del ${expr(s.target)}`;
    case 'jump': return 'jump';
  }
}

function names(list: readonly { name: string; as: string; isType?: true }[]): string {
  return list.map((n) => `${n.isType ? 'type ' : ''}${n.name}${n.as === n.name ? '' : ` as ${n.as}`}`).join(', ');
}

function body(list: readonly Stmt[]): string {
  return `{${list.map(stmt).join('; ')}}`;
}

function func(f: Func): string {
  const marks = [...f.decorators.map((d) => `@${expr(d)}`), f.isStatic && 'static', f.isAsync && 'async', f.accessor, 'fn'].filter(Boolean).join(' ');
  return `${marks} ${f.name ?? '_'}(${f.params.map(param).join(', ')})${f.returns ? `: ${expr(f.returns)}` : ''} ${body(f.body)}`;
}

function param(p: Param): string {
  const marks = [...(p.decorators ?? []).map((d) => `@${expr(d)}`), p.isField && 'field'].filter(Boolean).join(' ');
  return `${marks && `${marks} `}${p.rest ?? ''}${expr(p.target)}${p.optional ? '?' : ''}${p.type ? `: ${expr(p.type)}` : ''}${p.default ? ` = ${expr(p.default)}` : ''}`;
}

function args(list: readonly Arg[]): string {
  return list.map((a) => `${a.spread ?? ''}${a.name ? `${a.name}=` : ''}${expr(a.value)}`).join(', ');
}

function expr(e: Expr): string {
  switch (e.k) {
    case 'name': return e.id;
    case 'attr': return `${expr(e.of)}.${e.name}`;
    case 'item': return `${expr(e.of)}[${expr(e.key)}]`;
    case 'call': return `${e.isNew ? 'new ' : ''}${e.jsx ? 'jsx ' : ''}${expr(e.fn)}${e.types ? `<${e.types.map(expr)}>` : ''}(${args(e.args)})`;
    case 'lit': return JSON.stringify(e.v);
    case 'tpl': return `${e.tag ? expr(e.tag) : ''}\`${e.parts.map((p) => (p.k === 'text' ? p.v : `\${${expr(p)}}`)).join('')}\``;
    case 'list': return `${e.tuple ? 'tuple' : ''}[${e.items.map(expr).join(', ')}]`;
    case 'dict': return `{${e.entries.map((n) => (n.key ? `${expr(n.key)}: ${expr(n.value)}` : `...${expr(n.value)}`)).join(', ')}}`;
    case 'op': return `(${e.op} ${e.args.map(expr).join(' ')})`;
    case 'cond': return `(${expr(e.test)} ? ${expr(e.then)} : ${expr(e.else)})`;
    case 'fn': return func(e.fn);
    case 'spread': return `...${expr(e.of)}`;
    case 'let': return `(${expr(e.target)} := ${expr(e.value)})`;
    case 'cast': return `cast(${expr(e.of)}, ${expr(e.type)})`;
    case 'other': return `other(${e.parts.map(expr).join(', ')})`;
    case 'comp': return 'comp';
  }
}

/** Every object with a given kind, wherever it is. */
function all(node: unknown, k: string): { at: Span; [key: string]: unknown }[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap((child) => all(child, k));
  return (node as { k?: string }).k === k ? [node as { at: Span }, ...inner] : inner;
}

function slices(text: string, k: string): string[] {
  return all(parse(text, 'a.tsx').code, k).map((n) => textAt(text, n.at));
}

describe('modules', () => {
  it('reads imports of every form', () => {
    expect(shown(`import a from 'a'; import * as b from 'b'; import c, { d, e as f, type G } from 'c'; import 'd'; import type { T } from 't'; import x = require('y'); import z = A.B;`)).toEqual([
      'import a [default as a]', 'import b [* as b]', 'import c [default as c, d, e as f, type G]', 'import d []', 'import type t [T]', 'import y [* as x]', 'const z = A.B',
    ]);
  });

  it('reads require at the top and inside functions', () => {
    expect(shown(`const a = require('a'), { b, c: d } = require('b'); require('c'); const e = require('e').f; function g() { const { h } = require('./h'); } const i = require('i')(j);`, 'a.js')).toEqual([
      'import a [* as a]', 'import b [b, c as d]', 'import c []', 'import e [f as e]', 'fn g() {import ./h [h]}', 'const i = require("i")(j)',
    ]);
  });

  it('reads exports of every form', () => {
    expect(shown(`export { a, b as c }; export { d } from 'd'; export * from 'e'; export * as f from 'f'; export type { G } from 'g'; export const h = 1; export default i;`)).toEqual([
      'export - [a, b as c]', 'export d [d]', 'export e [*]', 'export f [* as f]', 'export type g [G]', 'const h = 1', 'const default = i',
    ]);
    expect(shown('export default class extends A {}')).toEqual(['class default(A) {}']);
    expect(shown('export default function f() {}')).toEqual(['fn f() {}', 'const default = f']);
    expect(shown('export = a;')).toEqual(['module.exports = a']);
    expect(shown('module.exports = { a }; exports.b = class extends C {}', 'a.cjs')).toEqual(['module.exports = {"a": a}', 'class b(C) {}', 'exports.b = b']);
  });

  it('makes a dynamic import a call', () => {
    expect(shown(`const { a } = await import('./a');`)).toEqual(['const {"a": a} = import("./a")']);
  });
});

describe('classes', () => {
  it('reads an entity', () => {
    const text = `@Entity('leads') export abstract class Lead<T> extends Base<T, string> implements X {
      @Column({ name: 'full_name' }) private readonly name?: string = 'x';
      static table = 'leads'; #secret: number; declare a: A; 'b-c' = 1; [key: string]: unknown;
      constructor(@Inject(Repo) private repo: Repo<Lead>, b?: number) { super(); }
      get full(): string { return this.#secret } set full(v) {} static async all(this: Lead): Promise<Lead[]> {}
      overload(a: string): void; overload(a: any) {} abstract find(id: number): Lead; static { init() }
    }`;
    expect(shown(text)).toEqual([[
      `@Entity("leads") abstract class Lead<T>(Base[[T, string]]) {@Column({"name": "full_name"}) const name?: string = "x"`,
      'static table = "leads"', 'secret: number', 'a: A', 'b-c = 1', 'this[string]: unknown',
      'fn constructor(@Inject(Repo) field repo: Repo[Lead], b?: number) {super()}',
      'get fn full(): string {return this.secret}', 'set fn full(v) {}', 'static async fn all(): Promise[Array[Lead]] {}',
      'fn overload(a: any) {}', 'fn find(id: number): Lead {}', 'init()}',
    ].join('; ')]);
  });

  it('reads interfaces and enums', () => {
    expect(shown('interface A<T> extends B<T>, C { a: string; readonly b?: T; c(x: number): Promise<T>; [k: string]: any }')).toEqual([
      'interface A<T>(B[T], C) {a: string; const b?: T; c: other(number, Promise[T]); this[string]: any}',
    ]);
    expect(shown(`export const enum E { A, B = 'b', 'c-d' = 1 }`)).toEqual(['enum E() {const A; const B = "b"; const c-d = 1}']);
  });

  it('gives class expressions a statement', () => {
    expect(shown('const User = class extends Model {}; const mixin = (B) => class Mixed extends B { a = 1 };')).toEqual([
      'class User(Model) {}', 'const mixin = fn _(B) {class Mixed(B) {a = 1}; return Mixed}',
    ]);
    expect(shown('register(class extends A {})')).toEqual(['class <class 9>(A) {}', 'register(<class 9>)']);
  });
});

describe('types', () => {
  const type = (written: string): string => shown(`type X = ${written}`)[0].replace('type X<> = ', '');

  it.each([
    ['A.B<C, D>', 'A.B[[C, D]]'], ['Lead[]', 'Array[Lead]'], ['readonly (A | null)[]', 'Array[(| A null)]'], ['A & B | undefined', '(| (& A B) null)'],
    [`'a' | 1 | -2 | true`, '(| "a" 1 -2 true)'], ['{ a: string; b?: A; c(): B; [k: string]: C }', '{"a": string, "b": (| A undefined), "c": other(B), string: C}'],
    ['[a: A, b?: B, ...rest: C[]]', 'tuple[A, (| B null), ...Array[C]]'], ['typeof leads.$inferSelect', '(typeof leads.$inferSelect)'], ['keyof A', '(keyof A)'],
    [`A['b']`, 'A["b"]'], ['(a: A) => B', 'other(A, B)'], ['A extends infer U ? B : C', 'other(A, U, B, C)'], [`import('x').Y<Z>`, 'import("x").Y[Z]'],
    [`typeof import('x')`, '(typeof import("x"))'], ['{ [K in keyof A]: B }', 'other((keyof A), B)'], ['`a${B}`', 'other(B)'],
  ])('%s', (written, expected) => expect(type(written)).toBe(expected));

  it('reads generics, casts and explicit type arguments', () => {
    expect(shown('type P<A, B> = A; f<A, B>(x as unknown as C); const d = [1] as const; y satisfies D; <E>z')).toEqual([
      'type P<A,B> = A', 'f<A,B>(cast(cast(x, unknown), C))', 'const d = [1]', 'cast(y, D)', 'cast(z, E)',
    ]);
  });
});

describe('expressions', () => {
  it.each([
    ['a === b && c !== d || !e', '(or (and (== a b) (!= c d)) (not e))'], ['a?.b!.c?.[d]?.(e)', 'a.b.c[d](e)'], ['a ?? b', '(?? a b)'], ['f((a, b))', 'f(other(a, b))'], ['(0, a.b)(c)', 'a.b(c)'],
    ['new A<B>(...c)', 'new A<B>(*c)'], ['new A', 'new A()'], ['await a.b()', 'a.b()'], ['a ? b : c', '(a ? b : c)'], ['typeof a', '(typeof a)'], ['f(void 0, void g())', 'f(null, (void g()))'],
    ['undefined', 'null'], ['-1', '-1'], ['10n', '10'], ['/a+/g', 'other()'], ['a in b', '(in a b)'], ['a instanceof B', '(instanceof a B)'], ['a = b = c', 'a = (b := c)'],
    ['f(a ||= b)', 'f((a := (or a b)))'], ['a ??= b', 'a ??= b'], ['a += 1', 'a += 1'], ['a.b++', 'a.b += 1'], ['delete a.b', 'del a.b'], ['f(delete a.b)', 'f((delete a.b))'],
    ['import.meta.url', 'import.meta.url'], ['({ a, b() {}, get c() { return 1 }, [d]: 2, e: 3, "f-g": 4, ...h })', '{"a": a, "b": fn b() {}, "c": get fn c() {return 1}, d: 2, "e": 3, "f-g": 4, ...h}'],
    ['[1, , ...a]', '[1, null, ...a]'], ['async ({ a }, [b] = c, ...d) => a', 'async fn _({"a": a}, [b] = c, *d) {return a}'], ['() => ({ a })', 'fn _() {return {"a": a}}'], ['function f() {}', 'fn f() {}'],
  ])('%s', (written, expected) => expect(shown(written)).toEqual([expected]));

  it('reads templates, tags and sums of text', () => {
    expect(shown('`a${b}c`')).toEqual(['`a${b}c`']);
    expect(shown('sql<A>`select ${b}`; sql`x`; `plain`')).toEqual(['sql`select ${b}`', 'sql`x`', '"plain"']);
    expect(shown(`'select ' + a + \` from \${b}\` + ('x' + 1)`)).toEqual(['`select ${a} from ${b}x${1}`']);
    expect(shown(`a + b + 'c'; a + b`)).toEqual(['`${(+ a b)}c`', '(+ a b)']);
    const text = `f('ab' + c + \`d\${e}f\`)`;
    expect(slices(text, 'text')).toEqual(['ab', 'd', 'f']);
  });

  it('reads patterns in declarations, parameters and assignments', () => {
    expect(shown('const { a, b: { c = 1 }, [d]: e, ...f } = x; let [g, , ...h] = y')).toEqual([
      'const {"a": a, "b": {"c": (= c 1)}, d: e, ......f} = x', '[g, null, ...h] = y',
    ]);
    expect(shown('({ a, b: c.d, e = 1, ...f } = x); [a, b.c] = y')).toEqual(['{"a": a, "b": c.d, "e": (= e 1), ......f} = x', '[a, b.c] = y']);
  });

  it('reads JSX', () => {
    expect(shown(`const x = <A.B key="k" on {...p} f={() => g}>hi {a.b} <c/>{/* no */}<></></A.B>`, 'a.jsx')).toEqual([
      'const x = jsx A.B(key="k", on=true, **p, f=fn _() {return g}, "hi", a.b, jsx c(), jsx Fragment())',
    ]);
  });
});

describe('statements', () => {
  it('reads loops', () => {
    expect(shown('for (let i = 0; i < n; i++) f(i); for (const { a } of b) {} for (const k in o) {} while (x) { break } do { y() } while (z)')).toEqual([
      'i = 0', 'loop (< i n) {f(i); i += 1}', 'loop {"a": a} of b {}', 'loop k of (keyof o) {}', 'loop x {jump}', 'loop z {y()}',
    ]);
  });

  it('reads branches and errors', () => {
    expect(shown('if (a) b; else if (c) { d } else e')).toEqual(['if a {b} else {if c {d} else {e}}']);
    expect(shown(`switch (a.b) { case 'x': case 'y': f(); break; case 'z': { return } default: g() }`)).toEqual([
      'if (or (== a.b "x") (== a.b "y")) {f()} else {if (== a.b "z") {return} else {g()}}',
    ]);
    expect(shown('try { a } catch (e) { throw e } finally { b } try {} catch ({ code }) {}')).toEqual(['try {a} catch e{raise e} finally {b}', 'try {} catch {const {"code": code}} finally {}']);
    expect(shown('outer: for (;;) { continue outer } { a; { b } }')).toEqual(['loop {jump}', 'a', 'b']);
  });

  it('reads functions, generators, namespaces and declarations', () => {
    expect(shown('function* g() { yield a; yield* b; const c = yield d }')).toEqual(['fn g() {yield a; yield ...b; const c = d}']);
    expect(shown('function f(a: string): A; function f(a: any) { return a } declare function h(): B; namespace N.M { export const x = 1 } declare global { interface W {} }')).toEqual([
      'fn f(a: any) {return a}', 'fn h(): B {}', 'const x = 1', 'interface W() {}',
    ]);
    expect(shown('a = 1, b.c = 2; void f(); let u: U, v', 'a.mts')).toEqual(['a = 1', 'b.c = 2', 'f()', 'u: U', 'v']);
  });
});

describe('spans', () => {
  it('point at names, calls and raw text', () => {
    const text = `\uFEFFconst x = (a /* 😀 */ . b).c?.(d)\r\n  .e<T>("f").#g`;
    expect(slices(text, 'attr')).toEqual(['#g', 'e', 'c', 'b']);
    expect(slices(text, 'call')).toEqual(['(a /* 😀 */ . b).c?.(d)\r\n  .e<T>("f")', '(a /* 😀 */ . b).c?.(d)']);
    expect(slices(text, 'lit')).toEqual(['"f"']);
    expect(slices(text, 'set')).toEqual([text.slice(7)]);
  });

  it('point at declared names, and at wholes in range', () => {
    const text = '@E() export class A { @C() b(c: D) {} }';
    const [cls] = parse(text, 'a.ts').code;
    if (cls.k !== 'class' || cls.cls.body[0].k !== 'def') throw new Error('not a class');
    const { fn } = cls.cls.body[0];
    expect([cls.cls.at, cls.cls.range, fn.at, fn.range].map((at) => textAt(text, at))).toEqual(['A', text, 'b', '@C() b(c: D) {}']);
  });

  it('point at the arguments of JSX and the names of imports', () => {
    const text = `import { a as b } from 'm'; <X on={1} />`;
    const [load, use] = parse(text, 'a.tsx').code;
    if (load.k !== 'import' || use.k !== 'expr' || use.value.k !== 'call') throw new Error('not as written');
    expect(textAt(text, load.names[0].at)).toBe('a');
    expect(textAt(text, use.value.args[0].at!)).toBe('on');
  });
});

describe('comments', () => {
  const text = `// licence

/** @deprecated use B */
@Entity()
export class A { // not of a
  a: string; // of a
  b: string;

  // gone

  /* of c */ c = 1;
  /**
   * Two
   * lines
   */
  @Column() d: string // of d
  e() {} // of e
}
const x = {
  // of f
  f: 1, // behind f
  g: 2, /* of h */ h: 3,
} // of x
`;

  it('belong to the declaration below or before them', () => {
    const notes = new Map<string, unknown>();
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { target, name, key, note } = node as { target?: { id?: string }; name?: string; key?: { v?: string }; note?: unknown };
      if (note) notes.set(target?.id ?? name ?? key?.v ?? '?', note);
      Object.values(node).forEach(visit);
    };
    visit(parse(text, 'a.ts').code);
    expect(Object.fromEntries(notes)).toEqual({
      A: { lead: '@deprecated use B' }, a: { trail: 'of a' }, c: { lead: 'of c' }, d: { lead: 'Two\nlines', trail: 'of d' },
      f: { lead: 'of f', trail: 'behind f' }, h: { lead: 'of h' }, x: { trail: 'of x' },
    });
  });

  it('of code inside a function are left alone', () => {
    const [stmt] = parse('function f() {\n  // lead\n  const a = 1 // trail\n  class B { c = 1 // of c\n }\n}', 'a.ts').code;
    const body = stmt.k === 'def' ? stmt.fn.body : [];
    expect(body[0]).not.toHaveProperty('note');
    expect(body[1]).toMatchObject({ cls: { body: [{ note: { trail: 'of c' } }] } });
  });

  it('are listed where one may be a suppression, and only real ones', () => {
    expect(parse('const a = 1 // nothing', 'a.ts').comments).toEqual([]);
    const source = 'const a = "// schemalint: no"; // schemalint: ignore[x] why\n  /* other */ b(`// ${/* in */ c}`, /[/*]/)\nconst d = <p>// text {/* schemalint: jsx */}\n{/* alone */}</p>';
    expect(parse(source, 'a.tsx').comments.map((c) => [c.text, c.alone, textAt(source, c.at)])).toEqual([
      ['schemalint: ignore[x] why', false, '// schemalint: ignore[x] why'], ['other', true, '/* other */'], ['in', false, '/* in */'],
      ['schemalint: jsx', false, '/* schemalint: jsx */'], ['alone', true, '/* alone */'],
    ]);
  });
});

describe('bad input', () => {
  it('is a problem for each broken place, and the rest counts', () => {
    const { code, problems } = parse(`const a = ;\nclass B {}\n${'\n'.repeat(600)}const = 1;\nclass C {}`, 'a.ts');
    expect(problems.map((p) => p.kind)).toEqual(['syntax', 'syntax']);
    expect(code.flatMap((s) => (s.k === 'class' ? s.cls.name : []))).toEqual(['B', 'C']);
    expect(parse('x y z ;'.padEnd(600).repeat(20), 'a.ts').problems).toHaveLength(5);
  });

  it('is no bad input where Flow types JavaScript', () => {
    expect(shown(`// @flow
import type { A } from './a';
import typeof TB from './b';
export type P = {| +a: ?string, onSave: ({ publish?: boolean }) => mixed |};
opaque type Id: string = string;
declare module.exports: any;
export class B<+T> { prop: ?T = 1 }
const find = async (id: ?string, rows: Array<*>): Promise<?Row> => (rows: any).map((row) => <b {...row}>{(row: Object).id}</b>);
module.exports = { B };
`, 'a.js').at(-1)).toBe('module.exports = {"B": B}');
    expect(shown('/**\n * @flow strict\n */\nconst a = useRef<?Row>(), b = c ? { d } : null, e = x <= y ? -1 : +1;', 'a.js')).toEqual(['const a = useRef<other()>()', 'const b = (c ? {"d": d} : null)', 'const e = ((<= x y) ? -1 : 1)']);
  });

  it('is Flow where no pragma says it', () => {
    expect(parse('type P = {| a: ?string |};\nmodule.exports = { P };', 'a.js').problems.length).toBeGreaterThan(0);
  });

  const repeated = (text: string, n: number): string => text.repeat(n);
  it.each([
    ['parentheses', `let a = ${repeated('(', 5000)}x${repeated(')', 5000)}`], ['lists', `let a = ${repeated('[', 5000)}${repeated(']', 5000)}`],
    ['sums', `let a = a${repeated(' + a', 3000)}`], ['calls', `let a = a${repeated('.a().b()', 3000)}`], ['else', `if (a) {b}${repeated(' else if (a) {b}', 3000)}`],
    ['conditions', `let a = ${repeated('a ? b : ', 3000)}c`], ['negations', `let a = ${repeated('!', 3000)}c`], ['arrows', `let a = ${repeated('x => ', 3000)}c`],
    ['types', `type A = ${repeated('B<', 3000)}C${repeated('>', 3000)}`], ['elements', `let a = ${repeated('<a>', 3000)}${repeated('</a>', 3000)}`], ['templates', `let a = ${repeated('`${', 3000)}${repeated('}`', 3000)}`],
  ])('is deep nesting of %s: one problem, no overflow', (_, text) => {
    const { code, problems } = parse(`${text};`, 'a.tsx');
    expect(problems).toHaveLength(1);
    expect(() => JSON.stringify(code)).not.toThrow();
  });

  it('keeps what stands beside the depths', () => {
    const { code } = parse(`const a = 1;\nlet b = ${repeated('(', 5000)}x${repeated(')', 5000)};\nclass C {}`, 'a.ts');
    expect(code.map((s) => s.k)).toEqual(['set', 'set', 'class']);
  });

  it('keeps a long sum of text whole', () => {
    const { code, problems } = parse(`let a = 'x'${repeated(" + 'y'", 3000)}`, 'a.ts');
    expect(problems).toEqual([]);
    expect(all(code, 'text')).toHaveLength(3001);
  });
});
