/**
 * Expressions of Django's and Jinja's templates, which agree in most. `a.b` looks up an attribute, an item or calls a method, whichever there is: it is
 * a call of `{get}`. Filters leave the value as it is. https://docs.djangoproject.com/en/5.0/ref/templates/language/,
 * https://jinja.palletsprojects.com/en/stable/templates/
 */
import type { Arg, Expr, Span } from '../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../facts/span.js';

type Token = { readonly k: 'name' | 'number' | 'text' | 'sign'; readonly v: string; readonly at: Span };

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\*\*|\/\/|==|!=|<=|>=|[-+*/%~|.,:()[\]{}=<>]))/y;
const LITERALS: Readonly<Record<string, boolean | null>> = { True: true, true: true, False: false, false: false, None: null, none: null };

/** The tokens of `text`, which begins at `start` in the file; null where it is no expression. */
export function tokensOf(text: string, start: number): Token[] | null {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const written = match[1] ?? match[2] ?? match[3] ?? match[4]!;
    const at: Span = makeSpan(start + TOKEN.lastIndex - written.length, start + TOKEN.lastIndex);
    found.push({ k: match[1] ? 'name' : match[2] ? 'number' : match[3] ? 'text' : 'sign', v: written, at });
  }
  return found;
}

/** Reads expressions from tokens, one after another. Throws where there is none. */
export class Reader {
  private index = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get isDone(): boolean { return this.index >= this.tokens.length; }
  private get next(): Token | undefined { return this.tokens[this.index]; }

  /** Takes the token if it reads so. */
  take(...written: readonly string[]): Token | null {
    const { next } = this;
    if (!next || next.k === 'text' || !written.includes(next.v)) return null;
    this.index += 1;
    return next;
  }

  name(): Token {
    const { next } = this;
    if (next?.k !== 'name') throw new SyntaxError('a name is expected');
    this.index += 1;
    return next;
  }

  /** `name = `, before a value. */
  label(): Token | null {
    const [name, sign] = [this.next, this.tokens[this.index + 1]];
    if (name?.k !== 'name' || sign?.v !== '=' || sign.k !== 'sign') return null;
    this.index += 2;
    return name;
  }

  expression(): Expr {
    const value = this.operation(0);
    if (!this.take('if')) return value;
    const test = this.operation(0);
    return { k: 'cond', test, then: value, else: this.take('else') ? this.expression() : { k: 'lit', v: null, at: spanOf(test) }, at: spanOf(value) };
  }

  private operation(level: number): Expr {
    if (level === LEVELS.length) return this.unary();
    let left = this.operation(level + 1);
    for (let sign = this.take(...LEVELS[level]!); sign; sign = this.take(...LEVELS[level]!)) {
      // `is defined`, `is not none`: a test with a name of its own.
      if (sign.v === 'is') { this.take('not'); this.test(); left = { k: 'op', op: 'is', args: [left], at: spanOf(left) }; continue; }
      if (sign.v === 'not' && !this.take('in')) throw new SyntaxError('`in` is expected');
      left = {
        k: 'op',
        op: sign.v === 'not' ? 'not-in' : sign.v === '~' ? '+' : sign.v,
        args: [left, this.operation(level + 1)],
        at: makeSpan(spanStart(spanOf(left)), spanEnd(sign.at)),
      };
    }
    return left;
  }

  private test(): void {
    this.unary();
  }

  private unary(): Expr {
    const sign = this.take('not', '-', '+');
    if (sign) return { k: 'op', op: sign.v, args: [this.unary()], at: sign.at };
    return this.filtered(this.postfix(this.primary()));
  }

  private primary(): Expr {
    const token = this.next;
    if (!token) throw new SyntaxError('a value is expected');
    this.index += 1;
    if (token.k === 'name') return token.v in LITERALS ? { k: 'lit', v: LITERALS[token.v]!, at: token.at } : { k: 'name', id: token.v, at: token.at };
    if (token.k === 'number') return { k: 'lit', v: Number(token.v), at: token.at };
    if (token.k === 'text') return { k: 'lit', v: token.v.slice(1, -1), at: token.at };
    if (token.v === '(' || token.v === '[') {
      const items = this.list(token.v === '(' ? ')' : ']').map((arg) => arg.value);
      return token.v === '(' && items.length === 1 ? items[0]! : { k: 'list', items, at: token.at };
    }
    if (token.v === '{') return this.dict(token.at);
    throw new SyntaxError(`a value is expected, not ${token.v}`);
  }

  private dict(at: Span): Expr {
    const entries: { key: Expr; value: Expr; at: Span }[] = [];
    while (!this.take('}')) {
      const key = this.expression();
      if (!this.take(':')) throw new SyntaxError('`:` is expected');
      entries.push({ key, value: this.expression(), at: spanOf(key) });
      if (!this.take(',') && this.next?.v !== '}') throw new SyntaxError('`}` is expected');
    }
    return { k: 'dict', entries, at };
  }

  private postfix(value: Expr): Expr {
    for (let of = value; ; ) {
      if (this.take('.')) {
        const part = this.next;
        if (part?.k !== 'name' && part?.k !== 'number') throw new SyntaxError('a name is expected');
        this.index += 1;
        // `a.0.b` is read as the number 0.
        if (part.k === 'number') of = { k: 'item', of, key: { k: 'lit', v: Number(part.v), at: part.at }, at: part.at };
        else if (this.next?.v === '(' && this.next.k === 'sign') {
          this.index += 1;
          of = { k: 'call', fn: { k: 'attr', of, name: part.v, at: part.at }, args: this.list(')'), at: makeSpan(spanStart(spanOf(of)), spanEnd(part.at)) };
        } else of = get(of, part);
      } else if (this.take('[')) {
        const key = this.expression();
        if (!this.take(']')) throw new SyntaxError('`]` is expected');
        of = { k: 'item', of, key, at: spanOf(key) };
      } else if (this.take('(')) of = { k: 'call', fn: of, args: this.list(')'), at: spanOf(of) };
      else return of;
    }
  }

  /** `value|date:"j F"`, `value|join(", ")`: what a filter is given is read, and the value goes on. */
  private filtered(value: Expr): Expr {
    let given: Expr[] = [];
    while (this.take('|')) {
      const filter = this.name();
      if (this.take(':')) given.push(this.postfix(this.primary()));
      else if (this.take('(')) given.push(...this.list(')').map((arg) => arg.value));
      if (CHANGING.has(filter.v)) { value = { k: 'other', parts: [value, ...given], at: spanOf(value) }; given = []; }
    }
    return given.some((one) => one.k !== 'lit')
      ? { k: 'call', fn: { k: 'name', id: '{filter}', at: spanOf(value) }, args: [value, ...given].map((one): Arg => ({ value: one })), at: spanOf(value) }
      : value;
  }

  private list(end: ')' | ']'): Arg[] {
    const args: Arg[] = [];
    while (!this.take(end)) {
      const label = this.label();
      args.push(label ? { name: label.v, at: label.at, value: this.expression() } : { value: this.expression() });
      if (!this.take(',') && this.next?.v !== end) throw new SyntaxError(`\`${end}\` is expected`);
    }
    return args;
  }
}

const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'not', 'is'],
  ['+', '-', '~'],
  ['*', '/', '//', '%', '**'],
];
/** Filters that give something else than what they are given, or than its parts. */
const CHANGING = new Set([
  'length', 'count', 'map', 'groupby', 'join', 'sum', 'batch', 'tojson', 'json_script', 'first', 'last', 'items', 'dictsort', 'random',
]);
/** Of these the value is a list in an order of its own. */
CHANGING.delete('dictsort');

export function spanOf(expr: Expr): Span {
  return expr.at;
}

/** `of.name` of a page. */
export function get(of: Expr, name: { readonly v: string; readonly at: Span }): Expr {
  return {
    k: 'call',
    fn: { k: 'name', id: '{get}', at: name.at },
    args: [{ value: of }, { value: { k: 'lit', v: name.v, at: name.at } }],
    at: makeSpan(spanStart(spanOf(of)), spanEnd(name.at)),
  };
}
