import type { PrismaAttribute, PrismaValue } from '../../facts/prisma.js';
import { makeSpan } from '../../facts/span.js';
import type { Reader } from './reader.js';

type Arg = PrismaAttribute['args'][number];

/** Thrown and caught inside the Prisma parser only: the line it happens on is given up. */
export class Unreadable extends Error {}

const STRING = /"(?:\\.|[^"\\\r\n])*"/y;
const NUMBER = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\p{L}\p{N}_.-])/uy;
const PATH = /[\p{L}\p{N}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_][\p{L}\p{N}_-]*)*/uy;
/** Deeper lists and calls than a schema has any use for. */
const MAX_DEPTH = 100;

/** `@name(…)`: the reader stands behind the `@`. */
export function readAttribute(reader: Reader, start: number): PrismaAttribute {
  const name = reader.take(PATH);
  if (name === undefined) throw new Unreadable('expected the name of an attribute');
  const args = reader.char === '(' ? readArgs(reader, 0) : [];
  return { name, args, at: makeSpan(start, reader.pos) };
}

/** `(a, b: c)`, over as many lines as it takes. */
export function readArgs(reader: Reader, depth: number): Arg[] {
  return separated(reader, '(', ')', () => {
    const start = reader.pos;
    const name = reader.take(PATH);
    if (name !== undefined) {
      reader.skipBlank();
      if (reader.eat(':')) {
        reader.skipBlank();
        return { name, value: readValue(reader, depth + 1) };
      }
      reader.pos = start;
    }
    return { value: readValue(reader, depth + 1) };
  });
}

function separated<T>(reader: Reader, open: string, close: string, read: () => T): T[] {
  const items: T[] = [];
  if (!reader.eat(open)) throw new Unreadable(`expected ${open}`);
  for (;;) {
    reader.skipBlank();
    if (reader.eat(close)) return items;
    items.push(read());
    reader.skipBlank();
    if (!reader.eat(',') && reader.char !== close) throw new Unreadable(`expected , or ${close}`);
  }
}

/** One value: a string, number, list, name, path or call. */
export function readValue(reader: Reader, depth = 0): PrismaValue {
  if (depth > MAX_DEPTH) throw new Unreadable('nested too deeply to be read');
  if (reader.char === '[') return { k: 'list', items: separated(reader, '[', ']', () => readValue(reader, depth + 1)) };
  if (reader.char === '"') return { k: 'string', v: readString(reader) };
  const number = reader.take(NUMBER);
  if (number !== undefined) return { k: 'number', v: Number(number) };
  const name = reader.take(PATH);
  if (name === undefined) throw new Unreadable('expected a value');
  if (reader.char === '(') return { k: 'call', name, args: readArgs(reader, depth) };
  if (name === 'true' || name === 'false') return { k: 'boolean', v: name === 'true' };
  return { k: 'path', v: name };
}

/** A string with its escapes resolved. */
export function readString(reader: Reader): string {
  const raw = reader.take(STRING);
  if (raw === undefined) throw new Unreadable('this string does not end');
  if (!raw.includes('\\')) return raw.slice(1, -1);
  return raw
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex?: string, char?: string) => (hex ? String.fromCharCode(parseInt(hex, 16)) : (ESCAPES[char!] ?? char!)));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
