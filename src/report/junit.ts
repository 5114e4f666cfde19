import type { Finding } from '../lint/finding.js';
import { text } from '../lint/order.js';
import type { Reporter } from './context.js';
import { subjectOf } from './words.js';

/** JUnit XML: a suite for each file, a failed case for each finding; one passed case when there is none. */
export const junit: Reporter = (result) => {
  const byPath = new Map<string, Finding[]>();
  for (const finding of result.findings) byPath.set(finding.location.path, [...(byPath.get(finding.location.path) ?? []), finding]);
  const suites = [...byPath].sort(([a], [b]) => text(a, b)).map(([path, findings]) => suite(path, findings));
  const count = result.findings.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="schemalint" tests="${Math.max(1, count)}" failures="${count}" errors="0">`,
    ...(suites.length > 0
      ? suites
      : ['  <testsuite name="schemalint" tests="1" failures="0" errors="0">\n    <testcase name="no findings" classname="schemalint"/>\n  </testsuite>']),
    '</testsuites>',
    '',
  ].join('\n');
};

function suite(path: string, findings: readonly Finding[]): string {
  return [
    `  <testsuite name="${xml(path)}" tests="${findings.length}" failures="${findings.length}" errors="0">`,
    ...findings.flatMap(({ rule, level, message, help, location, ...finding }) => [
      `    <testcase name="${xml(`${rule} ${subjectOf(finding)}`.trim())}" classname="${xml(path)}" file="${xml(path)}" line="${location.startLine}">`,
      `      <failure type="${level}" message="${xml(message)}">${xml(`${path}:${location.startLine}:${location.startColumn}: ${message}. ${help}`)}</failure>`,
      '    </testcase>',
    ]),
    '  </testsuite>',
  ].join('\n');
}

/** Escapes text for XML; control characters that XML forbids are left out. */
function xml(text: string): string {
  const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;' };
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"\n\r]/g, (mark) => marks[mark]);
}
