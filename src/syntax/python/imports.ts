import type { ImportName, ImportStmt } from '../../facts/code.js';
import { spanOf, textOf, type Reader } from './reader.js';
import { kids } from './tree.js';

/** `import a.b, c as d`: one statement per module. Without an alias it binds the dotted name, whose root is the package. */
export function imports(reader: Reader, node: number): ImportStmt[] {
  return kids(reader.tree, node).filter((part) => isName(reader, part)).map((part) => {
    const { name, as, at } = imported(reader, part);
    return { k: 'import', module: name, names: [{ name: '*', as, at }], at: spanOf(reader, node) };
  });
}

/** `from module import a, b as c`, `from module import *`. */
export function importsFrom(reader: Reader, node: number): ImportStmt {
  const parts = kids(reader.tree, node);
  const isFuture = reader.tree.kind[node] === 'future_import_statement';
  const module = isFuture ? '__future__' : dottedText(reader, parts[0] ?? node);
  const names: ImportName[] = [];
  for (const part of isFuture ? parts : parts.slice(1)) {
    if (reader.tree.kind[part] === 'wildcard_import') names.push({ name: '*', as: '*', at: spanOf(reader, part) });
    else if (isName(reader, part)) names.push(imported(reader, part));
  }
  return { k: 'import', module, names, at: spanOf(reader, node) };
}

function isName(reader: Reader, node: number): boolean {
  const kind = reader.tree.kind[node];
  return kind === 'dotted_name' || kind === 'aliased_import';
}

function imported(reader: Reader, node: number): ImportName {
  const [name, alias] = kids(reader.tree, node);
  if (alias === undefined) return { name: dottedText(reader, node), as: dottedText(reader, node), at: spanOf(reader, node) };
  return { name: dottedText(reader, name), as: textOf(reader, alias), at: spanOf(reader, alias) };
}

/** Blanks and line continuations may stand around the dots. */
function dottedText(reader: Reader, node: number): string {
  return textOf(reader, node).replace(/[\s\\]+/g, '');
}
