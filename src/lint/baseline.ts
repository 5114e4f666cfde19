/** The baseline: findings a team has accepted for now, by fingerprint, so that only new ones are reported. */
import { byPlace, text } from './order.js';
import type { Finding } from './finding.js';

export const BASELINE_FORMAT = 1;

/** `path` is for people only; the fingerprint decides. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly table: string | null;
  readonly columns: readonly string[];
  readonly path: string;
  readonly reason: string | null;
}
export interface Baseline { readonly formatVersion: number; readonly findings: readonly BaselineEntry[] }

/** A baseline of all these findings beside other entries; what an older one gave as a reason is kept. */
export function makeBaseline(
  findings: readonly Finding[],
  others: readonly BaselineEntry[] = [],
  { before = null, reason = null }: { readonly before?: Baseline | null; readonly reason?: string | null } = {},
): Baseline {
  const known = new Map(before?.findings.map((entry) => [entry.fingerprint, entry.reason]));
  const entries = findings.map((finding): BaselineEntry => ({
    fingerprint: finding.fingerprint,
    rule: finding.rule,
    table: finding.table,
    columns: finding.columns,
    path: finding.location.path,
    reason: known.get(finding.fingerprint) ?? reason,
  }));
  return { formatVersion: BASELINE_FORMAT, findings: [...entries, ...others].sort(byEntity) };
}

/** Takes the findings of the baseline out; `stale` are the entries that no finding has any more. */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
): { readonly findings: readonly Finding[]; readonly baselined: readonly Finding[]; readonly stale: readonly BaselineEntry[] } {
  const entries = new Map(baseline.findings.map((entry) => [entry.fingerprint, entry]));
  const baselined = findings
    .filter((finding) => entries.has(finding.fingerprint))
    .map((finding): Finding => ({ ...finding, suppressed: { kind: 'baseline', reason: entries.get(finding.fingerprint)!.reason, location: null } }));
  const met = new Set(baselined.map((finding) => finding.fingerprint));
  return {
    findings: findings.filter((finding) => !met.has(finding.fingerprint)),
    baselined: baselined.sort(byPlace),
    stale: baseline.findings.filter((entry) => !met.has(entry.fingerprint)),
  };
}

/** The file's text: one entry a line, sorted, so that merges are easy. */
export function printBaseline(baseline: Baseline): string {
  const entries = baseline.findings.map((entry) => `    ${JSON.stringify(entry)}`);
  return `{\n  "formatVersion": ${baseline.formatVersion},\n  "findings": [${entries.length > 0 ? `\n${entries.join(',\n')}\n  ` : ''}]\n}\n`;
}

/** Reads a baseline; returns what is wrong with it as a text instead. */
export function readBaseline(source: string): Baseline | string {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`;
  }
  const { formatVersion, findings } = (value ?? {}) as Partial<Baseline>;
  if (formatVersion === undefined || !Array.isArray(findings)) return 'it has no formatVersion and list of findings';
  if (formatVersion !== BASELINE_FORMAT) return `it has format ${formatVersion}, this version reads format ${BASELINE_FORMAT}`;
  if (!findings.every((entry) => typeof entry?.fingerprint === 'string' && typeof entry.rule === 'string')) return 'an entry has no fingerprint or rule';
  return { formatVersion, findings };
}

function byEntity(a: BaselineEntry, b: BaselineEntry): number {
  return text(a.rule, b.rule) || text(a.table ?? '', b.table ?? '') || text(a.columns.join(), b.columns.join()) || text(a.fingerprint, b.fingerprint);
}
