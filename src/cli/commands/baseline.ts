import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { makeBaseline, printBaseline } from '../../lint/baseline.js';
import { subjectOf } from '../../report/words.js';
import type { Io } from '../io.js';
import { writeWhole } from '../output.js';
import { loadBaseline, runWithProgress, setUp, type CommonFlags } from '../setup.js';

export const DEFAULT_BASELINE = 'schemalint-baseline.json';
export interface BaselineFlags extends CommonFlags { readonly action: 'create' | 'prune' | 'show'; readonly reason?: string }

/** `create` accepts what is found now, keeping reasons given before; `prune` drops what is found no more; `show` prints it. */
export async function baseline(flags: BaselineFlags, io: Io): Promise<number> {
  const setup = await setUp(flags, io, false);
  const file = setup.baselineFile ?? resolve(io.cwd, DEFAULT_BASELINE);
  const name = relative(io.cwd, file);
  if (flags.action === 'show') {
    const { findings } = loadBaseline(file, io.cwd);
    io.stdout.write(findings.map((entry) => `${entry.path}: ${entry.rule} ${subjectOf(entry)}${entry.reason ? ` -- ${entry.reason}` : ''}\n`).join('') + `${findings.length} accepted ${findings.length === 1 ? 'finding' : 'findings'} in ${name}\n`);
    return 0;
  }
  const before = flags.action === 'prune' || existsSync(file) ? loadBaseline(file, io.cwd) : null;
  const { result } = await runWithProgress(setup.job, flags, io);
  const next = flags.action === 'create'
    ? makeBaseline(result.findings, before, flags.reason ?? null)
    : { ...before!, findings: before!.findings.filter((entry) => result.findings.some((finding) => finding.fingerprint === entry.fingerprint)) };
  writeWhole(file, printBaseline(next));
  const gone = (before?.findings.length ?? 0) - next.findings.length;
  io.stdout.write(flags.action === 'create'
    ? `${next.findings.length} ${next.findings.length === 1 ? 'finding' : 'findings'} accepted in ${name}; use it with --baseline ${name}, or "baseline" in the config\n`
    : `${gone} ${gone === 1 ? 'entry' : 'entries'} removed from ${name}, ${next.findings.length} left\n`);
  return 0;
}
