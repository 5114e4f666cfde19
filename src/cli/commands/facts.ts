import { resolve } from 'node:path';
import { depths, roleIndex } from '../../roles.js';
import { UserError } from '../../errors.js';
import { NO_STORE, type Kept } from '../../facts/store.js';
import { readFacts } from '../../read.js';
import { discover } from '../../workspace/discover.js';
import { buildId } from '../../workspace/own-files.js';
import { shardText } from '../../workspace/store-file.js';
import type { Io } from '../io.js';
import { writeWhole } from '../output.js';
import { setUp, type CommonFlags } from '../setup.js';

export interface FactsFlags extends CommonFlags { readonly shard?: string; readonly output: string }

/** Reads one part of the project's files and writes their facts, for `check --facts` on another machine. */
export async function facts(flags: FactsFlags, io: Io): Promise<number> {
  const { index, count } = shardOf(flags.shard ?? '1/1');
  const { job: { roots, config } } = await setUp(flags, io, false);
  const { files } = discover(roots.root, config, roots.within);
  const part = files.filter((_, at) => at % count === index);
  const made = new Map<string, Kept>();
  await readFacts(part, depths(roleIndex(config)), { ...NO_STORE, put: (key, each) => void made.set(key, each) });
  writeWhole(resolve(io.cwd, flags.output), shardText(made, buildId()));
  if (!flags.quiet) io.stderr.write(`${part.length} of ${files.length} files read into ${flags.output}\n`);
  return 0;
}

/** `2/8` → the second of eight; counts from 1. Throws UserError for anything else. */
function shardOf(text: string): { readonly index: number; readonly count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!index || Number(index) < 1 || Number(index) > Number(count))
    throw new UserError(`'${text}' is no part of the files`, 'Give --shard as I/N with I from 1 to N, such as 2/8');
  return { index: Number(index) - 1, count: Number(count) };
}
