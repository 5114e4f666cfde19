import type { Finding } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import type { Reporter } from './context.js';
import { coverageOf, sentence, subjectOf, summaryOf } from './words.js';

/** A job summary holds 1 MiB; this many findings of usual size stay well below. */
const SHOWN = 300;
const TITLES = { error: 'Errors', warning: 'Warnings', note: 'Notes' } as const;

/** For job summaries and comments: a table for each level. */
export const markdown: Reporter = (result) => {
  const sorted = [...result.findings].sort(byLevel);
  const shown = sorted.slice(0, SHOWN);
  const sections = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const rows = shown.filter((finding) => finding.level === level);
    return rows.length === 0 ? [] : [`### ${TITLES[level]}`, '', '| Where | Rule | What | What to do |', '| --- | --- | --- | --- |', ...rows.map(row), ''];
  });
  const more = sorted.length > SHOWN ? [`${sorted.length - SHOWN} more are not listed here.`, ''] : [];
  return ['## schemalint', '', `**${summaryOf(result)}**`, '', ...sections, ...more, coverageOf(result.coverage), ''].join('\n');
};

function row(finding: Finding): string {
  const where = [subjectOf(finding), `${finding.location.path}:${finding.location.startLine}`]
    .filter(Boolean)
    .map((part) => `\`${part.replace(/[`|]/g, '')}\``)
    .join('<br>');
  return `| ${where} | ${finding.rule} | ${cell(sentence(finding.message))} | ${cell(sentence(finding.help))} |`;
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|*_`<>[\]]/g, '\\$&');
}
