import type { Finding, RelatedLocation } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import type { ReportContext, Reporter } from './context.js';
import { beside, coverageOf, lineOf, sentence, subjectOf, summaryOf } from './words.js';

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } code, pre { font: 0.88em/1.45 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 0.5rem 0; padding: 0.5rem 0.8rem; }
summary { cursor: pointer; } pre { overflow-x: auto; padding: 0.6rem; border: 1px solid var(--line); border-radius: 4px; }
.level { display: inline-block; min-width: 4.5rem; font-weight: 600; } .error { color: #c62828; } .warning { color: #b26a00; } .note { color: #1565c0; }
.place { opacity: 0.7; } mark { background: none; color: inherit; text-decoration: underline wavy #c62828; }
@media (prefers-color-scheme: dark) { .error { color: #ff8a80; } .warning { color: #ffcc80; } .note { color: #90caf9; } }`;

/** One page without scripts or outside files. */
export const html: Reporter = (result, context) =>
  [
    '<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width">',
    '<title>schemalint</title>',
    `<style>${STYLE}\n</style>`,
    '</head>',
    '<body>',
    '<h1>schemalint</h1>',
    `<p><strong>${escape(summaryOf(result))}</strong></p>`,
    `<p>${escape(coverageOf(result.coverage))}</p>`,
    ...[...result.findings].sort(byLevel).map((finding) => entry(finding, context)),
    '</body>',
    '</html>',
    '',
  ].join('\n');

function entry(finding: Finding, context: ReportContext): string {
  const { path, startLine } = finding.location;
  return [
    `<details${finding.level === 'error' ? ' open' : ''}>`,
    `<summary><span class="level ${finding.level}">${finding.level}</span> <code>${escape(finding.rule)}</code> ${escape(subjectOf(finding))} <span class="place">${escape(`${path}:${startLine}`)}</span></summary>`,
    `<p>${escape(sentence(finding.message))}</p>`,
    excerpt(finding, context),
    steps([...finding.flow, ...beside(finding)]),
    `<p><strong>What to do:</strong> ${escape(sentence(finding.help))}</p>`,
    ...finding.remedies.flatMap((remedy) => [
      `<p>${escape(remedy.title)}:</p>`,
      ...[remedy.code, remedy.sql].flatMap((code) => (code ? [`<pre>${escape(code)}</pre>`] : [])),
    ]),
    '</details>',
  ]
    .filter(Boolean)
    .join('\n');
}

function excerpt({ location }: Finding, context: ReportContext): string {
  const line = lineOf(context.text(location.path), location.startLine);
  if (line.trim() === '' || line.length > 400) return '';
  const end = location.endLine === location.startLine ? location.endColumn - 1 : line.length;
  const [before, marked, after] = [line.slice(0, location.startColumn - 1), line.slice(location.startColumn - 1, end), line.slice(end)];
  return `<pre>${location.startLine} | ${escape(before)}<mark>${escape(marked)}</mark>${escape(after)}</pre>`;
}

function steps(steps: readonly RelatedLocation[]): string {
  if (steps.length === 0) return '';
  return `<ul>\n${steps.map(({ message, location }) => `<li><code>${escape(`${location.path}:${location.startLine}`)}</code> ${escape(message)}</li>`).join('\n')}\n</ul>`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
