/** What stands around the analysis, run through the command line: comparison, suppression, baseline, exit codes, outputs. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { git, repository, run, scratch, write } from '../support/scratch.js';

vi.mock('../../src/analyse.js', async () => ({ analyse: (await import('../support/fake-analysis.js')).fakeAnalyse }));
vi.mock('../../rules/index.js', async () => ({ rules: (await import('../support/fake-analysis.js')).fakeRules }));

const CONCISE = ['check', '--output-format', 'concise', '--no-config'];
const findings = (out: string) => out.split('\n').filter((line) => /^\S+:\d+:\d+: /.test(line));

describe('exit codes', () => {
  const files = { 'a.tables': 'table leads\n  id\n  stage\n' };

  it('is 0 below --fail-on and 1 from it on', async () => {
    const folder = scratch(files);
    expect(await run(folder, CONCISE)).toMatchObject({ code: 0 });
    expect(await run(folder, [...CONCISE, '--fail-on', 'warning'])).toMatchObject({ code: 1 });
    expect(await run(folder, [...CONCISE, '--fail-on', 'never'])).toMatchObject({ code: 0 });
    expect(await run(folder, [...CONCISE, '--fail-on', 'warning', '--exit-zero'])).toMatchObject({ code: 0 });
    expect(await run(folder, [...CONCISE, '--max-warnings', '0'])).toMatchObject({ code: 1 });
    expect(await run(folder, [...CONCISE, '--max-warnings', '1'])).toMatchObject({ code: 0 });
  });

  it('is 2 where there is nothing to read, with one line', async () => {
    const { code, err, out } = await run(scratch(), CONCISE);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^schemalint: no file to read in .*\n  \S.*\n$/);
  });
});

describe('places', () => {
  it('are relative to the git root, wherever the run starts and whatever it is given', async () => {
    const folder = repository({ 'apps/api/a.tables': 'table leads\n  stage\n', 'apps/web/b.tables': 'table pages\n  title\n', 'c.tables': 'table other\n  x\n' });
    expect(findings((await run(folder, [...CONCISE, 'apps/api'])).out)).toEqual([`apps/api/a.tables:2:3: warning unread-column Nothing reads 'leads.stage'`]);
    expect(findings((await run(join(folder, 'apps'), CONCISE)).out).map((line) => line.split(':')[0])).toEqual(['apps/api/a.tables', 'apps/web/b.tables']);
    expect(findings((await run(join(folder, 'apps/web'), [...CONCISE, '../api', '.'])).out)).toHaveLength(2);
  });

  it('for files named on the command line: the project is read, what stands in them is reported', async () => {
    const folder = repository({ 'a.tables': 'table leads\n  stage\n', 'b.tables': 'table pages\n  title\n' });
    const { out } = await run(folder, [...CONCISE, 'b.tables']);
    expect(findings(out)).toEqual([`b.tables:2:3: warning unread-column Nothing reads 'pages.title'`]);
    expect(out).toContain('2 tables');
  });
});

describe('--staged', () => {
  const before = { 'a.tables': 'table leads\n  old\n  stage used\n' };

  it('reports what the commit brings, also by what it takes away', async () => {
    const folder = repository(before);
    write(folder, { 'a.tables': 'table leads\n  old\n  stage\n  added\n' });
    git(folder, 'add', '-A');
    expect(findings((await run(folder, [...CONCISE, '--staged'])).out)).toEqual([`a.tables:3:3: warning unread-column Nothing reads 'leads.stage'`, `a.tables:4:3: warning unread-column Nothing reads 'leads.added'`]);
  });

  it('judges the index, not the disk', async () => {
    const folder = repository(before);
    write(folder, { 'a.tables': 'table leads\n  old\n  stage used\n  staged\n' });
    git(folder, 'add', '-A');
    write(folder, { 'a.tables': 'table leads\n  old\n  stage used\n  staged used\n  loose\n' });
    expect(findings((await run(folder, [...CONCISE, '--staged'])).out)).toEqual([`a.tables:4:3: warning unread-column Nothing reads 'leads.staged'`]);
  });

  it('reports nothing when nothing is staged, everything for pre-commit --all-files', async () => {
    const folder = repository(before);
    expect(findings((await run(folder, [...CONCISE, '--staged'])).out)).toEqual([]);
    expect(findings((await run(folder, [...CONCISE, '--staged'], { PRE_COMMIT: '1' })).out)).toHaveLength(1);
  });

  it('compares the range that pre-commit gives', async () => {
    const folder = repository(before);
    write(folder, { 'a.tables': 'table leads\n  old\n  stage used\n  second\n' });
    git(folder, 'commit', '-aqm', 'second');
    write(folder, { 'a.tables': 'table leads\n  old\n  stage used\n  second\n  third\n' });
    git(folder, 'commit', '-aqm', 'third');
    const range = (from: string, to: string) => ({ PRE_COMMIT: '1', PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to });
    const named = async (env: Record<string, string>) => findings((await run(folder, [...CONCISE, '--staged'], env)).out).map((line) => /'leads\.(\w+)'/.exec(line)![1]);
    expect(await named(range('HEAD~2', 'HEAD'))).toEqual(['second', 'third']);
    expect(await named(range('HEAD~1', 'HEAD'))).toEqual(['third']);
    expect(await named(range('HEAD~2', 'HEAD~1'))).toEqual(['second']);
  });

  it('takes everything as new in the first commit', async () => {
    const folder = scratch(before);
    git(folder, 'init', '-q');
    git(folder, 'add', '-A');
    expect(findings((await run(folder, [...CONCISE, '--staged'])).out)).toHaveLength(1);
  });

  it('in a folder of the repository looks at that folder', async () => {
    const folder = repository({ 'sub/a.tables': 'table leads\n  old\n', 'b.tables': 'table pages\n  title\n' });
    write(folder, { 'sub/a.tables': 'table leads\n  old\n  added\n', 'b.tables': 'table pages\n  title\n  more\n' });
    git(folder, 'add', '-A');
    expect(findings((await run(join(folder, 'sub'), [...CONCISE, '--staged'])).out)).toEqual([`sub/a.tables:3:3: warning unread-column Nothing reads 'leads.added'`]);
  });

  it('outside of git is a mistake', async () => {
    const { code, err } = await run(scratch(before), [...CONCISE, '--staged']);
    expect(code).toBe(2);
    expect(err).toMatch(/^schemalint: --staged needs a git repository/);
  });
});

describe('--since', () => {
  it('compares the work tree with the place where the branch left', async () => {
    const folder = repository({ 'a.tables': 'table leads\n  old\n' });
    git(folder, 'switch', '-qc', 'topic');
    write(folder, { 'a.tables': 'table leads\n  old\n  topic\n' });
    git(folder, 'commit', '-aqm', 'topic');
    git(folder, 'switch', '-q', 'main');
    write(folder, { 'b.tables': 'table pages\n  title\n' });
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'main goes on');
    git(folder, 'switch', '-q', 'topic');
    write(folder, { 'c.tables': 'table loose\n  untracked\n' });
    expect(findings((await run(folder, [...CONCISE, '--since', 'main'])).out).map((line) => /'(.*)'/.exec(line)![1])).toEqual(['leads.topic', 'loose.untracked']);
  });

  it('says what is wrong with the ref', async () => {
    const folder = repository({ 'a.tables': 'table leads\n' });
    expect((await run(folder, [...CONCISE, '--since', 'nowhere'])).err).toMatch(/^schemalint: there is no commit 'nowhere' here\n/);
    const shallow = scratch();
    write(folder, { 'a.tables': 'table leads\n  x\n' });
    git(folder, 'commit', '-aqm', 'second');
    git(shallow, 'clone', '-q', '--depth', '1', `file://${folder}`, 'clone');
    const { code, err } = await run(join(shallow, 'clone'), [...CONCISE, '--since', 'HEAD~1']);
    expect([code, err]).toEqual([2, expect.stringContaining('fetch-depth: 0')]);
  });

  it('warns against uploading the SARIF of a part', async () => {
    const folder = repository({ 'a.tables': 'table leads\n' });
    const { err } = await run(folder, ['check', '--no-config', '--output-format', 'sarif', '--since', 'HEAD'], { GITHUB_ACTIONS: 'true' });
    expect(err).toMatch(/^warning: do not upload the SARIF/);
  });
});

describe('suppressions', () => {
  it('hide at the end of a line, for the next declaration, for the file', async () => {
    const folder = scratch({
      'line.tables': 'table one\n  a # schemalint: ignore[unread-column] -- kept\n  b\n',
      'next.tables': '# schemalint: ignore[unread-column]\ntable two\n  a\n  b\n\ntable three\n  # schemalint: ignore[unread-column]\n  a\n  b\n',
      'file.tables': '# schemalint: ignore-file[unread-column] -- generated\ntable four\n  a\n  b\n',
    });
    const { out } = await run(folder, ['check', '--no-config', '--output-format', 'json']);
    const report = JSON.parse(out);
    expect(report.findings.map((one: { message: string }) => one.message)).toEqual([`Nothing reads 'one.b'`, `Nothing reads 'three.b'`]);
    expect(report.suppressedFindings).toHaveLength(6);
    expect(report.suppressedFindings.find((one: { table: string }) => one.table === 'one').suppressed).toEqual({ kind: 'comment', reason: 'kept', location: { path: 'line.tables', startLine: 2, startColumn: 5, endLine: 2, endColumn: 48 } });
  });

  it('that hide nothing, or name no rule, are reported', async () => {
    const folder = scratch({ 'a.tables': 'table one\n  a used # schemalint: ignore[unread-column]\n  b # schemalint: ignore[unread-column, unred-column]\n  c used # schemalint: ignore[wide-name]\n' });
    expect(findings((await run(folder, CONCISE)).out)).toEqual([
      `a.tables:2:10: warning unused-suppression The suppression of 'unread-column' hides nothing`,
      `a.tables:3:5: warning unused-suppression There is no rule 'unred-column' to suppress; the nearest is 'unread-column'`,
    ]);
  });
});

describe('rules', () => {
  const files = { 'a.tables': 'table conversations\n  stage\n' };

  it('can be chosen and left out', async () => {
    const folder = scratch(files);
    expect(findings((await run(folder, [...CONCISE, '--rule', 'wide-name'])).out)).toEqual([`a.tables:1:7: error wide-name 'conversations' is long`]);
    expect(findings((await run(folder, [...CONCISE, '--ignore-rule', 'unread-column'])).out)).toEqual([]);
  });

  it('take levels and options from the config', async () => {
    const folder = scratch({ ...files, 'schemalint.config.json': JSON.stringify({ rules: { 'unread-column': ['note', { keep: ['stage'] }], 'wide-name': 'warning' } }) });
    expect(findings((await run(folder, ['check', '--output-format', 'concise'])).out)).toEqual([`a.tables:1:7: warning wide-name 'conversations' is long`]);
  });
});

describe('bad files', () => {
  it('are findings, and the rest counts', async () => {
    const folder = scratch({ 'a.tables': 'table leads\n  syntax error\n  stage\n', 'big.py': 'x'.repeat((1 << 20) + 1), 'b.png': '' });
    expect(findings((await run(folder, CONCISE)).out)).toEqual([
      'a.tables:2:3: warning parse-error Unexpected word',
      `a.tables:3:3: warning unread-column Nothing reads 'leads.stage'`,
      'big.py:1:1: note parse-error The file was not read: 1 MB is over the limit of 1 MB',
    ]);
  });
});

describe('baseline', () => {
  it('accepts what there is, reports what is new, says what is stale', async () => {
    const folder = scratch({ 'a.tables': 'table leads\n  old\n  older\n' });
    const made = await run(folder, ['baseline', 'create', '--no-config', '--reason', 'from the start']);
    expect(made).toEqual({ code: 0, err: '', out: '2 findings accepted in schemalint-baseline.json; from now on only what is new is reported\n' });
    expect(JSON.parse(readFileSync(join(folder, 'schemalint-baseline.json'), 'utf8'))).toMatchObject({ formatVersion: 1, findings: [{ rule: 'unread-column', table: 'leads', columns: ['old'], path: 'a.tables', reason: 'from the start' }, { columns: ['older'] }] });

    write(folder, { 'moved/b.tables': '\n\ntable leads\n  old\n  added\n' });
    write(folder, { 'a.tables': '' });
    const { out, err } = await run(folder, CONCISE);
    expect(findings(out)).toEqual([`moved/b.tables:5:3: warning unread-column Nothing reads 'leads.added'`]);
    expect(out).toContain('(1 in the baseline)');
    expect(err).toMatch(/^warning: 1 entry matches nothing any more in schemalint-baseline\.json; /);

    expect((await run(folder, ['baseline', 'prune', '--no-config'])).out).toBe('1 entry removed from schemalint-baseline.json, 1 left\n');
    expect((await run(folder, ['baseline', 'show', '--no-config'])).out).toBe('a.tables: unread-column leads (old) -- from the start\n1 accepted finding in schemalint-baseline.json\n');
    await run(folder, ['baseline', 'create', '--no-config']);
    expect(readFileSync(join(folder, 'schemalint-baseline.json'), 'utf8')).toContain('from the start');
  });

  it('counts beside the config, unless another is named or none is wanted', async () => {
    const folder = scratch({ 'schemalint.config.yaml': '', 'sub/a.tables': 'table leads\n  old\n' });
    const sub = join(folder, 'sub');
    expect((await run(sub, ['baseline', 'create'])).out).toMatch(/^1 finding accepted in \.\.\/schemalint-baseline\.json; from now on/);
    expect(findings((await run(sub, ['check', '--output-format', 'concise'])).out)).toEqual([]);
    expect(findings((await run(sub, ['check', '--output-format', 'concise', '--no-baseline'])).out)).toHaveLength(1);
    expect((await run(sub, ['baseline', 'create', '--baseline', 'mine.json'])).out).toMatch(/accepted in mine\.json; use it with --baseline mine\.json/);
    expect((await run(sub, ['baseline', 'show', '--no-baseline'])).code).toBe(2);
  });

  it('says nothing of files and rules that were not asked for, and leaves their entries alone', async () => {
    const folder = repository({ 'schemalint.config.yaml': 'rules: {wide-name: warning}', 'api/a.tables': 'table leads\n  old\n', 'web/conversations.tables': 'table conversations\n  old\n' });
    const accepted = async () => (await run(folder, ['baseline', 'show'])).out.split('\n').slice(0, -2).map((line) => line.split(': ')[1]);
    await run(folder, ['baseline', 'create', '--ignore-rule', 'wide-name']);
    await run(folder, ['baseline', 'create', '--rule', 'wide-name']);
    const all = ['unread-column conversations (old)', 'unread-column leads (old)', 'wide-name conversations'];
    expect(await accepted()).toEqual(all);
    for (const part of [['web'], ['--rule', 'wide-name'], ['web/conversations.tables']]) {
      expect(await run(folder, ['check', ...part])).toMatchObject({ code: 0, err: '' });
      await run(folder, ['baseline', 'prune', ...part]);
      await run(folder, ['baseline', 'create', ...part]);
      expect(await accepted(), part.join(' ')).toEqual(all);
    }
    write(folder, { 'web/conversations.tables': 'table conversations\n  old used\n' });
    for (const part of ['api', 'web']) expect((await run(folder, ['check', part])).err).toBe('');
    expect(await run(folder, ['baseline', 'prune', 'web'])).toMatchObject({ code: 2, err: expect.stringContaining('a part of the project cannot tell what is gone') });
    expect((await run(folder, ['baseline', 'create', 'web'])).code).toBe(0);
    expect(await accepted()).toEqual(all);
    expect((await run(folder, ['baseline', 'prune'])).out).toBe('1 entry removed from schemalint-baseline.json, 2 left\n');
  });

  it.each([['missing.json', null, 'there is no baseline missing.json'], ['b.json', '{', 'it is not JSON'], ['b.json', '{"formatVersion": 2, "findings": []}', 'it has format 2, this version reads format 1'], ['b.json', '[]', 'it has no formatVersion']])('%s %s is a mistake', async (name, text, message) => {
    const folder = scratch({ 'a.tables': 'table leads\n', ...(text === null ? {} : { [name]: text }) });
    const { code, err, out } = await run(folder, [...CONCISE, '--baseline', name]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('outputs', () => {
  const files = { 'a.tables': 'table leads\n  stage\n' };

  it('go to stdout and files in one run, and leave nothing else behind', async () => {
    const folder = scratch(files);
    const { out } = await run(folder, ['check', '--no-config', '--output-format', 'sarif=out/r.sarif', '--output-format', 'json'], {});
    expect(out).toBe('');
    write(folder, { 'out/x': '' });
    const { out: json, code } = await run(folder, ['check', '--no-config', '--output-format', 'sarif=out/r.sarif', '--output-format', 'json']);
    expect([code, JSON.parse(json).formatVersion]).toEqual([0, 1]);
    expect(JSON.parse(readFileSync(join(folder, 'out/r.sarif'), 'utf8')).version).toBe('2.1.0');
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['r.sarif', 'x']);
  });

  it('refuse what cannot be written, before the work', async () => {
    const folder = scratch(files);
    const { code, err } = await run(folder, ['check', '--output-file', 'no/such/folder.json', '--output-format', 'json']);
    expect([code, err]).toEqual([2, expect.stringContaining('its folder does not exist')]);
    write(folder, { 'dir/x': '' });
    expect((await run(folder, ['check', '--output-file', 'dir'])).err).toMatch(/cannot write .*dir: it is a folder/);
    expect(existsSync(join(folder, 'dir/x'))).toBe(true);
  });

  it('follow a link, and are written into a pipe, never over either', async () => {
    const folder = scratch({ ...files, 'real.json': '' });
    symlinkSync('real.json', join(folder, 'link.json'));
    await run(folder, ['check', '--no-config', '--output-format', 'json=link.json']);
    expect([lstatSync(join(folder, 'link.json')).isSymbolicLink(), JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8')).formatVersion]).toEqual([true, 1]);

    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const reader = spawn('cat', ['pipe'], { cwd: folder });
    const read = reader.stdout.toArray();
    await run(folder, ['check', '--no-config', '--output-format', 'concise=pipe']);
    expect([Buffer.concat(await read).toString(), lstatSync(join(folder, 'pipe')).isFIFO()]).toEqual([expect.stringContaining('unread-column'), true]);
  });

  it('are the same bytes for the same tree', async () => {
    const folder = repository(files);
    for (const format of ['full', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'html', 'concise']) {
      const argv = ['check', '--no-config', '--output-format', format];
      const first = await run(folder, argv);
      expect(first.out, format).toContain('unread-column');
      expect(await run(folder, argv), format).toEqual(first);
    }
  });
});

describe('other commands', () => {
  const files = { 'a.tables': 'table leads\n  id used\n  stage\n' };

  it('explain a column: uses, and what each rule says', async () => {
    const { out, code } = await run(scratch(files), ['explain', 'leads.stage', '--no-config']);
    expect(code).toBe(0);
    expect(out).toContain('leads.stage  integer not null');
    expect(out).toContain('Declared\n  model  a.tables:3:3');
    expect(out).toContain(`unread-column: reported, warning, high confidence: Nothing reads 'leads.stage'`);
    expect(out).toContain('wide-name: off');
  });

  it('explain a table by its model, and a rule', async () => {
    const folder = scratch(files);
    expect((await run(folder, ['explain', 'Lead', '--no-config'])).out).toMatch(/^leads {2}table, model Lead\n[^]*id {2}integer not null {2}1 use/);
    expect((await run(folder, ['explain', 'parse-error', '--no-config'])).out).toMatch(/^# parse-error\n/);
  });

  it('explain says what is near', async () => {
    const { code, err } = await run(scratch(files), ['explain', 'leads.stge', '--no-config']);
    expect([code, err.split('\n')[0]]).toEqual([2, `schemalint: there is no rule, table or column 'leads.stge'; did you mean 'leads.stage'?`]);
  });

  it('print the schema and the plan', async () => {
    const folder = scratch(files);
    expect((await run(folder, ['schema', '--no-config'])).out).toBe('CREATE TABLE leads (\n  id integer NOT NULL,\n  stage integer NOT NULL\n);\n');
    expect((await run(folder, ['schema', '--format', 'mermaid', '--no-config'])).out).toContain('erDiagram\n  leads {\n    integer id\n');
    expect((await run(folder, ['plan', '--no-config'])).out).toContain('Remove what is redundant or dead');
  });

  it('list the rules with what holds here', async () => {
    const { out } = await run(scratch({ 'schemalint.config.yaml': 'rules:\n  unread-column: note\n  parse-error: off\n' }), ['rules', '--json']);
    expect(JSON.parse(out).map((row: { id: string; state: string; level: string }) => `${row.id} ${row.state} ${row.level}`)).toEqual(['parse-error off warning', 'unread-column on note', 'unused-suppression on warning', 'wide-name off error']);
  });
});
