/** The SARIF of whole runs: over every fixture, with what is hidden and what cannot be read, from anywhere in a repository. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { git, repository, run, scratch } from '../support/scratch.js';
import { sarifProblems } from '../support/sarif-gate.js';

async function sarifOf(cwd: string, ...flags: readonly string[]): Promise<string> {
  const { code, out, err } = await run(cwd, ['check', '--output-format', 'sarif', '--exit-zero', ...flags]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

const runOf = (text: string): Run => (JSON.parse(text) as Log).runs[0]!;

function expectNothingAgainst(text: string): void {
  const { problems, skipped } = sarifProblems(text);
  if (skipped) console.warn(skipped);
  expect(problems).toEqual([]);
}

describe('every fixture', () => {
  it.each(readdirSync('fixtures').filter((name) => name.startsWith('crm-')).map((name) => [name]))('%s passes the gate, the same bytes twice', { timeout: 60_000 }, async (name) => {
    const folder = scratch();
    cpSync(join('fixtures', name), folder, { recursive: true });
    const text = await sarifOf(folder, '--min-confidence', 'low');
    expectNothingAgainst(text);
    expect(await sarifOf(folder, '--min-confidence', 'low', '--no-cache')).toBe(text);
    const { results, tool, automationDetails } = runOf(text);
    expect(results!.length).toBeGreaterThan(10);
    expect(automationDetails).toEqual({ id: 'schemalint/' });
    const used = new Set(results!.map((result) => result.ruleId));
    expect(tool.driver.rules!.filter((rule) => used.has(rule.id) && !rule.help?.markdown?.startsWith(`# ${rule.id}\n`)).map((rule) => rule.id)).toEqual([]);
  });
});

describe('a repository', () => {
  const files = {
    'my app/models.py': 'from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\nclass Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    nickname = Column(String)\n    size = Column(Integer)  # schemalint: ignore[unused-column] -- read by the "export" of {finance} <at night>\n',
    'my app/überblick.py': 'from models import Lead\n\n\ndef ids(session):\n    return [lead.id for lead in session.query(Lead).all()]\n',
    'my app/broken.py': 'def broken(:\n    return\n',
    'my app/latin.py': new Uint8Array([0x78, 0x20, 0x3d, 0x20, 0xff, 0xfe, 0x0a]),
    'schemalint.config.yaml': 'defaultSchema: public\n',
  };

  it('with suppressions and files that cannot be read passes the gate, with and without what is hidden', { timeout: 60_000 }, async () => {
    const folder = repository(files);
    git(folder, 'remote', 'add', 'origin', 'https://user:secret@example.test/acme/shop.git');
    const plain = await sarifOf(folder);
    expectNothingAgainst(plain);
    expect(plain).not.toContain('secret');
    expect(plain).not.toContain(folder);
    const { results, invocations, versionControlProvenance } = runOf(plain);
    expect(results!.map((result) => result.ruleId).sort()).toEqual(['parse-error', 'parse-error', 'unused-column']);
    expect(results!.every((result) => result.suppressions === undefined)).toBe(true);
    expect(invocations![0]!.toolExecutionNotifications!.filter((one) => one.descriptor?.id === 'parse-error')).toHaveLength(2);
    expect(versionControlProvenance![0]!.repositoryUri).toBe('https://example.test/acme/shop');

    const all = await sarifOf(folder, '--sarif-include-suppressed');
    expectNothingAgainst(all);
    expect(runOf(all).results!.flatMap((result) => result.suppressions!)).toEqual([expect.objectContaining({ kind: 'inSource', justification: expect.stringContaining('at night') })]);
  });

  it('has one set of addresses and fingerprints, from wherever the run starts', async () => {
    const folder = repository(files);
    const [fromRoot, fromFolder, given] = [await sarifOf(folder), await sarifOf(join(folder, 'my app')), await sarifOf(folder, 'my app')];
    const shown = (text: string) => runOf(text).results!.map(({ locations, partialFingerprints }) => [locations![0]!.physicalLocation!.artifactLocation!.uri, partialFingerprints]);
    expect(shown(fromRoot).map(([uri]) => uri)).toContain('my%20app/models.py');
    expect(shown(fromFolder)).toEqual(shown(fromRoot));
    expect(shown(given)).toEqual(shown(fromRoot));
  });
});
