import { describe, expect, it } from 'vitest';
import { duplicatedState } from '../../rules/duplicated-state.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

const SCHEMA = `
  enum stage = new | won
  enum intent = low | high
  table leads
    id pk
    phone text
    conversation_stage stage
    intent_level intent
  table conversations
    id pk
    lead_id -> leads
    stage stage
    intent_level intent
    created_at timestamptz role=created-at
  table campaigns
    id pk
    title text
`;
const worker = { path: 'actions.py', fn: 'apply', isSwallowed: true, isSplit: true, via: 'payload' } as const;
const synced = (schema = SCHEMA) => buildProject(schema).query('campaigns').query('leads').query('conversations').copy('conversations.stage', 'leads.conversation_stage', worker).copy('conversations.intent_level', 'leads.intent_level', worker);
const used = (schema: string, ...tables: string[]) => tables.reduce((built, table) => built.query(table), buildProject(schema));

describe('duplicated-state', () => {
  it('reports the copy, its source, the places that sync them and what is wrong there', () => {
    const built = synced().write('conversations.stage', '?', { path: 'routes/conversations.py', fn: 'patch', via: 'generic-update' })
      .read('conversations.stage', { path: 'inbox.tsx', isClient: true }).read('leads.conversation_stage', { path: 'leads.tsx', isClient: true }).read('leads.conversation_stage', { path: 'export.py' }).build();
    const [draft, ...rest] = drafts(duplicatedState, built);
    expect(rest).toEqual([]);
    expect(draft.table.name).toBe('leads');
    expect(draft.columns.map((column) => column.name)).toEqual(['conversation_stage', 'intent_level']);
    expect(draft).toMatchObject({ confidence: 'high', level: undefined });
    expect(draft.message).toBe('leads (conversation_stage, intent_level) store the same as conversations (stage, intent_level), kept in step by hand inside a handler that swallows errors and in another transaction than the source; other code writes one side only');
    expect(draft.related?.map((one) => one.message)).toEqual([
      'source of truth', 'source of truth',
      'copied here from conversations.stage, inside a handler that only logs or ignores an error, in another transaction, so one can fail without the other',
      'copied here from conversations.intent_level, inside a handler that only logs or ignores an error, in another transaction, so one can fail without the other',
      'writes conversations.stage and not leads.conversation_stage',
      'reads leads.conversation_stage where other files read conversations.stage', 'reads conversations.stage where other files read leads.conversation_stage',
    ]);
    expect(draft.related?.slice(-2).map((one) => one.place.path)).toEqual(['leads.tsx', 'inbox.tsx']);
    expect(draft.remedies?.[0].sql).toBe('ALTER TABLE leads\n  DROP COLUMN conversation_stage,\n  DROP COLUMN intent_level;');
    expect(draft.remedies?.[1].sql).toBe('CREATE VIEW leads_with_state AS\n  SELECT c.*, s.conversation_stage, s.intent_level\n  FROM leads AS c\n  LEFT JOIN (SELECT DISTINCT ON (lead_id) lead_id, stage AS conversation_stage, intent_level FROM conversations ORDER BY lead_id, created_at DESC) AS s ON s.lead_id = c.id;');
  });

  it('joins the two in a view as they are where one row has one row', () => {
    const remedyOf = (key: string) => drafts(duplicatedState, used(`table leads\n id pk\n conversation_mood text\n table conversations\n id pk\n lead_id -> leads ${key}\n mood text`, 'leads', 'conversations').copy('conversations.mood', 'leads.conversation_mood').build())[0]!.remedies?.[1];
    expect(remedyOf('unique')).toEqual({ title: 'B: show both together in a view, after A', sql: 'CREATE VIEW leads_with_state AS\n  SELECT c.*, s.mood AS conversation_mood\n  FROM leads AS c LEFT JOIN conversations AS s ON s.lead_id = c.id;' });
    expect(remedyOf('')?.sql).toContain('DISTINCT ON');
  });

  it('grades by the evidence', () => {
    const pair = 'table leads\n id pk\n conversation_mood text\n table conversations\n id pk\n lead_id -> leads\n mood text';
    expect(check(duplicatedState, used(pair, 'leads', 'conversations').copy('conversations.mood', 'leads.conversation_mood').build())).toEqual(['leads(conversation_mood) high']);
    expect(check(duplicatedState, used(pair, 'leads', 'conversations').copy('conversations.mood', 'leads.conversation_mood', { via: 'payload' }).build())).toEqual(['leads(conversation_mood) medium']);
    expect(check(duplicatedState, used(pair, 'leads', 'conversations').build())).toEqual([]);
    expect(check(duplicatedState, used(SCHEMA, 'leads', 'conversations').build())).toEqual(['leads(conversation_stage, intent_level) medium warning']);
    expect(check(duplicatedState, used(SCHEMA.replaceAll('intent_level intent', ''), 'leads', 'conversations').build())).toEqual(['leads(conversation_stage) low warning']);
  });

  it('takes the side that is assigned for the copy, whatever its name', () => {
    const schema = 'table orders\n id pk\n churn_risk text\n table customers\n id pk\n churn_risk text\n order_id -> orders';
    expect(check(duplicatedState, used(schema, 'orders', 'customers').copy('orders.churn_risk', 'customers.churn_risk').build())).toEqual(['customers(churn_risk) high']);
    expect(check(duplicatedState, used(schema, 'orders', 'customers').copy('orders.churn_risk', 'customers.churn_risk', { via: 'same-value' }).build())).toEqual(['orders(churn_risk) medium']);
  });

  it('takes a trigger that keeps the copy in step for denormalisation done right', () => {
    const schema = SCHEMA.replace('created_at timestamptz role=created-at', 'created_at timestamptz\n trigger keep events=insert,update writes=leads.conversation_stage,leads.intent_level');
    expect(check(duplicatedState, synced(schema).build())).toEqual(['leads(conversation_stage, intent_level) low note']);
    expect(drafts(duplicatedState, used(schema, 'leads', 'conversations').build())[0].message).toContain('kept in step by the trigger keep');
    const onInsert = schema.replace('events=insert,update', 'events=insert');
    expect(check(duplicatedState, synced(onInsert).build())).toEqual(['leads(conversation_stage, intent_level) high']);
  });

  const lines = (more: string) => `
    table products
      id pk
      list_price numeric
      hazard_class text
      ${more.includes('view') ? '' : ''}
    table order_lines
      id pk
      product_id -> products
      list_price numeric
      hazard_class text
      status text
  `;
  it.each([
    ['a snapshot taken when the row is made', used(lines(''), 'products', 'order_lines').insert('order_lines', { product_id: '?', list_price: 'products.list_price', hazard_class: 'products.hazard_class' })],
    ['a snapshot in a table that a generic update may change', used(lines(''), 'products', 'order_lines').copy('products.list_price', 'order_lines.list_price', { atInsert: true }).copy('products.hazard_class', 'order_lines.hazard_class', { atInsert: true }).write('order_lines.list_price', '?', { via: 'generic-update' }).write('order_lines.hazard_class', '?', { via: 'generic-update' })],
    ['columns that are only written with their row', used(lines(''), 'products', 'order_lines').insert('order_lines', { list_price: '?', hazard_class: '?' })],
    ['a history table', used(lines('').replaceAll('order_lines', 'product_history'), 'products', 'product_history').copy('products.list_price', 'product_history.list_price')],
    ['an audit log', used(lines('').replaceAll('order_lines', 'audit_entries'), 'products', 'audit_entries').copy('products.list_price', 'audit_entries.list_price')],
    ['a view', used(lines('').replace('table order_lines', 'view order_lines'), 'products', 'order_lines').copy('products.list_price', 'order_lines.list_price')],
    ['generated columns', used(lines('').replaceAll('numeric', 'numeric generated').replaceAll('class text', 'class text generated'), 'products', 'order_lines')],
    ['names that say nothing', used('table leads\n id pk\n status text\n title text\n table conversations\n id pk\n lead_id -> leads\n status text\n title text', 'leads', 'conversations').copy('conversations.status', 'leads.status')],
    ['columns of one mixin', used('table a\n id pk\n hazard text from=Risky\n grade_mark text from=Risky\n table b\n id pk\n a_id -> a\n hazard text from=Risky\n grade_mark text from=Risky', 'a', 'b').copy('a.hazard', 'b.hazard')],
    ['foreign keys', used('table orgs\n id pk\n table a\n id pk\n org_id -> orgs\n table b\n id pk\n a_id -> a\n org_id -> orgs', 'a', 'b', 'orgs').copy('a.org_id', 'b.org_id')],
    ['incompatible types', used('table a\n id pk\n hazard text\n table b\n id pk\n a_id -> a\n hazard integer', 'a', 'b').copy('a.hazard', 'b.hazard')],
    ['tables that nothing links', used('table a\n id pk\n hazard text\n table b\n id pk\n hazard text', 'a', 'b').copy('a.hazard', 'b.hazard')],
    ['a copy in a migration', used('table a\n id pk\n hazard text\n table b\n id pk\n a_id -> a\n hazard text', 'a', 'b').copy('a.hazard', 'b.hazard', { role: 'migration', via: 'sql' })],
    ['a default that one function weighs against the other', used(SCHEMA, 'leads', 'conversations').read('leads.conversation_stage', { fn: 'g' }).read('conversations.stage', { fn: 'g' }).read('leads.intent_level', { fn: 'g' }).read('conversations.intent_level', { fn: 'g' })],
    ['each table naming its own', used('table leads\n id pk\n lead_grade text\n table conversations\n id pk\n lead_id -> leads\n conversation_grade text', 'leads', 'conversations').copy('leads.lead_grade', 'conversations.conversation_grade')],
    ['attributes of anything in two tables', used('table customers\n id pk\n email text\n phone text\n city text\n table suppliers\n id pk\n customer_id -> customers\n email text\n phone text\n city text', 'customers', 'suppliers')],
    ['rare names of tables that only share their tenant', used('table orgs\n id pk\n table a\n id pk\n org_id -> orgs\n churn_risk text\n hazard_mark text\n table b\n id pk\n org_id -> orgs\n churn_risk text\n hazard_mark text', 'a', 'b', 'orgs')],
  ])('is silent with %s', (_, built) => {
    expect(check(duplicatedState, built.build())).toEqual([]);
  });
});
