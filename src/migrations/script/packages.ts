/** The packages of a repository, and what migrations in script have in common. */
import type { FileFacts } from '../../facts/file.js';
import type { Span, Stmt } from '../../facts/code.js';
import { chooseEngine } from '../order/engines.js';
import { compareSteps, readName } from '../order/file-name.js';
import { folderOf } from '../../dialects/shared/paths.js';

/** Answers which package (the nearest folder with a manifest) a path belongs to; empty for the root. */
export function packageIndex(files: ReadonlyMap<string, FileFacts>): (path: string) => string {
  const folders = new Set([...files].flatMap(([path, facts]) => (facts.settings?.kind === 'package' ? [folderOf(path)] : [])));
  return (path) => {
    let folder = folderOf(path);
    while (folder !== '' && !folders.has(folder)) folder = folderOf(folder);
    return folder;
  };
}

/** Of copies for several engines those for PostgreSQL, in the order of their names. */
export function chosenSteps<T extends { readonly path: string }>(steps: readonly T[]): readonly T[] {
  const named = steps.map((step) => ({ step, name: readName(step.path.replace(/\.[cm]?[jt]sx?$/, '.x')) }));
  return [...chooseEngine(named)].sort((a, b) => compareSteps(a.name, b.name)).map((each) => each.step);
}

/** The ranges of functions of that name, methods and members of an exported object included. */
export function rangesOf(code: readonly Stmt[], name: string): Span[] {
  const found: Span[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) { node.forEach(visit); return; }
    if (!node || typeof node !== 'object') return;
    const item = node as {
      k?: string;
      fn?: { name: string | null; range: Span };
      key?: { k: string; v?: unknown };
      value?: { k?: string; at?: Span };
      cls?: { body: readonly Stmt[] };
      target?: { k: string; id?: string; name?: string };
    };
    if (item.k === 'def' && item.fn?.name === name) found.push(item.fn.range);
    else if (item.k === 'class' && item.cls) visit(item.cls.body);
    else if (item.k === 'set' && item.value) {
      if ((item.target?.id ?? item.target?.name) === name && item.value.at) found.push(item.value.at);
      else visit(item.value);
    } else if (item.k === 'dict')
      for (const entry of (node as { entries: readonly { key: { k: string; v?: unknown } | null; value: { at: Span } }[] }).entries)
        if (entry.key?.k === 'lit' && entry.key.v === name) found.push(entry.value.at);
  };
  visit(code);
  return found;
}
