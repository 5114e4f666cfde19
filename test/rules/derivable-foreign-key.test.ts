import { describe, expect, it } from 'vitest';
import { derivableForeignKey } from '../../rules/derivable-foreign-key.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

/** Tables that carry neither key, so that none is carried by most. */
const REST = ['regions', 'offers', 'invoices', 'stores'].map((name) => `table ${name}\n id pk\n label text`).join('\n');
const schema = (lines: { lead?: string; f?: string; hop?: string; more?: string; leads?: string } = {}) => `
  ${REST}
  table leads
    id pk
    phone text
    ${lines.leads ?? ''}
  table conversations
    id pk
    ${lines.hop ?? 'lead_id -> leads'}
    stage text
  table messages
    id pk
    ${lines.f ?? 'conversation_id -> conversations'}
    ${lines.lead ?? 'lead_id -> leads'}
    body text
    ${lines.more ?? ''}
`;
const used = (text: string) => buildProject(text).query('leads', ['phone = ?']).query('conversations', ['stage = ?']).query('messages', ['conversation_id = ?']);
const copied = (text: string) => used(text).insert('messages', { lead_id: 'conversations.lead_id', conversation_id: '?' }, { path: 'worker.py' });
const found = (built: ReturnType<typeof used>) => check(derivableForeignKey, built.build());
const HIGH = ['messages(lead_id) high'];
const MEDIUM = ['messages(lead_id) medium'];

describe('derivable-foreign-key', () => {
  it('reports a key with its chain, its writers and the queries that filter by it', () => {
    const built = copied(schema()).query('messages', ['conversation_id = ?', 'lead_id = ?'], { path: 'list.py' }).build();
    const [draft] = drafts(derivableForeignKey, built);
    expect(draft).toMatchObject({ confidence: 'high', message: 'messages.lead_id repeats what messages.conversation_id already says: it is conversations.lead_id of its row in conversations' });
    expect(draft.flow?.map((one) => one.message)).toEqual([
      'messages.conversation_id, never NULL, leads to conversations', 'conversations.lead_id, never NULL, leads to leads', 'messages.lead_id leads to the same row of leads',
      'written here, copied from conversations.lead_id', 'filtered by here, beside conversation_id which suffices',
    ]);
    expect(draft.related?.[0]).toMatchObject({ message: 'source of truth' });
    expect(draft.remedies?.map((one) => one.sql)).toEqual([
      'SELECT count(*) FROM messages AS c\n  JOIN conversations AS p1 ON p1.id = c.conversation_id\n  WHERE c.lead_id IS DISTINCT FROM p1.lead_id;',
      'ALTER TABLE messages DROP COLUMN lead_id;',
    ]);
  });

  it('knows plain names of one target as one role', () => {
    expect(found(used(schema({ lead: 'lead_uuid -> leads' })))).toEqual(['messages(lead_uuid) high']);
    expect(found(used(schema({ lead: 'lead -> leads' })))).toEqual(['messages(lead) high']);
  });

  it.each([
    ['no writer is seen', used(schema()), HIGH],
    ['a writer takes it from elsewhere', copied(schema()).insert('messages', { lead_id: '?', conversation_id: '?' }), MEDIUM],
    ['queries filter by it alone', copied(schema()).query('messages', ['lead_id = ?']), MEDIUM],
    ['most tables carry it', copied(schema().replaceAll('label text', 'lead_id -> leads')), MEDIUM],
    ['most tables of its database carry it, whatever another one has', copied(schema().replaceAll('label text', 'lead_id -> leads') + ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `table ${name} database=other\n id pk\n label text`).join('\n')), MEDIUM],
    ['a unique key needs it', copied(schema({ more: 'unique (lead_id, body)' })), MEDIUM],
    ['the last hop is optional and every writer copies it', copied(schema({ lead: 'lead_id -> leads null', hop: 'lead_id -> leads null' })), MEDIUM],
    ['the same value goes into both rows', used(schema()).insert('conversations', { lead_id: '=lead.id' }).insert('messages', { lead_id: '=lead.id', conversation_id: '?' }), HIGH],
    ['the target acts, but every writer copies it', copied(schema({ leads: 'password_hash text' })), MEDIUM],
  ])('reports it when %s', (_, built, expected) => {
    expect(found(built)).toEqual(expected);
  });

  it('names tenantKeys in the help of a key that is often deliberate', () => {
    const [draft] = drafts(derivableForeignKey, copied(schema()).query('messages', ['lead_id = ?']).build());
    expect(draft.help).toContain('name lead_id in tenantKeys');
  });

  it('does not advise to drop what a unique key is made of', () => {
    const [draft] = drafts(derivableForeignKey, copied(schema({ more: 'unique (lead_id, body)' })).query('messages', ['lead_id = ?']).build());
    expect(draft.message).toContain('though the unique key (lead_id, body) needs it');
    expect(draft.help).toBe('Tie messages.lead_id to its source with a composite foreign key: without the column its unique key (lead_id, body) could not be declared');
    expect(draft.remedies?.map((one) => one.title)).toEqual(['See whether rows already contradict each other']);
  });

  it('follows chains of up to three hops', () => {
    const text = `
      ${REST}
      table orgs
        id pk
      table teams
        id pk
        org_id -> orgs
      table boards
        id pk
        team_id -> teams
      table cards
        id pk
        board_id -> boards
        org_id -> orgs
        title text
    `;
    const [draft] = drafts(derivableForeignKey, buildProject(text).query('cards').query('boards').query('teams').query('orgs').build());
    expect(draft.message).toBe('cards.org_id repeats what cards.board_id already says: it is boards.team_id, then teams.org_id of its row in boards');
  });

  it('keeps one of two keys that imply each other', () => {
    const text = `
      ${REST}
      table a
        id pk
        b_id -> b
      table b
        id pk
        a_id -> a
      table c
        id pk
        a_id -> a
        b_id -> b
        note text
    `;
    expect(check(derivableForeignKey, buildProject(text).query('a').query('b').query('c').build())).toEqual(['c(a_id) high']);
  });

  it.each([
    ['different roles', used(schema({ lead: 'referrer_id -> leads' }))],
    ['an optional first key', copied(schema({ f: 'conversation_id -> conversations null' }))],
    ['an optional last hop beside a required key', copied(schema({ hop: 'lead_id -> leads null' }))],
    ['an optional last hop and a writer that does not copy', used(schema({ lead: 'lead_id -> leads null', hop: 'lead_id -> leads null' })).insert('messages', { lead_id: '?' })],
    ['NULL written on purpose', copied(schema({ lead: 'lead_id -> leads null' })).write('messages.lead_id', null)],
    ['a filter for NULL', copied(schema({ lead: 'lead_id -> leads null' })).query('messages', ['lead_id null'])],
    ['a test for NULL', copied(schema({ lead: 'lead_id -> leads null' })).read('messages.lead_id', { isTest: true })],
    ['a composite key that ties it to its source', copied(schema({ more: 'foreign (conversation_id, lead_id) -> conversations (id, lead_id)' }))],
    ['a column of the primary key', copied(schema({ more: 'pk (id, lead_id)' }))],
    ['a column of a row security policy', copied(schema({ more: 'policy mine (lead_id)' }))],
    ['a partition key', copied(schema().replace('table messages', 'table messages partition-by=lead_id'))],
    ['a tenant key of the config', copied(schema()).settings({ tenantKeys: ['lead_id'] })],
    ['a self-reference', used(schema({ f: 'conversation_id -> messages' }))],
    ['an association table', used(schema().replace('body text', '')).query('messages', ['conversation_id = ?'])],
    ['a target of those who act', used(schema({ leads: 'password_hash text' })).insert('messages', { lead_id: 'leads.id', conversation_id: '?' })],
    ['a source that changes and a key that does not', used(schema()).write('conversations.lead_id', '?').insert('messages', { lead_id: '?', conversation_id: '?' })],
  ])('is silent with %s', (_, built) => {
    expect(found(built)).toEqual([]);
  });

  it('is silent where every row may have an attribute of its own', () => {
    const text = schema().replaceAll('leads', 'statuses').replaceAll('lead_id', 'status_id');
    expect(check(derivableForeignKey, buildProject(text).query('messages').query('conversations').query('statuses').build())).toEqual([]);
  });
});
