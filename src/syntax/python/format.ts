/**
 * `'… {table} …'.format(table=name)` and `'… %s …' % name` are `f'… {name} …'`, and so is what a wrapper of SQL is given: `SQL('… {}').format(name)`.
 * https://www.psycopg.org/psycopg3/docs/api/sql.html
 */
import type { Arg, Expr, Template, TemplateText } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { args, expr } from './expressions.js';
import { spanOf, textOf, type Reader } from './reader.js';
import { contentOf, pushText } from './strings.js';
import { kids, operators } from './tree.js';

const FIELD = /\{\{|\}\}|\{(\w*)(?:![rsa])?(?::[^{}]*)?\}|[{}]/g;
/** https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting */
const PERCENT = /%%|%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[sdriufFeEgGxXa]|%/g;

/** The call as a template; null where it is none of a plain text, or where what is put in cannot be told. */
export function formatted(reader: Reader, fn: number, list: number): Expr | null {
  const [text, called] = reader.tree.kind[fn] === 'attribute' ? kids(reader.tree, fn) : [];
  if (text === undefined || called === undefined || textOf(reader, called) !== 'format' || reader.tree.kind[list] !== 'argument_list') return null;
  const wrapped = reader.tree.kind[text] === 'call' ? kids(reader.tree, text) : null;
  if (!wrapped) return filled(reader, text, args(reader, list), FIELD);
  const [wrapper, given] = wrapped;
  const texts = given === undefined || !/(^|\.)SQL$/.test(textOf(reader, wrapper!)) ? [] : kids(reader.tree, given);
  const template = texts.length === 1 ? filled(reader, texts[0]!, args(reader, list), FIELD) : null;
  return template && { k: 'call', fn: expr(reader, wrapper!), args: [{ value: template }], at: spanOf(reader, text) };
}

/** `'… %s …' % name`, `'… %(table)s …' % {'table': name}` as a template; null for any other operation, and where what is put in cannot be told. */
export function percentFormatted(reader: Reader, node: number): Template | null {
  if (!isPercentOfText(reader, node)) return null;
  const [text, right] = kids(reader.tree, node);
  return filled(reader, reader.tree.kind[text!] === 'parenthesized_expression' ? kids(reader.tree, text!)[0]! : text!, givenBehind(reader, right!), PERCENT);
}

/** `'…' % x` */
export function isPercentOfText(reader: Reader, node: number): boolean {
  const { kind } = reader.tree;
  if (kind[node] !== 'binary_operator' || operators(reader.tree, node)[0] !== '%') return false;
  const [left, right] = kids(reader.tree, node);
  if (left === undefined || right === undefined) return false;
  const texts = kind[left] === 'parenthesized_expression' ? kids(reader.tree, left) : [left];
  return texts.length === 1 && TEXTS.has(kind[texts[0]!]!);
}

const DOUBLED = new Set(['{{', '}}', '%%']);
const TEXTS = new Set(['string', 'concatenated_string']);

/** What stands behind `%`: the items of a tuple, the entries of a dict, or one value. */
function givenBehind(reader: Reader, node: number): readonly Arg[] {
  switch (reader.tree.kind[node]) {
    case 'tuple': return kids(reader.tree, node).map((item): Arg => ({ value: expr(reader, item) }));
    case 'dictionary': {
      const dict = expr(reader, node);
      return dict.k === 'dict'
        ? dict.entries.map(({ key, value }): Arg => ({ value, ...(key?.k === 'lit' ? { name: String(key.v) } : { spread: '**' }) }))
        : [];
    }
    default: return [{ value: expr(reader, node) }];
  }
}

function filled(reader: Reader, node: number, given: readonly Arg[], pattern: RegExp): Template | null {
  const kind = reader.tree.kind[node];
  const pieces = kind === 'string' ? [node] : kind === 'concatenated_string' ? kids(reader.tree, node) : [];
  const fields = pieces.map((piece) => fieldsOf(reader, piece, pattern));
  if (pieces.length === 0 || fields.includes(null) || !fields.some((each) => each!.length > 0)) return null;
  const parts: (TemplateText | Expr)[] = [];
  const used = new Set<Arg>();
  let position = 0;
  for (const [index, piece] of pieces.entries()) {
    const { prefix, from, to } = contentOf(reader, piece);
    let done = from;
    for (const { name, start, end } of fields[index]!) {
      pushText(parts, reader.text, prefix, done, start);
      done = end;
      // Two braces are one, and so are two percent signs.
      if (name === null) { parts.push({ k: 'text', v: reader.text[start]!, at: makeSpan(start, start + 1) }); continue; }
      const arg = name === '' ? given[position++] : /^\d+$/.test(name) ? given[Number(name)] : given.find((each) => each.name === name);
      if (!arg || arg.spread || (arg.name !== undefined && arg.name !== name)) return null;
      used.add(arg);
      parts.push(arg.value);
    }
    pushText(parts, reader.text, prefix, done, to);
  }
  return used.size === given.length && used.size > 0 ? { k: 'tpl', parts, at: spanOf(reader, node) } : null;
}

interface Field { readonly name: string | null; readonly start: number; readonly end: number }

/** The fields of a string, by name, and what stands doubled in it; null where it has others, or is a template already. */
function fieldsOf(reader: Reader, node: number, pattern: RegExp): readonly Field[] | null {
  const { prefix, from, to } = contentOf(reader, node);
  if (reader.tree.kind[node] !== 'string' || /[ftb]/.test(prefix) || kids(reader.tree, node).length > 0) return null;
  const found: Field[] = [];
  for (const field of reader.text.slice(from, to).matchAll(pattern)) {
    if (field[0].length === 1) return null;
    found.push({ name: DOUBLED.has(field[0]) ? null : field[1] ?? '', start: from + field.index, end: from + field.index + field[0].length });
  }
  return found;
}
