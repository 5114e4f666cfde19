import { describe, expect, it } from 'vitest';
import { unusedColumn } from '../../rules/unused-column.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

const SCHEMA = `
  table organizations
    id pk
    name text
  table conversations
    id pk
    stage text
    summary text
    scheduled_followup_at timestamptz null
`;
const project = (schema = SCHEMA) => buildProject(schema).insert('conversations', { stage: '?', summary: '?' }).read('conversations.stage').read('conversations.summary').query('organizations', ['name = ?']);
const FOUND = (confidence: string) => [`conversations(scheduled_followup_at) ${confidence}`];
const page = { path: 'page.tsx', isClient: true } as const;

describe('unused-column', () => {
  it('reports a column without any use', () => {
    const [draft, ...rest] = drafts(unusedColumn, project().build());
    expect(rest).toEqual([]);
    expect(draft).toMatchObject({ confidence: 'high', message: 'conversations.scheduled_followup_at is never read, written or filtered by in this repository' });
    expect(draft.remedies?.[0].sql).toBe('ALTER TABLE conversations DROP COLUMN scheduled_followup_at;');
  });

  it('names uses outside the application', () => {
    const [draft] = drafts(unusedColumn, project().read('conversations.scheduled_followup_at', { role: 'test', path: 'tests/test_a.py' }).build());
    expect(draft.message).toContain('other than in tests');
    expect(draft.related?.[0].place.path).toBe('tests/test_a.py');
  });

  it('says where its name stands outside the application', () => {
    const [draft] = drafts(unusedColumn, project().possible('scheduled_followup_at', { role: 'test', path: 'tests/test_a.py' }).build());
    expect(draft).toMatchObject({ confidence: 'high', message: 'conversations.scheduled_followup_at is never read, written or filtered by in this repository, and is named in tests alone' });
    expect(draft.related?.map(({ message, place }) => `${message} ${place.path}`)).toEqual(['named in tests tests/test_a.py']);
  });

  it.each([
    ['read', project().read('conversations.scheduled_followup_at')],
    ['written', project().write('conversations.scheduled_followup_at')],
    ['filtered', project().filter('conversations.scheduled_followup_at')],
    ['possibly used in the application', project().possible('scheduled_followup_at', { kind: 'string' })],
    ['possibly used in a client', project().possible('scheduled_followup_at', page)],
    ['declared as a field of a class of no model', project().possible('scheduled_followup_at', { kind: 'field' })],
    ['named by a response schema whose clients are not here', project().expose('conversations', 'ConversationOut', ['stage', 'scheduled_followup_at'])],
  ])('is silent when it is %s', (_, built) => {
    expect(check(unusedColumn, built.build())).toEqual([]);
  });

  it('reports a column that is only handed out when clients here read other fields', () => {
    const built = project().expose('conversations', 'ConversationOut', ['stage', 'summary', 'scheduled_followup_at']).read('conversations.stage', page).read('conversations.summary', page)
      .use('write', 'conversations.scheduled_followup_at', { via: 'generic-update', path: 'routes.py' }).build();
    const [draft] = drafts(unusedColumn, built);
    expect(draft.confidence).toBe('medium');
    expect(draft.message).toBe('conversations.scheduled_followup_at is only handed out by ConversationOut: no code reads, writes or filters by it, and the clients in this repository read 2 other fields of conversations and never this one; the update that takes any field of a request gets it from no caller here');
    expect(draft.related?.map((one) => one.message)).toEqual(['handed out here', 'any field of the request is written here']);
  });

  it('is unsure where everything is handed out and no client is here', () => {
    expect(check(unusedColumn, project().expose('conversations', 'to_dict', 'all').build())).toEqual(FOUND('low'));
    expect(check(unusedColumn, project().expose('conversations', 'to_dict', 'all').read('conversations.stage', page).build())).toEqual(FOUND('low'));
    expect(check(unusedColumn, project().use('write', 'conversations.scheduled_followup_at', { via: 'generic-update' }).build())).toEqual(FOUND('low'));
  });

  it('is less sure where something could not be seen', () => {
    expect(check(unusedColumn, project().gap('dynamic-access', 'conversations').build())).toEqual(FOUND('low'));
    expect(check(unusedColumn, project().gap('parse-error', 'conversations.scheduled_followup_at').build())).toEqual(FOUND('low'));
    expect(check(unusedColumn, project().insert('conversations', {}, { isOpen: true }).build())).toEqual(FOUND('medium'));
  });

  it('is silent on what the database, the ORM or a relationship needs', () => {
    const schema = `
      table organizations
        id pk
        name text
      table conversations
        id pk
        stage text
        summary text
        organization_id -> organizations
        kind text role=discriminator
        revision integer role=version
        deleted_at timestamptz null role=soft-delete
        created_at timestamptz default=now()
        touched_at timestamptz onupdate
        tsv text generated=lower(summary)
        region text null
        tenant text null
        cached text null
        relationship organization -> organizations by=organization_id inverse=conversations
        policy mine (tenant)
        trigger fill sets=cached
    `.replace('table conversations', 'table conversations partition-by=region');
    expect(check(unusedColumn, project(schema).follow('conversations.organization').build())).toEqual([]);
    expect(check(unusedColumn, project(schema).possible('conversations').build())).toEqual([]);
    expect(check(unusedColumn, project(schema).build())).toEqual(['conversations(organization_id) high']);
  });

  it('is silent on tables that nobody is seen to use', () => {
    expect(check(unusedColumn, buildProject(SCHEMA).query('organizations', ['name = ?']).build())).toEqual([]);
  });

  it('reports a column of a mixin once, and only when none of its tables uses it', () => {
    const schema = `
      table a
        id pk
        note text from=Noted
      table b
        id pk
        note text from=Noted
    `;
    expect(check(unusedColumn, buildProject(schema).query('a').query('b').build())).toEqual(['a(note) high']);
    expect(check(unusedColumn, buildProject(schema).query('a').query('b').read('b.note').build())).toEqual([]);
  });
});
