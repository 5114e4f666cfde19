/** Relationships that are loaded with a row, given as `{ posts: { tags: true } }` or `['posts', 'posts.tags']`. */
import { text } from '../../flow/arguments.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type Value } from '../../flow/value.js';

type Tree = Map<string, Tree>;

/** `relations` as a tree of names: `{ posts: { tags: true } }`, `["posts", "posts.tags"]`. */
function treeOf(value: Value | null): Tree {
  const tree: Tree = new Map();
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'dict') for (const [name, inner] of member.entries) { if (!(inner.k === 'const' && inner.v === false)) tree.set(name, treeOf(inner)); }
    const paths = member.k === 'list' ? member.items.map(text) : [text(member)];
    for (const path of paths)
      path?.split('.').reduce((level, part) => {
        const next = level.get(part) ?? new Map();
        level.set(part, next);
        return next;
      }, tree);
  }
  return tree;
}

/** The related rows that come with a row of `model`, by relationship. */
export function loadedRows(model: Model, relations: Value | null): Map<string, Value> {
  return rowsOf(model, treeOf(relations));
}

function rowsOf(model: Model, tree: Tree): Map<string, Value> {
  const loaded = new Map<string, Value>();
  for (const [name, inner] of tree) {
    const relationship = model.relationships.get(name);
    if (!relationship) continue;
    const below = rowsOf(relationship.target, inner);
    const row: Value = { k: 'row', model: relationship.target, ...(below.size ? { loaded: below } : {}) };
    loaded.set(name, relationship.many ? { k: 'many', of: row } : row);
  }
  return loaded;
}
