/** Words and sentences that several reports share. */
import type { Coverage, Finding, RelatedLocation, Result } from '../lint/finding.js';

/** `orders (status, total)`, or the table alone, or nothing for a finding about a file. */
export function subjectOf(finding: Pick<Finding, 'table' | 'columns'>): string {
  if (finding.table === null) return '';
  return finding.columns.length === 0 ? finding.table : `${finding.table} (${finding.columns.join(', ')})`;
}

/** The related places that the flow does not show already. */
export function beside({ flow, related }: Pick<Finding, 'flow' | 'related'>): readonly RelatedLocation[] {
  const key = ({ message, location }: RelatedLocation) => JSON.stringify([message, location]);
  const shown = new Set(flow.map(key));
  return related.filter((one) => !shown.has(key(one)));
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A sentence, with a final stop if it has none. */
export function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

/** `No findings.`, or how many of each level, and how many are hidden on purpose. */
export function summaryOf(result: Result): string {
  const by = (level: Finding['level']) => result.findings.filter((finding) => finding.level === level).length;
  const parts = (['error', 'warning', 'note'] as const).flatMap((level) => (by(level) > 0 ? [counted(by(level), level)] : []));
  const of = (kind: 'comment' | 'baseline') => result.suppressedFindings.filter((finding) => finding.suppressed?.kind === kind).length;
  const aside = [...(of('comment') > 0 ? [`${of('comment')} suppressed`] : []), ...(of('baseline') > 0 ? [`${of('baseline')} in the baseline`] : [])];
  const count = result.findings.length === 0 ? 'No findings' : `${counted(result.findings.length, 'finding')}: ${parts.join(', ')}`;
  return `${count}${aside.length > 0 ? ` (${aside.join(', ')})` : ''}.`;
}

/** What was read and what could be decided. */
export function coverageOf(coverage: Coverage): string {
  const read = `Read ${counted(coverage.files, 'file')}${coverage.unread > 0 ? `, ${coverage.unread} not` : ''}; ${counted(coverage.tables, 'table')}, ${counted(coverage.columns, 'column')}`;
  if (coverage.tables === 0) return `${read}: no model, migration or SQL was found that declares a table.`;
  const skipped = Object.entries(coverage.skipped).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([why, count]) => `${count} ${why}`);
  const left = coverage.columns - coverage.decided;
  return `${read}; uses decided for ${coverage.decided} of ${coverage.columns}${left > 0 ? `, ${left} skipped${skipped.length > 0 ? `: ${skipped.join(', ')}` : ''}` : ''}.`;
}

/** The line of a text by its number, without its break. */
export function lineOf(text: string, line: number): string {
  return linesOf(text)[line - 1]?.replace(/\r$/, '') ?? '';
}

let last: { readonly text: string; readonly lines: readonly string[] } = { text: '', lines: [''] };

function linesOf(text: string): readonly string[] {
  if (last.text !== text) last = { text, lines: text.split('\n') };
  return last.lines;
}

/** Breaks prose at spaces so that lines stay within a width; of the first line, `taken` characters are used already. */
export function wrap(text: string, width: number, taken = 0): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const current = lines[lines.length - 1];
    if (current !== undefined && (lines.length === 1 ? taken : 0) + current.length + 1 + word.length <= width) lines[lines.length - 1] = `${current} ${word}`;
    else lines.push(word);
  }
  return lines;
}
