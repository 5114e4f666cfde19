/** The Prisma schemas of a repository: a file, or a folder whose files are one schema. https://www.prisma.io/docs/orm/prisma-schema/overview/location#multi-file-prisma-schema */
import type { FileFacts } from '../../facts/file.js';
import type { PrismaBlock } from '../../facts/prisma.js';
import { folderOf, sharedFolders } from '../shared/paths.js';

export type ModelBlock = Extract<PrismaBlock, { k: 'model' | 'view' | 'type' }>;
export type EnumBlock = Extract<PrismaBlock, { k: 'enum' }>;

export interface Located<T> { readonly block: T; readonly path: string }
export interface PrismaSchema {
  /** Empty when the repository has one schema only, else its folder. */
  readonly partition: string;
  readonly provider: string;
  readonly enforcesKeys: boolean;
  readonly models: readonly Located<ModelBlock>[];
  readonly types: ReadonlySet<string>;
  readonly enums: ReadonlyMap<string, EnumBlock>;
}

/** Groups the blocks of all files into schemas; a file without a datasource belongs to the nearest one that has it. */
export function schemasOf(files: ReadonlyMap<string, FileFacts>): readonly PrismaSchema[] {
  const blocks = [...files].flatMap(([path, facts]) => (facts.prisma ?? []).map((block): Located<PrismaBlock> => ({ block, path })));
  const anchors = [...new Set(blocks.filter((each) => each.block.k === 'datasource').map((each) => each.path))];
  const groups = new Map<string, Located<PrismaBlock>[]>();
  for (const each of blocks) {
    const home = anchors.includes(each.path) ? each.path : nearest(each.path, anchors) ?? folderOf(each.path);
    groups.set(home, [...(groups.get(home) ?? []), each]);
  }
  const withTables = withoutCopies([...groups].filter(([, group]) => group.some((each) => each.block.k === 'model' || each.block.k === 'view')));
  return withTables.map(([home, group]) => schemaOf(group, withTables.length > 1 ? folderOf(home) || home : ''));
}

type Group = readonly [home: string, blocks: readonly Located<PrismaBlock>[]];

/** Two schemas that share so much of the larger one's models are one schema, kept for two engines. */
const SAME_SHARE = 0.8;

/** Leaves out schemas for other engines that repeat one for PostgreSQL. */
function withoutCopies(groups: readonly Group[]): readonly Group[] {
  const modelsOf = ([, blocks]: Group): ReadonlySet<string> => new Set(blocks.flatMap(({ block }) => (block.k === 'model' ? [block.name] : [])));
  const isPostgres = ([, blocks]: Group): boolean => blocks.some(({ block }) => block.k === 'datasource' && /^(postgres|cockroach)/.test(block.settings['provider'] ?? ''));
  const originals = groups.filter(isPostgres).map(modelsOf);
  return groups.filter((group) => {
    if (isPostgres(group)) return true;
    const own = modelsOf(group);
    return !originals.some((other) => [...own].filter((name) => other.has(name)).length >= Math.max(own.size, other.size) * SAME_SHARE);
  });
}

function schemaOf(group: readonly Located<PrismaBlock>[], partition: string): PrismaSchema {
  const settings = group.flatMap((each) => (each.block.k === 'datasource' ? [each.block.settings] : []))[0] ?? {};
  const provider = settings['provider'] ?? 'postgresql';
  const relationMode = settings['relationMode'] ?? settings['referentialIntegrity'] ?? (provider === 'mongodb' ? 'prisma' : 'foreignKeys');
  return {
    partition, provider, enforcesKeys: relationMode !== 'prisma',
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
