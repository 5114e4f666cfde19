import type { Finding, Location, RelatedLocation, Result } from '../../src/lint/finding.js';
import { withOwnRules, type RuleInfo } from '../../src/lint/own-rules.js';
import type { ReportContext } from '../../src/report/context.js';

/** Made-up results for the tests of reporters. */
export const TEXTS: Readonly<Record<string, string>> = {
  'app/my models.py': 'class Lead(Base):\n    stage = Column(String)\n\tscore = Column(Integer)\n    tags = Column(ARRAY(Text))\n',
  'app/routes.py': 'def save(lead):\n    lead.stage = "x"\n',
};

export const at = (path: string, startLine: number, startColumn: number, endColumn: number, endLine = startLine): Location => ({ path, startLine, startColumn, endLine, endColumn });
export const related = (message: string, line = 2): RelatedLocation => ({ message, table: 'leads', column: 'stage', location: at('app/routes.py', line, 5, 15) });

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    rule: 'unused-column', level: 'warning', confidence: 'high', table: 'leads', model: 'Lead', columns: ['stage'], message: `Nothing reads 'leads.stage'`, help: 'Drop the column',
    fingerprint: '0123456789abcdef', location: at('app/my models.py', 2, 5, 10), related: [], flow: [], remedies: [], suppressed: null, ...more,
  };
}

export function result(findings: readonly Finding[], suppressedFindings: readonly Finding[] = []): Result {
  return {
    tool: { name: 'schemalint', version: '1.2.3' }, findings, suppressedFindings,
    coverage: { files: 12, parsed: 11, unread: 1, tables: 2, columns: 9, decided: 7, skipped: { 'dynamic-access': 2 }, notes: [] },
    gaps: [], statistics: { rules: { 'unused-column': findings.length }, stages: [{ name: 'link', milliseconds: 3.14 }], peakMemory: 1 },
  };
}

const RULES: readonly RuleInfo[] = [
  { id: 'missing-index', summary: 'A query that no index serves', level: 'note', precision: 'medium' },
  { id: 'unused-column', summary: 'A column that nothing reads', level: 'warning', precision: 'high' },
];

export const context: ReportContext = {
  text: (path) => TEXTS[path] ?? '', rules: withOwnRules(RULES), color: false, width: 80, includeSuppressed: false, provenance: () => null,
  page: (rule) => `# ${rule}\n\nWhat \`${rule}\` is about, with [a link](https://example.test).\n\n## Why\n\nBecause.\n`,
};
