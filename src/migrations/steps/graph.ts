/** Migrations that name what they follow → one order in which each comes after those it needs. */
import type { Span } from '../../facts/code.js';
import type { Place } from '../../model/schema.js';

export interface Node {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly after: readonly string[];
  readonly needs: readonly string[];
  readonly at: Span;
}
export interface Ordered<N> { readonly ordered: readonly N[]; readonly failures: readonly { readonly message: string; readonly place: Place }[] }

/**
 * Of migrations that could run next the one whose file's name comes first goes first; with `asPlanned` each goes right before the first
 * one that needs it, as Django's plans have it. Linear but for that choice.
 */
export function inOrder<N extends Node>(nodes: readonly N[], asPlanned?: (leaf: N) => string): Ordered<N> {
  const failures: { message: string; place: Place }[] = [];
  const byId = new Map<string, N>();
  for (const node of [...nodes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const known = byId.get(node.id);
    if (known) failures.push({ message: `Two migrations are called ${node.id}: ${known.path} and ${node.path}`, place: { path: node.path, at: node.at } });
    else byId.set(node.id, node);
  }
  const waiting = new Map<N, number>();
  const followers = new Map<N, N[]>();
  for (const node of byId.values()) {
    const before = [...node.after, ...node.needs].map((name) => ({ name, found: byId.get(name) ?? abbreviated(byId, name) }));
    for (const { name, found } of before)
      if (!found) failures.push({ message: `Migration ${node.id} follows ${name}, which is not here`, place: { path: node.path, at: node.at } });
    const found = [...new Set(before.flatMap((each) => each.found ?? []))];
    waiting.set(node, found.length);
    for (const each of found) { const list = followers.get(each); if (list) list.push(node); else followers.set(each, [node]); }
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([node]) => node);
  const roots = ready.filter((node) => node.after.length === 0);
  if (roots.length === 0 && byId.size > 0 && failures.length === 0)
    failures.push({ message: 'The migrations follow each other in a circle', place: { path: nodes[0]!.path, at: nodes[0]!.at } });
  const ordered: N[] = [];
  while (ready.length) {
    ready.sort((a, b) => (a.name < b.name ? 1 : -1));
    const node = ready.pop()!;
    ordered.push(node);
    for (const follower of followers.get(node) ?? []) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (ordered.length < byId.size && roots.length > 0) {
    const stuck = [...byId.values()].find((node) => !ordered.includes(node))!;
    failures.push({ message: `Migration ${stuck.id} is part of a circle`, place: { path: stuck.path, at: stuck.at } });
  }
  // What has no order is read all the same, for what it declares.
  if (ordered.length < byId.size) { const placed = new Set(ordered); ordered.push(...[...byId.values()].filter((node) => !placed.has(node))); }
  return { ordered: asPlanned && failures.length === 0 ? planned(ordered, byId, followers, asPlanned) : ordered, failures };
}

/** https://github.com/django/django/blob/main/django/db/migrations/graph.py (iterative_dfs), for every leaf in order. */
function planned<N extends Node>(nodes: readonly N[], byId: ReadonlyMap<string, N>, followers: ReadonlyMap<N, readonly N[]>, keyOf: (leaf: N) => string): N[] {
  const key = new Map(nodes.map((node) => [node, keyOf(node)]));
  const byKey = (a: N, b: N): number => (key.get(a)! < key.get(b)! ? -1 : 1);
  // A leaf is what nothing of its own application follows.
  const leaves = nodes
    .filter((node) => !(followers.get(node) ?? []).some((other) => key.get(other)!.split('.')[0] === key.get(node)!.split('.')[0]))
    .sort(byKey);
  const done = new Set<N>();
  for (const leaf of leaves) {
    const stack: [N, boolean][] = [[leaf, false]];
    while (stack.length) {
      const [node, isReady] = stack.pop()!;
      if (done.has(node)) continue;
      if (isReady) { done.add(node); continue; }
      stack.push([node, true]);
      for (const parent of [...node.after, ...node.needs].flatMap((name) => byId.get(name) ?? []).sort(byKey)) stack.push([parent, false]);
    }
  }
  return [...done];
}

/** Alembic's revisions may be named by the beginning of their id. */
function abbreviated<N extends Node>(byId: ReadonlyMap<string, N>, name: string): N | undefined {
  if (name.length < 4) return undefined;
  const meant = [...byId].filter(([id]) => id.startsWith(name));
  return meant.length === 1 ? meant[0]![1] : undefined;
}
