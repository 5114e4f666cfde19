/**
 * Examples in Markdown that run as tests. Under a heading `### Incorrect…` or `### Correct…` stand fenced blocks whose
 * info is `<language> <path>`: together the files of one small project. A comment at the end of a line says what the
 * rule must report there, in any of the languages' comment marks:
 *
 *     stage = Column(String)   # finding: leads(stage); leads(stage, score)
 *
 * The comments are taken out before the analysis. A file `schemalint.config.json` is the config of the project.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { analyse } from '../../src/analyse.js';
import { DEFAULTS, type Config } from '../../src/config/config.js';
import { loadConfigText } from '../../src/config/load.js';
import { checkRules } from '../../src/lint/engine.js';
import type { Finding } from '../../src/lint/finding.js';
import { makeLocate } from '../../src/lint/locate.js';
import { withOwnRules } from '../../src/lint/own-rules.js';
import type { Rule } from '../../src/lint/rule.js';

/** `line path:line table(column, …)` of every finding expected. */
export interface Case { readonly name: string; readonly line: number; readonly isCorrect: boolean; readonly files: ReadonlyMap<string, string>; readonly expected: readonly string[] }

const HEADING = /^#{2,4} (Incorrect|Correct)\b(.*)$/;
const FENCE = /^(`{3,})(\S*)(?: +(\S+))?\s*$/;
const MARK = /\s*(?:#|\/\/|--|<!--)\s*finding:\s*(.*?)\s*(?:-->)?\s*$/;
const CONFIG_FILE = 'schemalint.config.json';

/** Reads the cases of a page. Throws where a case has no file, or a correct one a mark. */
export function readCases(path: string): readonly Case[] {
  const cases: { name: string; line: number; isCorrect: boolean; files: Map<string, string>; expected: string[] }[] = [];
  const lines = readFileSync(path, 'utf8').split('\n');
  let isOpen = false;
  let topic = '';
  for (let i = 0; i < lines.length; i++) {
    const heading = HEADING.exec(lines[i]);
    if (heading) {
      cases.push({ name: `${topic ? `${topic}: ` : ''}${heading[1]}${heading[2]}`, line: i + 1, isCorrect: heading[1] === 'Correct', files: new Map(), expected: [] });
      isOpen = true;
    } else if (/^#{1,4} /.test(lines[i])) {
      isOpen = false;
      if (lines[i].startsWith('## ')) topic = lines[i].slice(3);
    }
    const fence = FENCE.exec(lines[i]);
    if (!fence || heading) continue;
    const end = lines.findIndex((line, at) => at > i && line.startsWith(fence[1]));
    if (end < 0) throw new Error(`${path}:${i + 1}: the block has no end`);
    if (isOpen && fence[3]) addFile(cases[cases.length - 1], fence[3], lines.slice(i + 1, end));
    i = end;
  }
  for (const one of cases) {
    if (one.files.size === 0) throw new Error(`${path}:${one.line}: "${one.name}" has no block with a path`);
    if (one.isCorrect === one.expected.length > 0) throw new Error(`${path}:${one.line}: "${one.name}" ${one.isCorrect ? 'is correct and yet expects findings' : 'expects no finding'}`);
  }
  return cases;
}

function addFile(into: { files: Map<string, string>; expected: string[] }, path: string, lines: readonly string[]): void {
  const text = lines.map((line, i) => {
    const mark = MARK.exec(line);
    if (!mark) return line;
    for (const one of mark[1].split(';')) into.expected.push(`${path}:${i + 1} ${normal(one)}`);
    return line.slice(0, mark.index);
  });
  into.files.set(path, `${text.join('\n')}\n`);
}

/** `table( a,b )` as `table(a, b)`, `table` as `table()`. */
function normal(subject: string): string {
  const [, table, columns = ''] = /^\s*([\w.$-]+)\s*(?:\(([^)]*)\))?\s*$/.exec(subject) ?? [];
  if (!table) throw new Error(`not table(column, …): ${subject}`);
  return `${table}(${columns.split(',').map((column) => column.trim()).filter(Boolean).join(', ')})`;
}

/** What the rule reports on the case's files, in the form of `expected`. The other rules run too: some leave a table to others. */
export async function findingsOf(one: Case, rule: string, rules: readonly Rule<any>[]): Promise<{ readonly lines: readonly string[]; readonly findings: readonly Finding[] }> {
  const config = configOf(one, rules);
  const files = [...one.files].filter(([path]) => path !== CONFIG_FILE).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => ({ path, read: () => new TextEncoder().encode(text) }));
  const analysis = await analyse(files, config);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const { shown } = checkRules({ project: analysis.project, rules, config, locate: makeLocate(analysis.text), hash });
  const findings = shown.filter((finding) => finding.rule === rule);
  return { findings, lines: findings.map(({ location, table, columns }) => `${location.path}:${location.startLine} ${table}(${columns.join(', ')})`) };
}

/** A rule that is off must be on where its own page speaks. */
function configOf(one: Case, rules: readonly Rule<any>[]): Config {
  const text = one.files.get(CONFIG_FILE);
  const config = text === undefined ? DEFAULTS : { ...DEFAULTS, ...loadConfigText(CONFIG_FILE, text, withOwnRules(rules)) };
  const on = Object.fromEntries(rules.filter((rule) => rule.isOff).map((rule) => [rule.id, { level: 'on' as const, options: null }]));
  return { ...config, rules: { ...on, ...config.rules } };
}
