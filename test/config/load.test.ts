import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baseOf, loadConfig } from '../../src/config/load.js';
import { matcher } from '../../src/config/match.js';
import type { RuleInfo } from '../../src/lint/own-rules.js';
import { scratch } from '../support/scratch.js';

const rules: readonly RuleInfo[] = [
  { id: 'one', summary: 'One', level: 'note', precision: 'high' },
  { id: 'two', summary: 'Two', level: 'note', precision: 'high', isOff: true, options: { type: 'object', additionalProperties: false, properties: { least: { type: 'integer', default: 3 } } } },
];
const load = (folder: string, cwd = folder, file?: string | null) => loadConfig({ cwd, root: folder, file, rules });

describe('finding', () => {
  it('takes the nearest upward, in any form', () => {
    const folder = scratch({
      'schemalint.config.yaml': 'failOn: note\n', 'a/schemalint.config.json': '{"$schema": "x", "failOn": "warning"}', 'a/b/x': '',
      'p/package.json': '{"schemalint": {"failOn": "never"}}', 'q/package.json': '{"name": "no key"}', 't/pyproject.toml': '[tool.schemalint]\nfailOn = "warning"\n[tool.schemalint.rules]\none = ["error", {}]\n', 'u/pyproject.toml': '[tool.other]\n',
    });
    const failOn = (sub: string) => load(folder, join(folder, sub)).failOn;
    expect([failOn('.'), failOn('a'), failOn('a/b'), failOn('p'), failOn('q'), failOn('t'), failOn('u')]).toEqual(['note', 'warning', 'warning', 'never', 'note', 'warning', 'note']);
    expect(load(folder, join(folder, 't')).rules).toEqual({ one: { level: 'error', options: {} } });
  });

  it('takes the file that is named, or none', () => {
    const folder = scratch({ 'schemalint.config.yaml': 'failOn: note\n', 'other.json': '{"failOn": "never"}' });
    expect(load(folder, folder, 'other.json')).toMatchObject({ failOn: 'never', file: join(folder, 'other.json') });
    expect(load(folder, folder, null)).toMatchObject({ failOn: 'error', file: null });
  });

  it('has defaults for everything', () => {
    const folder = scratch({ 'schemalint.config.yaml': '' });
    expect(load(folder)).toMatchObject({ minConfidence: 'medium', failOn: 'error', defaultSchema: 'public', include: [], overrides: [], baseline: null });
  });
});

describe('extends', () => {
  it('merges rules by id, adds overrides, replaces lists; a baseline is beside the file that names it', () => {
    const folder = scratch({
      'schemalint.config.yaml': 'extends: [shared/base.yaml]\nrules:\n  one: error\nexclude: [b]\noverrides: [{tables: [x], rules: {one: off}}]\n',
      'shared/base.yaml': 'rules:\n  one: note\n  two: [warning, {least: 9}]\nexclude: [a]\nbaseline: accepted.json\noverrides: [{files: [y], rules: {two: off}}]\n',
    });
    expect(load(folder)).toMatchObject({
      rules: { one: { level: 'error', options: null }, two: { level: 'warning', options: { least: 9 } } }, exclude: ['b'], baseline: join(folder, 'shared/accepted.json'),
      overrides: [{ files: ['y'], tables: [] }, { files: [], tables: ['x'] }],
    });
  });

  it('knows the preset of all rules', () => {
    const folder = scratch({ 'schemalint.config.yaml': 'extends: schemalint:strict\nrules: {one: off}\n' });
    expect(load(folder).rules).toEqual({ one: { level: 'off', options: null }, two: { level: 'on', options: null } });
  });
});

describe('patterns', () => {
  const matches = (pattern: string, path: string, base = { strip: '', add: '' }) => matcher([pattern], { base })(path);

  it('start at the config; a folder means all in it', () => {
    expect(matches('tests', 'tests/a/b.py')).toBe(true);
    expect(matches('tests/', 'tests/a.py')).toBe(true);
    expect(matches('./tests', 'tests/a.py')).toBe(true);
    expect(matches('tests', 'app/tests/a.py')).toBe(false);
    expect(matches('**/tests', 'app/tests/a.py')).toBe(true);
    expect(matches('**/*.gen.ts', 'a/b/.c/x.gen.ts')).toBe(true);
    expect(matches('a.py', 'a.py')).toBe(true);
    expect(matcher([], { base: { strip: '', add: '' } })('a')).toBe(false);
  });

  it('know where the analysed folder lies', () => {
    expect(baseOf('/r', '/r')).toEqual({ strip: '', add: '' });
    expect(baseOf('/r', '/r/apps/api')).toEqual({ strip: '', add: 'apps/api/' });
    expect(baseOf('/r/apps', '/r')).toEqual({ strip: 'apps/', add: '' });
    expect(matches('apps/api/tests', 'tests/a.py', baseOf('/r', '/r/apps/api'))).toBe(true);
    expect(matches('api/tests', 'apps/api/tests/a.py', baseOf('/r/apps', '/r'))).toBe(true);
    expect(matches('**', 'other/a.py', baseOf('/r/apps', '/r'))).toBe(false);
  });
});
