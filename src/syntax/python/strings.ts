import type { Expr, Literal, Template, TemplateText } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { expr } from './expressions.js';
import { other, spanOf, type Reader } from './reader.js';
import { kids } from './tree.js';

type Part = TemplateText | Expr;

/** A string, or several next to each other: one Literal, or a Template when there are holes. */
export function strings(reader: Reader, node: number, pieces: readonly number[]): Literal | Template {
  const parts: Part[] = [];
  for (const piece of pieces) {
    if (reader.tree.kind[piece] === 'string') readString(reader, piece, parts);
  }
  const at = spanOf(reader, node);
  if (parts.every((part): part is TemplateText => part.k === 'text')) {
    return { k: 'lit', v: parts.length === 1 ? parts[0].v : parts.map((part) => part.v).join(''), at };
  }
  return { k: 'tpl', parts, at };
}

function readString(reader: Reader, node: number, parts: Part[]): void {
  const { text, tree } = reader;
  const { prefix, from, to } = contentOf(reader, node);
  let done = from;
  for (const hole of kids(tree, node)) {
    pushText(parts, text, prefix, done, tree.start[hole]);
    parts.push(readHole(reader, hole));
    done = tree.end[hole];
  }
  pushText(parts, text, prefix, done, to);
}

/** What stands before a string's quotes, and where its text begins and ends. */
export function contentOf({ text, tree }: Reader, node: number): { readonly prefix: string; readonly from: number; readonly to: number } {
  let open = tree.start[node];
  while (text[open] !== '"' && text[open] !== "'" && open < tree.end[node]) open++;
  const quote = quoteAt(text, open, tree.end[node]);
  const from = open + quote.length;
  // An unterminated string has no closing quote to leave out.
  const to = from <= tree.end[node] - quote.length && text.endsWith(quote, tree.end[node]) ? tree.end[node] - quote.length : tree.end[node];
  return { prefix: text.slice(tree.start[node], open).toLowerCase(), from, to };
}

function quoteAt(text: string, open: number, end: number): string {
  const quote = text[open] ?? '';
  return end - open >= 6 && text.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
}

/** Adds a part of a string's text, as it reads. */
export function pushText(parts: Part[], text: string, prefix: string, from: number, to: number): void {
  if (to > from) parts.push({ k: 'text', v: decode(text.slice(from, to), prefix), at: makeSpan(from, to) });
}

/** `{value!r:>{width}}` is `value`; expressions in the format would be lost, so they make it an Other. */
function readHole(reader: Reader, hole: number): Expr {
  const parts: Expr[] = [];
  for (const child of kids(reader.tree, hole)) {
    if (reader.tree.kind[child] !== 'format_specifier') parts.push(expr(reader, child));
    else for (const nested of kids(reader.tree, child)) parts.push(readHole(reader, nested));
  }
  return parts.length === 1 ? parts[0] : other(spanOf(reader, hole), parts);
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
};

const ESCAPE = /\\([0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])/g;

/** The value of a string's raw text. `\N{…}` stays as written: Unicode's names are not at hand. */
function decode(raw: string, prefix: string): string {
  let value = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (/[ft]/.test(prefix)) value = value.replace(/\{\{|\}\}/g, (pair) => pair[0]);
  if (!value.includes('\\') || prefix.includes('r')) return value;
  const isBytes = prefix.includes('b');
  return value.replace(ESCAPE, (whole, escape: string) => SIMPLE[escape] ?? character(escape, isBytes) ?? whole);
}

function character(escape: string, isBytes: boolean): string | undefined {
  const octal = /^[0-7]/.test(escape);
  if (!octal && (escape.length < 3 || (isBytes && escape[0] !== 'x'))) return undefined;
  const code = octal ? Number.parseInt(escape, 8) : Number.parseInt(escape.slice(1), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
