import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { lineHashes } from '../../src/report/line-hash.js';
import { sarif } from '../../src/report/sarif.js';
import type { Finding } from '../../src/lint/finding.js';
import { at, context, finding, related, result, TEXTS } from '../support/sample-result.js';
import { sarifProblems } from '../support/sarif-gate.js';

const runOf = (findings: readonly Finding[], more: Partial<typeof context> = {}, suppressed: readonly Finding[] = []): Run => (JSON.parse(sarif(result(findings, suppressed), { ...context, ...more })) as Log).runs[0];

const rich = [
  finding({ related: [related('written [here] as int[](1)'), related('a second\\place', 1)], flow: [related('first'), related('second')], remedies: [{ title: 'Drop it', sql: 'DROP' }] }),
  finding({ rule: 'missing-index', level: 'note', confidence: 'medium', columns: ['tags', 'score'], message: `'leads.tags' defaults to '{}' and is List<str>`, fingerprint: 'f'.repeat(16), location: at('app/my models.py', 4, 5, 9) }),
  finding({ rule: 'parse-error', table: null, model: null, columns: [], message: 'Unexpected word', location: at('app/routes.py', 1, 1, 4, 2), fingerprint: 'e'.repeat(16) }),
];
const hidden = [finding({ suppressed: { kind: 'comment', reason: 'by the export', location: at('app/routes.py', 2, 1, 5) } }), finding({ fingerprint: 'd'.repeat(16), suppressed: { kind: 'baseline', reason: null, location: null } })];

describe('the gate', () => {
  it.each([
    ['rich findings', sarif(result(rich), context)],
    ['none', sarif(result([]), context)],
    ['with suppressed ones and provenance', sarif(result(rich, hidden), { ...context, includeSuppressed: true, provenance: () => ({ repositoryUri: 'https://example.test/acme/shop', revisionId: '0'.repeat(40), branch: 'main' }) })],
  ])('has nothing against %s', (_, text) => {
    const { problems, skipped } = sarifProblems(text);
    if (skipped) console.warn(skipped);
    expect(problems).toEqual([]);
  });

  it('sees what is wrong', () => {
    const log = JSON.parse(sarif(result(rich), context)) as Log;
    const broken = log.runs[0];
    delete broken.columnKind;
    broken.results![0].message.text = 'a [link](9) and a {brace}';
    broken.results![1].suppressions = [];
    (broken.results![2] as unknown as Record<string, unknown>)['extra'] = 1;
    const { problems } = sarifProblems(JSON.stringify(log));
    for (const part of ['columnKind', '(9)', 'brace', 'suppressions is on 1', 'additional properties']) expect(problems.join('\n')).toContain(part);
  });
});

describe('results', () => {
  it('name a percent-encoded path from the root and one line', () => {
    const { physicalLocation } = runOf([rich[2], rich[0]]).results![0].locations![0];
    expect(physicalLocation).toMatchObject({ artifactLocation: { uri: 'app/my%20models.py', uriBaseId: '%SRCROOT%' }, region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 10, snippet: { text: '    stage = Column(String)' } }, contextRegion: { startLine: 1, endLine: 5 } });
    const lines = runOf([rich[2]]).results![0].locations![0].physicalLocation!.region;
    expect(lines).toMatchObject({ startLine: 1, endLine: 1, endColumn: 'def save(lead):'.length + 1 });
  });

  it('link their related places, with nothing that is a link by accident', () => {
    const { text, markdown } = runOf([rich[0]]).results![0].message;
    expect(text).toBe(`Nothing reads 'leads.stage'. Drop the column. See: [written \\[here\\] as int\\[\\](1)](1); [a second\\\\place](2).`);
    expect(markdown).toContain('Nothing reads `leads.stage`.');
  });

  it('say once what several places show, and tell these apart by file and line', () => {
    const [place] = rich[0].related;
    const at = (startLine: number, message: string) => ({ ...place, message, location: { ...place.location, path: 'app/routes/leads.py', startLine } });
    const { text, markdown } = runOf([{ ...rich[0], related: [at(4, 'read here'), at(6, 'written here'), at(8, 'read here')] }]).results![0].message;
    expect(text).toBe(`Nothing reads 'leads.stage'. Drop the column. See: read here: [leads.py:4](1), [leads.py:8](3); [written here](2).`);
    expect(markdown).toBe('Nothing reads `leads.stage`.\n\nDrop the column.\n\n- read here: [leads.py:4](1), [leads.py:8](3)\n- [written here](2)');
  });

  it('double braces and hide what looks like HTML', () => {
    const { text, markdown } = runOf([rich[1]]).results![0].message;
    expect(text).toContain(`'{{}}' and is List<str>`);
    expect(markdown).toContain('List&lt;str>');
  });

  it('have the upload action\'s own hash and the entity', () => {
    const hashes = lineHashes(TEXTS['app/my models.py']);
    expect(runOf([rich[0]]).results![0].partialFingerprints).toEqual({ primaryLocationLineHash: hashes.get(2), 'schemalintEntity/v1': '0123456789abcdef' });
  });

  it('show how we know as a code flow, the entity as logical locations', () => {
    const [one] = runOf([rich[0]]).results!;
    expect(one.codeFlows![0].threadFlows[0].locations.map((step) => step.location!.message!.text)).toEqual(['first.', 'second.']);
    expect(one.locations![0].logicalLocations).toEqual([{ name: 'stage', fullyQualifiedName: 'leads.stage', kind: 'member' }]);
  });

  it('leave suppressed ones out unless asked; then every result says so', () => {
    expect(runOf([rich[0]], {}, hidden).results).toHaveLength(1);
    const all = runOf([rich[0]], { includeSuppressed: true }, hidden).results!;
    expect(all.map((one) => one.suppressions!.map((suppression) => [suppression.kind, suppression.justification]))).toEqual([[], [['inSource', 'by the export']], [['external', undefined]]]);
  });

  it('are at most 5,000, errors first, and say so', () => {
    const many = Array.from({ length: 5001 }, (_, i) => finding({ fingerprint: String(i).padStart(16, '0'), level: i === 5000 ? 'error' : 'note' }));
    const run = runOf(many);
    expect(run.results).toHaveLength(5000);
    expect(run.results![0].level).toBe('error');
    expect(run.invocations![0].toolExecutionNotifications![0].message.text).toBe('Only 5000 of 5001 results are given, errors first: code scanning keeps no more.');
  });
});

describe('the tool', () => {
  it('lists every rule that is on, with its page', () => {
    const { rules } = runOf([]).tool.driver;
    expect(rules!.map((rule) => rule.id)).toEqual(['missing-index', 'parse-error', 'unused-column', 'unused-suppression']);
    expect(rules![0]).toMatchObject({ name: 'MissingIndex', shortDescription: { text: 'A query that no index serves.' }, fullDescription: { text: 'What missing-index is about, with a link.' }, defaultConfiguration: { level: 'note' }, properties: { precision: 'medium', 'problem.severity': 'recommendation' } });
    expect(rules![0].help!.markdown).toContain('## Why');
  });

  it('notifies of files that could not be read', () => {
    const { invocations } = runOf(rich);
    expect(invocations![0]).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [{ descriptor: { id: 'parse-error', index: 0 }, message: { text: `Could not read 'app/routes.py' wholly: Unexpected word.` } }] });
  });
});
