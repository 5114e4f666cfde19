/**
 * Templates of pages and mails, as the code they stand for: one function of the names that it takes from outside. What is in none of the tags below
 * is not read. https://docs.djangoproject.com/en/5.0/ref/templates/builtins/, https://jinja.palletsprojects.com/en/stable/templates/#list-of-control-structures
 */
import type { Arg, Expr, Span, Stmt } from '../facts/code.js';
import type { Page } from '../facts/file.js';
import { makeSpan } from '../facts/span.js';
import { get, Reader, tokensOf } from './page-expressions.js';
import { wordsOf } from './words.js';

const IS_PAGE = /\.(html?|txt|xml|eml|mjml|djhtml|jinja2?|j2|html\.\w+)$/i;
const TAG = /\{\{-?(.*?)-?\}\}|\{%-?\s*(\w+)(.*?)[-+]?%\}|\{#.*?#\}/gs;
/** Parts that are no template themselves. */
const VERBATIM = /\{%-?\s*(comment|verbatim|raw)\b[\s\S]*?\{%-?\s*end\1\b[\s\S]*?%\}/g;

/** What a template reads of the values it is given, and the text around its tags; null for a file that is none, or reads nothing. */
export function pageOf(path: string, text: string): { readonly page: Page; readonly rest: string } | null {
  if (!IS_PAGE.test(path) || !/\{\{|\{%/.test(text)) return null;
  const builder = new Builder();
  const tags: string[] = [];
  const plain = text.replace(VERBATIM, (part) => ' '.repeat(part.length));
  for (const match of plain.matchAll(TAG)) {
    if (match[1] === undefined && match[2] === undefined) continue;
    const written = match[1] ?? match[3]!;
    tags.push(written);
    const start = match.index + match[0].indexOf(written, match[2] === undefined ? 2 : match[0].indexOf(match[2]) + match[2].length);
    try {
      const tokens = tokensOf(written, start);
      if (tokens) builder.tag(match[2] ?? null, new Reader(tokens), makeSpan(match.index, match.index + match[0].length));
      else builder.skip(match[2] ?? null);
    } catch (error) {
      // A tag of a library, with a syntax of its own.
      if (!(error instanceof SyntaxError)) throw error;
      builder.skip(match[2] ?? null);
    }
  }
  const body = builder.made();
  return body.length > 0 ? { page: { params: [...freeNames(body)].sort(), body, names: wordsOf(tags.join(' ')) }, rest: plain.replace(TAG, ' ') } : null;
}

interface Open { readonly tag: string; readonly body: Stmt[]; close(body: readonly Stmt[]): Stmt[]; /** Where the other branch goes. */ other?: Stmt[] }

class Builder {
  private readonly root: Stmt[] = [];
  private readonly stack: Open[] = [];

  made(): readonly Stmt[] {
    while (this.stack.length > 0) this.close(this.stack.at(-1)!.tag);
    return this.root;
  }

  /** A block that cannot be read has an end all the same. */
  skip(tag: string | null): void {
    if (tag && /^(for|if|with|macro)$/.test(tag)) this.open(tag, (body) => [...body]);
    else if (tag?.startsWith('end')) this.close(tag.slice(3));
  }

  tag(tag: string | null, reader: Reader, at: Span): void {
    switch (tag) {
      case null: this.add(...(reader.isDone ? [] : [evaluated(reader.expression())])); return;
      case 'for': this.loop(reader, at); return;
      case 'if': this.branch(reader.expression(), at); return;
      case 'elif': this.alternative(reader.expression(), at); return;
      case 'else': case 'empty': this.alternative(null, at); return;
      case 'with': this.scope(reader); return;
      case 'set': { const target = reader.name(); if (reader.take('=')) this.add(named(target, reader.expression())); return; }
      case 'include': case 'extends': this.add(evaluated(included(reader, at))); return;
      case 'regroup': this.add(regrouped(reader, at)); return;
      case 'url': case 'firstof': case 'cycle': case 'trans': case 'translate': case 'print': case 'do': case 'widthratio': this.rest(reader); return;
      case 'macro': this.macro(reader, at); return;
      default: if (tag.startsWith('end')) this.close(tag.slice(3));
    }
  }

  private add(...stmts: readonly Stmt[]): void {
    const open = this.stack.at(-1);
    (open ? open.other ?? open.body : this.root).push(...stmts);
  }

  private open(tag: string, close: Open['close']): void {
    this.stack.push({ tag, body: [], close });
  }

  /** Ends the block of that tag, and those inside it that nobody ended. */
  private close(tag: string): void {
    if (!this.stack.some((open) => open.tag === tag)) return;
    for (let open = this.stack.pop(); open; open = this.stack.pop()) {
      this.add(...open.close(open.body), ...(open.tag === 'for' ? open.other ?? [] : []));
      if (open.tag === tag) return;
    }
  }

  private loop(reader: Reader, at: Span): void {
    const names = [reader.name()];
    while (reader.take(',')) names.push(reader.name());
    if (!reader.take('in')) throw new SyntaxError('`in` is expected');
    const iter = reader.expression();
    const items = names.map((name): Expr => ({ k: 'name', id: name.v, at: name.at }));
    const target: Expr = items.length === 1 ? items[0]! : { k: 'list', items, tuple: true, at: names[0]!.at };
    this.open('for', (body) => [{ k: 'loop', target, iter, body, at }]);
  }

  private branch(test: Expr, at: Span): void {
    const open: Open = { tag: 'if', body: [], close: (body) => [{ k: 'if', test, then: body, else: open.other ?? [], at }] };
    this.stack.push(open);
  }

  /** `elif` is an `if` in the other branch, which ends with the whole. */
  private alternative(test: Expr | null, at: Span): void {
    const open = this.stack.at(-1);
    if (!open || (open.tag !== 'if' && open.tag !== 'for')) return;
    if (test) { this.add({ k: 'expr', value: test, at }); return; }
    open.other = [];
  }

  private scope(reader: Reader): void {
    const bound: Stmt[] = [];
    while (!reader.isDone) {
      const label = reader.label();
      const value = reader.expression();
      const target = label ?? (reader.take('as') ? reader.name() : null);
      if (!target) throw new SyntaxError('a name is expected');
      bound.push(named(target, value));
      reader.take(',', 'and');
    }
    this.open('with', (body) => [...bound, ...body]);
  }

  private rest(reader: Reader): void {
    while (!reader.isDone) { if (reader.take('as')) { reader.name(); continue; } reader.label(); this.add(evaluated(reader.expression())); reader.take(','); }
  }

  private macro(reader: Reader, at: Span): void {
    const name = reader.name();
    const params: Expr[] = [];
    if (reader.take('('))
      while (!reader.take(')')) {
        const param = reader.name();
        params.push({ k: 'name', id: param.v, at: param.at });
        if (reader.take('=')) reader.expression();
        reader.take(',');
      }
    this.open('macro', (body) => [
      { k: 'def', fn: { name: name.v, params: params.map((target) => ({ target })), body, decorators: [], at: name.at, range: at } },
    ]);
  }
}

const evaluated = (value: Expr): Stmt => ({ k: 'expr', value, at: value.at });
const named = (name: { readonly v: string; readonly at: Span }, value: Expr): Stmt => ({
  k: 'set',
  target: { k: 'name', id: name.v, at: name.at },
  value,
  at: value.at,
});

/** `{% include "row.html" with item=x only %}`, `{% extends "base.html" %}`: the other template sees the same names. */
function included(reader: Reader, at: Span): Expr {
  const args: Arg[] = [{ value: reader.expression() }];
  reader.take('with');
  while (!reader.isDone && !reader.take('only', 'ignore', 'without')) {
    const label = reader.label();
    if (!label) break;
    args.push({ name: label.v, at: label.at, value: reader.expression() });
  }
  return { k: 'call', fn: { k: 'name', id: '{include}', at }, args, at };
}

/** `{% regroup rows by city as cities %}`: groups with a `grouper` and a `list`. */
function regrouped(reader: Reader, at: Span): Stmt {
  const rows = reader.expression();
  if (!reader.take('by')) throw new SyntaxError('`by` is expected');
  let key = get({ k: 'name', id: '{row}', at }, reader.name());
  while (reader.take('.')) key = get(key, reader.name());
  if (!reader.take('as')) throw new SyntaxError('`as` is expected');
  const entry = (name: string, value: Expr) => ({ key: { k: 'lit' as const, v: name, at }, value, at });
  return named(reader.name(), {
    k: 'comp',
    value: { k: 'dict', entries: [entry('grouper', key), entry('list', rows)], at },
    clauses: [{ target: { k: 'name', id: '{row}', at }, iter: rows, ifs: [] }],
    at,
  });
}

/** All names but those of its own macros: what the template may be given. */
function freeNames(body: readonly Stmt[]): ReadonlySet<string> {
  const [read, bound] = [new Set<string>(), new Set<string>()];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) { node.forEach(visit); return; }
    if (!node || typeof node !== 'object') return;
    const item = node as Readonly<Record<string, unknown>> & { readonly k?: string };
    if (item.k === 'name') read.add(item['id'] as string);
    if (item.k === 'def') bound.add((item['fn'] as { readonly name: string }).name);
    for (const key in item) if (key !== 'at' && key !== 'range') visit(item[key]);
  };
  visit(body);
  return new Set([...read].filter((name) => !bound.has(name) && !name.startsWith('{')));
}
