/** Files of named queries, as libraries load them by a path or a folder. */
import type { FileFacts } from '../facts/file.js';
import { sharedFolders } from '../dialects/shared/paths.js';

/** The name of a query as code calls it: `get-user :? :1` is `get_user`. */
export const plainTitle = (title: string): string => (/^[\w./-]+/.exec(title)?.[0] ?? '').replaceAll('-', '_');

export interface Titles {
  /** The names of the queries in a file, with what stands behind them. */
  in(path: string): readonly string[];
  /** The files at a path, or in a folder, that code in the file `from` names; of several the nearest. */
  pathsAt(written: string, from: string): readonly string[];
}

/** What the files of a repository call their queries. */
export function titlesOf(files: ReadonlyMap<string, FileFacts>): Titles {
  const byPath = new Map<string, readonly string[]>();
  for (const [path, { sql }] of files) {
    const titles = (sql ?? []).flatMap((statement) => (statement.k === 'query' && statement.query.title !== undefined ? [statement.query.title] : []));
    if (titles.length > 0) byPath.set(path, titles);
  }
  return {
    in: (path) => byPath.get(path) ?? [],
    pathsAt: (written, from) => {
      const tail = written.split('/').filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
      if (tail === '') return [];
      const under = (path: string): string | null =>
        `/${path}`.endsWith(`/${tail}`)
          ? path.slice(0, path.length - tail.length)
          : `/${path}`.includes(`/${tail}/`)
            ? path.slice(0, Math.max(0, `/${path}`.indexOf(`/${tail}/`)))
            : null;
      const found = [...byPath.keys()].flatMap((path) => { const root = under(path); return root === null ? [] : [{ path, root }]; });
      const near = Math.max(...found.map(({ root }) => sharedFolders(root, from)));
      const roots = new Set(found.filter(({ root }) => sharedFolders(root, from) === near).map(({ root }) => root));
      return roots.size === 1 ? found.filter(({ root }) => roots.has(root)).map(({ path }) => path) : [];
    },
  };
}
