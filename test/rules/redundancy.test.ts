import { describe, expect, it } from 'vitest';
import { legacyColumn } from '../../rules/legacy-column.js';
import { redundantIndex } from '../../rules/redundant-index.js';
import { buildProject, check, drafts } from '../support/project-builder.js';

describe('legacy-column', () => {
  const withComment = (comment: string, name = 'content') => buildProject(`
    table templates
      id pk
      components jsonb
      ${name} text null # ${comment}
  `);

  it.each([
    'Legacy field, keeping for compatibility', 'legacy', 'Legacy - see docs', 'Deprecated', 'DEPRECATED: use `components`', '@deprecated', 'Obsolete.', 'This column is deprecated', 'Free text (deprecated)',
    'Do not use', "Don't use anymore", 'No longer used.', 'Plain text; no longer used', 'Kept for backwards compatibility', 'TODO: remove after the v2 migration', 'Will be removed in v3', 'Superseded by components',
    'Text of the template. Deprecated since 2023.',
  ])('reports: %s', (comment) => {
    expect(check(legacyColumn, withComment(comment).build())).toEqual(['templates(content) high']);
  });

  it.each([
    'not legacy', 'No longer legacy', 'Never deprecated', 'Not a legacy field', 'Identifier in the legacy system', 'Legacy customer number from the import', 'Whether the API version is deprecated', 'Set when the old number is no longer used',
    'Number of unused seats', 'Do not use in reports without consent', 'Do not use directly, see the property', 'Rows are removed after 30 days', 'Removed users keep it', 'Kept for 30 days', 'Remove the prefix before sending',
    'True if deprecated', 'The date after which the key is no longer used', 'Use ISO 8601',
  ])('is silent: %s', (comment) => {
    expect(check(legacyColumn, withComment(comment).build())).toEqual([]);
  });

  it("leaves the domain's own word alone", () => {
    expect(check(legacyColumn, withComment('Legacy id', 'legacy_id').build())).toEqual([]);
    expect(check(legacyColumn, withComment('', 'legacy_id').build())).toEqual([]);
    expect(check(legacyColumn, withComment('Deprecated', 'is_deprecated').build())).toEqual([]);
  });

  it('names the replacement and every remaining use', () => {
    const built = withComment('Legacy field, keeping for compatibility. Use components').read('templates.content', { path: 'a.py' }).write('templates.content', '?', { path: 'b.py' })
      .expose('templates', 'TemplateOut', ['content']).read('templates.content', { role: 'test' }).build();
    const [draft] = drafts(legacyColumn, built);
    expect(draft.message).toBe('templates.content says of itself that it is on its way out ("Legacy field, keeping for compatibility"), components replaces it, and 2 reads and 1 write remain');
    expect(draft.related?.map((one) => one.message)).toEqual(['the replacement', 'read here', 'handed out here', 'written here']);
  });

  it('does not say that no use remains where its name may be one', () => {
    const [draft] = drafts(legacyColumn, withComment('Legacy field').possible('content', { path: 'page.html', kind: 'word' }).build());
    expect(draft.message).toContain('1 place may still use it by its name');
    expect(draft.help).not.toMatch(/^Drop/);
    expect(draft.related?.map((one) => one.message)).toEqual(['may be a use']);
  });

  it('finds the replacement in the comment of the sibling', () => {
    const built = buildProject(`
      table templates
        id pk
        components jsonb # Primary content, replaces content
        content text null # Legacy field
    `).build();
    expect(drafts(legacyColumn, built)[0].message).toContain('components replaces it, and no use remains in this repository');
  });

  it('is less sure of a hint that names a replacement, and silent without one', () => {
    expect(check(legacyColumn, withComment('Plain text, moved to components').build())).toEqual(['templates(content) medium']);
    expect(check(legacyColumn, withComment('Plain text, moved to the archive').build())).toEqual([]);
  });

  it('reports a name beside its current form, but no record of a change', () => {
    const table = (columns: string, name = 'items') => buildProject(`
      table ${name}
        id pk
        ${columns.split(', ').join(' text\n')} text
    `).build();
    expect(check(legacyColumn, table('price, price_old'))).toEqual(['items(price_old) medium']);
    expect(check(legacyColumn, table('old_price, price'))).toEqual(['items(old_price) medium']);
    expect(check(legacyColumn, table('old_value, new_value, value'))).toEqual([]);
    expect(check(legacyColumn, table('threshold, age_old'))).toEqual([]);
    expect(check(legacyColumn, table('price, old_price', 'price_history'))).toEqual([]);
  });

  it('reports a table that says so', () => {
    const built = buildProject('table orders\n id pk\n comment Deprecated: use invoices\n table invoices\n id pk').query('orders').query('invoices').build();
    expect(check(legacyColumn, built)).toEqual(['orders() high']);
  });
});

describe('redundant-index', () => {
  const table = (...lines: string[]) => buildProject(`
    table messages
      id pk
      conversation_id integer
      created_at timestamptz
      body text
      deleted_at timestamptz null
      flag boolean
      ${lines.join('\n')}
  `).build();
  const WIDE = 'index (conversation_id, created_at) name=wide';

  it.each([
    ['a prefix of an index', ['index (conversation_id) name=narrow', WIDE], 'is the beginning of index wide (conversation_id, created_at)'],
    ['a prefix of a unique key', ['index (conversation_id) name=narrow', 'unique (conversation_id, created_at) name=uq'], 'is the beginning of the unique key uq'],
    ['the primary key again', ['index (id) name=narrow'], 'repeats the primary key (id)'],
    ['an index beside a unique key over the same', ['unique (conversation_id)', 'index (conversation_id) name=narrow'], 'repeats the unique key (conversation_id)'],
    ['the reverse of a whole order', ['index (conversation_id desc) name=narrow', WIDE], 'is the beginning of'],
    ['an equal predicate', ['index (body) name=narrow where=flag', 'index (body, id) where=(flag = true)'], 'is the beginning of'],
    ['an equal predicate spelt with casts', ["index (body) name=narrow where=body IN ('a','b')", "index (body, id) where=((body)::text = ANY (ARRAY['a'::text, 'b'::text]))"], 'is the beginning of'],
  ])('reports %s', (_, lines, text) => {
    const found = drafts(redundantIndex, table(...lines));
    expect(found.map((draft) => draft.discriminator)).toEqual(['narrow']);
    expect(found[0].message).toContain(text);
    expect(found[0].remedies?.[0].sql).toBe('DROP INDEX CONCURRENTLY narrow;');
  });

  it('reports one of two equal indexes: the later, the one that is not unique', () => {
    expect(drafts(redundantIndex, table('index (body) name=a', 'index (body) name=b')).map((draft) => draft.discriminator)).toEqual(['b']);
    expect(drafts(redundantIndex, table('index (body) name=a', 'index (body) unique name=b')).map((draft) => draft.discriminator)).toEqual(['a']);
  });

  it.each([
    ['another predicate', ['index (conversation_id) where=deleted_at IS NULL', WIDE]],
    ['another method', ['index (conversation_id) using=hash', WIDE]],
    ['another operator class', ['index (body text_pattern_ops)', 'index (body, id)']],
    ['an expression', ['index (lower(body))', 'index (body, id)']],
    ['a column that is not first', ['index (created_at)', WIDE]],
    ['another order', ['index (conversation_id, created_at desc)', 'index (conversation_id, created_at, id)']],
    ['a unique index on the shorter list', ['index (conversation_id) unique', WIDE]],
    ['a column that only one includes', ['index (conversation_id) include=body', WIDE]],
    ['a multi-column GIN', ['index (body) using=gin', 'index (body, flag) using=gin']],
    ['a unique key over fewer columns', ['unique (conversation_id)', WIDE]],
  ])('is silent with %s', (_, lines) => {
    expect(check(redundantIndex, table(...lines))).toEqual([]);
  });

  it('takes a model and a migration that name one index differently for one index', () => {
    const built = table('index (body) name=a', 'index (body) name=b');
    const indexes = built.schema.tables[0].indexes as unknown as { declarations: { kind: string; place: unknown }[] }[];
    indexes[1].declarations = [{ kind: 'migration', place: indexes[1].declarations[0].place }];
    expect(check(redundantIndex, built)).toEqual([]);
  });

  it('is unsure about an index that the ORM makes by itself', () => {
    expect(check(redundantIndex, table('index (conversation_id) implicit', WIDE))).toEqual(['messages(conversation_id) low']);
  });
});
