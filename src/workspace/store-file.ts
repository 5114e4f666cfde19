/**
 * A packed store: one file of lines, the first a header, each further one an entry `key checksum json`. New entries are appended in
 * writes of whole lines, so that runs at the same time do not harm each other; whatever is cut off or damaged fails its checksum and is a miss.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FACTS_FORMAT } from '../facts/file.js';
import { NO_STORE, decodeFacts, encodeFacts, type FactSet, type FactsStore, type Kept } from '../facts/store.js';

/** A store that keeps small texts beside facts, and that is written when it is closed. */
export interface StoreFile extends FactsStore {
  /** A note under a key (what a run came to), null when there is none. */
  note(key: string): string | null;
  putNote(key: string, text: string): void;
  /** Says that all a run over a whole tree needs has been asked for: a store that has grown large may drop the rest. */
  mayShrink(): void;
  /** Writes what is new. Answers why it could not, null when it could or had nothing to write. */
  close(): string | null;
}

/** Above this size a store may be rewritten with what the last run used, when that is less than half of it. In bytes. */
const ROOMY = 96 << 20;

/** The first line of a store; a file with another one is of another version and is replaced. */
export function storeHeader(version: string): string {
  return `schemalint-facts ${FACTS_FORMAT} ${version}`;
}

/** Opens a store; a missing, unreadable or foreign file is an empty one. `roomy` is the size in bytes up to which nothing is dropped. */
export function openStore(file: string, version: string, roomy = ROOMY): StoreFile {
  const header = storeHeader(version);
  const kept = openLines(file, header);
  const added = new Map<string, string>();
  const used = new Set<string>();
  let isWhole = false;
  const text = (key: string): string | null => {
    const fresh = added.get(key);
    if (fresh !== undefined) return fresh;
    const found = kept.content(key);
    if (found !== null) used.add(key);
    return found;
  };
  const put = (key: string, content: string): void => { if (text(key) !== content) added.set(key, content); };
  function* old(): Generator<readonly [string, string]> {
    for (const key of used) if (!added.has(key)) yield [key, kept.content(key)!];
  }
  return {
    get: (key) => { const found = text(key); return found === null ? undefined : decodeFacts(found); },
    put: (key, facts, made) => put(key, made ?? encodeFacts(facts)),
    note: (key) => { const found = text(key); try { return found === null ? null : String(JSON.parse(found)); } catch { return null; } },
    putNote: (key, note) => put(key, JSON.stringify(note)),
    mayShrink: () => { isWhole = true; },
    close: () => {
      const wasted = isWhole && kept.size > roomy && kept.sizeOf(used) < kept.size / 2;
      try {
        if (added.size === 0 && !wasted) return null;
        if (kept.isSound && !wasted && statSync(file).size >= kept.size) append(file, lines(added));
        else replace(file, chain([Buffer.from(`${header}\n`)], lines(old()), lines(added)), kept.close);
        return null;
      } catch (error) {
        return (error as Error).message;
      } finally {
        kept.close();
      }
    },
  };
}

/** A store that keeps nothing. */
export const NOTHING_KEPT: StoreFile = { ...NO_STORE, note: () => null, putNote: () => {}, mayShrink: () => {}, close: () => null };

/** Reads the entries of a store that another machine made, for `--facts`. Null when the file is none, or of another version. */
export function readShard(file: string, version: string): FactSet | null {
  const kept = openLines(file, storeHeader(version));
  try {
    if (!kept.isStore) return null;
    const found = new Map<string, Kept>();
    for (const key of kept.keys()) {
      const content = kept.content(key);
      const facts = content === null ? undefined : decodeFacts(content);
      if (facts !== undefined) found.set(key, facts);
    }
    return found;
  } finally {
    kept.close();
  }
}

/** The text of a store that holds these facts, sorted by key, so that equal facts give equal bytes. */
export function shardText(facts: FactSet, version: string): string {
  const sorted = [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, each]) => lineOf(key, encodeFacts(each)));
  return `${storeHeader(version)}\n${Buffer.concat(sorted).toString()}`;
}

/** The lines of a store's file: where they stand is known, what they say is read when it is asked for. */
interface Lines {
  /** Whether the file is a store of the wanted version, whether it has entries and ends with a whole line, and its bytes. */
  readonly isStore: boolean; readonly isSound: boolean; readonly size: number;
  keys(): Iterable<string>;
  /** What the entry says; null for one that is not there or damaged. */
  content(key: string): string | null;
  /** Bytes of these entries together. */
  sizeOf(keys: Iterable<string>): number;
  close(): void;
}

/** From an entry's checksum to its line's end. */
interface Line { readonly from: number; readonly to: number }

const NOTHING: Lines = { isStore: false, isSound: false, size: 0, keys: () => [], content: () => null, sizeOf: () => 0, close: () => {} };

function openLines(file: string, header: string): Lines {
  let handle: number | null = null;
  const close = (): void => { if (handle !== null) closeSync(handle); handle = null; };
  const read = (from: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(handle!, bytes, 0, length, from));
  };
  try {
    handle = openSync(file, 'r');
    // A file of another version is not worth reading.
    const head = Buffer.from(`${header}\n`);
    if (!read(0, head.length).equals(head)) { close(); return NOTHING; }
    const entries = new Map<string, Line>();
    const size = indexLines(read, head.length, entries);
    return {
      isStore: true, size, isSound: entries.size > 0 && read(size - 1, 1)[0] === 10, keys: () => entries.keys(), close,
      content: (key) => { const line = entries.get(key); return line && handle !== null ? contentOf(read(line.from, line.to - line.from)) : null; },
      sizeOf: (keys) => { let sum = 0; for (const key of keys) { const line = entries.get(key); if (line) sum += line.to - line.from; } return sum; },
    };
  } catch {
    close();
    return NOTHING;
  }
}

/** Bytes that are looked at together. */
const PIECE = 4 << 20;

/** Finds the lines of a file from an offset on; answers where it ends. A last line that is cut off counts as one. */
function indexLines(read: (from: number, length: number) => Buffer, start: number, entries: Map<string, Line>): number {
  let [at, size] = [start, PIECE];
  for (;;) {
    const piece = read(at, size);
    const isLast = piece.length < size;
    let line = 0;
    for (let end = piece.indexOf(10); end >= 0 || (isLast && line < piece.length); end = piece.indexOf(10, line)) {
      const stop = end < 0 ? piece.length : end;
      const space = piece.indexOf(32, line);
      if (space > line && space < stop) entries.set(piece.toString('latin1', line, space), { from: at + space + 1, to: at + stop });
      line = stop + 1;
      if (end < 0) break;
    }
    if (isLast) return at + piece.length;
    // A line longer than what was read is read whole.
    if (line === 0) size *= 2;
    else [at, size] = [at + line, PIECE];
  }
}

/** What a line says after its checksum; null where the two do not fit. */
function contentOf(line: Buffer): string | null {
  const content = line.subarray(9);
  return line.toString('latin1', 0, 9) === `${checksum(content)} ` ? content.toString('utf8') : null;
}

/** The parts of an entry's line. */
function lineOf(key: string, content: string): readonly Buffer[] {
  const bytes = Buffer.from(content);
  return [Buffer.from(`${key} ${checksum(bytes)} `), bytes, NEWLINE];
}

const NEWLINE = Buffer.from('\n');

/** Bytes that are written at a time: the facts of a large project are not held a second time to be written. */
const WRITE = 1 << 20;

/** The lines of entries, some at a time. */
function* lines(entries: Iterable<readonly [string, string]>): Generator<Buffer> {
  let some: Buffer[] = [];
  let size = 0;
  for (const [key, content] of entries) {
    some.push(...lineOf(key, content));
    size += content.length;
    if (size < WRITE) continue;
    yield Buffer.concat(some);
    some = [];
    size = 0;
  }
  if (some.length > 0) yield Buffer.concat(some);
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

/** Writes a file whole or not at all. `done` is called when the parts are read, before they take the old file's place. */
function replace(file: string, parts: Iterable<Buffer>, done: () => void): void {
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), '.new-'));
  try {
    const made = join(folder, 'store');
    append(made, parts);
    done();
    renameSync(made, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
