/** What a user installs: everything the program needs and nothing else. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { scratch } from './support/scratch.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string>; exports: Record<string, Record<string, string>>; scripts: Record<string, string>; dependencies: Record<string, string> };

describe('the package', () => {
  const [pack] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as { files: { path: string; size: number }[]; size: number }[];
  const paths = pack.files.map((file) => file.path);

  it('holds what its manifest names, the rules\' pages and the grammar', () => {
    const named = [manifest.bin['schemalint'], ...Object.values(manifest.exports['.']).map((path) => path.replace(/^\.\//, ''))];
    expect(paths).toEqual(expect.arrayContaining([...named, ...rules.map((rule) => `rules/${rule.id}.md`), 'vendor/tree-sitter-python/tree-sitter-python.wasm', 'docs/config.schema.json', 'LICENSE', 'README.md']));
  });

  it('holds no tests, fixtures or sources, and stays small', () => {
    expect(paths.filter((path) => /^(?:test|fixtures|src|scripts)\/|\.built$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    expect(pack.size).toBeLessThan(1.5e6);
  });

  it('runs nothing when it is installed from the registry', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
  });

  it('pins what it depends on', () => {
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

describe('npm run new-rule', () => {
  it('writes a rule, its page and its line, in order', () => {
    const folder = scratch();
    for (const name of ['scripts/new-rule.mjs', 'rules/index.ts']) cpSync(name, join(folder, name));
    execFileSync(process.execPath, ['scripts/new-rule.mjs', 'empty-table'], { cwd: folder });
    const index = readFileSync(join(folder, 'rules/index.ts'), 'utf8');
    expect(index).toContain(`import { emptyTable } from './empty-table.js';\n`);
    const listed = [...index.matchAll(/^ {2}(\w+),$/gm)].map((match) => match[1]);
    expect(listed).toContain('emptyTable');
    expect(listed).toEqual([...listed].sort());
    expect(index.replace(/.*emptyTable.*\n/g, '')).toBe(readFileSync('rules/index.ts', 'utf8'));
    expect(readFileSync(join(folder, 'rules/empty-table.md'), 'utf8')).toMatch(/^# empty-table\n/);
    expect(readFileSync(join(folder, 'rules/empty-table.ts'), 'utf8')).toContain(`export const emptyTable: Rule = {\n  id: 'empty-table',`);
  });
});
