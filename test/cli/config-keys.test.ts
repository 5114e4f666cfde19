/** What each key of the config changes, seen through the command line on real code. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/report/formats.js';
import { run, scratch } from '../support/scratch.js';

const HEAD = 'from sqlalchemy import Column, ForeignKey, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n';
const LEAD = 'class Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    name = Column(String)\n    nickname = Column(String)\n';
const APP = 'from models import Lead\n\n\ndef names(session):\n    return [lead.name for lead in session.query(Lead).all()]\n';

const leads = (config: string, more: Readonly<Record<string, string>> = {}): string => scratch({ 'models.py': HEAD + LEAD, 'app.py': APP, 'schemalint.config.yaml': config, ...more });

/** The findings as `rule place`, of one rule or of all. */
async function found(folder: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const { out, err } = await run(folder, ['check', '--output-format', 'json', '--exit-zero', ...flags]);
  expect(err).toBe('');
  return (JSON.parse(out) as { findings: { rule: string; level: string; table: string | null; columns: string[] }[] }).findings.map(({ rule, level, table, columns }) => `${level} ${rule} ${table}(${columns.join(', ')})`);
}

const UNUSED = 'warning unused-column leads(nickname)';

describe('rules and overrides', () => {
  it('set levels, for some tables and files only', async () => {
    expect(await found(leads('{}\n'))).toEqual([UNUSED]);
    expect(await found(leads('rules:\n  unused-column: off\n'))).toEqual([]);
    expect(await found(leads('rules:\n  unused-column: error\n'))).toEqual([UNUSED.replace('warning', 'error')]);
    expect(await found(leads('overrides:\n  - tables: ["lea*"]\n    rules: { unused-column: note }\n'))).toEqual([UNUSED.replace('warning', 'note')]);
    expect(await found(leads('overrides:\n  - files: ["models.py"]\n    rules: { unused-column: off }\n'))).toEqual([]);
    expect(await found(leads('overrides:\n  - files: ["models.py"]\n    tables: [other]\n    rules: { unused-column: off }\n'))).toEqual([UNUSED]);
  });

  it('of unused-suppression hold for comments that hide nothing', async () => {
    const comment = { 'models.py': HEAD + LEAD.replace('name = Column(String)', 'name = Column(String)  # schemalint: ignore[unused-column] -- by the export') };
    expect((await run(leads('{}\n', comment), ['check', '--output-format', 'concise'])).out).toContain('models.py:10:28: warning unused-suppression');
    expect(await found(leads('rules:\n  unused-suppression: off\n', comment))).toEqual([UNUSED]);
  });
});

describe('what cannot be seen', () => {
  it('makes no comment superfluous', async () => {
    const ddl = 'CREATE TABLE leads (\n  id int PRIMARY KEY,\n  stage text -- schemalint: ignore[unused-column] -- by the export\n);\n';
    expect(await found(scratch({ 'schema.sql': ddl }))).toEqual([]);
    expect(await found(scratch({ 'schema.sql': ddl.replace('unused-column', 'missing-primary-key') }))).toEqual(['warning unused-suppression null()']);
  });

  it('externalReaders: nothing is said of what nobody reads', async () => {
    expect(await found(leads('externalReaders: [leads]\n'))).toEqual([]);
  });

  const CHILDREN = `${HEAD}class Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    phone = Column(String)\n\n\nclass Conversation(Base):\n    __tablename__ = "conversations"\n    id = Column(Integer, primary_key=True)\n    lead_id = Column(ForeignKey("leads.id"), nullable=False)\n\n\nclass Message(Base):\n    __tablename__ = "messages"\n    id = Column(Integer, primary_key=True)\n    conversation_id = Column(ForeignKey("conversations.id"), nullable=False)\n    lead_id = Column(ForeignKey("leads.id"), nullable=False)\n    body = Column(String)\n`;
  const CODE = 'from models import Conversation, Lead, Message\n\n\ndef find(session, phone: str):\n    return session.query(Lead).filter(Lead.phone == phone).first()\n\n\ndef receive(session, conversation_id: int, body: str):\n    conversation = session.get(Conversation, conversation_id)\n    session.add(Message(conversation_id=conversation.id, lead_id=conversation.lead_id, body=body))\n\n\ndef messages(session, conversation_id: int):\n    return session.query(Message).filter(Message.conversation_id == conversation_id).all()\n';
  const project = (config: string) => scratch({ 'models.py': CHILDREN, 'app.py': CODE, 'schemalint.config.yaml': config });

  it('tenantKeys: columns that repeat a key on purpose', async () => {
    expect(await found(project('{}\n'), '--rule', 'derivable-foreign-key')).toEqual([expect.stringContaining('derivable-foreign-key messages(lead_id)')]);
    expect(await found(project('tenantKeys: [lead_id]\n'), '--rule', 'derivable-foreign-key')).toEqual([]);
  });

  it('smallTables: tables that need no index', async () => {
    const rules = ['--rule', 'unindexed-foreign-key', '--rule', 'missing-index', '--min-confidence', 'low'];
    expect((await found(project('{}\n'), ...rules)).join('\n')).toContain('messages(conversation_id)');
    expect((await found(project('smallTables: [messages]\n'), ...rules)).join('\n')).not.toContain(' messages(');
  });
});

describe('which files are what', () => {
  it('models: declarations count wherever they lie', async () => {
    const files = { 'tests/models.py': HEAD + LEAD, 'app.py': APP.replace('models', 'tests.models') };
    expect(await found(scratch({ ...files, 'schemalint.config.yaml': '{}\n' }))).toEqual([]);
    expect(await found(scratch({ ...files, 'schemalint.config.yaml': 'models: ["tests/models.py"]\n' }))).toEqual([UNUSED]);
  });

  it('entryPoints: what their functions return is read outside, and they are code of the application', async () => {
    const job = { 'plugins/test_export.py': 'from models import Lead\n\n\ndef export(session, id: int):\n    return session.get(Lead, id)\n' };
    expect(await found(leads('{}\n', job))).toEqual([UNUSED]);
    expect(await found(leads('entryPoints: ["plugins/**"]\n', job))).toEqual([]);
  });
});

describe('init', () => {
  it.each(readdirSync('fixtures').filter((name) => name.startsWith('crm-')).map((name) => [name]))('writes a config for %s that loads and changes nothing', async (name) => {
    const folder = scratch();
    cpSync(join('fixtures', name), folder, { recursive: true });
    const before = (await run(folder, ['check', '--output-format', 'json', '--exit-zero', '--no-config'])).out;
    const { code, out } = await run(folder, ['init']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Wrote .*schemalint\.config\.yaml\nFound: .*\b[a-z]/)]);
    const after = (await run(folder, ['check', '--output-format', 'json', '--exit-zero'])).out;
    const findings = (text: string) => (JSON.parse(text) as { findings: unknown[] }).findings;
    expect(findings(after)).toEqual(findings(before));
    expect(findings(after).length).toBeGreaterThan(0);
  });
});

describe('what a run writes', () => {
  it('is read back as nothing: a baseline, and a report in every format', async () => {
    const folder = leads('baseline: accepted.json\n');
    expect((await run(folder, ['baseline', 'create'])).out).toContain('1 finding accepted');
    const { code, out, err } = await run(folder, ['check', '--fail-on', 'note']);
    expect([code, out, err]).toEqual([0, expect.stringContaining('uses decided for 3 of 3'), '']);
    for (const format of FORMATS) {
      const folder = leads('{}\n');
      expect(await found(folder), format).toEqual([UNUSED]);
      await run(folder, ['check', '--output-format', `${format}=report.out`]);
      expect(await found(folder), format).toEqual([UNUSED]);
    }
  }, 120_000);
});
