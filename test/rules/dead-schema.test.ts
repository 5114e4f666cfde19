import { describe, expect, it } from 'vitest';
import { unpopulatedColumn } from '../../rules/unpopulated-column.js';
import { unpopulatedModel } from '../../rules/unpopulated-model.js';
import { writeOnlyColumn } from '../../rules/write-only-column.js';
import { writeOnlyModel } from '../../rules/write-only-model.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

describe('write-only-column', () => {
  const SCHEMA = `
    table users
      id pk
      name text
    table leads
      id pk
      phone text
      origin_note text null
      owner_id -> users null
      dedupe_key text unique
      created_at timestamptz client-default
  `;
  const project = () => buildProject(SCHEMA).query('users', ['name = ?']).read('leads.phone').insert('leads', { phone: '?', origin_note: '?', dedupe_key: '?', created_at: '?' }).write('leads.phone');

  it('reports a column that is written and never read', () => {
    const [draft, ...rest] = drafts(writeOnlyColumn, project().write('leads.origin_note', '?', { isCompound: true }).build());
    expect(rest).toEqual([]);
    expect(draft).toMatchObject({ confidence: 'medium', message: 'leads.origin_note is written in 2 places and no code in this repository reads it or filters by it' });
    expect(draft.related).toHaveLength(2);
  });

  it.each([
    ['read', project().read('leads.origin_note')], ['tested', project().read('leads.origin_note', { isTest: true })], ['filtered', project().filter('leads.origin_note')],
    ['named by a response schema', project().expose('leads', 'LeadOut', ['origin_note'])], ['possibly used', project().possible('origin_note')],
    ['in a table that is filled and never read', buildProject(SCHEMA).insert('leads', { phone: '?', origin_note: '?' }).query('users')],
  ])('is silent when it is %s', (_, built) => {
    expect(check(writeOnlyColumn, built.build())).toEqual([]);
  });

  it('is unsure about references, catch-all exposures and gaps', () => {
    expect(check(writeOnlyColumn, project().read('leads.origin_note').write('leads.owner_id').build())).toEqual(['leads(owner_id) low']);
    expect(check(writeOnlyColumn, project().expose('leads', 'to_dict', 'all').build())).toEqual(['leads(origin_note) low']);
    expect(check(writeOnlyColumn, project().gap('dynamic-access', 'leads').build())).toEqual(['leads(origin_note) low']);
  });
});

describe('write-only-model', () => {
  const SCHEMA = `
    table leads
      id pk
      phone text
    table imports
      id pk
      file_name text
      finished boolean
    table audit_log
      id pk
      entry text
  `;
  const project = () => buildProject(SCHEMA).query('leads', ['phone = ?']).insert('imports', { file_name: '?' });

  it('reports a table that is filled, changed and purged, and never queried', () => {
    const built = project().query('imports', ['id = ?'], { verb: 'update' }).write('imports.finished').query('imports', ['finished = true'], { verb: 'delete' });
    const [draft] = drafts(writeOnlyModel, built.build());
    expect(draft).toMatchObject({ columns: [], confidence: 'medium' });
    expect(draft.message).toBe('imports is written in 2 places and no code in this repository queries it or hands it out');
  });

  it.each([
    ['queried', project().query('imports')], ['exposed', project().expose('imports', 'ImportOut', ['file_name'])], ['read', project().read('imports.file_name')],
    ['possibly used', project().possible('imports', { kind: 'word' })], ['only read', buildProject(SCHEMA).query('imports').query('leads')],
  ])('is silent when it is %s', (_, built) => {
    expect(check(writeOnlyModel, built.build())).toEqual([]);
  });

  it('is unsure about logs', () => {
    expect(check(writeOnlyModel, buildProject(SCHEMA).query('leads').insert('audit_log', { entry: '?' }).build())).toEqual(['audit_log() low']);
  });
});

describe('unpopulated-model', () => {
  const SCHEMA = `
    table conversations
      id pk
      stage text
    table analytics
      id pk
      total_conversations integer
  `;
  const project = () => buildProject(SCHEMA).insert('conversations', { stage: '?' }).query('analytics', [], { path: 'routes/analytics.py' });

  it('reports a table that is read and never filled, and names the query that computes its numbers', () => {
    const built = project().query('conversations', [], { isAggregate: true, expects: 'count', path: 'routes/overview.py' }).possible('analytics', { kind: 'string' });
    const [draft] = drafts(unpopulatedModel, built.build());
    expect(draft).toMatchObject({ confidence: 'high', columns: [] });
    expect(draft.message).toBe('analytics is read in 1 place and no application code inserts into it: nothing in this repository fills it; what it should hold is computed from conversations instead');
    expect(draft.related?.map((one) => [one.message, one.place.path])).toEqual([['queried here', 'routes/analytics.py'], ['conversations is counted here instead', 'routes/overview.py']]);
  });

  it('says that only a seed script and tests fill it', () => {
    const built = project().insert('analytics', {}, { role: 'seed', path: 'seed.py' }).insert('analytics', {}, { role: 'test', path: 'test_a.py' });
    expect(check(unpopulatedModel, built.build())).toEqual(['analytics() medium']);
    expect(drafts(unpopulatedModel, built.build())[0].message).toContain('only a seed script and tests fill it');
  });

  it.each([
    ['the application inserts', project().insert('analytics', {})], ['an upsert', project().insert('analytics', {}, { isUpsert: true })], ['SQL inserts', project().tableUse('insert', 'analytics')],
    ['a migration', project().insert('analytics', {}, { role: 'migration' })], ['a file of another language', project().possible('analytics', { kind: 'word' })],
    ['code that names the model', project().possible('Analytics', { kind: 'string' })],
    ['a trigger', buildProject(SCHEMA.replace('stage text', 'stage text\n trigger count writes=analytics.total_conversations')).insert('conversations', {}).query('analytics')],
    ['nobody reads it', buildProject(SCHEMA).insert('conversations', {})], ['the application inserts nowhere', buildProject(SCHEMA).query('analytics')], ['outside readers', project().settings({ externalReaders: ['analytics'] })],
  ])('is silent: %s', (_, built) => {
    expect(check(unpopulatedModel, built.build())).toEqual([]);
  });

  it('is unsure about seeded reference data and tables of an administration site', () => {
    const schema = `
      table plans
        id pk
        label text
      table subscriptions
        id pk
        plan_id -> plans
    `;
    const built = buildProject(schema).query('plans').insert('subscriptions', { plan_id: '?' }).query('subscriptions');
    expect(check(unpopulatedModel, built.build())).toEqual(['plans() high']);
    expect(check(unpopulatedModel, built.insert('plans', {}, { role: 'seed' }).build())).toEqual(['plans() low']);
    expect(check(unpopulatedModel, project().tableUse('mention', 'analytics', { isAdmin: true }).build())).toEqual(['analytics() low']);
  });
});

describe('unpopulated-column', () => {
  const SCHEMA = `
    table leads
      id pk
      phone text
      score integer null
      needed integer
      filled text null default='x'
      seen_at timestamptz null onupdate
  `;
  const project = () => buildProject(SCHEMA).insert('leads', { phone: '?' }).read('leads.score').filter('leads.score').read('leads.needed').read('leads.filled').read('leads.seen_at');

  it('reports a column that is read and never written', () => {
    const [draft, ...rest] = drafts(unpopulatedColumn, project().build());
    expect(rest).toEqual([]);
    expect(draft).toMatchObject({ confidence: 'medium', message: 'leads.score is read in 2 places and nothing in this repository ever writes it, so it is always NULL' });
    expect(drafts(unpopulatedColumn, project().write('leads.score', '?', { role: 'seed' }).build())[0].message).toContain('is written only in a seed script');
  });

  it.each([
    ['written', project().write('leads.score')], ['written by any field of a request', project().write('leads.score', '?', { via: 'generic-update' })], ['written by a migration', project().write('leads.score', '?', { role: 'migration' })],
    ['perhaps written by an open insert', project().insert('leads', {}, { isOpen: true })], ['possibly used', project().possible('score', { kind: 'key' })],
    ['copied into', project().copy('leads.needed', 'leads.score')], ['in a table without inserts', buildProject(SCHEMA).read('leads.score')],
    ['filled by a trigger', buildProject(SCHEMA + '\n trigger t sets=score').insert('leads', { phone: '?' }).read('leads.score')],
  ])('is silent when it is %s', (_, built) => {
    expect(check(unpopulatedColumn, built.build())).toEqual([]);
  });

  it('takes a field of a client for a reader', () => {
    expect(check(unpopulatedColumn, project().possible('score', { kind: 'field', isClient: true }).build())).toEqual(['leads(score) medium']);
  });
});
