import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import type { Span, Stmt } from '../facts/code.js';
import type { Problem } from '../facts/file.js';
import { makeSpan, spanEnd, spanStart, textAt } from '../facts/span.js';
import { chunks, problemOf, split } from './python/broken.js';
import { indexNotes, readComments } from './python/notes.js';
import type { Reader } from './python/reader.js';
import { statements } from './python/statements.js';
import { flatten, kids, rolesOf, type FlatTree } from './python/tree.js';
import type { ParsedCode } from './source.js';

/** The top-level nodes of one parse that are to be converted, and its comments unless all of them count. */
interface Part { readonly tree: FlatTree; readonly nodes: readonly number[]; readonly comments?: readonly Span[] }

let loaded: Promise<(text: string) => ParsedCode> | undefined;

/** Loads the grammar, once per process, and returns the function that reads a Python file. */
export function loadPython(): Promise<(text: string) => ParsedCode> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<(text: string) => ParsedCode> {
  await Parser.init();
  const language = await Language.load(join(packageRoot(), 'vendor', 'tree-sitter-python', 'tree-sitter-python.wasm'));
  const parser = new Parser();
  parser.setLanguage(language);
  const roles = rolesOf(language);

  /** Parses a stretch of the file; every offset in the result is one of the whole text. */
  function parse(text: string, at: Span): FlatTree {
    const tree = parser.parse(textAt(text, at))!;
    try {
      return flatten(tree, roles, text, spanStart(at));
    } finally {
      tree.delete();
    }
  }

  return (given) => {
    // Python ends a line at a lone carriage return too, the grammar does not.
    const text = given.replace(/\r(?!\n)/g, '\n');
    const whole: Span = makeSpan(text.charCodeAt(0) === 0xfeff ? 1 : 0, text.length);
    return convert(text, parse(text, whole), (span) => parse(text, span));
  };
}

function convert(text: string, tree: FlatTree, parse: (span: Span) => FlatTree): ParsedCode {
  const problems: Problem[] = [];
  const parts = tree.errors.length === 0 ? [{ tree, nodes: kids(tree, 0) }] : salvage(text, tree, parse, problems);
  const comments = readComments(text, parts.flatMap((part) => part.comments ?? part.tree.comments));
  const notes = indexNotes(text, comments);
  const code: Stmt[] = [];
  for (const { tree: each, nodes } of parts) {
    const reader: Reader = { text, tree: each, notes, problems, depth: 0, isInFunction: false };
    code.push(...statements(reader, nodes));
  }
  return { code, comments, problems };
}

/** Keeps what the whole parse read well, in place, and parses the rest chunk by chunk. */
function salvage(text: string, tree: FlatTree, parse: (span: Span) => FlatTree, problems: Problem[]): Part[] {
  return split(tree, text).flatMap(({ at, nodes }): Part[] => {
    if (nodes) {
      const comments = tree.comments.filter((comment) => spanStart(comment) >= spanStart(at) && spanStart(comment) < spanEnd(at));
      return [{ tree, nodes, comments }];
    }
    return chunks(text, at).map((chunk) => {
      const part = parse(chunk);
      const problem = problemOf(part, text);
      if (problem) problems.push(problem);
      // A tree that is one ERROR is a statement list like a module.
      return { tree: part, nodes: kids(part, 0) };
    });
  });
}

/** The directory of package.json above this module, which lies deeper once compiled. */
function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}
