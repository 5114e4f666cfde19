/** The cache and shards are shorter ways to the same report: byte for byte, whatever happens to them. */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, run, scratch, write } from '../support/scratch.js';

const FIXTURE = 'fixtures/crm-sqlalchemy';
const JSON_REPORT = ['check', '--exit-zero', '--no-config', '--output-format', 'json'];
const report = async (folder: string, ...flags: readonly string[]) => {
  const { code, out, err } = await run(folder, [...JSON_REPORT, ...flags]);
  expect([code, err]).toEqual([0, '']);
  return out;
};
const storeIn = (folder: string) => join(folder, readdirSync(folder).find((name) => name.endsWith('.facts'))!);
const sample = { 'models.py': 'from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\nclass Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    stage = Column(String)\n', 'app.py': 'from models import Lead\n\n\ndef count(session):\n    return session.query(Lead).count()\n' };

/** A small generator of numbers below `limit`, the same in every run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => { state = (state * 1103515245 + 12345) & 0x7fffffff; return state % limit; };
}

function copyOfFixture(): string {
  const folder = scratch();
  cpSync(FIXTURE, folder, { recursive: true });
  return folder;
}

describe('the cache', () => {
  it('changes no byte of the report, over files that change at random', async () => {
    const [folder, cache] = [copyOfFixture(), scratch()];
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.(py|tsx?|sql)$/.test(name)).sort();
    const next = numbers(7);
    await report(folder, '--cache-location', cache);
    for (let round = 0; round < 4; round++) {
      const path = join(folder, files[next(files.length)]!);
      const lines = readFileSync(path, 'utf8').split('\n');
      lines.splice(next(lines.length), next(3), ...(next(2) ? [lines[next(lines.length)]!] : []));
      writeFileSync(path, lines.join('\n'));
      expect(await report(folder, '--cache-location', cache)).toBe(await report(folder, '--no-cache'));
    }
  }, 60_000);

  it('survives what may happen to its file', async () => {
    const [folder, cache] = [scratch(sample), scratch()];
    const expected = await report(folder, '--no-cache');
    await report(folder, '--cache-location', cache);
    const file = storeIn(cache);
    const whole = readFileSync(file);
    const next = numbers(3);
    for (let round = 0; round < 8; round++) {
      const damaged = Buffer.from(whole);
      for (let byte = 0; byte < 5; byte++) damaged[next(damaged.length)] = next(256);
      writeFileSync(file, damaged);
      expect(await report(folder, '--cache-location', cache)).toBe(expected);
    }
    writeFileSync(file, whole);
    truncateSync(file, Math.floor(whole.length / 2));
    expect(await report(folder, '--cache-location', cache)).toBe(expected);
    expect(await report(folder, '--cache-location', cache)).toBe(expected);
    writeFileSync(file, 'schemalint-facts 0 0.0.0\nabc 00000000 {}\n');
    expect(await report(folder, '--cache-location', cache)).toBe(expected);
    expect(readFileSync(file, 'utf8')).not.toContain('0.0.0');
  });

  it('is done without where it cannot be written', async () => {
    const folder = scratch(sample);
    const blocked = join(scratch({ taken: 'a file' }), 'taken', 'cache');
    expect(await report(folder, '--cache-location', blocked)).toBe(await report(folder, '--no-cache'));
    expect((await run(folder, [...JSON_REPORT, '--verbose', '--cache-location', blocked])).err).toContain('warning: the cache is not written: ');
  });

  it('bears two runs at once', async () => {
    const [folder, cache] = [scratch(sample), scratch()];
    const [a, b] = await Promise.all([report(folder, '--cache-location', cache), report(folder, '--cache-location', cache)]);
    expect([a, await report(folder, '--cache-location', cache)]).toEqual([b, b]);
  });

  it('knows what an unchanged tree came to, and looks again where the tree, the config or the store has changed', async () => {
    const [folder, cache] = [scratch(sample), scratch()];
    const stages = async (...flags: string[]) => (await run(folder, [...JSON_REPORT, '--verbose', '--cache-location', cache, ...flags])).err.match(/(?<=ms {2})\w+/g);
    const whole = ['extract', 'link', 'check'];
    expect(await stages()).toEqual(whole);
    expect(await stages()).toEqual(['recall']);
    expect(await report(folder, '--cache-location', cache)).toBe(await report(folder, '--no-cache'));
    expect(await stages('--min-confidence', 'low')).toEqual(whole);
    write(folder, { 'app.py': `${sample['app.py']}\n\ndef last(session):\n    return session.query(Lead).first()\n` });
    expect(await stages()).toEqual(whole);
    const file = storeIn(cache);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^(verdict:\S+) .*$/gm, '$1 00000000 ""'));
    expect(await stages()).toEqual(whole);
    expect(await report(folder, '--cache-location', cache)).toBe(await report(folder, '--no-cache'));
  });

  it.each([
    ['a comment above', 'models.py', (text: string) => `# Leads of all campaigns\n${text}`],
    ['a comment inside', 'models.py', (text: string) => text.replace('class Lead', '# Sales\n\n\nclass Lead')],
    ['another formatting', 'models.py', (text: string) => text.replace('Column(Integer, primary_key=True)', 'Column(\n        Integer,\n        primary_key=True,\n    )')],
    ['prose', 'notes.md', (text: string) => `${text}The stage of leads.\n`],
    ['words of a test', 'tests/test_app.py', (text: string) => `${text}    assert answer\n`],
  ])('moves what is known to where it stands now: %s', async (_what, path, edit) => {
    const [folder, cache] = [scratch({ ...sample, 'notes.md': 'Notes\n', 'tests/test_app.py': 'def test_it():\n' }), scratch()];
    const before = await report(folder, '--cache-location', cache);
    expect(before).toContain('stage');
    write(folder, { [path]: edit(readFileSync(join(folder, path), 'utf8')) });
    const moved = await run(folder, [...JSON_REPORT, '--verbose', '--cache-location', cache]);
    expect(moved.err).toMatch(/ms {2}carry/);
    expect(moved.out).toBe(await report(folder, '--no-cache'));
    expect(await report(folder, '--cache-location', cache)).toBe(moved.out);
  });

  it.each([
    ['code', 'app.py', (text: string) => text.replace('count()', 'first()')],
    ['a name of the schema in a test', 'tests/test_app.py', (text: string) => `${text}    assert stage\n`],
    ['a suppression', 'models.py', (text: string) => text.replace('    stage', '    # schemalint: ignore[unused-column] read by the importer\n    stage')],
    ['a note beside a column', 'models.py', (text: string) => text.replace('Column(String)', 'Column(String)  # deprecated')],
    ['a new file of code', 'more.py', () => 'from models import Lead\n'],
  ])('looks again where more than places changed: %s', async (_what, path, edit) => {
    const [folder, cache] = [scratch({ ...sample, 'tests/test_app.py': 'def test_it():\n' }), scratch()];
    await report(folder, '--cache-location', cache);
    write(folder, { [path]: edit(path === 'more.py' ? '' : readFileSync(join(folder, path), 'utf8')) });
    const again = await run(folder, [...JSON_REPORT, '--verbose', '--cache-location', cache]);
    expect(again.err).toMatch(/ms {2}link/);
    expect(again.out).toBe(await report(folder, '--no-cache'));
  });

  it('changes no byte of the report, over comments and lines that come and go at random', async () => {
    const next = numbers(11);
    for (const [fixture, ending, mark] of [[FIXTURE, /\.py$/, '#'], ['fixtures/crm-typeorm', /\.ts$/, '//'], ['fixtures/crm-django', /\.py$/, '#']] as const) {
      const [folder, cache] = [scratch(), scratch()];
      cpSync(fixture, folder, { recursive: true });
      const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => ending.test(name)).sort();
      await report(folder, '--cache-location', cache);
      for (let round = 0; round < 6; round++) {
        for (let edit = 0; edit < 3; edit++) {
          const path = join(folder, files[next(files.length)]!);
          const lines = readFileSync(path, 'utf8').split('\n');
          lines.splice(next(lines.length), 0, ...(next(2) ? ['', `${mark} note ${next(9)}`] : [`${' '.repeat(next(9))}${mark} ${next(9)}`]));
          writeFileSync(path, lines.join('\n'));
        }
        expect(await report(folder, '--cache-location', cache)).toBe(await report(folder, '--no-cache'));
      }
    }
  }, 120_000);

  it('knows what the base of a comparison came to', async () => {
    const [folder, cache] = [scratch(sample), scratch()];
    git(folder, 'init', '-q');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'first');
    write(folder, { 'app.py': `${sample['app.py']}\n\ndef first(session):\n    return session.query(Lead).filter(Lead.stage == "new").first()\n` });
    git(folder, 'add', '-A');
    const cold = await report(folder, '--staged', '--no-cache');
    expect(await report(folder, '--staged', '--cache-location', cache)).toBe(cold);
    expect(await report(folder, '--staged', '--cache-location', cache)).toBe(cold);
    expect(readFileSync(storeIn(cache), 'utf8').match(/^verdict:/gm)).toHaveLength(2);
  });
});

describe('shards', () => {
  it('give the report of one run, for any number of them', async () => {
    const [folder, made] = [copyOfFixture(), scratch()];
    const expected = await report(folder, '--no-cache');
    for (const count of [1, 3]) {
      const files = Array.from({ length: count }, (_, index) => join(made, `${index + 1}-of-${count}.facts`));
      for (const [index, file] of files.entries()) expect((await run(folder, ['facts', '--no-config', '--quiet', '--shard', `${index + 1}/${count}`, '-o', file])).code).toBe(0);
      expect(await report(folder, '--no-cache', ...[...files].reverse().flatMap((file) => ['--facts', file]))).toBe(expected);
    }
  }, 60_000);

  it('are refused in one line when they are none', async () => {
    const folder = scratch({ ...sample, 'other.json': '{}' });
    expect(await run(folder, [...JSON_REPORT, '--facts', 'other.json'])).toMatchObject({ code: 2, err: expect.stringMatching(/^schemalint: other\.json holds no facts of this version\n/) });
    expect(await run(folder, ['facts', '--shard', '3/2', '-o', 'x'])).toMatchObject({ code: 2, err: expect.stringMatching(/^schemalint: '3\/2' is no part of the files\n/) });
  });
});
