/** Files put together to sources: a folder of migrations in order, or files of plain DDL. */
import type { DdlOp } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { compareSteps, compareText, isMigrationFolder, type FileName } from './file-name.js';
import { tableNames, type TableNames } from './tables.js';

/** Why a history cannot be relied upon. `isCut`: a file ends in the middle, so that anything may be missing; `isOther`: it is SQL of another engine. */
export interface HistoryFailure { readonly message: string; readonly place: Place; readonly isCut?: true; readonly isOther?: true }

export interface SqlFile { readonly name: FileName; readonly ops: readonly DdlOp[]; readonly failures: readonly HistoryFailure[] }
export interface SqlSource {
  /** The folder, or the file of a schema. */
  readonly root: string;
  readonly kind: 'ddl' | 'migration';
  readonly files: readonly SqlFile[];
  readonly names: TableNames;
  readonly failures: readonly HistoryFailure[];
}

/** Groups files with operations by folder. */
export function sourcesOf(files: readonly SqlFile[]): readonly SqlSource[] {
  const folders = new Map<string, SqlFile[]>();
  for (const file of files) {
    const known = folders.get(file.name.folder);
    if (known) known.push(file);
    else folders.set(file.name.folder, [file]);
  }
  return [...folders].flatMap(([folder, members]) => folderSources(folder, members));
}

function folderSources(folder: string, files: readonly SqlFile[]): readonly SqlSource[] {
  const named = isMigrationFolder(folder);
  const isStep = ({ name }: SqlFile): boolean => name.version !== null || name.form === 'repeatable';
  const versioned = files.filter(isStep);
  const rest = files.filter((file) => !isStep(file));
  const steps = versioned.some((file) => file.name.form === 'flyway') ? versioned.filter((file) => file.name.form !== 'baseline') : versioned;
  const unnumbered = named ? rest.filter((file) => !file.name.isDump) : [];
  const history = [...byNeed(unnumbered), ...[...steps].sort((a, b) => compareSteps(a.name, b.name))];
  const isHistory = named || steps.some(({ name }) => name.form !== 'plain' || (name.version?.[0]?.length ?? 0) >= 8);
  return [
    ...(history.length > 0 ? [makeSource(folder, isHistory ? 'migration' : 'ddl', history, sameVersions(steps))] : []),
    ...lanes(rest.filter((file) => !unnumbered.includes(file))).map((lane, _, all) =>
      makeSource(all.length === 1 && lane.length > 1 ? folder : lane[0]!.name.path, 'ddl', byNeed(lane), []),
    ),
  ];
}

function makeSource(root: string, kind: SqlSource['kind'], files: readonly SqlFile[], failures: SqlSource['failures']): SqlSource {
  return { root, kind, files, names: tableNames(files.flatMap((file) => file.ops)), failures: [...failures, ...files.flatMap((file) => file.failures)] };
}

/** Two steps of one version: which comes first is anyone's guess. */
function sameVersions(steps: readonly SqlFile[]): SqlSource['failures'] {
  const seen = new Map<string, SqlFile>();
  return steps.flatMap((file) => {
    const version = file.name.version?.join('.');
    if (version === undefined) return [];
    const other = seen.get(version);
    seen.set(version, other ?? file);
    return other
      ? [
          {
            message: `Two migrations have the version ${version}: ${other.name.path} and ${file.name.path}`,
            place: { path: file.name.path, at: file.ops[0]!.at },
          },
        ]
      : [];
  });
}

/** Files of one folder that create the same table are versions of each other, not parts of one schema. */
function lanes(files: readonly SqlFile[]): readonly (readonly SqlFile[])[] {
  const found: { readonly creates: Set<string>; readonly files: SqlFile[] }[] = [];
  for (const file of [...files].sort((a, b) => compareText(a.name.path, b.name.path))) {
    const { creates } = tableNames(file.ops);
    let lane = found.find((each) => ![...creates].some((name) => each.creates.has(name)));
    if (!lane) found.push((lane = { creates: new Set(), files: [] }));
    lane.files.push(file);
    for (const name of creates) lane.creates.add(name);
  }
  return found.map((lane) => lane.files);
}

/** Files without an order of their own: each after those that create what it needs, else by name. */
export function byNeed(files: readonly SqlFile[]): readonly SqlFile[] {
  const sorted = [...files].sort((a, b) => compareText(a.name.path, b.name.path));
  const names = new Map(sorted.map((file) => [file, tableNames(file.ops)]));
  const creators = new Map<string, SqlFile>();
  for (const file of sorted) for (const name of names.get(file)!.creates) if (!creators.has(name)) creators.set(name, file);
  const placed = new Set<SqlFile>();
  const done: SqlFile[] = [];
  const place = (file: SqlFile): void => {
    if (placed.has(file)) return;
    placed.add(file);
    for (const name of names.get(file)!.needs) { const creator = creators.get(name); if (creator) place(creator); }
    done.push(file);
  };
  for (const file of sorted) place(file);
  return done;
}
