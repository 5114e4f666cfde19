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
  const content = line.subarray(9);
  return line.toString('latin1', 0, 9) === `${checksum(content)} ` ? content.toString('utf8') : null;
}

/** An entry as a line. */
export function lineOf(key: string, content: string): Buffer {
  const bytes = Buffer.from(content);
  const head = `${key} ${checksum(bytes)} `;
  const line = Buffer.allocUnsafe(head.length + bytes.length + 1);
  line.write(head, 'latin1');
  line.set(bytes, head.length);
  line[line.length - 1] = 10;
  return line;
}

const checksum = (content: Buffer): string => crc32(content).toString(16).padStart(8, '0');
