import { describe, expect, it } from 'vitest';
import { agreementOf, collectionName, coverage, accessOfIndex, dropColumns, dropIndex, foreignKeyPaths, hasSameRole, isRareName, legacyText, linkOf, listed, nameTable, normalPredicate, sqlName, wordsOf, withoutTable } from '../../src/lint/rule.js';
import { buildProject } from '../support/project-builder.js';
import { columnNamed, tableNamed } from '../support/schema-text.js';

const { schema } = buildProject(`
  table orgs
    id pk
  table leads
    id pk
    org_id -> orgs
    stage text
    lead_grade text
    conversation_stage text
  table conversations
    id pk
    lead_id -> leads
    stage text
    conversation_grade text
  table messages schema=chat
    id pk
    conversation_id -> conversations
    lead_uuid -> leads
    author_id -> leads
    order text
    index (order) name=ix_order
`);
const table = (name: string) => tableNamed(schema.tables, name);
const column = (name: string) => columnNamed(schema.tables, name);

describe('names', () => {
  it("gives a collection its table's name, and that of its key where the name is taken", () => {
    const names = buildProject(`
      table orgs
        id pk
        leads text
      table leads
        id pk
        org_id -> orgs
      table calls
        id pk
        org_id -> orgs
    `).schema.tables.flatMap((one) => one.foreignKeys.map(collectionName));
    expect(names).toEqual(['leads_by_org', 'calls']);
  });

  it('splits every spelling into words', () => {
    expect(['conversationStage', 'conversation_stage', 'ConversationStage', 'HTTPStatus'].map(wordsOf)).toEqual([['conversation', 'stage'], ['conversation', 'stage'], ['conversation', 'stage'], ['http', 'status']]);
  });

  it("knows a table's name in front, at the end and as a whole", () => {
    expect(withoutTable(['conversation', 'stage'], table('conversations'))).toEqual(['stage']);
    expect(withoutTable(['stage', 'of', 'conversation'], table('conversations'))).toEqual(['stage', 'of']);
    expect(withoutTable(['conversation'], table('conversations'))).toBeNull();
    expect(nameTable(['leads'], table('leads'))).toBe(true);
    expect(nameTable(['lead', 'score'], table('leads'))).toBe(false);
  });

  it('lets names agree once one table is stripped, not when each names its own', () => {
    expect(agreementOf(column('leads.conversation_stage'), column('conversations.stage'))).toEqual({ stem: 'stage', carrier: column('leads.conversation_stage') });
    expect(agreementOf(column('leads.stage'), column('conversations.stage'))).toEqual({ stem: 'stage', carrier: null });
    expect(agreementOf(column('leads.lead_grade'), column('conversations.conversation_grade'))).toBeNull();
  });

  it('measures rarity', () => {
    expect(isRareName(schema, 'conversation_grade')).toBe(true);
    expect(isRareName(schema, 'status')).toBe(false);
  });
});

describe('foreign keys', () => {
  it('finds chains, shortest first, and links', () => {
    expect(foreignKeyPaths(table('messages'), table('orgs')).map((path) => path.map((key) => key.columns[0].name))).toEqual([['lead_uuid', 'org_id'], ['author_id', 'org_id'], ['conversation_id', 'lead_id', 'org_id']]);
    expect(linkOf(table('conversations'), table('leads'))?.kind).toBe('direct');
    expect(linkOf(table('conversations'), table('orgs'))?.kind).toBe('hop');
  });

  it('tells roles apart', () => {
    const [, plain, author] = table('messages').foreignKeys;
    const [conversationLead] = table('conversations').foreignKeys;
    expect(hasSameRole(plain, conversationLead)).toBe(true);
    expect(hasSameRole(author, conversationLead)).toBe(false);
  });
});

describe('SQL and words', () => {
  it('quotes only what must be, and names the schema', () => {
    expect([sqlName('order'), sqlName('leads'), sqlName('createdAt'), sqlName('a"b')]).toEqual(['"order"', 'leads', '"createdAt"', '"a""b"']);
    expect(dropColumns(table('messages'), [column('messages.order')])).toBe('ALTER TABLE chat.messages DROP COLUMN "order";');
    expect(dropIndex(table('messages'), 'ix_order')).toBe('DROP INDEX CONCURRENTLY chat.ix_order;');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('spells predicates alike', () => {
    expect(normalPredicate('((status)::text = \'open\'::text)')).toBe(normalPredicate("status = 'open'"));
    expect(normalPredicate('NOT deleted')).toBe(normalPredicate('deleted = false'));
    expect(normalPredicate("status = 'Open'")).not.toBe(normalPredicate("status = 'open'"));
    const [index] = table('messages').indexes;
    expect(coverage(accessOfIndex(index), accessOfIndex(index))).toBe('equal');
  });

  it.each(['Key of the legacy system', 'Whether the template is deprecated', 'Legacy pricing plan of the customer', 'Compatible with older clients', 'Kept for 30 days', 'Number of obsolete parts', 'Old value before the change', 'Do not use as a key'])('reads nothing into: %s', (text) => {
    expect(legacyText(text, 'content')).toSatisfy((found: ReturnType<typeof legacyText>) => found === null || !found.isPlain);
  });
});
