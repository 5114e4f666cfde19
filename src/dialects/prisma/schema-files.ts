/**
 * The Prisma schemas of a repository: a file, or a folder whose files are one schema.
 * https://www.prisma.io/docs/orm/prisma-schema/overview/location#multi-file-prisma-schema
 */
import type { DatabaseEngine, FileFacts } from '../../facts/file.js';
import type { PrismaBlock } from '../../facts/prisma.js';
import type { Connection } from '../../link/draft.js';
import { folderOf, sharedFolders } from '../shared/paths.js';

export type ModelBlock = Extract<PrismaBlock, { k: 'model' | 'view' | 'type' }>;
export type EnumBlock = Extract<PrismaBlock, { k: 'enum' }>;

export interface Located<T> { readonly block: T; readonly path: string }
export interface PrismaSchema {
  /** Empty when the repository has one schema only, else its folder. */
  readonly partition: string;
  readonly connection: Connection | null;
  readonly provider: string;
  readonly engine: DatabaseEngine;
  readonly enforcesKeys: boolean;
  /** Lies where Prisma would not look for it, beside others that lie where it does: an example, or data of the program. */
  readonly isAside: boolean;
  readonly models: readonly Located<ModelBlock>[];
  readonly types: ReadonlySet<string>;
  readonly enums: ReadonlyMap<string, EnumBlock>;
}

/** Groups the blocks of all files into schemas; a file without a datasource belongs to the nearest one that has it. */
export function schemasOf(files: ReadonlyMap<string, FileFacts>): readonly PrismaSchema[] {
  const blocks = [...files].flatMap(([path, facts]) => (isSnapshot(path) ? [] : facts.prisma ?? []).map((block): Located<PrismaBlock> => ({ block, path })));
  const anchors = [...new Set(blocks.filter((each) => each.block.k === 'datasource').map((each) => each.path))];
  const groups = new Map<string, Located<PrismaBlock>[]>();
  for (const each of blocks) {
    const home = anchors.includes(each.path) ? each.path : nearest(each.path, anchors) ?? folderOf(each.path);
    groups.set(home, [...(groups.get(home) ?? []), each]);
  }
  const withTables = withoutAlternatives([...groups].filter(([, group]) => group.some((each) => each.block.k === 'model' || each.block.k === 'view')));
  const hasUsual = withTables.some(([home]) => isUsualPlace(home));
  return withTables.map(([home, group]) =>
    schemaOf(group, folderOf(home), withTables.length > 1 ? folderOf(home) || home : '', hasUsual && !isUsualPlace(home)),
  );
}

/** The schema as it was at a step, which Prisma Migrate kept with each while it was a preview. */
const isSnapshot = (path: string): boolean => /(^|\/)migrations\/[^/]+\/schema\.prisma$/.test(path);

type Group = readonly [home: string, blocks: readonly Located<PrismaBlock>[]];

/** https://www.prisma.io/docs/orm/prisma-schema/overview/location */
const isUsualPlace = (home: string): boolean => /(^|\/)schema\.prisma$/.test(home) || /(^|\/)prisma(\/|$)/.test(home);

/** Databases in the order in which the schema for one of them stands for those of the others. */
const PROVIDERS = ['postgresql', 'postgres', 'cockroachdb', 'mysql', 'sqlserver', 'sqlite', 'mongodb'];

const ENGINES: Readonly<Record<string, DatabaseEngine>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  cockroachdb: 'postgres',
  mysql: 'mysql',
  sqlite: 'sqlite',
};

/** Of schemas with the same models, kept for several kinds of databases, one is the application's: PostgreSQL's if there is one. */
function withoutAlternatives(groups: readonly Group[]): readonly Group[] {
  const namesOf = ([, blocks]: Group): ReadonlySet<string> => new Set(blocks.flatMap((each) => (each.block.k === 'model' ? [each.block.name] : [])));
  const rank = (group: Group): number => {
    const provider = settingsOf(group[1])['provider'] ?? '';
    const at = PROVIDERS.indexOf(provider);
    return at < 0 ? PROVIDERS.length : at;
  };
  const kept: Group[] = [];
  for (const group of [...groups].sort((a, b) => rank(a) - rank(b))) {
    const names = namesOf(group);
    const isAlternative = kept.some((other) => {
      const others = namesOf(other);
      const shared = [...names].filter((name) => others.has(name)).length;
      return rank(other) < rank(group) && shared * 4 >= Math.max(names.size, others.size) * 3;
    });
    if (!isAlternative) kept.push(group);
  }
  return groups.filter((group) => kept.includes(group));
}

const settingsOf = (blocks: readonly Located<PrismaBlock>[]): Readonly<Record<string, string>> =>
  blocks.flatMap((each) => (each.block.k === 'datasource' ? [each.block.settings] : []))[0] ?? {};

function schemaOf(group: readonly Located<PrismaBlock>[], folder: string, partition: string, isAside: boolean): PrismaSchema {
  const settings = settingsOf(group);
  const provider = settings['provider'] ?? 'postgresql';
  const address = /^env\(\s*"(\w+)"\s*\)/.exec(settings['url'] ?? '')?.[1];
  const relationMode = settings['relationMode'] ?? settings['referentialIntegrity'] ?? (provider === 'mongodb' ? 'prisma' : 'foreignKeys');
  return {
    partition,
    connection: address && folder !== '' ? { address, folder } : null,
    provider,
    engine: ENGINES[provider] ?? 'other',
    isAside,
    enforcesKeys: relationMode !== 'prisma',
    models: group.flatMap((each) => (each.block.k === 'model' || each.block.k === 'view' ? [{ block: each.block, path: each.path }] : [])),
    types: new Set(group.flatMap((each) => (each.block.k === 'type' ? [each.block.name] : []))),
    enums: new Map(group.flatMap((each) => (each.block.k === 'enum' ? [[each.block.name, each.block] as const] : []))),
  };
}

/** The datasource's file that shares the most folders; null when none shares the first one with a file of its own. */
function nearest(path: string, anchors: readonly string[]): string | null {
  let best: string | null = null;
  let most = -1;
  for (const anchor of anchors) {
    const shared = sharedFolders(path, anchor);
    if (shared > most) { best = anchor; most = shared; }
  }
  return best;
}
