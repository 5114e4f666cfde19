import type { Expr, Stmt } from '../../facts/code.js';

/** The texts that names of a file stand for everywhere in it. */
export type Constants = ReadonlyMap<string, string>;

/**
 * The text of a name that the file sets once, at its top or in a function, to a text whose holes hold such names; asked for only where a text has a name in it.
 */
export function constantsOf(code: readonly Stmt[]): () => Constants {
  let found: Constants | null = null;
  return () => (found ??= find(code));
}

function find(code: readonly Stmt[]): Constants {
  const texts = new Map<string, string>();
  collect(code, texts);
  if (texts.size > 0) for (const name of namesSetAgain(code, texts)) texts.delete(name);
  return texts;
}

/** Adds what is set to a text, wherever it is a variable: a field of a class is none. */
function collect(code: readonly Stmt[], texts: Map<string, string>): void {
  for (const stmt of code) {
    switch (stmt.k) {
      case 'set': {
        const text = stmt.target.k === 'name' && !stmt.op && stmt.value ? textOf(stmt.value, texts) : null;
        if (stmt.target.k === 'name' && text !== null) texts.set(stmt.target.id, text);
        break;
      }
      case 'def': collect(stmt.fn.body, texts); break;
      case 'class': collect(stmt.cls.body.filter((inner) => inner.k === 'def'), texts); break;
      case 'try': collect(stmt.body, texts); break;
      default:
    }
    if (stmt.k === 'set' && stmt.value) collectFrom(stmt.value, texts);
  }
}

/** `exports.up = async (knex) => { … }`, `module.exports = { async up() { … } }` */
function collectFrom(value: Expr, texts: Map<string, string>): void {
  if (value.k === 'fn') collect(value.fn.body, texts);
  else if (value.k === 'dict') for (const entry of value.entries) collectFrom(entry.value, texts);
}

/** The text that an expression comes down to; null where anything in it is to be worked out. */
function textOf(value: Expr, texts: Constants): string | null {
  if (value.k === 'cast') return textOf(value.of, texts);
  if (value.k === 'lit') return typeof value.v === 'string' ? value.v : null;
  if (value.k === 'name') return texts.get(value.id) ?? null;
  if (value.k !== 'tpl' || value.tag) return null;
  let text = '';
  for (const part of value.parts) {
    const own = part.k === 'text' ? part.v : textOf(part, texts);
    if (own === null) return null;
    text += own;
  }
  return text;
}

/**
 * Those of the names that are set a second time, or are imported, declared, a parameter, a variable of a loop or part of a pattern somewhere: there they stand
 * for something else.
 */
function namesSetAgain(code: readonly Stmt[], names: ReadonlyMap<string, string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  const stack: unknown[] = [code];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) { for (const each of node) stack.push(each); continue; }
    if (!node || typeof node !== 'object') continue;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'target') bind(value as Expr, names, seen, again);
      else if ((key === 'as' || key === 'name') && typeof value === 'string' && isDeclared(node) && names.has(value)) again.add(value);
      if (value && typeof value === 'object') stack.push(value);
    }
  }
  return again;
}

/** What an import, a function or a class calls by a name. */
const isDeclared = (node: object): boolean => ('as' in node && 'name' in node) || 'params' in node || 'form' in node;

function bind(target: Expr, names: ReadonlyMap<string, string>, seen: Set<string>, again: Set<string>): void {
  switch (target.k) {
    case 'name': if (names.has(target.id) && (seen.has(target.id) || !seen.add(target.id))) again.add(target.id); return;
    case 'list': for (const item of target.items) bind(item, names, seen, again); return;
    case 'dict': for (const entry of target.entries) bind(entry.value, names, seen, again); return;
    case 'spread': bind(target.of, names, seen, again); return;
    case 'op': if (target.args[0]) bind(target.args[0], names, seen, again); return;
    default:
  }
}
