/** The file of a store as lines `key checksum json`: where they stand is known, what they say is read when it is asked for. */
import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export interface Lines {
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

/** Opens a store's file for reading; one that is missing, unreadable or begins with another line than `header` has no entries. */
export function openLines(file: string, header: string): Lines {
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
export function contentOf(line: Buffer): string | null {
  const content = line.subarray(CHECK);
  return line.toString('latin1', 0, CHECK) === `${checksum(content)} ` ? content.toString('utf8') : null;
}

/** An entry as a line. */
export function lineOf(key: string, content: string): Buffer {
  const line = Buffer.allocUnsafe(lengthOf(key, Buffer.byteLength(content)));
  writeLine(line, 0, key, content);
  return line;
}

/** Writes an entry's line into a buffer that has room for it, at an offset; answers where the line ends. */
export function writeLine(into: Buffer, at: number, key: string, content: string): number {
  const check = at + into.write(`${key} `, at, 'latin1');
  const from = check + CHECK;
  const end = from + into.write(content, from, 'utf8');
  into.write(`${checksum(into.subarray(from, end))} `, check, 'latin1');
  into[end] = 10;
  return end + 1;
}

/** The bytes of the line of an entry whose content has so many. */
export const lengthOf = (key: string, contentBytes: number): number => key.length + 1 + CHECK + contentBytes + 1;

/** A checksum and the space after it, in bytes. */
const CHECK = 9;

const checksum = (content: Buffer): string => crc32(content).toString(16).padStart(8, '0');
