/** The benchmark, on the smallest inputs: that it runs and measures what it says, not how fast anything is. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS, writeDump, writeProject } from '../../scripts/bench/project.mjs';
import { run, scratch } from '../support/scratch.js';

const filesIn = (folder: string) => (readdirSync(folder, { recursive: true }) as string[]).filter((path) => statSync(join(folder, path)).isFile()).sort();
const contents = (folder: string) => filesIn(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
const tablesOf = async (folder: string) => (await run(folder, ['schema', '--no-config'])).out.split('\n').flatMap((line) => /^CREATE TABLE (\S+)/.exec(line)?.[1] ?? []).sort();

describe('a generated project', () => {
  it.each(KINDS)('%s has its files, its tables and code that uses them', async (kind) => {
    const [folder, again] = [scratch(), scratch()];
    const { entities, changed } = writeProject(kind, 40, folder);
    writeProject(kind, 40, again);
    expect(contents(again)).toEqual(contents(folder));
    expect([filesIn(folder).length, filesIn(folder).includes(changed)]).toEqual([40, true]);

    const tables = entities.map((entity: { plural: string; snake: string }) => (kind === 'django' ? `core_${entity.snake.replaceAll('_', '')}` : entity.plural)).sort();
    expect(await tablesOf(folder)).toEqual(expect.arrayContaining(tables));
    const { out } = await run(folder, ['check', '--no-config', '--output-format', 'json', '--exit-zero']);
    const { findings, coverage } = JSON.parse(out);
    expect(findings.filter((finding: { rule: string }) => ['parse-error', 'unused-model', 'broken-association'].includes(finding.rule))).toEqual([]);
    expect(coverage.decided / coverage.columns).toBeGreaterThan(0.6);
  });

  it('pg_dump has about as many statements as asked', async () => {
    const folder = scratch();
    const { entities } = writeDump(200, folder);
    const statements = readFileSync(join(folder, 'dump.sql'), 'utf8').match(/;$/gm)!.length;
    expect([statements > 150 && statements < 250, await tablesOf(folder)]).toEqual([true, entities.map((entity: { plural: string }) => entity.plural).sort()]);
  });
});

it('npm run bench prints what it measured', () => {
  const out = execFileSync(process.execPath, ['scripts/bench.mjs', '--projects', 'sqlalchemy', '--sizes', '20', '--statements', '50', '--on', 'fixtures/crm-postgres', '--runs', '1', '--no-tools'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const rows = out.split('\n').filter((line) => line.startsWith('| ')).slice(2).map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()));
  expect(rows.map((row) => row[3])).toEqual(Array(3).fill(['read and hash', 'git status', 'cold', 'warm', 'hook, a comment changed', 'hook, code changed']).flat());
  expect(rows.map((row) => row[0]).filter(Boolean)).toEqual(['sqlalchemy 20', 'pg_dump 50', 'crm-postgres']);
  const measured = /^\d+\.\d\d s/;
  expect(rows.filter((row) => !measured.test(row[4]!) || (row[3] === 'cold' && !row.slice(5, 8).every((cell) => measured.test(cell))))).toEqual([]);
}, 180_000);
