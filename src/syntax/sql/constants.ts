import type { Expr, Stmt } from '../../facts/code.js';

/** The texts that names of a file stand for everywhere in it. */
export type Constants = ReadonlyMap<string, string>;

/** The text of a name that the file sets once, at its top, to a text without holes; asked for only where a text has a name in it. */
export function constantsOf(code: readonly Stmt[]): () => Constants {
  let found: Constants | null = null;
  return () => (found ??= find(code));
}

function find(code: readonly Stmt[]): Constants {
  const texts = new Map<string, string>();
  for (const stmt of code) {
    if (stmt.k !== 'set' || stmt.target.k !== 'name' || stmt.op || !stmt.value) continue;
    const text = textOf(stmt.value);
    if (text !== null) texts.set(stmt.target.id, text);
  }
  if (texts.size > 0) for (const name of namesSetAgain(code, texts)) texts.delete(name);
  return texts;
}

/** The text that an expression comes down to; null where anything in it is to be worked out. */
function textOf(value: Expr): string | null {
  if (value.k === 'cast') return textOf(value.of);
  if (value.k === 'lit') return typeof value.v === 'string' ? value.v : null;
  if (value.k !== 'tpl' || value.tag) return null;
  let text = '';
  for (const part of value.parts) {
    if (part.k !== 'text') return null;
    text += part.v;
  }
  return text;
}

/** Those of the names that are set a second time, or are a parameter, a variable of a loop or part of a pattern somewhere: there they stand for something else. */
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
      if (value && typeof value === 'object') stack.push(value);
    }
  }
  return again;
}

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
