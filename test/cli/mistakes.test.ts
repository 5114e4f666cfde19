/** Every mistake of the user is one line that says what, one that says what to do, nothing on stdout, and exit code 2. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { run, scratch } from '../support/scratch.js';

vi.mock('../../src/analyse.js', async () => ({ analyse: (await import('../support/fake-analysis.js')).fakeAnalyse }));
vi.mock('../../rules/index.js', async () => ({ rules: (await import('../support/fake-analysis.js')).fakeRules }));

const files = { 'a.tables': 'table leads\n  stage\n' };

async function mistake(argv: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, err } = await run(scratch({ ...files, ...extra }), argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^schemalint: [^\n]+\n(?: {2}[^\n]+\n)?$/);
  expect(err).not.toContain('internal error');
  return err.replace(/^schemalint: /, '');
}

describe('flags', () => {
  it.each([
    [['chek'], `unknown command or flag 'chek'; did you mean check?`],
    [['check', '--otput-format', 'json'], `unknown command or flag 'otput-format'; did you mean --output-format?`],
    [['check', '--output-format', 'sarf'], `there is no output format 'sarf'; did you mean 'sarif'?\n  Allowed: full, concise, json`],
    [['check', '--output-format', 'full', '--output-format', 'json'], '2 output formats want the same place'],
    [['check', '--output-format', 'json=x', '--output-file', 'y'], '--output-file has no format left'],
    [['check', '--fail-on', 'fatal'], `'fail-on' must be one of error, warning, note, never, not "fatal"`],
    [['check', '--min-confidence', 'sure'], `'min-confidence' must be one of low, medium, high`],
    [['check', '--max-warnings', 'many'], '--max-warnings needs a whole number from 0'],
    [['check', '--since'], '--since needs a value'],
    [['check', '--staged', '--since', 'main'], '--staged and --since exclude each other'],
    [['check', '--rule', 'unred-column'], `there is no rule 'unred-column'; did you mean 'unread-column'?`],
    [['check', '--ignore-rule', 'zzzzzzzzz'], `there is no rule 'zzzzzzzzz'\n`],
    [['check', 'no/such/place'], `there is no file or folder 'no/such/place'`],
    [['check', '--config', 'nowhere.json'], 'cannot read the config nowhere.json: there is no such file'],
    [['explain'], 'the command needs another word'],
    [['baseline', 'remove'], `'action' must be one of create, prune, show`],
    [['check', '--fix'], `unknown command or flag 'fix'`],
    [['check', '--diff'], `unknown command or flag 'diff'`],
    [['check', '--watch'], `unknown command or flag 'watch'`],
    [['lsp'], `unknown command or flag 'lsp'`],
    [['verify', '--database-url', 'postgres://here'], `unknown command or flag 'database-url'`],
    [['schema', '--format', 'xml'], `'format' must be one of sql, json, mermaid, dbml`],
  ])('%j', async (argv, message) => {
    expect(await mistake(argv)).toContain(message);
  });
});

describe('config', () => {
  const json = (text: string) => mistake(['check'], { 'schemalint.config.json': text });
  const yaml = (text: string) => mistake(['check'], { 'schemalint.config.yaml': text });

  it('an unknown key names the nearest and the place', async () => {
    expect(await json('{\n  "exlude": ["x"]\n}')).toBe(`schemalint.config.json:2:3: unknown key 'exlude'; did you mean 'exclude'?\n  Allowed: extends, include, exclude, models, migrations, tests, dialects, defaultSchema, tenantKeys, smallTables, externalReaders, entryPoints, rules, overrides, minConfidence, failOn, baseline\n`);
    expect(await yaml('failOn: error\nmin-confidence: high\n')).toMatch(/^schemalint\.config\.yaml:2:1: unknown key 'min-confidence'; did you mean 'minConfidence'\?/);
  });

  it('an unknown rule, level, option and type of option', async () => {
    expect(await yaml('rules:\n  unread-colum: off\n')).toMatch(/^schemalint\.config\.yaml:2:3: unknown rule 'unread-colum' in 'rules'; did you mean 'unread-column'\?\n {2}"schemalint rules"/);
    expect(await yaml('rules:\n  unread-column: wrning\n')).toMatch(/^schemalint\.config\.yaml:2:3: 'rules\.unread-column' must be one of off, on, error, warning, note, not "wrning"; did you mean 'warning'\?/);
    expect(await yaml('rules:\n  unread-column: [warning, {kep: []}]\n')).toMatch(/^schemalint\.config\.yaml:2:29: unknown option 'kep' in 'rules\.unread-column\[1\]'; did you mean 'keep'\?\n {2}Allowed: keep/);
    expect(await yaml('rules:\n  unread-column: [warning, {keep: id}]\n')).toMatch(/^schemalint\.config\.yaml:2:29: 'rules\.unread-column\[1\]\.keep' must be a list, not "id"/);
    expect(await yaml('overrides:\n  - files: [a]\n    rules: {unread-colum: off}\n')).toMatch(/^schemalint\.config\.yaml:3:13: unknown rule 'unread-colum'/);
  });

  it('a wrong type and a missing key', async () => {
    expect(await json('{"include": "src"}')).toMatch(/^schemalint\.config\.json:1:2: 'include' must be a list, not "src"/);
    expect(await json('[]')).toMatch(/^schemalint\.config\.json:1:1: the config must be a map of keys, not \[\]/);
    expect(await yaml('overrides:\n  - files: [a]\n')).toMatch(/^schemalint\.config\.yaml:2:5: 'overrides\[0\]' needs the key 'rules'/);
    expect(await yaml('include: [""]\n')).toMatch(/'include\[0\]' must not be empty/);
    expect(await yaml('dialects: [sqlalchmy]\n')).toMatch(/did you mean 'sqlalchemy'\?/);
  });

  it('a pattern that is none', async () => {
    expect(await yaml('failOn: note\nexclude: [a, "src/*.{py"]\n')).toBe(`schemalint.config.yaml:2:14: 'exclude[1]': the pattern "src/*.{py" has a { that nothing closes\n  Patterns know *, **, ?, [a-z] and {a,b}; a \\ goes before a sign that is meant as it stands\n`);
    expect(await yaml('overrides:\n  - files: ["!src"]\n    rules: {}\n')).toMatch(/'overrides\[0\]\.files\[0\]': the pattern "!src" cannot be negated/);
  });

  it('broken JSON, YAML and TOML, with the place', async () => {
    expect(await json('{\n  "include": [,]\n}')).toMatch(/^schemalint\.config\.json:2:15: not valid JSON: /);
    expect(await json('{"include": [')).toMatch(/^schemalint\.config\.json:1:14: not valid JSON: /);
    expect(await yaml('include: [a\nexclude: b\n')).toMatch(/^schemalint\.config\.yaml:\d+:\d+: not valid YAML: /);
    expect(await mistake(['check'], { 'pyproject.toml': '[tool.schemalint]\ninclude = [\n' })).toMatch(/^pyproject\.toml:\d+:\d+: not valid TOML: /);
  });

  it('in pyproject.toml and package.json, with the place', async () => {
    expect(await mistake(['check'], { 'pyproject.toml': '[project]\nname = "x"\n\n[tool.schemalint]\nfailOn = "error"\n\n[tool.schemalint.rules]\nunread-colum = "off"\n' })).toMatch(/^pyproject\.toml:8:1: unknown rule 'unread-colum'/);
    expect(await mistake(['check'], { 'package.json': '{\n  "name": "x",\n  "schemalint": {\n    "failOn": "fatal"\n  }\n}' })).toMatch(/^package\.json:4:5: 'failOn' must be one of/);
  });

  it('two in one folder', async () => {
    expect(await mistake(['check'], { 'schemalint.config.json': '{}', 'schemalint.config.yaml': '{}' })).toMatch(/^two configs in one folder: .*schemalint\.config\.json and .*schemalint\.config\.yaml/);
  });

  it('extends that leads nowhere, in a circle, to no preset', async () => {
    expect(await yaml('extends: ./base.yaml\n')).toMatch(/^cannot read the config base\.yaml, which schemalint\.config\.yaml extends: there is no such file/);
    expect(await mistake(['check'], { 'schemalint.config.yaml': 'extends: a.yaml\n', 'a.yaml': 'failOn: note\nextends: schemalint.config.yaml\n' })).toMatch(/^a\.yaml:2:1: 'extends' goes in a circle: schemalint\.config\.yaml > a\.yaml > schemalint\.config\.yaml/);
    expect(await yaml('extends: schemalint:relaxed\n')).toMatch(/^schemalint\.config\.yaml:1:1: there is no preset 'schemalint:relaxed'/);
  });

  it('init does not overwrite', async () => {
    expect(await mistake(['init'], { 'schemalint.config.yaml': '' })).toMatch(/is there already\n {2}Edit it/);
  });
});

it('a defect names what failed, and its stack only with --verbose', async () => {
  const folder = scratch({ 'a.tables': 'no table here\n' });
  const quiet = await run(folder, ['check']);
  expect(quiet.code).toBe(2);
  expect(quiet.err).toMatch(/^schemalint: internal error: [^\n]+\n {2}This is a defect[^\n]+\n$/);
  expect((await run(folder, ['check', '--verbose'])).err).toMatch(/\n {4}at /);
});

describe('the built program', () => {
  const main = join(process.cwd(), 'dist/src/cli/main.js');

  it('is quick to say its version and help, and loads no parser for it', () => {
    expect(existsSync(main), 'npm run build').toBe(true);
    expect(execFileSync(process.execPath, [main, '--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
    const loaded = spawnSync(process.execPath, ['--input-type=module', '-e', `process.argv.push('--help'); await import(${JSON.stringify(main)}); process.stderr.write(JSON.stringify(process.memoryUsage().rss))`], { encoding: 'utf8' });
    expect(loaded.stdout).toContain('schemalint check [paths..]');
    expect(Number(loaded.stderr) / (1 << 20)).toBeLessThan(110);
  });

  it('ends in silence when nobody reads on', () => {
    const { stderr } = spawnSync('bash', ['-c', `"${process.execPath}" "${main}" rules --no-config | head -n 1`], { encoding: 'utf8' });
    expect(stderr).toBe('');
  });
});
