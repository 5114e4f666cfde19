import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config/config.js';
import { commitTree, indexTree } from '../../src/workspace/blobs.js';
import { detect } from '../../src/workspace/detect.js';
import { discover } from '../../src/workspace/discover.js';
import { webAddress } from '../../src/workspace/git.js';
import { rootsOf } from '../../src/workspace/roots.js';
import { decode, looksMinified } from '../../src/workspace/text.js';
import { walk } from '../../src/workspace/walk.js';
import { git, repository, scratch, write } from '../support/scratch.js';
import { makeSpan } from '../../src/facts/span.js';

const paths = (folder: string, config = {}) => discover(folder, { ...DEFAULTS, ...config }).files.map((file) => file.path);

const TREE = {
  '.gitignore': 'ignored/\n*.secret\n', 'a.py': 'x', 'b/c.ts': 'x', 'ignored/d.py': 'x', 'b/e.secret': 'x', 'b/.gitignore': 'local.py\n', 'b/local.py': 'x',
  'node_modules/m/index.js': 'x', 'web/.next/x.js': 'x', 'static/app.min.js': 'x', 'logo.png': 'x', 'package-lock.json': '{}', 'data.csv': 'x', 'README.md': 'x',
};

describe('discover', () => {
  const expected = ['.gitignore', 'README.md', 'a.py', 'b/.gitignore', 'b/c.ts'];

  it('lists what git knows and would know, without dependencies, output and binaries', () => {
    const folder = repository(TREE);
    write(folder, { 'new.py': 'x' });
    expect(paths(folder)).toEqual([...expected, 'new.py']);
    expect(paths(join(folder, 'b'))).toEqual(['.gitignore', 'c.ts']);
  });

  it('finds the same without git', () => {
    expect(paths(scratch(TREE))).toEqual(expected);
  });

  it('looks into a folder that git ignores when it is asked for', () => {
    expect(paths(join(repository(TREE), 'ignored'))).toEqual(['d.py']);
  });

  it('follows include and exclude', () => {
    const folder = repository(TREE);
    expect(paths(folder, { include: ['**/*.py', 'b'] })).toEqual(['a.py', 'b/.gitignore', 'b/c.ts']);
    expect(paths(folder, { exclude: ['b', '*.md', '.gitignore'] })).toEqual(['a.py']);
    expect(discover(folder, DEFAULTS, ['b']).files.map((file) => file.path)).toEqual(['b/.gitignore', 'b/c.ts']);
  });

  it('survives links in a circle, out of the project, to nothing', () => {
    for (const folder of [scratch({ 'a.py': 'x', 'd/b.py': 'x' }), repository({ 'a.py': 'x', 'd/b.py': 'x' })]) {
      symlinkSync('..', join(folder, 'd/up'));
      symlinkSync('a.py', join(folder, 'link.py'));
      symlinkSync('/etc/hostname', join(folder, 'out.py'));
      symlinkSync('nowhere', join(folder, 'dead.py'));
      expect(paths(folder)).toEqual(['a.py', 'd/b.py']);
    }
  });

  it('leaves out what is deleted on disk', () => {
    const folder = repository({ 'a.py': 'x', 'b.py': 'x' });
    rmSync(join(folder, 'b.py'));
    expect(paths(folder)).toEqual(['a.py']);
  });

  it('names code over the limit as a problem, lets large SQL pass and drops large text', () => {
    const large = 'x'.repeat((1 << 20) + 1);
    const { files, problems } = discover(scratch({ 'a.ts': large, 'dump.sql': large, 'notes.txt': large }), DEFAULTS);
    expect(files.map((file) => file.path)).toEqual(['dump.sql']);
    expect(problems.map(({ path, problem }) => [path, problem.kind])).toEqual([['a.ts', 'too-large']]);
  });

  it.skipIf(process.getuid?.() === 0)('names a file that cannot be opened', () => {
    const folder = scratch({ 'a.py': 'x' });
    chmodSync(join(folder, 'a.py'), 0o000);
    expect(discover(folder, DEFAULTS).problems).toMatchObject([{ path: 'a.py', problem: { kind: 'unreadable', message: 'The file could not be read: permission denied' } }]);
  });

  it('handles names with blanks, quotes and other letters', () => {
    const folder = repository({ 'a b/ü "x".py': 'x', 'tab\there.py': 'x' });
    expect(paths(folder)).toEqual(['a b/ü "x".py', 'tab\there.py']);
    expect(indexTree(folder, DEFAULTS).files.map((file) => file.path)).toEqual(['a b/ü "x".py', 'tab\there.py']);
  });
});

describe('trees of git', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  it('read the index and commits, below a folder, whatever is on disk', () => {
    const folder = repository({ 'sub/a.py': 'one', 'sub/same.py': 'one', 'b.py': 'other', 'sub/image.png': 'x' });
    write(folder, { 'sub/a.py': 'two' });
    git(folder, 'add', '-A');
    write(folder, { 'sub/a.py': 'three' });
    const read = (files: readonly { path: string; read(): Uint8Array }[]) => files.map((file) => `${file.path} ${text(file.read())}`);
    expect(read(indexTree(join(folder, 'sub'), DEFAULTS).files)).toEqual(['a.py two', 'same.py one']);
    expect(read(commitTree(join(folder, 'sub'), 'HEAD', DEFAULTS).files)).toEqual(['a.py one', 'same.py one']);
    const again = commitTree(folder, 'HEAD', DEFAULTS).files;
    expect(read([...again].reverse())).toEqual(['sub/same.py one', 'sub/a.py one', 'b.py other']);
  });

  it('have no files where the commit has no such folder', () => {
    const folder = repository({ 'a.py': 'x' });
    write(folder, { 'new/b.py': 'x' });
    expect(commitTree(join(folder, 'new'), 'HEAD', DEFAULTS).files).toEqual([]);
  });
});

describe('roots', () => {
  it('are the common parent of folders, and the project around a file', () => {
    const folder = repository({ 'apps/a/x.py': '', 'apps/b/y.py': '', 'z.py': '' });
    expect(rootsOf([], folder)).toEqual({ root: folder, prefix: '', within: [], only: null });
    expect(rootsOf(['apps/a'], folder)).toEqual({ root: join(folder, 'apps/a'), prefix: 'apps/a/', within: [], only: null });
    expect(rootsOf(['apps/a', 'apps/b'], folder)).toEqual({ root: join(folder, 'apps'), prefix: 'apps/', within: ['a', 'b'], only: null });
    expect(rootsOf(['apps', 'apps/b'], folder)).toEqual({ root: join(folder, 'apps'), prefix: 'apps/', within: [], only: null });
    expect(rootsOf(['apps/a/x.py'], folder)).toEqual({ root: folder, prefix: '', within: [], only: ['apps/a/x.py'] });
    expect(rootsOf([join(folder, 'z.py')], join(folder, 'apps'))).toEqual({ root: folder, prefix: '', within: [], only: ['z.py'] });
  });
});

describe('text', () => {
  it('reads UTF-8, byte order marks, UTF-16, and Latin-1 with a problem', () => {
    expect(decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toEqual({ text: 'a', problems: [], isBinary: false });
    expect(decode(new Uint8Array([0xff, 0xfe, 0x61, 0x00])).text).toBe('a');
    expect(decode(new Uint8Array([0x61, 0x0a, 0xe9]))).toEqual({ text: 'a\n\u00e9', problems: [{ kind: 'encoding', message: 'The file is not UTF-8; it was read as Latin-1', at: makeSpan(2, 3) }], isBinary: false });
    expect(decode(new Uint8Array([0x61, 0x00, 0x62]))).toEqual({ text: '', problems: [], isBinary: true });
  });

  it('tells minified code by its lines', () => {
    expect(looksMinified('x'.repeat(6000))).toBe(true);
    expect(looksMinified('const a = 1;\n'.repeat(1000))).toBe(false);
  });
});

it('detects dialects and folders for init', () => {
  const folder = scratch({ 'pyproject.toml': '[project]\ndependencies = ["SQLAlchemy>=2", "fastapi"]\n', 'web/package.json': '{"dependencies": {"@prisma/client": "5", "typeorm-not": "1"}}', 'alembic/versions/a.py': '', 'tests/unit/a.py': '', 'tests/b.py': '', 'app/models.py': '' });
  expect(detect(folder)).toEqual({ dialects: ['prisma', 'sqlalchemy'], migrations: ['alembic/versions'], tests: ['tests'] });
});

it('walks a tree without git, nested ignore files included', () => {
  expect(walk(scratch({ '.gitignore': '/only-here.py\n', 'only-here.py': '', 'd/only-here.py': '', 'd/.gitignore': '*.txt\n!keep.txt\n', 'd/a.txt': '', 'd/keep.txt': '' }))).toEqual(['.gitignore', 'd/.gitignore', 'd/keep.txt', 'd/only-here.py']);
});

it.each([
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'], ['https://user:secret@github.com/acme/shop.git', 'https://github.com/acme/shop'], ['ssh://git@host.test:2222/a/b.git', 'https://host.test/a/b'], ['/srv/git/shop.git', null], ['file:///srv/x', null],
])('%s is %s', (remote, address) => expect(webAddress(remote)).toBe(address));
