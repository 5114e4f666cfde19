/** Facts kept between runs and carried between machines: a set of entries by the content they were made of. */
import type { FileFacts } from './file.js';

/** Facts of one content; null for a binary file, which has none. */
export type Kept = FileFacts | null;

/**
 * Facts by key; see `factsKey`. `get` answers undefined for what is not there or cannot be read, `put` never fails: a store is only ever
 * a shorter way to the same facts. `text` is what `encodeFacts` makes of them, where that is at hand.
 */
export interface FactsStore {
  /** There is nothing in it: no key need be made to ask for it. */
  readonly isEmpty: boolean;
  get(key: string): Kept | undefined;
  put(key: string, facts: Kept, text?: string): void;
}

export const NO_STORE: FactsStore = { isEmpty: true, get: () => undefined, put: () => {} };

/** How much of a file is read: all that a parser tells, or only its words. */
export type Depth = 'facts' | 'words';

/**
 * The key of a file's facts: the id of its content, and what else extraction looks at. Of the path that is the ending, and the whole name
 * where it is a settings file. No configuration is in it: it cannot influence facts.
 */
export function factsKey(contentId: string, path: string, depth: Depth): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = /\.json$|^(requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)$/i.test(name)
    ? name
    : /\.d\.[cm]?ts$/i.test(name)
      ? 'd.ts'
      : name.slice(name.lastIndexOf('.') + 1);
  return `${contentId}:${depth}:${ending.replace(/\s/g, '_')}`;
}

/** Entries by key, as plain data. */
export type FactSet = ReadonlyMap<string, Kept>;

/**
 * The union of two sets. Associative, commutative and idempotent, so that sets can be made on many machines in any order: where both hold
 * a key (the same content read by two builds), the one whose text sorts first stays.
 */
export function mergeFacts(a: FactSet, b: FactSet): FactSet {
  const merged = new Map(a);
  for (const [key, facts] of b) {
    const known = merged.get(key);
    if (!merged.has(key) || encodeFacts(facts) < encodeFacts(known!)) merged.set(key, facts);
  }
  return merged;
}

/** Facts as one line of JSON. */
export function encodeFacts(facts: Kept): string {
  return JSON.stringify(facts);
}

/** The facts that `encodeFacts` wrote; undefined for any other text. */
export function decodeFacts(text: string): Kept | undefined {
  try {
    const facts = JSON.parse(text) as Kept;
    return facts === null ||
      (typeof facts === 'object' && typeof facts.language === 'string' && Array.isArray(facts.problems) && Array.isArray(facts.suppressions))
      ? facts
      : undefined;
  } catch {
    return undefined;
  }
}
