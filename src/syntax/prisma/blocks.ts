import type { PrismaAttribute, PrismaBlock, PrismaField } from '../../facts/prisma.js';
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { noted, type Reader } from './reader.js';
import { readArgs, readAttribute, readString, readValue, Unreadable } from './values.js';

type Kind = PrismaBlock['k'];
type EnumValue = Extract<PrismaBlock, { k: 'enum' }>['values'][number];

const HEADER = /(model|view|type|enum|datasource|generator)[ \t]+([\p{L}\p{N}_][\p{L}\p{N}_-]*)[ \t]*(?:\/\*[^\r\n]*?\*\/[ \t]*)?\{/uy;
const MARK = /@@?/y;

/** What the lines of a block add up to. */
interface Body {
  readonly fields: PrismaField[]; readonly values: EnumValue[]; readonly attributes: PrismaAttribute[]; readonly settings: Record<string, string>;
}

/** The block that begins here, or undefined when none does. */
export function readBlock(reader: Reader, lead: string | undefined): PrismaBlock | undefined {
  const start = reader.pos;
  const header = headerAt(reader);
  if (!header) return undefined;
  const { kind: k, name, at } = header;
  reader.pos = header.end;
  const note = noted(lead, reader.trailing());
  const { fields, values, attributes, settings } = readBody(reader, k, start);
  const range: Span = makeSpan(start, reader.pos);
  if (k === 'enum') return { k, name, values, attributes, at, range };
  if (k === 'datasource' || k === 'generator') return { k, name, settings, at, range };
  return { k, name, fields, attributes, ...note, at, range };
}

function headerAt(reader: Reader): { kind: Kind; name: string; at: Span; end: number } | undefined {
  HEADER.lastIndex = reader.pos;
  const match = HEADER.exec(reader.text);
  if (!match) return undefined;
  const [whole, kind, name] = match;
  const start = reader.pos + whole.indexOf(name, kind.length);
  return { kind: kind as Kind, name, at: makeSpan(start, start + name.length), end: reader.pos + whole.length };
}

/** Reads up to the closing brace. The header of another block, or the end of the file, ends an unclosed one. */
function readBody(reader: Reader, kind: Kind, start: number): Body {
  const body: Body = { fields: [], values: [], attributes: [], settings: {} };
  for (;;) {
    const before = reader.pos;
    const noticed = reader.comments.length;
    const lead = reader.skipBlank();
    if (reader.eat('}')) return body;
    if (reader.atEnd || headerAt(reader)) {
      // The comments above the next block are that block's.
      reader.pos = before;
      reader.comments.length = noticed;
      reader.problem('this block is not closed', makeSpan(start, before));
      return body;
    }
    readLine(reader, kind, lead, body);
  }
}

function readLine(reader: Reader, kind: Kind, lead: string | undefined, body: Body): void {
  const start = reader.pos;
  try {
    if (reader.char === '@') body.attributes.push(blockAttribute(reader));
    else if (kind === 'enum') body.values.push(enumValue(reader));
    else if (kind === 'datasource' || kind === 'generator') setting(reader, body.settings);
    else return void body.fields.push(field(reader, lead));
    finishLine(reader);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    giveUp(reader, start, error.message);
  }
}

/** What is no block, up to the next one or the next comment: one problem. */
export function skipStray(reader: Reader): void {
  const start = reader.pos;
  let end = start;
  do {
    end = lineEnd(reader.text, reader.pos);
    reader.take(/[^\n]*\n?\s*/y);
  } while (!reader.atEnd && reader.char !== '/' && !headerAt(reader));
  reader.pos = end;
  reader.problem('expected a model, enum, type, view, datasource or generator', makeSpan(start, end));
}

/** Goes on after the line the broken declaration begins on: what an open bracket swallowed is read again. */
function giveUp(reader: Reader, start: number, message: string): void {
  const end = lineEnd(reader.text, start);
  const kept = reader.comments.findIndex((comment) => spanStart(comment.at) >= start);
  if (kept >= 0) reader.comments.length = kept;
  reader.pos = end;
  reader.problem(message, makeSpan(start, end));
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? Math.max(from, end - 1) : end;
}

/** Nothing but a comment may follow; that comment is returned. */
function finishLine(reader: Reader): string | undefined {
  const trail = reader.trailing();
  if (!reader.atLineEnd()) throw new Unreadable('unexpected text');
  return trail;
}

function blockAttribute(reader: Reader): PrismaAttribute {
  const start = reader.pos;
  if (reader.take(MARK) !== '@@') throw new Unreadable('expected a field before this attribute');
  return readAttribute(reader, start);
}

function fieldAttributes(reader: Reader): PrismaAttribute[] {
  const attributes: PrismaAttribute[] = [];
  for (reader.skipSpaces(); reader.char === '@'; reader.skipSpaces()) {
    const start = reader.pos;
    if (reader.take(MARK) !== '@') throw new Unreadable('@@ begins a line of its own');
    attributes.push(readAttribute(reader, start));
  }
  return attributes;
}

function identifier(reader: Reader, what: string): { name: string; at: Span } {
  const start = reader.pos;
  const name = reader.identifier();
  if (name === undefined) throw new Unreadable(`expected ${what}`);
  return { name, at: makeSpan(start, reader.pos) };
}

function enumValue(reader: Reader): EnumValue {
  const { name, at } = identifier(reader, 'a value');
  return { name, attributes: fieldAttributes(reader), at };
}

function field(reader: Reader, lead: string | undefined): PrismaField {
  const { name, at } = identifier(reader, 'a field');
  reader.skipSpaces();
  reader.eat(':');
  reader.skipSpaces();
  const type = fieldType(reader);
  const list = reader.take(/\[\]/y) !== undefined;
  const optional = reader.eat('?');
  const typeEnd = reader.pos;
  const attributes = fieldAttributes(reader);
  const last = attributes.at(-1);
  const end = last ? spanEnd(last.at) : typeEnd;
  return { name, type, list, optional, attributes, ...noted(lead, finishLine(reader)), at, range: makeSpan(spanStart(at), end) };
}

/** A type's name; `Unsupported("…")` is kept as written. */
function fieldType(reader: Reader): string {
  const { name, at } = identifier(reader, 'a type');
  if (reader.char === '(') readArgs(reader, 0);
  return reader.pos > spanEnd(at) ? reader.text.slice(spanStart(at), reader.pos) : name;
}

/** `key = value`: a string without its quotes, everything else as written. */
function setting(reader: Reader, settings: Record<string, string>): void {
  const { name } = identifier(reader, 'a setting');
  reader.skipSpaces();
  if (!reader.eat('=')) throw new Unreadable('expected =');
  reader.skipSpaces();
  const start = reader.pos;
  if (reader.char === '"') settings[name] = readString(reader);
  else {
    readValue(reader);
    settings[name] = reader.text.slice(start, reader.pos);
  }
}
