/** The hooks as people use them: under the real pre-commit, with real commits. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { git, repository, scratch, write } from '../support/scratch.js';

const skipped = !isThere('pre-commit', ['--version']) ? 'pre-commit is not installed' : !isThere('git', ['rev-parse', '--verify', 'HEAD']) ? 'this is not a git checkout' : null;
if (skipped) console.warn(`the hooks are not tried: ${skipped}`);

const HEAD = 'from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\nclass Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    name = Column(String)\n';
const OLD = HEAD + '    nickname = Column(String)\n';
const FLAW = '    shoe_size = Column(Integer)\n';
const FILES = { 'models.py': OLD, 'app.py': 'from models import Lead\n\n\ndef names(session):\n    return [lead.name for lead in session.query(Lead).all()]\n', 'notes.md': '# Notes\n' };

/** The findings in what pre-commit prints, each by its subject. */
const subjects = (output: string) => [...output.matchAll(/leads\.(\w+) is never read/g)].map((match) => match[1]!);

describe.skipIf(skipped !== null)('a commit', () => {
  it('that adds a flaw is stopped with that finding only', () => {
    const folder = hooked();
    write(folder, { 'models.py': OLD + FLAW });
    const { status, output } = commit(folder);
    expect([status, subjects(output)]).toEqual([1, ['shoe_size']]);
    expect(output).toContain('unused-column');
    expect(git(folder, 'log', '--oneline').trim().split('\n')).toHaveLength(1);
  });

  it('that takes away the last read is stopped', () => {
    const folder = hooked();
    write(folder, { 'app.py': FILES['app.py'].replace('lead.name', 'lead.id') });
    const { status, output } = commit(folder);
    expect([status, subjects(output)], output).toEqual([1, ['name']]);
  });

  it('that touches nothing relevant, or mends what there is, passes', () => {
    const folder = hooked();
    write(folder, { 'notes.md': '# More notes\n' });
    const untouched = commit(folder);
    expect([untouched.status, untouched.output]).toEqual([0, expect.stringMatching(/schemalint\.+\(no files to check\)Skipped/)]);
    write(folder, { 'models.py': HEAD });
    const mended = commit(folder);
    expect([mended.status, mended.output]).toEqual([0, expect.stringContaining('No findings.')]);
  });

  it('of a part is judged by the index', () => {
    const folder = hooked();
    write(folder, { 'models.py': `# A note.\n${OLD}` });
    git(folder, 'add', '-A');
    write(folder, { 'models.py': `# A note.\n${OLD}${FLAW}` });
    expect(subjects(commit(folder, false).output)).toEqual([]);
    expect(git(folder, 'status', '--porcelain').trim()).toBe('M models.py');
    git(folder, 'add', '-A');
    write(folder, { 'models.py': `# A note.\n${OLD}` });
    const { status, output } = commit(folder, false);
    expect([status, subjects(output)]).toEqual([1, ['shoe_size']]);
  });

  it('of a range is judged by --from-ref and --to-ref', () => {
    const folder = hooked();
    write(folder, { 'models.py': OLD + FLAW });
    git(folder, 'commit', '-aqm', 'second', '--no-verify');
    write(folder, { 'models.py': `${OLD}${FLAW}    hat_size = Column(Integer)\n` });
    git(folder, 'commit', '-aqm', 'third', '--no-verify');
    const range = (from: string, to: string) => { const { status, output } = preCommit(folder, ['run', '--from-ref', from, '--to-ref', to]); return [status, subjects(output)]; };
    expect(range('HEAD~1', 'HEAD')).toEqual([1, ['hat_size']]);
    expect(range('HEAD~2', 'HEAD~1')).toEqual([1, ['shoe_size']]);
    expect(range('HEAD', 'HEAD')).toEqual([0, []]);
  });
});

describe.skipIf(skipped !== null)('try-repo', () => {
  it('installs this checkout, without its build, and runs it on a repository', { timeout: 280_000 }, () => {
    const folder = repository(FILES);
    write(folder, { 'models.py': OLD + FLAW });
    git(folder, 'add', '-A');
    const { status, output } = preCommit(folder, ['try-repo', resolve('.'), 'schemalint', '--verbose']);
    expect([status, subjects(output)], output).toEqual([1, ['shoe_size']]);
  });
});

/** A repository with one flaw that is there already, whose commits go through the hook as this project declares it, run by the build at hand. */
function hooked(): string {
  const [hook] = (parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as Record<string, unknown>[]).filter((one) => one['id'] === 'schemalint');
  const entry = `${process.execPath} ${resolve('dist/src/cli/main.js')} check`;
  expect(hook!['entry']).toBe('schemalint check');
  const folder = repository({ ...FILES, '.pre-commit-config.yaml': JSON.stringify({ repos: [{ repo: 'local', hooks: [{ ...hook, entry, language: 'system' }] }] }) });
  expect(preCommit(folder, ['install'])).toMatchObject({ status: 0 });
  return folder;
}

function commit(folder: string, all = true): { readonly status: number | null; readonly output: string } {
  return outcome(spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.test', '-c', 'commit.gpgsign=false', 'commit', all ? '-am' : '-m', 'next'], { cwd: folder, encoding: 'utf8', env: environment() }));
}

function preCommit(folder: string, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  return outcome(spawnSync('pre-commit', [...args], { cwd: folder, encoding: 'utf8', env: environment() }));
}

function outcome({ status, stdout, stderr }: { readonly status: number | null; readonly stdout: string; readonly stderr: string }): { readonly status: number | null; readonly output: string } {
  return { status, output: stdout + stderr };
}

/** Nothing of this machine's own hooks, caches and git settings. */
function environment(): NodeJS.ProcessEnv {
  const folder = scratch();
  const { GIT_DIR, GIT_INDEX_FILE, GIT_WORK_TREE, PRE_COMMIT_FROM_REF, PRE_COMMIT_TO_REF, ...rest } = process.env;
  return { ...rest, PRE_COMMIT_HOME: join(folder, 'hooks'), XDG_CACHE_HOME: join(folder, 'cache'), PRE_COMMIT_COLOR: 'never' };
}

function isThere(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
