import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { concise, full } from '../../src/report/full.js';
import { github } from '../../src/report/github.js';
import { gitlab } from '../../src/report/gitlab.js';
import { html } from '../../src/report/html.js';
import { findingsSchema } from '../../src/report/json-schema.js';
import { json } from '../../src/report/json.js';
import { junit } from '../../src/report/junit.js';
import { markdown } from '../../src/report/markdown.js';
import { plan } from '../../src/report/plan.js';
import type { Finding } from '../../src/lint/finding.js';
import { at, context, finding, related, result } from '../support/sample-result.js';

const many = (count: number, more: Partial<Finding>) => Array.from({ length: count }, (_, i) => finding({ fingerprint: String(i).padStart(16, '0'), columns: [`c${i}`], ...more }));

describe('full', () => {
  it('shows the line, a caret, how we know and what to do', () => {
    const one = finding({ confidence: 'medium', related: [related('written here')], remedies: [{ title: 'Drop it', sql: 'ALTER TABLE leads\n  DROP COLUMN stage;' }] });
    expect(full(result([one]), context)).toBe(`warning unused-column  leads (stage)  (medium confidence)
  app/my models.py:2:5
  2 |     stage = Column(String)
    |     ^^^^^
  Nothing reads 'leads.stage'.
  How we know:
    app/routes.py:2  written here
  What to do: Drop the column.
  Drop it:
    ALTER TABLE leads
      DROP COLUMN stage;

1 finding: 1 warning.
Read 12 files, 1 not; 2 tables, 9 columns; uses decided for 7 of 9, 2 skipped: 2 dynamic-access.
`);
  });

  it('breaks prose at the width of the terminal, and never a place or the last line', () => {
    const one = finding({ message: 'word '.repeat(20).trim(), related: [related('said here, at some length and then some more of it'), related('short')], remedies: [] });
    const lines = full(result([one]), { ...context, width: 50 }).split('\n');
    expect(lines.slice(0, -2).filter((line) => line.length > 50)).toEqual([]);
    expect(lines).toEqual(expect.arrayContaining(['    app/routes.py:2  said here, at some length and', '        then some more of it', '    app/routes.py:2  short']));
    expect(lines[lines.length - 2]).toMatch(/^Read 12 files.*dynamic-access\.$/);
  });

  it('keeps tabs so that the caret stands right, and colours only when told', () => {
    const text = full(result([finding({ location: at('app/my models.py', 3, 2, 7) })]), context);
    expect(text).toContain('  3 | \tscore = Column(Integer)\n    | \t^^^^^\n');
    expect(text).not.toContain('\u001b');
    expect(full(result([finding()]), { ...context, color: true })).toContain('\u001b[33m');
  });

  it('shows three notes of a rule and counts the rest, graver ones first', () => {
    const text = full(result([...many(5, { level: 'note', rule: 'missing-index' }), ...many(2, { level: 'error' })]), context);
    expect(text.match(/^note missing-index/gm)).toHaveLength(3);
    expect(text).toContain('... and 2 more notes of missing-index: leads (c3); leads (c4)');
    expect(text.indexOf('error')).toBeLessThan(text.indexOf('note missing-index'));
    expect(text).toContain('7 findings: 2 errors, 5 notes.');
  });

  it('says when nothing declares a table', () => {
    const nothing = { ...result([]), coverage: { ...result([]).coverage, tables: 0 } };
    expect(full(nothing, context)).toContain('no model, migration or SQL was found that declares a table.');
  });
});

describe('concise', () => {
  it('is one line for each finding', () => {
    expect(concise(result([finding()]), context).split('\n')[0]).toBe(`app/my models.py:2:5: warning unused-column Nothing reads 'leads.stage'`);
  });
});

describe('json', () => {
  const check = new Ajv2020({ strict: true, strictTypes: false }).compile(findingsSchema);
  const rich = finding({ related: [related('x')], flow: [related('y')], remedies: [{ title: 'T', sql: 'S' }, { title: 'U', code: 'C' }] });

  it('is what its schema says', () => {
    const hidden = finding({ suppressed: { kind: 'comment', reason: null, location: at('a.py', 1, 1, 2) } });
    const text = json({ ...result([rich, finding({ table: null, model: null, columns: [] })], [hidden]), gaps: [{ kind: 'dynamic-access', table: 'leads', column: null, detail: 'd', location: null }] }, context);
    expect(check(JSON.parse(text)), JSON.stringify(check.errors)).toBe(true);
    expect(check({ ...JSON.parse(text), formatVersion: 2 })).toBe(false);
  });

  it('holds no times', () => {
    expect(json(result([]), context)).not.toMatch(/milliseconds|memory|3\.14/i);
  });
});

describe('github', () => {
  it('escapes, begins the message with its place, gives columns on one line only', () => {
    const lines = github(result([finding({ message: '50% of\nit', rule: 'a,b' }), finding({ level: 'note', location: at('x.py', 1, 2, 3, 4) })]), context).split('\n');
    expect(lines[0]).toBe('::warning file=app/my models.py,line=2,endLine=2,col=5,endColumn=10,title=a%2Cb::app/my models.py:2:5: 50%25 of%0Ait. Drop the column');
    expect(lines[1]).toBe(`::notice file=x.py,line=1,endLine=4,title=unused-column::x.py:1:2: Nothing reads 'leads.stage'. Drop the column`);
  });

  it('gives ten of a level and names the rest', () => {
    const lines = github(result(many(12, {})), context).split('\n');
    expect(lines.filter((line) => line.startsWith('::'))).toHaveLength(10);
    expect(lines).toContain('2 more of level warning are not shown as annotations');
  });
});

describe('gitlab, junit, markdown, html', () => {
  it('gitlab: rule in the description, our fingerprint, its severities', () => {
    expect(JSON.parse(gitlab(result([finding({ level: 'error' }), finding({ level: 'note' })]), context))).toMatchObject([
      { description: `unused-column: Nothing reads 'leads.stage'`, check_name: 'unused-column', fingerprint: '0123456789abcdef', severity: 'major', location: { path: 'app/my models.py', lines: { begin: 2, end: 2 } } }, { severity: 'info' },
    ]);
  });

  it('junit: a suite for each file, escaped', () => {
    const text = junit(result([finding({ message: 'a < "b" & \u0001c' }), finding({ location: at('z.py', 1, 1, 2) })]), context);
    expect(text).toContain('<testsuites name="schemalint" tests="2" failures="2" errors="0">');
    expect(text).toContain('<testsuite name="app/my models.py" tests="1"');
    expect(text).toContain('message="a &lt; &quot;b&quot; &amp; c"');
    expect(junit(result([]), context)).toContain('<testcase name="no findings"');
  });

  it('markdown: no cell breaks the table', () => {
    const text = markdown(result([finding({ message: 'a | b\n<i>' })]), context);
    expect(text).toContain('| `leads (stage)`<br>`app/my models.py:2` | unused-column | a \\| b \\<i\\>. | Drop the column. |');
  });

  it('html: everything escaped, nothing from outside', () => {
    const text = html(result([finding({ message: '<script>alert(1)</script>', level: 'error' })]), context);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/<script|https?:/);
    expect(text).toContain('<pre>2 |     <mark>stage</mark> = Column(String)</pre>');
  });
});

describe('plan', () => {
  it('mends, constrains, adds, then removes', () => {
    const step = (level: Finding['level'], sql: string) => finding({ level, fingerprint: sql, remedies: [{ title: 'Do', sql }] });
    const text = plan(result([step('warning', 'ALTER TABLE a DROP COLUMN b;'), step('note', 'CREATE INDEX i ON a (b);'), step('note', 'ALTER TABLE a ALTER COLUMN b SET NOT NULL;'), step('error', 'ALTER TABLE x DROP COLUMN y;')]));
    const order = ['contradicting', 'x DROP COLUMN y', 'hold what the code assumes', 'SET NOT NULL', 'queries and models lack', 'CREATE INDEX', 'redundant or dead', 'a DROP COLUMN b'];
    expect(order.map((part) => text.indexOf(part))).toEqual([...order.map((part) => text.indexOf(part))].sort((a, b) => a - b));
    expect(order.every((part) => text.includes(part))).toBe(true);
    expect(plan(result([]))).toBe('# Plan\n\nNothing to do: there are no findings.\n');
  });
});
