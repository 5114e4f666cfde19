/** What the code base promises about itself, each a small check. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { withOwnRules } from '../src/lint/own-rules.js';
import { sourceFiles } from './support/imports.js';

const read = (path: string) => readFileSync(path, 'utf8');
const code = [...sourceFiles('src'), ...sourceFiles('rules'), ...sourceFiles('test')];
const ruleFiles = readdirSync('rules').filter((name) => name.endsWith('.ts') && name !== 'index.ts').map((name) => name.slice(0, -3)).sort();

describe('rules', () => {
  it('are listed, alphabetically, each in the file of its id', () => {
    expect(rules.map((rule) => rule.id)).toEqual(ruleFiles);
  });

  it.each(withOwnRules(rules).map((rule) => [rule.id, rule] as const))('%s has a page and a plain summary', (id, rule) => {
    expect(existsSync(`rules/${id}.md`), `rules/${id}.md`).toBe(true);
    expect(read(`rules/${id}.md`).split('\n')[0]).toBe(`# ${id}`);
    expect(rule.summary).toMatch(/^[A-Z].*[^.!]$/);
    expect(rule.summary.length).toBeLessThanOrEqual(120);
  });

  it.each(rules.map((rule) => [rule.id] as const))('%s shows what it reports and what not', (id) => {
    const page = read(`rules/${id}.md`);
    expect(page).toMatch(/^### Incorrect/m);
    expect(page).toMatch(/^### Correct/m);
    expect(page).toMatch(/^## When to turn it off/m);
  });

  it.each(rules.filter((rule) => rule.options).map((rule) => [rule.id, rule.options!] as const))('%s describes every option and gives its default', (id, options) => {
    const { properties = {}, additionalProperties } = options as { properties?: Record<string, { default?: unknown }>; additionalProperties?: unknown };
    expect(additionalProperties).toBe(false);
    for (const [name, property] of Object.entries(properties)) {
      expect(property, name).toHaveProperty('default');
      expect(read(`rules/${id}.md`)).toContain(name);
    }
  });
});

describe('messages', () => {
  it('never say that something is safe to drop', () => {
    const says = /\bsafe(?:ly)? (?:to )?(?:be )?(?:drop|delete|remove)|can safely\b/i;
    expect([...sourceFiles('rules'), ...sourceFiles('src')].filter((path) => says.test(read(path)))).toEqual([]);
  });
});

describe('code', () => {
  it('has no file over 400 lines', () => {
    expect(code.filter((path) => read(path).split('\n').length > 401)).toEqual([]);
  });

  it('has no line over 160 characters, unless a text in it cannot be broken', () => {
    const isLong = (line: string) => line.length > 160 && !/(['"`/]).{50,}\1/.test(line);
    const own = [...sourceFiles('src'), ...sourceFiles('rules')];
    expect(own.flatMap((path) => read(path).split('\n').flatMap((line, index) => (isLong(line) ? [`${path}:${index + 1}`] : [])))).toEqual([]);
  });

  it('has file names in kebab-case', () => {
    expect(code.filter((path) => !/^[a-z0-9-]+(\.test)?\.ts$/.test(path.split('/').pop()!))).toEqual([]);
  });

  it('leaves nothing for later', () => {
    const later = /(?:\/\/|\*|#)\s*(?:TODO|FIXME|XXX)\b/;
    expect(code.filter((path) => later.test(read(path)))).toEqual([]);
  });

  it('names no path of a machine', () => {
    const here = /(?:^|['"`\s(])\/(?:home|root|work|Users)\/\w/m;
    expect(textFiles().filter((path) => here.test(read(path)))).toEqual([]);
  });

  it('gives source text, console and exit codes to the command line only', () => {
    const touches = sourceFiles('src').filter((path) => !path.startsWith('src/cli/') && /\bconsole\.|\bprocess\.(?:exit|stdout|stderr|argv|exitCode)\b/.test(read(path)));
    expect(touches).toEqual([]);
  });
});

describe('generated files', () => {
  it('are up to date', () => {
    if (!existsSync('dist/.built')) throw new Error('dist/ is not built: npm run build');
    let said = '';
    try {
      execFileSync(process.execPath, ['scripts/update.mjs', '--check'], { encoding: 'utf8' });
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    expect(said).toBe('');
  });
});

/** Text of the project itself: what git knows, without fixtures and locks. */
function textFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  return listed.filter((path) => /\.(?:ts|mjs|md|ya?ml|json)$/.test(path) && !path.endsWith('package-lock.json') && existsSync(path));
}
