import type { Reporter } from './context.js';

const SEVERITY = { error: 'major', warning: 'minor', note: 'info' } as const;

/** GitLab's Code Quality report. It hides the rule's name, so the description begins with it. */
export const gitlab: Reporter = (result) => `${JSON.stringify(result.findings.map((finding) => ({
  description: `${finding.rule}: ${finding.message}`,
  check_name: finding.rule,
  fingerprint: finding.fingerprint,
  severity: SEVERITY[finding.level],
  location: { path: finding.location.path, lines: { begin: finding.location.startLine, end: finding.location.endLine } },
})), null, 2)}\n`;
