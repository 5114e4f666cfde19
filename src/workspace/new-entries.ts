import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentOf, lineOf } from './store-lines.js';

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

/** Where a line stands among those set aside. */
interface Line { readonly from: number; readonly to: number }

/** No entries yet. They are set aside in a file without a name beside `file`, where one can be made; else they wait in memory. */
export function newEntries(file: string): NewEntries {
  const waiting = new Map<string, Buffer>();
  const aside = new Map<string, Line>();
  const batches: Line[] = [];
  let handle: number | null = null;
  let [size, asideSize] = [0, 0];
  let canSetAside = true;

  const setAside = (): void => {
    try {
      handle ??= nameless(dirname(file));
      writeAll(handle, Buffer.concat([...waiting.values()]), asideSize);
    } catch {
      // What is written here is lost with the run: the store's own file says whether it can be written.
      canSetAside = false;
      return;
    }
    batches.push({ from: asideSize, to: asideSize + size });
    for (const [key, { length }] of waiting) {
      aside.set(key, { from: asideSize, to: asideSize + length });
      asideSize += length;
    }
    waiting.clear();
    size = 0;
  };
  const read = ({ from, to }: Line, into = Buffer.allocUnsafe(to - from)): Buffer => into.subarray(0, readSync(handle!, into, 0, to - from, from));
  return {
    get isEmpty() { return waiting.size + aside.size === 0; },
    has: (key) => waiting.has(key) || aside.has(key),
    content: (key) => {
      const line = waiting.get(key) ?? (aside.has(key) ? read(aside.get(key)!) : null);
      return line && contentOf(line.subarray(line.indexOf(32) + 1, line.length - 1));
    },
    add: (key, content) => {
      const line = lineOf(key, content);
      size += line.length - (waiting.get(key)?.length ?? 0);
      waiting.set(key, line);
      if (size > PIECE && canSetAside) setAside();
    },
    lines: function* () {
      const piece = Buffer.allocUnsafe(Math.max(0, ...batches.map(({ from, to }) => to - from)));
      for (const batch of batches) yield read(batch, piece);
      yield* inPieces(waiting.values());
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
