import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { UserError } from '../../errors.js';
import { makeBaseline, printBaseline, type BaselineEntry } from '../../lint/baseline.js';
import { counted, subjectOf } from '../../report/words.js';
import { isLookedAt } from '../../workspace/roots.js';
import type { Io } from '../io.js';
import { writeWhole } from '../output.js';
import { loadBaseline, runWithProgress, seesWhole, setUp, type CommonFlags } from '../setup.js';

export interface BaselineFlags extends CommonFlags { readonly action: 'create' | 'prune' | 'show'; readonly reason?: string }

/**
 * `create` accepts what is found now, keeping reasons given before; `prune` drops what is found no more; `show` prints it.
 * Entries of files and rules that were not asked for stay as they are; of a part of the project, none is taken for gone.
 */
export async function baseline(flags: BaselineFlags, io: Io): Promise<number> {
  const setup = await setUp(flags, io, false);
  const file = setup.baselineFile;
  if (file === null) throw new UserError('--no-baseline leaves nothing to do', 'Leave it out, or name a file with --baseline');
  const name = relative(io.cwd, file);
  if (flags.action === 'show') {
    const { findings } = loadBaseline(file, io.cwd);
    io.stdout.write(
      findings.map((entry) => `${entry.path}: ${entry.rule} ${subjectOf(entry)}${entry.reason ? ` -- ${entry.reason}` : ''}\n`).join('') +
        `${counted(findings.length, 'accepted finding')} in ${name}\n`,
    );
    return 0;
  }
  const isWhole = seesWhole(setup);
  if (flags.action === 'prune' && !isWhole) throw new UserError('a part of the project cannot tell what is gone', `Run it for ${dirname(file)}`);
  const before = flags.action === 'prune' || existsSync(file) ? loadBaseline(file, io.cwd) : null;
  const { result: { findings } } = await runWithProgress(setup.job, flags, io);
  const found = new Set(findings.map((finding) => finding.fingerprint));
  const isAsked = ({ path, rule }: BaselineEntry) =>
    isLookedAt(setup.job.roots, path) && (flags.rule?.includes(rule) ?? true) && !flags.ignoreRule?.includes(rule);
  const stays = (entry: BaselineEntry) => (found.has(entry.fingerprint) ? flags.action === 'prune' : !isWhole || !isAsked(entry));
  const others = (before?.findings ?? []).filter(stays);
  const next = flags.action === 'prune' ? { ...before!, findings: others } : makeBaseline(findings, others, { before, reason: flags.reason ?? null });
  writeWhole(file, printBaseline(next));
  const gone = (before?.findings.length ?? 0) - next.findings.length;
  const use = typeof flags.baseline === 'string' ? `use it with --baseline ${name}, or "baseline" in the config` : 'from now on only what is new is reported';
  io.stdout.write(flags.action === 'create'
    ? `${counted(findings.length, 'finding')} accepted in ${name}; ${use}\n`
    : `${gone} ${gone === 1 ? 'entry' : 'entries'} removed from ${name}, ${next.findings.length} left\n`);
  return 0;
}
