import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, type Config } from '../../src/config/config.js';
import { checkRules } from '../../src/lint/engine.js';
import { makeLocate } from '../../src/lint/locate.js';
import type { Draft, Rule } from '../../src/lint/rule.js';
import type { Project } from '../../src/model/project.js';
import { buildProject } from '../support/project-builder.js';
import { makeSpan } from '../../src/facts/span.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const locate = makeLocate(() => '');

const base = { summary: 'X', level: 'warning', precision: 'high', evidence: 'presence' } as const;

/** A rule that reports every column, with what `more` says. */
function onColumns(id: string, more: (name: string) => Partial<Draft> | null = () => ({}), rest: Partial<Rule<any>> = {}): Rule<any> {
  return {
    ...base, id, ...rest,
    check: (project, report) => {
      for (const table of project.schema.tables) for (const column of table.columns) {
        const extra = more(column.name);
        if (extra) report({ table, columns: [column], message: column.name, help: 'h', confidence: 'high', ...extra });
      }
    },
  };
}

function check(project: Project, rules: readonly Rule<any>[], config: Partial<Config> = {}) {
  return checkRules({ project, rules, config: { ...DEFAULTS, ...config }, locate, hash });
}

const found = (project: Project, rules: readonly Rule<any>[], config: Partial<Config> = {}) => check(project, rules, config).shown.map((one) => `${one.rule} ${one.table}.${one.columns.join()} ${one.level} ${one.confidence}`);

const project = buildProject('table leads\n  id\n  phone\ntable audit_logs file=audit/models.py\n  note').build();

describe('levels', () => {
  it('takes the config over the finding over the rule', () => {
    const rule = onColumns('r', (name) => ({ level: name === 'id' ? 'error' : undefined }));
    expect(found(project, [rule])).toEqual(['r audit_logs.note warning high', 'r leads.id error high', 'r leads.phone warning high']);
    expect(found(project, [rule], { rules: { r: { level: 'note', options: null } } })).toEqual(['r audit_logs.note note high', 'r leads.id note high', 'r leads.phone note high']);
  });

  it('runs a rule that is off by default only when it is turned on', () => {
    const rule = onColumns('r', undefined, { isOff: true });
    expect(found(project, [rule])).toEqual([]);
    expect(found(project, [rule], { rules: { r: { level: 'on', options: null } } })).toHaveLength(3);
  });

  it('overrides by path, by table, and by both; later ones win', () => {
    const rule = onColumns('r');
    const off = { r: { level: 'off' as const, options: null } };
    expect(found(project, [rule], { overrides: [{ files: ['audit'], tables: [], rules: off }] })).toEqual(['r leads.id warning high', 'r leads.phone warning high']);
    expect(found(project, [rule], { overrides: [{ files: [], tables: ['le*'], rules: off }] })).toEqual(['r audit_logs.note warning high']);
    expect(found(project, [rule], { overrides: [{ files: ['audit/**'], tables: ['leads'], rules: off }] })).toHaveLength(3);
    expect(found(project, [rule], { rules: off, overrides: [{ files: [], tables: ['leads'], rules: { r: { level: 'error', options: null } } }] })).toEqual(['r leads.id error high', 'r leads.phone error high']);
  });

  it('gives options with their defaults, others where an override says so', () => {
    const rule: Rule<any> = {
      ...base, id: 'r', options: { type: 'object', properties: { least: { type: 'integer', default: 1 } } },
      check: (given, report, { least }: { least: number }) => { for (const table of given.schema.tables) report({ table, columns: [], message: `least ${least}`, help: 'h', confidence: 'high' }); },
    };
    const messages = (config: Partial<Config>) => check(project, [rule], config).shown.map((one) => `${one.table} ${one.message}`);
    expect(messages({})).toEqual(['audit_logs least 1', 'leads least 1']);
    const overrides = [{ files: [], tables: ['leads'], rules: { r: { level: 'on' as const, options: { least: 5 } } } }];
    expect(messages({ overrides })).toEqual(['audit_logs least 1', 'leads least 5']);
  });
});

describe('confidence', () => {
  const gaps = buildProject('table leads\n  id\n  phone\n  note').gap('dynamic-access', 'leads.phone').gap('unresolved-name', 'leads.phone').build();

  it('falls one step where a gap touches the subject of an absence', () => {
    expect(found(gaps, [onColumns('r', undefined, { evidence: 'absence' })])).toEqual(['r leads.id warning high', 'r leads.phone warning medium', 'r leads.note warning high']);
    expect(found(gaps, [onColumns('r')])).toContain('r leads.phone warning high');
  });

  it('falls for every column where the gap is about the table', () => {
    const table = buildProject('table leads\n  id').gap('parse-error', 'leads').build();
    expect(found(table, [onColumns('r', undefined, { evidence: 'absence' })])).toEqual(['r leads.id warning medium']);
  });

  it('does not fall for what the rule weighed itself', () => {
    const weighed = onColumns('r', () => ({ weighed: ['dynamic-access', 'unresolved-name'] }), { evidence: 'absence' });
    expect(found(gaps, [weighed])).toContain('r leads.phone warning high');
    const half = onColumns('r', () => ({ weighed: ['dynamic-access'] }), { evidence: 'absence' });
    expect(found(gaps, [half])).toContain('r leads.phone warning medium');
  });

  it('hides what is less sure than wanted', () => {
    const rule = onColumns('r', (name) => ({ confidence: name === 'id' ? 'low' : 'medium' }));
    const { shown, hidden } = check(project, [rule]);
    expect(shown.map((one) => one.message)).toEqual(['note', 'phone']);
    expect(hidden.map((one) => one.message)).toEqual(['id']);
    expect(found(project, [rule], { minConfidence: 'low' })).toHaveLength(3);
    expect(found(project, [rule], { minConfidence: 'high' })).toEqual([]);
  });

  it('stays silent about absences in tables that others read', () => {
    expect(found(project, [onColumns('r', undefined, { evidence: 'absence' })], { externalReaders: ['audit_*'] })).toEqual(['r leads.id warning high', 'r leads.phone warning high']);
    expect(found(project, [onColumns('r')], { externalReaders: ['audit_*'] })).toHaveLength(3);
  });
});

describe('one table, one verdict', () => {
  const dead: Rule<any> = { ...base, id: 'dead', isFinal: true, check: (given, report) => report({ table: given.schema.tables.find((table) => table.name === 'leads')!, columns: [], message: 'dead', help: 'h', confidence: 'medium' }) };

  it('drops what other rules say of a table that is judged as a whole', () => {
    expect(found(project, [onColumns('r'), dead])).toEqual(['r audit_logs.note warning high', 'dead leads. warning medium']);
  });

  it('keeps it where that verdict is not shown', () => {
    expect(found(project, [onColumns('r'), dead], { minConfidence: 'high' })).toHaveLength(3);
    expect(found(project, [onColumns('r'), dead], { rules: { dead: { level: 'off', options: null } } })).toHaveLength(3);
  });
});

describe('one column, one verdict', () => {
  const dated: Rule<any> = { ...base, id: 'dated', covers: ['r'], check: (given, report) => { const table = given.schema.tables.find((one) => one.name === 'leads')!; report({ table, columns: table.columns.filter((one) => one.name === 'phone'), message: 'dated', help: 'h', confidence: 'medium' }); } };

  it('drops what the rules that it covers say of the same column', () => {
    expect(found(project, [onColumns('r'), dated])).toEqual(['r audit_logs.note warning high', 'r leads.id warning high', 'dated leads.phone warning medium']);
    expect(found(project, [onColumns('other'), dated])).toHaveLength(4);
  });

  it('keeps it where that verdict is not shown', () => {
    expect(found(project, [onColumns('r'), dated], { minConfidence: 'high' })).toHaveLength(3);
    expect(found(project, [onColumns('r'), dated], { rules: { dated: { level: 'off', options: null } } })).toHaveLength(3);
  });
});

describe('fingerprints', () => {
  const rule = onColumns('r');
  const of = (given: Project) => check(given, [rule]).shown.map((one) => `${one.columns} ${one.fingerprint}`).sort();

  it('stay when lines and files move', () => {
    const moved = buildProject('table audit_logs file=elsewhere.py\n  note\ntable leads file=new/leads.py\n  phone\n  id').build();
    expect(of(moved)).toEqual(of(project));
    expect(of(project)[0]).toMatch(/^id [0-9a-f]{16}$/);
  });

  it('ignore the order of columns, and tell discriminators apart', () => {
    const keyed = (order: readonly number[], discriminator?: string): Rule<any> => ({ ...base, id: 'r', check: (given, report) => { const table = given.schema.tables[0]; report({ table, columns: order.map((i) => table.columns[i]), message: 'm', help: 'h', confidence: 'high', discriminator }); } });
    const print = (one: Rule<any>) => check(project, [one]).shown[0].fingerprint;
    expect(print(keyed([1, 0]))).toBe(print(keyed([0, 1])));
    expect(print(keyed([0, 1], 'ix'))).not.toBe(print(keyed([0, 1])));
  });

  it('report one finding of an entity, the surest', () => {
    const twice: Rule<any> = { ...base, id: 'r', check: (given, report) => { for (const confidence of ['medium', 'high'] as const) report({ table: given.schema.tables[0], columns: [], message: confidence, help: 'h', confidence }); } };
    expect(found(project, [twice])).toEqual(['r leads. warning high']);
  });
});

it('names the rule that failed', () => {
  const broken: Rule<any> = { ...base, id: 'broken', check: () => { throw new TypeError('no such thing'); } };
  expect(() => check(project, [broken])).toThrow('rule broken: no such thing');
});

it('counts lines from 1 and columns in UTF-16 units', () => {
  const at = makeLocate(() => 'a\r\n\u{1F600}b\nc', 'sub/');
  expect(at({ path: 'x.py', at: makeSpan(5, 6) })).toEqual({ path: 'sub/x.py', startLine: 2, startColumn: 3, endLine: 2, endColumn: 4 });
  expect(at({ path: 'x.py', at: makeSpan(0, 8) })).toMatchObject({ startLine: 1, startColumn: 1, endLine: 3, endColumn: 2 });
});
