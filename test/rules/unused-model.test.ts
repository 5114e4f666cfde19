import { describe, expect, it } from 'vitest';
import { unusedModel } from '../../rules/unused-model.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

const SCHEMA = `
  table leads
    id pk
    phone text
  table followups
    id pk
    template text
    delay_hours integer
`;
const project = (schema = SCHEMA) => buildProject(schema).query('leads', ['phone = ?']).insert('leads', { phone: '?' });

describe('unused-model', () => {
  it('reports a table that nothing mentions', () => {
    const [draft] = drafts(unusedModel, project().build());
    expect(draft).toMatchObject({ columns: [], confidence: 'high', message: 'No application code in this repository uses followups: nothing but its declaration mentions it' });
    expect(draft.remedies?.[0].sql).toBe('DROP TABLE followups;');
  });

  it('names the seeds, migrations and tests that mention it', () => {
    const built = project(SCHEMA.replace('table followups', 'table followups declared=model,migration'))
      .insert('followups', { template: '?' }, { path: 'scripts/seed.py', role: 'seed' })
      .insert('followups', { template: '?' }, { path: 'tests/test_a.py', role: 'test' })
      .read('followups.template', { path: 'tests/test_a.py', role: 'test' }).build();
    const [draft] = drafts(unusedModel, built);
    expect(draft.message).toBe('No application code in this repository uses followups: only migrations, a seed script and tests name it');
    expect(draft.related?.map((one) => [one.message, one.place.path])).toEqual([
      ['named in a migration', 'migration.sql'], ['filled by a seed script', 'scripts/seed.py'], ['used in a test', 'tests/test_a.py'],
    ]);
  });

  it.each([
    ['read', project().read('followups.delay_hours')],
    ['queried', project().query('followups')],
    ['inserted', project().insert('followups', {})],
    ['exposed', project().expose('followups', 'FollowupOut', ['template'])],
    ['mentioned as a value', project().tableUse('mention', 'followups')],
    ['possibly used by table name', project().possible('followups', { kind: 'string' })],
    ['possibly used by model name', project().possible('Followup', { kind: 'word' })],
    ['possibly used in a client', project().possible('followups', { role: 'test', isClient: true })],
    ['read outside by configuration', project().settings({ externalReaders: ['follow*'] })],
  ])('is silent when it is %s', (_, built) => {
    expect(check(unusedModel, built.build())).toEqual([]);
  });

  it.each([
    ['a type-only mention', project().tableUse('mention', 'followups', { isTypeOnly: true }), 'medium'],
    ['an administration site', project().tableUse('mention', 'followups', { isAdmin: true }), 'medium'],
    ['a possible use in a test', project().possible('Followup', { role: 'test' }), 'high'],
    ['a dynamic access to the table', project().gap('dynamic-access', 'followups'), 'low'],
  ])('does not take %s for a use', (_, built, confidence) => {
    expect(check(unusedModel, built.build())).toEqual([`followups() ${confidence}`]);
  });

  it('is silent on a table that a followed relationship reaches, and reports it when nothing follows it', () => {
    const schema = `
      table leads
        id pk
        phone text
        relationship followups -> followups many by=followups.lead_id
      table followups
        id pk
        lead_id -> leads
        note text
    `;
    expect(check(unusedModel, project(schema).follow('leads.followups').build())).toEqual([]);
    expect(check(unusedModel, project(schema).build())).toEqual(['followups() high']);
    expect(drafts(unusedModel, project(schema).build())[0].message).toContain('only relationships of other models name it');
  });

  it('is silent on association tables, views, tables of libraries and subtypes of a used base', () => {
    const schema = `${SCHEMA.split('table followups')[0]}
      table lead_tags
        lead_id -> leads pk
        tag_id -> tags pk
      table tags
        id pk
        name text
      view active_leads
        id pk
      table alembic_version external
        version_num text
      table parties
        id pk
        kind text role=discriminator
      table companies
        id pk -> parties
        vat text
    `;
    expect(check(unusedModel, project(schema).query('parties').query('tags').build())).toEqual([]);
  });

  it('is unsure about a table that a key in use points at', () => {
    const schema = `
      table leads
        id pk
        phone text
        country_code text -> countries
      table countries
        code text pk
        label text
    `;
    expect(check(unusedModel, project(schema).write('leads.country_code').build())).toEqual(['countries() low']);
  });

  it('is silent where no application code is seen at all', () => {
    expect(check(unusedModel, buildProject(SCHEMA).build())).toEqual([]);
  });
});
