/**
 * Modules whose names a file has without importing them: Nuxt and Nitro give what helpers export to all files of the server.
 * https://nuxt.com/docs/guide/directory-structure/server#server-utilities, https://nuxt.com/docs/guide/directory-structure/shared,
 * https://nitro.build/guide/utils
 */
import type { FileFacts } from '../facts/file.js';
import { folderOf } from '../dialects/shared/paths.js';

interface Application { readonly root: string; readonly helpers: readonly string[] }

/** Tells of a file's path which modules it has all names of, as specifiers relative to it. Of a file of no such application there are none. */
export function autoImports(files: ReadonlyMap<string, FileFacts>): (path: string) => readonly string[] {
  const applications = [...files.keys()].flatMap((path): readonly Application[] => {
    const config = /(?:^|\/)(nuxt|nitro)\.config\.[cm]?[jt]s$/.exec(path);
    if (!config) return [];
    const root = folderOf(path);
    const inside = root === '' ? '' : `${root}/`;
    // The server of Nitro may be the whole application.
    const isHelper = (one: string) =>
      one.startsWith(inside) &&
      (config[1] === 'nuxt' ? /^(server\/utils|shared\/(utils|types))\// : /^((server|src)\/)?utils\//).test(one.slice(inside.length));
    return [
      { root, helpers: [...files].filter(([one, { language, code }]) => language === 'typescript' && code !== undefined && isHelper(one)).map(([one]) => one) },
    ];
  });
  if (applications.length === 0) return () => [];
  return (path) =>
    applications.flatMap(({ root, helpers }) =>
      root === '' || path.startsWith(`${root}/`) ? helpers.filter((helper) => helper !== path).map((helper) => specifier(path, helper)) : [],
    );
}

/** `../utils/db` */
function specifier(from: string, to: string): string {
  const [here, there] = [folderOf(from).split('/').filter((part) => part !== ''), to.replace(/\.[cm]?[jt]sx?$/, '').split('/')];
  let shared = 0;
  while (shared < here.length && here[shared] === there[shared]) shared += 1;
  return `${'../'.repeat(here.length - shared) || './'}${there.slice(shared).join('/')}`;
}
