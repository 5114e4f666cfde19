/**
 * A packed store: one file of lines, the first a header, each further one an entry `key checksum json`. New entries are appended in
 * writes of whole lines, so that runs at the same time do not harm each other; whatever is cut off or damaged fails its checksum and is a miss.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FACTS_FORMAT } from '../facts/file.js';
import { NO_STORE, decodeFacts, encodeFacts, type FactSet, type FactsStore, type Kept } from '../facts/store.js';
import { inPieces, newEntries } from './new-entries.js';
import { lineOf, openLines } from './store-lines.js';

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
  const added = newEntries(file);
  const used = new Set<string>();
  let isWhole = false;
  const text = (key: string): string | null => {
    if (added.has(key)) return added.content(key);
    const found = kept.content(key);
    if (found !== null) used.add(key);
    return found;
  };
  const put = (key: string, content: string): void => { if (text(key) !== content) added.add(key, content); };
  function* old(): Generator<Buffer> {
    for (const key of used) if (!added.has(key)) yield lineOf(key, kept.content(key)!);
  }
  return {
    get isEmpty() { return kept.size === 0 && added.isEmpty; },
    get: (key) => { const found = text(key); return found === null ? undefined : decodeFacts(found); },
    put: (key, facts, made) => put(key, made ?? encodeFacts(facts)),
    note: (key) => { const found = text(key); try { return found === null ? null : String(JSON.parse(found)); } catch { return null; } },
    putNote: (key, note) => put(key, JSON.stringify(note)),
    mayShrink: () => { isWhole = true; },
    close: () => {
      const wasted = isWhole && kept.size > roomy && kept.sizeOf(used) < kept.size / 2;
      try {
        if (added.isEmpty && !wasted) return null;
        if (kept.isSound && !wasted && statSync(file).size >= kept.size) append(file, added.lines());
        else replace(file, chain([Buffer.from(`${header}\n`)], inPieces(old()), added.lines()), kept.close);
        return null;
      } catch (error) {
        return (error as Error).message;
      } finally {
        kept.close();
        added.close();
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
  const sorted = [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => lineOf(key, encodeFacts(each)));
  return `${storeHeader(version)}\n${Buffer.concat(sorted).toString()}`;
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
