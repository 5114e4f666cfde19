import { relative } from 'node:path';
import { isAtLeast } from '../../lint/order.js';
import { reporterOf } from '../../report/formats.js';
import { RESULTS_KEPT } from '../../report/sarif-limit.js';
import type { Run } from '../../run.js';
import { sinceComparison, stagedComparison } from '../../workspace/changes.js';
import { UserError } from '../../errors.js';
import { wantsColor, widthOf, type Io } from '../io.js';
import { outputsOf, writeWhole, type Output } from '../output.js';
import { reportContext, runWithProgress, seesWhole, setUp, type CommonFlags, type Setup } from '../setup.js';

export interface CheckFlags extends CommonFlags {
  readonly outputFormat?: readonly string[];
  readonly outputFile?: string;
  readonly sarifIncludeSuppressed?: boolean;
  readonly maxWarnings?: number;
  readonly exitZero?: boolean;
  readonly staged?: boolean;
  readonly since?: string;
  readonly statistics?: boolean;
}

/** Checks the project; answers the exit code. */
export async function check(flags: CheckFlags, io: Io): Promise<number> {
  const outputs = outputsOf(flags.outputFormat ?? [], flags.outputFile, io.cwd);
  if (flags.staged && flags.since !== undefined) throw new UserError('--staged and --since exclude each other', 'Give one of them');
  if (flags.maxWarnings !== undefined && !(Number.isInteger(flags.maxWarnings) && flags.maxWarnings >= 0))
    throw new UserError('--max-warnings needs a whole number from 0');
  const setup = await setUp(flags, io);
  const { root } = setup.job.roots;
  const comparison = flags.staged ? stagedComparison(root, io.env) : flags.since !== undefined ? sinceComparison(root, flags.since) : null;
  const done = await runWithProgress({ ...setup.job, comparison }, flags, io);
  for (const output of outputs) await write(output, done, setup, flags, io);
  if (!flags.quiet) for (const warning of warnings(done, outputs, flags, setup, io)) io.stderr.write(`warning: ${warning}\n`);
  if (flags.statistics) io.stderr.write(statistics(done));
  if (flags.verbose) io.stderr.write(timings(done));
  return flags.exitZero ? 0 : exitCode(done, setup, flags);
}

async function write({ format, file }: Output, done: Run, setup: Setup, flags: CheckFlags, io: Io): Promise<void> {
  const report = await reporterOf(format);
  const text = report(
    done.result,
    reportContext(done, setup, {
      color: file === null ? wantsColor(io, flags.color) : flags.color === true,
      width: widthOf(io),
      includeSuppressed: flags.sarifIncludeSuppressed ?? false,
    }),
  );
  if (file) writeWhole(file, text);
  else io.stdout.write(text);
}

function exitCode({ result }: Run, { job }: Setup, { maxWarnings }: CheckFlags): number {
  const { failOn } = job.config;
  const fails = failOn !== 'never' && result.findings.some((finding) => isAtLeast(finding.level, failOn));
  const tooMany = maxWarnings !== undefined && result.findings.filter((finding) => finding.level === 'warning').length > maxWarnings;
  return fails || tooMany ? 1 : 0;
}

function warnings(done: Run, outputs: readonly Output[], flags: CheckFlags, setup: Setup, io: Io): string[] {
  const { baselineFile } = setup;
  const isPart = flags.staged || flags.since !== undefined;
  const isAll = seesWhole(setup) && !flags.rule && !flags.ignoreRule && !flags.minConfidence;
  const hasSarif = outputs.some((output) => output.format === 'sarif');
  return [
    ...(done.stale.length > 0 && isAll
      ? [
          `${done.stale.length} ${done.stale.length === 1 ? 'entry matches' : 'entries match'} nothing any more in ${relative(io.cwd, baselineFile!)}; "schemalint baseline prune" removes them`,
        ]
      : []),
    ...(hasSarif && isPart && io.env['GITHUB_ACTIONS']
      ? ['do not upload the SARIF of --staged or --since: code scanning would close every alert that is not in it']
      : []),
    ...(hasSarif && done.result.findings.length > RESULTS_KEPT
      ? [`the SARIF holds ${RESULTS_KEPT} of ${done.result.findings.length} findings: code scanning keeps no more`]
      : []),
  ];
}

function statistics({ result }: Run): string {
  const rows = Object.entries(result.statistics.rules).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return rows.map(([rule, count]) => `${String(count).padStart(6)}  ${rule}\n`).join('');
}

function timings({ result }: Run): string {
  const { stages, peakMemory } = result.statistics;
  return [
    ...stages.map(({ name, milliseconds }) => `${milliseconds.toFixed(0).padStart(7)} ms  ${name}\n`),
    `${(peakMemory / (1 << 20)).toFixed(0).padStart(7)} MB  peak memory\n`,
  ].join('');
}
