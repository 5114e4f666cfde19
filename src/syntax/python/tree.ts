import type { Language, Tree } from 'web-tree-sitter';
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';

/**
 * A syntax tree as flat arrays in preorder, read in one pass of a cursor. Every access to a tree of
 * web-tree-sitter crosses into WebAssembly, so the conversion asks it for each node once and then
 * stays in JavaScript. Node `i`'s first child is `i + 1`, its subtree ends before `next[i]`.
 */
export interface FlatTree {
  readonly kind: readonly string[];
  /** Offsets in the file's text; -1 for an operator token, whose kind is its text. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly next: readonly number[];
  readonly comments: readonly Span[];
  readonly errors: readonly TreeError[];
}

/** An ERROR or MISSING node; `node` is where it is, or would be, in the flat tree. */
export interface TreeError { readonly node: number; readonly at: Span }

type Role = 'drop' | 'leaf' | 'inner' | 'operator' | 'comment' | 'string';

/** The role of each node type of the grammar, by its id. */
export type Roles = readonly Role[];

const OPERATORS = new Set((
  '+ - * @ / % // ** | & ^ << >> ~ < <= == != >= > <> in is and or += -= *= /= @= //= %= **= >>= <<= &= ^= |= from'
).split(' ').concat('not in', 'is not'));

const DROPPED = new Set([
  'string_start', 'string_content', 'string_end', 'type_conversion', 'line_continuation', 'keyword_separator', 'positional_separator',
]);

/** Read by their text alone, so that their children are never visited. */
const LEAVES = new Set([
  'identifier', 'integer', 'float', 'true', 'false', 'none', 'ellipsis', 'dotted_name', 'relative_import', 'wildcard_import',
  'pass_statement', 'break_statement', 'continue_statement', 'global_statement', 'nonlocal_statement', 'complex_pattern',
]);

export function rolesOf(language: Language): Roles {
  return language.types.map((type, id) => {
    if (!language.nodeTypeIsNamed(id)) return OPERATORS.has(type) ? 'operator' : 'drop';
    if (DROPPED.has(type)) return 'drop';
    if (type === 'comment' || type === 'string') return type;
    return LEAVES.has(type) ? 'leaf' : 'inner';
  });
}

/** Reads a tree whose text starts at offset `base` of `text`. The walk keeps its own stack: depth does not matter. */
export function flatten(tree: Tree, roles: Roles, text: string, base: number): FlatTree {
  const kind: string[] = [], start: number[] = [], end: number[] = [], next: number[] = [], open: number[] = [];
  const comments: Span[] = [], errors: TreeError[] = [];
  const types = tree.language.types;
  const broken = tree.rootNode.hasError;
  const cursor = tree.walk();
  for (;;) {
    const id = cursor.nodeTypeId;
    // An ERROR node has an id beyond the grammar's own.
    const role = roles[id] ?? 'inner';
    const node = kind.length;
    if (broken && (types[id] === undefined || cursor.nodeIsMissing)) {
      const at: Span = makeSpan(cursor.startIndex + base, cursor.endIndex + base);
      // The grammar does not know defaults of type parameters (PEP 696) and skips over them: that loses nothing.
      if (kind[open[open.length - 1]] !== 'type_parameter' || !text.slice(spanStart(at), spanEnd(at)).includes('=')) errors.push({ node, at });
    }
    let enters = false;
    if (role === 'operator') {
      kind.push(types[id]); start.push(-1); end.push(-1); next.push(node + 1);
    } else if (role === 'comment') {
      comments.push(makeSpan(cursor.startIndex + base, cursor.endIndex + base));
    } else if (role !== 'drop') {
      const from = cursor.startIndex + base;
      kind.push(types[id] ?? 'ERROR'); start.push(from); end.push(cursor.endIndex + base); next.push(node + 1);
      enters = role === 'inner' || (role === 'string' && hasHoles(text, from));
    }
    if (enters && cursor.gotoFirstChild()) { open.push(node); continue; }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        cursor.delete();
        return { kind, start, end, next, comments, errors };
      }
      next[open.pop()!] = kind.length;
    }
  }
}

/** The children of a node that are no operator tokens. */
export function kids(tree: FlatTree, node: number): number[] {
  const found: number[] = [];
  const last = tree.next[node];
  for (let child = node + 1; child < last; child = tree.next[child]) {
    if (tree.start[child] !== -1) found.push(child);
  }
  return found;
}

/** The operator tokens right under a node. */
export function operators(tree: FlatTree, node: number): string[] {
  const found: string[] = [];
  const last = tree.next[node];
  for (let child = node + 1; child < last; child = tree.next[child]) {
    if (tree.start[child] === -1) found.push(tree.kind[child]);
  }
  return found;
}

/** Only an f-string or t-string has nodes inside worth visiting. */
function hasHoles(text: string, start: number): boolean {
  for (let at = start; at < start + 3; at++) {
    const char = text[at];
    if (char === '"' || char === "'") return false;
    if (char === 'f' || char === 'F' || char === 't' || char === 'T') return true;
  }
  return false;
}
