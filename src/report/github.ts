import type { Finding } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import type { Reporter } from './context.js';
import { coverageOf, summaryOf } from './words.js';

/** GitHub shows no more annotations of one level and step. */
const SHOWN = 10;
const COMMAND = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Annotations as workflow commands, errors first. GitHub drops what is over its limit without a word, so the rest is
 * counted in a plain line. The message begins with its place, because the log shows nothing else of it.
 */
export const github: Reporter = (result) => {
  const sorted = [...result.findings].sort(byLevel);
  const lines = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const own = sorted.filter((finding) => finding.level === level);
    const more = own.length - SHOWN;
    return [
      ...own.slice(0, SHOWN).map(annotation),
      ...(more > 0 ? [`${more} more of level ${level} are not shown as annotations`, ...own.slice(SHOWN).map(plain)] : []),
    ];
  });
  return [...lines, summaryOf(result), coverageOf(result.coverage)].join('\n') + '\n';
};

function annotation(finding: Finding): string {
  const { path, startLine, startColumn, endLine, endColumn } = finding.location;
  // Columns are refused where an annotation spans lines.
  const columns = startLine === endLine ? `,col=${startColumn},endColumn=${endColumn}` : '';
  return `::${COMMAND[finding.level]} file=${property(path)},line=${startLine},endLine=${endLine}${columns},title=${property(finding.rule)}::${data(`${path}:${startLine}:${startColumn}: ${finding.message}. ${finding.help}`)}`;
}

function plain(finding: Finding): string {
  const { path, startLine, startColumn } = finding.location;
  // A line that began with :: would be a command.
  return `  ${path}:${startLine}:${startColumn}: ${finding.level} ${finding.rule} ${finding.message}`.replace(/[\r\n]+/g, ' ');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
