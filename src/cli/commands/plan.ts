import { resolve } from 'node:path';
import { plan as planOf } from '../../report/plan.js';
import type { Io } from '../io.js';
import { writeWhole } from '../output.js';
import { runWithProgress, setUp, type CommonFlags } from '../setup.js';

/** Prints the findings as an ordered plan in Markdown. */
export async function plan(flags: CommonFlags & { readonly outputFile?: string }, io: Io): Promise<number> {
  const { job } = await setUp(flags, io);
  const { result } = await runWithProgress(job, flags, io);
  if (flags.outputFile !== undefined) writeWhole(resolve(io.cwd, flags.outputFile), planOf(result));
  else io.stdout.write(planOf(result));
  return 0;
}
