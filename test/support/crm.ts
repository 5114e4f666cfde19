/** What a careful person found by hand in the CRM, and what each dialect's fixture may show differently, with the reason. */

/** One finding: its rule, `table(columns)`, the line of `server/models.py` in the reference fixture, and places that must be among its evidence. */
export interface Investigated { readonly rule: string; readonly subject: string; readonly line: number; readonly evidence: readonly string[] }

const LEADS_PAGE = 'frontend/app/leads/page.tsx:72';
const INBOX_PAGE = 'frontend/app/inbox/page.tsx:68';
const ACTIONS = 'whatsapp_worker/processors/actions.py';
const MODELS = 'server/models.py';
const STATISTICS = ['server/routes/analytics.py:19', 'server/routes/analytics.py:24'];

/** Every finding of the rules below on `fixtures/crm-sqlalchemy`; these rules report nothing else there. */
export const INVESTIGATION: readonly Investigated[] = [
  { rule: 'duplicated-state', subject: 'leads(conversation_stage, intent_level, user_sentiment)', line: 196, evidence: [`${MODELS}:77`, `${MODELS}:78`, `${MODELS}:79`, `${ACTIONS}:93`, `${ACTIONS}:95`, `${ACTIONS}:97`, LEADS_PAGE, INBOX_PAGE] },
  { rule: 'derivable-foreign-key', subject: 'messages(lead_id)', line: 111, evidence: ['server/routes/webhooks.py:106', 'server/internal_api/messages.py:23', `${MODELS}:74`] },
  { rule: 'derivable-foreign-key', subject: 'messages(organization_id)', line: 109, evidence: ['server/routes/webhooks.py:104', 'server/internal_api/messages.py:21', `${MODELS}:73`] },
  { rule: 'derivable-foreign-key', subject: 'conversations(organization_id)', line: 73, evidence: ['server/routes/webhooks.py:138', `${MODELS}:186`] },
  { rule: 'legacy-column', subject: 'templates(content)', line: 153, evidence: [`${MODELS}:151`, 'frontend/app/templates/page.tsx:11', 'server/routes/templates.py:83', 'server/routes/templates.py:52', 'server/schemas.py:231'] },
  { rule: 'missing-back-reference', subject: 'organizations()', line: 30, evidence: [`${MODELS}:127`, `${MODELS}:146`, `${MODELS}:186`, `${MODELS}:226`] },
  { rule: 'missing-relationship', subject: 'templates(organization_id)', line: 146, evidence: [] },
  { rule: 'missing-relationship', subject: 'ctas(organization_id)', line: 226, evidence: [] },
  { rule: 'missing-relationship', subject: 'leads(organization_id)', line: 186, evidence: [] },
  { rule: 'unused-model', subject: 'followups()', line: 166, evidence: ['scripts/seed.py:104', 'alembic/versions/3f1c7a90d2b4_initial_tables.py:192', 'tests/test_followups.py:1'] },
  { rule: 'unused-column', subject: 'conversations(scheduled_followup_at)', line: 95, evidence: ['server/schemas.py:163'] },
  { rule: 'unpopulated-model', subject: 'analytics()', line: 209, evidence: ['server/routes/analytics.py:55', ...STATISTICS] },
  { rule: 'missing-index', subject: 'conversations(organization_id, lead_id)', line: 73, evidence: ['server/routes/leads.py:92', 'server/routes/webhooks.py:126'] },
  { rule: 'missing-index', subject: 'conversations(last_bot_message_at)', line: 94, evidence: ['server/internal_api/conversations.py:39'] },
  { rule: 'missing-index', subject: 'messages(conversation_id, created_at)', line: 110, evidence: ['server/routes/conversations.py:87', 'server/internal_api/conversations.py:52'] },
  { rule: 'missing-unique', subject: 'leads(organization_id, phone)', line: 186, evidence: ['server/routes/webhooks.py:84', 'server/routes/webhooks.py:92', 'server/routes/leads.py:40'] },
  { rule: 'missing-unique', subject: 'whatsapp_integrations(phone_number_id)', line: 132, evidence: ['server/routes/webhooks.py:51', 'server/routes/organizations.py:30'] },
  { rule: 'optional-foreign-key', subject: 'ctas(organization_id)', line: 226, evidence: ['server/routes/ctas.py:38'] },
  ...([['organizations', 40], ['conversations', 98], ['whatsapp_integrations', 137], ['templates', 163], ['leads', 201], ['ctas', 232]] as const)
    .map(([table, line]): Investigated => ({ rule: 'nullable-timestamp', subject: `${table}(updated_at)`, line, evidence: [] })),
];

/** The rules that the investigation judges in full: what they report beyond it is wrong. */
export const JUDGED: ReadonlySet<string> = new Set([...INVESTIGATION.map((one) => one.rule), 'redundant-index', 'unpopulated-column', 'write-only-column', 'write-only-model']);

/** What one fixture shows differently from the reference. A difference that no longer exists fails the test. */
export interface FixtureDifferences {
  /** Rewrites of the fixture's schema, line by line (see `schemaLines`), that make it equal to `fixtures/crm.schema.sql`. */
  readonly schema: readonly { readonly pattern: RegExp; readonly replacement: string | ((...parts: string[]) => string); readonly reason: string }[];
  /** Lines of `fixtures/crm.schema.sql` that the fixture's database has nothing for. */
  readonly schemaLacks: readonly { readonly pattern: RegExp; readonly reason: string }[];
  /** Findings, as `rule table(columns)`, that the fixture lacks or has beside those of the reference. */
  readonly lacks: readonly { readonly findings: readonly string[]; readonly reason: string }[];
  readonly adds: readonly { readonly findings: readonly string[]; readonly reason: string }[];
}

const NO_RELATIONSHIPS = {
  findings: ['missing-back-reference organizations()', 'missing-relationship templates(organization_id)', 'missing-relationship ctas(organization_id)', 'missing-relationship leads(organization_id)'],
  reason: 'there are no relationships to declare',
};

const CHANGING = ['conversations', 'ctas', 'leads', 'organizations', 'templates', 'whatsapp_integrations'];
const oneBase = (first: string) => ({
  findings: CHANGING.filter((table) => table !== first).map((table) => `nullable-timestamp ${table}(updated_at)`),
  reason: 'what the tables have in common declares the column, which is told at the first of them',
});

export const DIFFERENCES: Readonly<Record<string, FixtureDifferences>> = {
  'crm-postgres': {
    schema: [
      { pattern: /^CREATE TYPE ([a-z]+)_([a-z]+) AS ENUM \((.*)\)/, replacement: (_, first, second, labels) => `CREATE TYPE ${first}${second} AS ENUM (${labels!.toUpperCase()})`, reason: 'its enums are named and written as in SQL, those of the reference after Python classes' },
      { pattern: /^(\w+: \w+) ([a-z]+)_([a-z]+)(?= NOT NULL)/, replacement: '$1 $2$3', reason: 'columns of these enums' },
      { pattern: / DEFAULT (?!now\(\)).*$/, replacement: '', reason: 'the database fills in what the application fills in elsewhere' },
    ],
    schemaLacks: [],
    lacks: [NO_RELATIONSHIPS],
    adds: [],
  },
  'crm-sqlalchemy': { schema: [], schemaLacks: [], lacks: [], adds: [] },
  'crm-drizzle': { schema: [], schemaLacks: [], lacks: [oneBase('organizations')], adds: [] },
  'crm-sqlmodel': { schema: [], schemaLacks: [], lacks: [], adds: [] },
  'crm-django': {
    schema: [
      ...([['stage', 'conversationstage'], ['conversation_stage', 'conversationstage'], ['intent_level', 'intentlevel'], ['user_sentiment', 'usersentiment'], ['sender', 'messagesender'], ['delivery_status', 'deliverystatus'], ['source', 'leadsource'], ['category', 'templatecategory'], ['status', 'templatestatus'], ['role', 'userrole']] as const)
        .map(([column, type]) => ({ pattern: new RegExp(`^(\\w+: ${column}) character varying\\(16\\)`), replacement: `$1 ${type}`, reason: 'choices are text with the values in the model' })),
      { pattern: /^(\w+: created_at .*) CURRENT_TIMESTAMP$/, replacement: '$1 now()', reason: 'Now() is spelt so' },
      { pattern: /^(templates: components) jsonb$/, replacement: '$1 json', reason: 'a JSONField is jsonb' },
      { pattern: /^CREATE INDEX ON (conversations|followups|leads|messages) \(\w+_id\)$/, replacement: '', reason: 'every foreign key is indexed' },
    ],
    schemaLacks: [{ pattern: /^CREATE TYPE/, reason: 'choices are text with the values in the model' }],
    lacks: [
      { findings: ['missing-relationship templates(organization_id)', 'missing-relationship ctas(organization_id)', 'missing-relationship leads(organization_id)', 'missing-back-reference organizations()'], reason: 'a foreign key is a relationship with a reverse name' },
      { findings: ['missing-index conversations(organization_id, lead_id)', 'missing-index messages(conversation_id, created_at)'], reason: 'every foreign key is indexed, which narrows these enough' },
    ],
    adds: [],
  },
  'crm-sequelize': { schema: [], schemaLacks: [], lacks: [], adds: [] },
  'crm-typeorm': { schema: [], schemaLacks: [], lacks: [oneBase('conversations')], adds: [] },
  'crm-prisma': {
    schema: [
      { pattern: / DEFAULT CURRENT_TIMESTAMP$/, replacement: ' DEFAULT now()', reason: 'Prisma spells the same default in another way' },
      { pattern: / DEFAULT (?:true|false|0|'[^']*')$/, replacement: '', reason: 'Prisma writes the constant defaults of its models into the database' },
    ],
    schemaLacks: [],
    lacks: [{ findings: ['missing-back-reference organizations()', 'missing-relationship templates(organization_id)', 'missing-relationship ctas(organization_id)', 'missing-relationship leads(organization_id)'], reason: 'Prisma refuses a schema in which a relation is not declared on both sides' }],
    adds: [],
  },
  'crm-mikro-orm': { schema: [{ pattern: / ON UPDATE CASCADE$/, replacement: '', reason: 'MikroORM writes it to every foreign key of its migrations' }], schemaLacks: [], lacks: [oneBase('conversations')], adds: [] },
};

/**
 * The printed schema as one line for each enum, column, constraint, key and index, sorted: what two dialects must agree on. Names of
 * constraints and indexes and the order of columns are left to each.
 */
export function schemaLines(ddl: string): readonly string[] {
  const lines: string[] = [];
  for (const [, statement] of `${ddl}\n`.matchAll(/^((?:CREATE|ALTER)[\s\S]*?);\n/gm)) {
    const table = /^CREATE TABLE (\S+) \(\n([\s\S]*)\n\)$/.exec(statement!);
    if (table) for (const line of table[2]!.split(',\n')) lines.push(`${table[1]}: ${unnamed(line.trim())}`);
    else lines.push(unnamed(statement!));
  }
  return lines.sort();
}

function unnamed(text: string): string {
  return text.replace(/^CONSTRAINT \S+ /, '').replace(/ ADD CONSTRAINT \S+ /, ' ADD ').replace(/^(CREATE (?:UNIQUE )?INDEX) (?!ON )\S+ ON /, '$1 ON ');
}
