import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentOf, lengthOf, writeLine } from './store-lines.js';

/** Entries of a store that are to be written: what a first run reads of a large project is more than should wait in memory. */
export interface NewEntries {
  readonly isEmpty: boolean;
  has(key: string): boolean;
  /** What the entry says; null when there is none of that key. */
  content(key: string): string | null;
  /** Of two entries with one key the later one counts. */
  add(key: string, content: string): void;
  /** The lines of all entries, some whole ones at a time; what is given holds until the next is asked for. */
  lines(): Generator<Buffer>;
  close(): void;
}

/** Bytes of lines that are written together. */
const PIECE = 1 << 20;
/** UTF-8 takes no more bytes than this for one UTF-16 unit. */
const MOST_BYTES = 3;

/** Where a line stands among all lines. */
interface Line { readonly from: number; readonly to: number }

/** No entries yet. They are set aside in a file without a name beside `file`, where one can be made; else they wait in memory. */
export function newEntries(file: string): NewEntries {
  const lines = new Map<string, Line>();
  /** Where pieces begin that have been set aside, and those that wait because they could not be. */
  const aside: Line[] = [];
  const waiting: { readonly from: number; readonly bytes: Buffer }[] = [];
  /** The piece that lines are put into: one and the same, so that no line leaves a buffer behind. */
  let piece: Buffer | null = null;
  let [from, used] = [0, 0];
  let handle: number | null = null;
  let canSetAside = true;

  const finish = (): void => {
    if (piece === null || used === 0) return;
    const bytes = piece.subarray(0, used);
    if (setAside(bytes)) aside.push({ from, to: from + used });
    else { waiting.push({ from, bytes }); piece = null; }
    from += used;
    used = 0;
  };
  const setAside = (bytes: Buffer): boolean => {
    if (!canSetAside) return false;
    try {
      handle ??= nameless(dirname(file));
      writeAll(handle, bytes, from);
    } catch {
      // What is written here is lost with the run: the store's own file says whether it can be written.
      canSetAside = false;
    }
    return canSetAside;
  };
  const roomFor = (bytes: number): Buffer => {
    if (piece === null || used + bytes > piece.length) {
      finish();
      if (piece === null || bytes > piece.length) piece = Buffer.allocUnsafeSlow(Math.max(PIECE, bytes));
    }
    return piece;
  };
  const read = (line: Line, into = Buffer.allocUnsafe(line.to - line.from)): Buffer =>
    into.subarray(0, readSync(handle!, into, 0, line.to - line.from, line.from));
  const lineAt = (line: Line): Buffer => {
    const kept = line.from >= from ? { from, bytes: piece! } : waiting.findLast((one) => one.from <= line.from);
    return kept ? kept.bytes.subarray(line.from - kept.from, line.to - kept.from) : read(line);
  };
  return {
    get isEmpty() { return lines.size === 0; },
    has: (key) => lines.has(key),
    content: (key) => {
      const line = lines.get(key);
      if (!line) return null;
      const bytes = lineAt(line);
      return contentOf(bytes.subarray(bytes.indexOf(32) + 1, bytes.length - 1));
    },
    add: (key, content) => {
      const isLong = content.length > PIECE / MOST_BYTES;
      const into = roomFor(lengthOf(key, isLong ? Buffer.byteLength(content) : content.length * MOST_BYTES));
      const end = writeLine(into, used, key, content);
      lines.set(key, { from: from + used, to: from + end });
      used = end;
    },
    lines: function* () {
      const into = Buffer.allocUnsafe(Math.max(0, ...aside.map((each) => each.to - each.from)));
      for (const each of aside) yield read(each, into);
      for (const { bytes } of waiting) yield bytes;
      if (piece !== null && used > 0) yield piece.subarray(0, used);
    },
    close: () => { if (handle !== null) closeSync(handle); handle = null; },
  };
}

/** Lines put together, so that each write is of a good many. */
export function* inPieces(lines: Iterable<Buffer>): Generator<Buffer> {
  let some: Buffer[] = [];
  let size = 0;
  for (const line of lines) {
    some.push(line);
    size += line.length;
    if (size < PIECE) continue;
    yield Buffer.concat(some);
    some = [];
    size = 0;
  }
  if (some.length > 0) yield Buffer.concat(some);
}

/** Opens a file that nothing else can find and that is gone when it is closed, however the run ends. Throws what the file system throws. */
function nameless(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(join(folder, '.new-'));
  try {
    return openSync(join(own, 'aside'), 'wx+');
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function writeAll(handle: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, at + done);
}
