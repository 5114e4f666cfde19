/** Copies of one history for several database engines: the one for PostgreSQL counts. */
import type { FileName, Engine } from './file-name.js';

const RANK: Readonly<Record<Engine, number>> = { postgres: 0, cockroach: 1, other: 2 };

/** Leaves out files that stand beside a copy for PostgreSQL, or for an engine nearer to it. What has no other copy stays. */
export function chooseEngine<F extends { readonly name: FileName }>(files: readonly F[]): readonly F[] {
  return chooseFiles(withSiblings(chooseFolders(files)));
}

/** `Shop_MySql.sql` beside `Shop_PostgreSql.sql`: a word inside a name is an engine's where files of one folder differ in nothing else. */
function withSiblings<F extends { readonly name: FileName }>(files: readonly F[]): readonly F[] {
  const engines = new Map<string, Set<Engine>>();
  const keyOf = (name: FileName): string => `${name.folder}\0${name.innerStep}`;
  for (const { name } of files)
    if (name.fileEngine === null && name.innerEngine !== null) engines.set(keyOf(name), (engines.get(keyOf(name)) ?? new Set()).add(name.innerEngine));
  return files.map((file) =>
    file.name.fileEngine === null && (engines.get(keyOf(file.name))?.size ?? 0) > 1
      ? { ...file, name: { ...file.name, fileEngine: file.name.innerEngine, plainStep: file.name.innerStep } }
      : file,
  );
}

/** `migrations/mysql`, `migrations/postgres`: of folders that differ in the engine's name only, one. */
function chooseFolders<F extends { readonly name: FileName }>(files: readonly F[]): readonly F[] {
  const best = new Map<string, string>();
  const score = (name: FileName): string => `${RANK[name.folderEngine!]}${name.folder}`;
  for (const { name } of files) {
    if (!name.folderEngine) continue;
    const known = best.get(name.plainFolder);
    if (known === undefined || score(name) < known) best.set(name.plainFolder, score(name));
  }
  return files.filter(({ name }) => !name.folderEngine || best.get(name.plainFolder) === score(name));
}

/**
 * `1_x.mysql.up.sql`, `1_x.postgres.up.sql`, `1_x.up.sql`: of files that differ in the engine's name only, one; steps that only a farther engine takes are not
 * ours.
 */
function chooseFiles<F extends { readonly name: FileName }>(files: readonly F[]): readonly F[] {
  const rank = (name: FileName): number => (name.fileEngine === null ? 0.5 : RANK[name.fileEngine]);
  const keyOf = (name: FileName): string => `${name.folder}\0${name.plainStep.replaceAll('.*', '').replaceAll('*.', '')}`;
  const best = new Map<string, number>();
  const bestOfFolder = new Map<string, number>();
  for (const { name } of files) {
    best.set(keyOf(name), Math.min(best.get(keyOf(name)) ?? 9, rank(name)));
    bestOfFolder.set(name.folder, Math.min(bestOfFolder.get(name.folder) ?? 9, rank(name)));
  }
  return files.filter(
    ({ name }) =>
      rank(name) === best.get(keyOf(name)) &&
      (name.fileEngine === null ||
        name.fileEngine === 'postgres' ||
        (name.fileEngine === 'other' ? bestOfFolder.get(name.folder) === RANK.other : bestOfFolder.get(name.folder)! > RANK.postgres)),
  );
}
