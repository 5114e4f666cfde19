import type { Finding } from '../lint/finding.js';
import type { Reporter } from './context.js';

export const JSON_FORMAT = 1;

/** For programs: everything, in the format that `docs/findings.schema.json` describes. Times are left out: the same input gives the same bytes. */
export const json: Reporter = (result) => `${JSON.stringify({
  formatVersion: JSON_FORMAT,
  tool: result.tool,
  findings: result.findings.map(findingOf),
  suppressedFindings: result.suppressedFindings.map(findingOf),
  coverage: result.coverage,
  gaps: result.gaps,
  statistics: { rules: result.statistics.rules },
}, null, 2)}\n`;

/** One order of keys, whatever made the finding. */
function findingOf(finding: Finding): Finding {
  const { rule, level, confidence, table, model, columns, message, help, fingerprint, location, related, flow, remedies, suppressed } = finding;
  return { rule, level, confidence, table, model, columns, message, help, fingerprint, location, related, flow, remedies, suppressed };
}
