/**
 * Carries what a tree came to over to one that differs from it in nothing that is linked: comments, line breaks, prose, words of tests
 * that are no name of the schema. Then nothing is linked again; only places move.
 */
import { factsKey } from './facts/store.js';
import { sameFacts, type Moved } from './facts/same.js';
import type { Span } from './facts/span.js';
import { isProse } from './link/vocabulary.js';
import type { Location } from './lint/finding.js';
import { makeLocate } from './lint/locate.js';
import { readFacts } from './read.js';
import { digest, readNote, recall, withLocations, writeNote, type Circumstances, type Placed } from './recall.js';
import { depths, roleIndex } from './roles.js';
import type { IdentifiedFile } from './workspace/identify.js';
import type { StoreFile } from './workspace/store-file.js';
import type { IdentifiedTree, Tree } from './workspace/tree.js';

/** More files than these are seldom changed without a change that tells. */
const MOST_CHANGED = 40;

/** The tree that was judged last in its circumstances. */
interface Judged {
  readonly key: string;
  readonly files: readonly (readonly [path: string, id: string])[];
  readonly problems: Tree['problems'];
  readonly vocabulary: readonly string[];
}

const noteKey = (circumstances: Circumstances): string => `tree:${digest(circumstances)}`;

/** Keeps the tree whose verdict has this key, for `carry`; `vocabulary` holds the names of its schema. */
export function keepTree(store: StoreFile, tree: IdentifiedTree, circumstances: Circumstances, key: string, vocabulary: readonly string[]): void {
  writeNote(store, noteKey(circumstances), { key, files: tree.files.map(({ path, id }) => [path, id]), problems: tree.problems, vocabulary } satisfies Judged);
}

/** A verdict with the names of the schema that it was judged by. */
export interface Carried extends Placed { readonly vocabulary: readonly string[] }

/** What the tree comes to by what the last one came to; null where it has to be judged. `text` gives the text of a path. */
export async function carry(store: StoreFile, tree: IdentifiedTree, circumstances: Circumstances, text: (path: string) => string): Promise<Carried | null> {
  const judged = readNote<Judged>(store, noteKey(circumstances));
  if (!judged || digest(judged.problems) !== digest(tree.problems)) return null;
  const change = await changeOf(store, judged, tree.files, depths(roleIndex(circumstances.config)));
  const known = change && recall(store, judged.key);
  const carried = known && moved(known, change.moves, circumstances.prefix, text);
  return carried && { ...carried, coverage: { ...carried.coverage, files: carried.coverage.files + change!.added }, vocabulary: judged.vocabulary };
}

/** How the contents of files moved, by path, and how many files with facts there are more than before. */
interface Change { readonly moves: ReadonlyMap<string, Moved>; readonly added: number }

/** What is different between the trees; null where it tells something of the schema or its use, or cannot be compared. */
async function changeOf(
  store: StoreFile,
  { files, vocabulary }: Judged,
  now: readonly IdentifiedFile[],
  depthOf: ReturnType<typeof depths>,
): Promise<Change | null> {
  const before = new Map(files);
  const paths = new Set(now.map((file) => file.path));
  const changed = now.filter((file) => before.get(file.path) !== file.id);
  const gone = files.map(([path]) => path).filter((path) => !paths.has(path));
  const fresh = changed.map((file) => file.path).filter((path) => !before.has(path));
  if (changed.length + gone.length > MOST_CHANGED || ![...gone, ...fresh].every(isDocument)) return null;
  const earlier = new Map(
    [...gone, ...changed.map((file) => file.path)]
      .filter((path) => before.has(path))
      .map((path) => [path, store.get(factsKey(before.get(path)!, path, depthOf(path)))]),
  );
  if ([...earlier.values()].includes(undefined)) return null;
  const facts = await readFacts(changed, depthOf, store);
  const names = new Set(vocabulary);
  const moves = new Map<string, Moved>();
  for (const { path } of changed) {
    const [old, found] = [earlier.get(path), facts.get(path)];
    if (!before.has(path) || (!old && !found)) continue;
    const move = old && found ? sameFacts(old, found, (word) => !isProse(path) && names.has(word)) : null;
    if (!move) return null;
    moves.set(path, move);
  }
  return { moves, added: fresh.filter((path) => facts.has(path)).length - gone.filter((path) => earlier.get(path)).length };
}

/** A text that no code imports: that it comes or goes changes nothing. */
function isDocument(path: string): boolean {
  return /\.(md|rst|txt|adoc|pot?)$/i.test(path);
}

/** The verdict with the places of changed files where they stand now; null where one of them is not known. */
function moved(known: Placed, moves: ReadonlyMap<string, Moved>, prefix: string, text: (path: string) => string): Placed | null {
  const locate = makeLocate(text, prefix);
  const spans: (Span | null)[] = [];
  let isLost = false;
  const verdict = withLocations(known, (location): Location => {
    const span = known.spans[spans.length] ?? null;
    const path = location.path.slice(prefix.length);
    const move = moves.get(path);
    const at = span && move ? move(span) : span;
    spans.push(at);
    if (!move) return location;
    if (at) return locate({ path, at });
    isLost = true;
    return location;
  });
  return isLost ? null : { ...verdict, spans };
}
