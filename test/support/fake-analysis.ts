/**
 * An analysis that needs no parser, for tests of what stands around it. It reads `.tables` files:
 *
 *     table leads
 *       id
 *       stage used      # a column that is used is not reported by the fake rule
 *
 * Suppression comments work as in Python; the line `syntax error` is a problem. Other files are empty.
 */
import type { Analysis, SourceFile } from '../../src/analyse.js';
import type { Problem, Suppression } from '../../src/facts/file.js';
import type { Rule } from '../../src/lint/rule.js';
import { decode } from '../../src/workspace/text.js';
import { suppressionsOf } from '../../src/syntax/suppressions.js';
import { buildProject } from './project-builder.js';
import { makeSpan } from '../../src/facts/span.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export async function fakeAnalyse(files: readonly SourceFile[]): Promise<Analysis> {
  const texts = new Map(files.map((file) => [file.path, decode(file.read()).text]));
  const schema: string[] = [];
  const places: (readonly [string, string, number, number])[] = [];
  const used = new Set<string>();
  const suppressions: { path: string; suppression: Suppression }[] = [];
  const problems: { path: string; problem: Problem }[] = [];
  for (const [path, text] of texts) {
    if (!path.endsWith('.tables')) continue;
    const comments = [...text.matchAll(/#(.*)/g)].map((match) => ({ text: match[1], at: makeSpan(match.index, match.index + match[0].length), alone: /(?:^|\n)\s*$/.test(text.slice(0, match.index)) }));
    suppressions.push(...suppressionsOf(comments, text).map((suppression) => ({ path, suppression })));
    let table = '';
    for (const match of text.matchAll(/^( *)([^\n]*)$/gm)) {
      const [, indent, line] = match;
      const [first, second] = line.split(/\s+/);
      const start = match.index + indent.length;
      if (line.startsWith('syntax error')) problems.push({ path, problem: { kind: 'syntax', message: 'Unexpected word', at: makeSpan(start, start + line.length) } });
      else if (first === 'table') {
        table = second;
        schema.push(`table ${table}`);
        places.push([path, table, start + 6, start + 6 + table.length]);
      } else if (/^\w+$/.test(first)) {
        schema.push(`  ${first}`);
        places.push([path, `${table}.${first}`, start, start + first.length]);
        if (second === 'used') used.add(`${table}.${first}`);
      }
    }
  }
  const builder = buildProject(schema.join('\n'));
  for (const [path, name, start, end] of places) {
    const [tableName, columnName] = name.split('.');
    const table = builder.schema.tables.find((one) => one.name === tableName)!;
    const subject = (columnName ? table.columns.find((one) => one.name === columnName)! : table) as Mutable<typeof table>;
    subject.place = { path, at: makeSpan(start, end) };
    if (!columnName) subject.extent = { path, at: makeSpan(Math.max(0, start - 6), extentEnd(texts.get(path)!, start)) };
    subject.declarations = [{ kind: 'model', place: subject.place }];
    if (columnName && used.has(name)) builder.read(name);
  }
  const project = builder.build();
  const columns = project.schema.tables.flatMap((one) => one.columns).length;
  return {
    project, suppressions, problems, stages: [{ name: 'extract', milliseconds: 1 }],
    coverage: { files: files.length, parsed: texts.size, unread: problems.length, tables: project.schema.tables.length, columns, decided: columns, skipped: {}, notes: [] },
    text: (path) => texts.get(path)!,
  };
}

function extentEnd(text: string, start: number): number {
  const next = text.indexOf('\ntable ', start);
  return next < 0 ? text.length : next;
}

/** Reports every column that nothing reads, and tables without a column as a note. */
export const fakeRules: readonly Rule<any>[] = [
  {
    id: 'unread-column', summary: 'A column that nothing reads', level: 'warning', precision: 'high', evidence: 'absence',
    options: { type: 'object', additionalProperties: false, properties: { keep: { type: 'array', items: { type: 'string' }, default: ['id'] } } },
    check(project, report, { keep }: { keep: readonly string[] }) {
      for (const table of project.schema.tables) {
        for (const column of table.columns) {
          if (keep.includes(column.name) || project.usesOf(column).length > 0) continue;
          report({ table, columns: [column], confidence: 'high', message: `Nothing reads '${table.name}.${column.name}'`, help: 'Drop it', remedies: [{ title: 'Drop it', sql: `ALTER TABLE ${table.name} DROP COLUMN ${column.name};` }] });
        }
      }
    },
  },
  {
    id: 'wide-name', summary: 'A table with a name over ten letters', level: 'error', precision: 'high', evidence: 'presence', isOff: true,
    check(project, report) {
      for (const table of project.schema.tables) if (table.name.length > 10) report({ table, columns: [], confidence: 'high', message: `'${table.name}' is long`, help: 'Rename it' });
    },
  },
];
