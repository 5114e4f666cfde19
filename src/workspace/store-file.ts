/**
 * A packed store: one file of lines, the first a header, each further one an entry `key checksum json`. New entries are appended in
 * writes of whole lines, so that runs at the same time do not harm each other; whatever is cut off or damaged fails its checksum and is a miss.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FACTS_FORMAT } from '../facts/file.js';
import { NO_STORE, decodeFacts, encodeFacts, type FactSet, type FactsStore, type Kept } from '../facts/store.js';

/** A store that keeps small texts beside facts, and that is written when it is closed. */
export interface StoreFile extends FactsStore {
  /** A note under a key (what a run came to), null when there is none. */
  note(key: string): string | null;
  putNote(key: string, text: string): void;
  /** Writes what is new. Answers why it could not, null when it could or had nothing to write. */
  close(): string | null;
}

/** Above this size a store is rewritten with what the last run used, when that is less than half of it. In bytes. */
const ROOMY = 96 << 20;

/** The first line of a store; a file with another one is of another version and is replaced. */
export function storeHeader(version: string): string {
  return `schemalint-facts ${FACTS_FORMAT} ${version}`;
}

/** Opens a store; a missing, unreadable or foreign file is an empty one. */
export function openStore(file: string, version: string): StoreFile {
  const header = storeHeader(version);
  const { bytes, entries } = readStore(file, header);
  const added = new Map<string, string>();
  const used = new Set<string>();
  const text = (key: string): string | null => {
    const fresh = added.get(key);
    if (fresh !== undefined) return fresh;
    const line = entries.get(key);
    const found = line ? contentOf(bytes, line) : null;
    if (found !== null) used.add(key);
    return found;
  };
  function* old(): Generator<readonly [string, string]> {
    for (const key of used) if (!added.has(key)) yield [key, contentOf(bytes, entries.get(key)!)!];
  }
  const put = (key: string, content: string): void => { if (text(key) !== content) added.set(key, content); };
  return {
    get: (key) => { const found = text(key); return found === null ? undefined : decodeFacts(found); },
    put: (key, facts, made) => put(key, made ?? encodeFacts(facts)),
    note: (key) => { const found = text(key); try { return found === null ? null : String(JSON.parse(found)); } catch { return null; } },
    putNote: (key, note) => put(key, JSON.stringify(note)),
    close: () => {
      const wasted = bytes.length > ROOMY && sizeOf(used, entries) < bytes.length / 2;
      if (added.size === 0 && !wasted) return null;
      const fresh = lines(added);
      const isSound = entries.size > 0 && bytes[bytes.length - 1] === 10 && !wasted;
      try {
        if (isSound && statSync(file).size >= bytes.length) append(file, fresh);
        else replace(file, chain([Buffer.from(`${header}\n`)], lines(old()), fresh));
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

/** A store that keeps its notes for this run alone, and no facts. */
export function memoryStore(): StoreFile {
  const notes = new Map<string, string>();
  return { ...NO_STORE, note: (key) => notes.get(key) ?? null, putNote: (key, text) => void notes.set(key, text), close: () => null };
}

/** Reads the entries of a store that another machine made, for `--facts`. Null when the file is none, or of another version. */
export function readShard(file: string, version: string): FactSet | null {
  const { bytes, entries, isStore } = readStore(file, storeHeader(version));
  if (!isStore) return null;
  const found = new Map<string, Kept>();
  for (const [key, line] of entries) {
    const content = contentOf(bytes, line);
    const facts = content === null ? undefined : decodeFacts(content);
    if (facts !== undefined) found.set(key, facts);
  }
  return found;
}

/** The text of a store that holds these facts, sorted by key, so that equal facts give equal bytes. */
export function shardText(facts: FactSet, version: string): string {
  const lines = [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => lineOf(key, encodeFacts(each)));
  return `${storeHeader(version)}\n${lines.join('')}`;
}

/** Where an entry's line stands in the file: from the checksum to the line's end. */
interface Line { readonly from: number; readonly to: number }

function readStore(file: string, header: string): { readonly bytes: Buffer; readonly entries: ReadonlyMap<string, Line>; readonly isStore: boolean } {
  const nothing = { bytes: Buffer.alloc(0), entries: new Map<string, Line>(), isStore: false };
  try {
    if (!startsWith(file, `${header}\n`)) return nothing;
    const bytes = readFileSync(file);
    const entries = new Map<string, Line>();
    for (let at = bytes.indexOf(10) + 1; at > 0 && at < bytes.length; ) {
      const found = bytes.indexOf(10, at);
      const end = found < 0 ? bytes.length : found;
      const space = bytes.indexOf(32, at);
      if (space > at && space < end) entries.set(bytes.toString('latin1', at, space), { from: space + 1, to: end });
      at = end + 1;
    }
    return { bytes, entries, isStore: true };
  } catch {
    return nothing;
  }
}

/** Looks at the beginning alone: a file of another version is not worth reading. */
function startsWith(file: string, text: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(Buffer.byteLength(text));
    return readSync(handle, start, 0, start.length, 0) === start.length && start.toString('utf8') === text;
  } finally {
    closeSync(handle);
  }
}

function contentOf(bytes: Buffer, { from, to }: Line): string | null {
  const content = bytes.subarray(from + 9, to);
  return bytes.toString('latin1', from, from + 9) === `${checksum(content)} ` ? content.toString('utf8') : null;
}

function lineOf(key: string, content: string): string {
  return `${key} ${checksum(Buffer.from(content))} ${content}\n`;
}

/** Bytes that are written at a time: the facts of a large project are not held a second time to be written. */
const WRITE = 1 << 20;

/** The lines of entries, some at a time. */
function* lines(entries: Iterable<readonly [string, string]>): Generator<Buffer> {
  let some: string[] = [];
  let size = 0;
  for (const [key, content] of entries) {
    some.push(lineOf(key, content));
    size += content.length;
    if (size < WRITE) continue;
    yield Buffer.from(some.join(''));
    some = [];
    size = 0;
  }
  if (some.length > 0) yield Buffer.from(some.join(''));
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

function append(file: string, parts: Iterable<Buffer>): void {
  const handle = openSync(file, 'a');
  try {
    for (const part of parts) writeFileSync(handle, part);
  } finally {
    closeSync(handle);
  }
}

const checksum = (content: Buffer): string => crc32(content).toString(16).padStart(8, '0');

function sizeOf(keys: ReadonlySet<string>, entries: ReadonlyMap<string, Line>): number {
  let size = 0;
  for (const key of keys) { const line = entries.get(key); if (line) size += line.to - line.from; }
  return size;
}

/** Writes a file whole or not at all. */
function replace(file: string, parts: Iterable<Buffer>): void {
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), '.new-'));
  try {
    const made = join(folder, 'store');
    append(made, parts);
    renameSync(made, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
