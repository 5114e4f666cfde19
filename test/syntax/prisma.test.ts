import { getSchema, type Attribute, type Block, type Enumerator, type Field, type Value } from '@mrleebo/prisma-ast';
import { describe, expect, it } from 'vitest';
import type { PrismaAttribute, PrismaBlock, PrismaField, PrismaValue } from '../../src/facts/prisma.js';
import type { Span } from '../../src/facts/code.js';
import { parsePrisma } from '../../src/syntax/prisma.js';
import { textAt } from '../../src/facts/span.js';

const ALL_FEATURES = `// The schema of everything
datasource db {
  provider   = "postgresql"
  url        = env("DATABASE_URL")
  schemas    = ["public", "crm"]
  extensions = [hstore(schema: "public"), pg_trgm]
}

generator client {
  provider        = "prisma-client-js"
  previewFeatures = [
    "views",
    "multiSchema"
  ]
  binaryTargets = ["native"]
}

/// A person we talk to.
/// Second line
model Lead {
  id        Int      @id @default(autoincrement())
  /// @deprecated use fullName
  name      String   @db.VarChar(120) // short
  price     Decimal  @default(-12.5) @db.Decimal(10, 2)
  active    Boolean  @default(true)
  meta      Json     @default("{\\"a\\": [1]}")
  tags      String[] @default(["a", "b"])
  token     String   @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  place     Unsupported("geometry(Point, 4326)")?
  kind      Kind     @default(NEW)
  createdAt DateTime @default(now()) @map("created_at") @db.Timestamptz(6)
  updatedAt DateTime @updatedAt
  companyId Int?     @map("company_id")
  company   Company? @relation(
    "LeadCompany",
    fields: [companyId],
    references: [id],
    onDelete: SetNull,
    map: "lead_company_fk"
  )

  @@unique([name, companyId(sort: Desc)], map: "lead_name_key")
  @@index([name(ops: raw("gin_trgm_ops")), meta(ops: JsonbPathOps)], type: Gin)
  @@index(fields: [token(length: 10)])
  @@map("leads")
  @@schema("crm")
}

model Company {
  id    Int    @id
  leads Lead[] @relation("LeadCompany")

  @@schema("crm")
}

enum Kind {
  NEW
  OLD @map("old") // retired

  @@map("lead_kind")
  @@schema("crm")
}

type Address {
  street String
  tags   String[]
}

view Totals {
  id    Int @unique
  total BigInt?
}
`;

function slice(text: string, at: Span): string {
  return textAt(text, at);
}

function model(text: string, name: string): Extract<PrismaBlock, { k: 'model' | 'view' | 'type' }> {
  const block = parsePrisma(text).blocks.find((b) => b.name === name);
  if (block?.k !== 'model' && block?.k !== 'view' && block?.k !== 'type') throw new Error(`no model ${name}`);
  return block;
}

function field(text: string, owner: string, name: string): PrismaField {
  return model(text, owner).fields.find((f) => f.name === name)!;
}

describe('parsePrisma', () => {
  it('reads a schema with every feature without a problem', () => {
    const { blocks, problems } = parsePrisma(ALL_FEATURES);
    expect(problems).toEqual([]);
    expect(blocks.map((b) => `${b.k} ${b.name}`)).toEqual([
      'datasource db', 'generator client', 'model Lead', 'model Company', 'enum Kind', 'type Address', 'view Totals',
    ]);
  });

  it('keeps settings: strings bare, everything else as written', () => {
    const [source, generator] = parsePrisma(ALL_FEATURES).blocks;
    expect(source).toMatchObject({ settings: { provider: 'postgresql', url: 'env("DATABASE_URL")', schemas: '["public", "crm"]' } });
    expect(generator).toMatchObject({ settings: { provider: 'prisma-client-js', previewFeatures: '[\n    "views",\n    "multiSchema"\n  ]' } });
  });

  it('points at names, attributes and whole declarations', () => {
    const lead = model(ALL_FEATURES, 'Lead');
    expect(slice(ALL_FEATURES, lead.at)).toBe('Lead');
    expect(slice(ALL_FEATURES, lead.range)).toMatch(/^model Lead \{[^]*@@schema\("crm"\)\n\}$/);
    const price = field(ALL_FEATURES, 'Lead', 'price');
    expect(slice(ALL_FEATURES, price.at)).toBe('price');
    expect(slice(ALL_FEATURES, price.range)).toBe('price     Decimal  @default(-12.5) @db.Decimal(10, 2)');
    expect(price.attributes.map((a) => slice(ALL_FEATURES, a.at))).toEqual(['@default(-12.5)', '@db.Decimal(10, 2)']);
    expect(slice(ALL_FEATURES, field(ALL_FEATURES, 'Lead', 'tags').range)).toMatch(/^tags .*\["a", "b"\]\)$/);
    expect(slice(ALL_FEATURES, lead.attributes[4].at)).toBe('@@schema("crm")');
  });

  it('reads types, lists and optional fields', () => {
    expect(field(ALL_FEATURES, 'Lead', 'place')).toMatchObject({ type: 'Unsupported("geometry(Point, 4326)")', optional: true, list: false });
    expect(field(ALL_FEATURES, 'Lead', 'tags')).toMatchObject({ type: 'String', optional: false, list: true });
  });

  it('reads arguments of every kind', () => {
    const [relation] = field(ALL_FEATURES, 'Lead', 'company').attributes;
    expect(relation.args).toEqual([
      { value: { k: 'string', v: 'LeadCompany' } },
      { name: 'fields', value: { k: 'list', items: [{ k: 'path', v: 'companyId' }] } },
      { name: 'references', value: { k: 'list', items: [{ k: 'path', v: 'id' }] } },
      { name: 'onDelete', value: { k: 'path', v: 'SetNull' } },
      { name: 'map', value: { k: 'string', v: 'lead_company_fk' } },
    ]);
    const [, gin] = model(ALL_FEATURES, 'Lead').attributes;
    expect(gin.args[0].value).toMatchObject({ items: [{ k: 'call', name: 'name', args: [{ name: 'ops', value: { k: 'call', name: 'raw', args: [{ value: { k: 'string', v: 'gin_trgm_ops' } }] } }] }, {}] });
    expect(field(ALL_FEATURES, 'Lead', 'meta').attributes[0].args).toEqual([{ value: { k: 'string', v: '{"a": [1]}' } }]);
  });

  it('gives comments to what they stand above or behind', () => {
    expect(model(ALL_FEATURES, 'Lead').note).toEqual({ lead: 'A person we talk to.\nSecond line' });
    expect(field(ALL_FEATURES, 'Lead', 'name').note).toEqual({ lead: '@deprecated use fullName', trail: 'short' });
    expect(field(ALL_FEATURES, 'Lead', 'price').note).toBeUndefined();
    expect(model('// far\n\nmodel A { // here\n  id Int @id\n}', 'A').note).toEqual({ trail: 'here' });
    const { comments } = parsePrisma('model A {\n  id Int // schemalint: ignore[x]\n  /// own line\n}');
    expect(comments.map((c) => [c.text, c.alone])).toEqual([['schemalint: ignore[x]', false], ['own line', true]]);
  });

  it('reads CRLF and a byte order mark alike', () => {
    const text = `\uFEFF${ALL_FEATURES.replaceAll('\n', '\r\n')}`;
    expect(parsePrisma(text).problems).toEqual([]);
    expect(slice(text, field(text, 'Lead', 'name').at)).toBe('name');
    expect(field(text, 'Lead', 'name').note).toEqual({ lead: '@deprecated use fullName', trail: 'short' });
  });

  it('goes on after a broken line', () => {
    const text = 'model A {\n  id Int @id\n  broken ???\n  x Int @default(\n  y String\n  @@index([x, y]\n  z Int\n}\nmodel B {\n  id Int @id\n}\n';
    const { blocks, problems } = parsePrisma(text);
    expect(problems.map((p) => slice(text, p.at))).toEqual(['broken ???', 'x Int @default(', '@@index([x, y]']);
    expect(model(text, 'A').fields.map((f) => f.name)).toEqual(['id', 'y', 'z']);
    expect(blocks.map((b) => b.name)).toEqual(['A', 'B']);
  });

  it('goes on after a broken or unclosed block', () => {
    const text = 'modle A {\n  id Int\n}\n// of B\nmodel B {\n  id Int @id\n\n// of C\nmodel C {\n  id Int';
    const { blocks, comments, problems } = parsePrisma(text);
    expect(blocks.map((b) => b.name)).toEqual(['B', 'C']);
    expect(problems.map((p) => slice(text, p.at))).toEqual(['modle A {\n  id Int\n}', 'model B {\n  id Int @id', 'model C {\n  id Int']);
    expect(comments.map((c) => c.text)).toEqual(['of B', 'of C']);
    expect(model(text, 'C')).toMatchObject({ fields: [{ name: 'id' }], note: { lead: 'of C' } });
  });

  it('never throws and always ends', () => {
    for (let i = 0; i <= ALL_FEATURES.length; i += 7) {
      expect(parsePrisma(ALL_FEATURES.slice(0, i)).problems.length).toBeLessThanOrEqual(8);
      expect(() => parsePrisma(ALL_FEATURES.slice(i))).not.toThrow();
    }
    expect(parsePrisma(`model A {\n a Int @x(${'['.repeat(5000)}\n}`).problems).toHaveLength(1);
  });
});

/** The same schema as another parser reads it, brought into one shape. */
describe('parsePrisma beside prisma-ast', () => {
  it('agrees on every block, field, attribute and argument', () => {
    const text = bracketsOnOneLine(ALL_FEATURES);
    const ours = parsePrisma(text).blocks.map(ourBlock);
    const theirs = getSchema(text).list.flatMap(theirBlock);
    expect(ours).toEqual(theirs);
  });
});

/** The other parser takes no line break inside brackets. */
function bracketsOnOneLine(text: string): string {
  let depth = 0;
  return text.replace(/[([]|[)\]]|\n\s*/g, (token) => {
    if (token === '(' || token === '[') depth++;
    else if (token === ')' || token === ']') depth--;
    else if (depth > 0) return '';
    return token;
  });
}

type Plain = Record<string, unknown>;

function ourBlock(block: PrismaBlock): Plain {
  const { k, name } = block;
  if ('settings' in block) return { k, name, settings: Object.keys(block.settings) };
  if ('values' in block) return { k, name, attributes: block.attributes.map(ourAttribute), values: block.values.map((v) => ({ name: v.name, attributes: v.attributes.map(ourAttribute) })) };
  const fields = block.fields.map((f) => ({ name: f.name, type: f.type.replace(/\(.*/, ''), list: f.list, optional: f.optional, attributes: f.attributes.map(ourAttribute) }));
  return { k, name, fields, attributes: block.attributes.map(ourAttribute) };
}

function ourAttribute(a: PrismaAttribute): Plain {
  return { name: a.name, args: a.args.map((arg) => ({ name: arg.name, value: ourValue(arg.value) })) };
}

function ourValue(v: PrismaValue): unknown {
  if (v.k === 'list') return v.items.map(ourValue);
  if (v.k === 'call') return { call: v.name, args: v.args.map((a) => (a.name ? { name: a.name, value: ourValue(a.value) } : ourValue(a.value))) };
  if (v.k === 'boolean') return String(v.v);
  return v.k === 'string' ? JSON.stringify(v.v) : v.v;
}

function theirBlock(block: Block): Plain[] {
  if (block.type === 'comment' || block.type === 'break') return [];
  if (block.type === 'datasource' || block.type === 'generator') return [{ k: block.type, name: block.name, settings: block.assignments.flatMap((a) => (a.type === 'assignment' ? a.key : [])) }];
  if (block.type === 'enum') {
    const values = block.enumerators.filter((e): e is Enumerator => e.type === 'enumerator');
    return [{ k: 'enum', name: block.name, attributes: theirAttributes(block.enumerators), values: values.map((v) => ({ name: v.name, attributes: theirAttributes(v.attributes ?? []) })) }];
  }
  const fields = block.properties.filter((p): p is Field => p.type === 'field').map((f) => ({
    name: f.name, type: typeof f.fieldType === 'string' ? f.fieldType : f.fieldType.name, list: f.array ?? false, optional: f.optional ?? false, attributes: theirAttributes(f.attributes ?? []),
  }));
  return [{ k: block.type, name: block.name, fields, attributes: theirAttributes(block.properties) }];
}

function theirAttributes(nodes: readonly { type: string }[]): Plain[] {
  return nodes.filter((n): n is Attribute => n.type === 'attribute').map((a) => ({
    name: a.group ? `${a.group}.${a.name}` : a.name,
    args: (a.args ?? []).map(({ value }) => (isKeyValue(value) ? { name: value.key, value: theirValue(value.value) } : { name: undefined, value: theirValue(value) })),
  }));
}

function isKeyValue(v: unknown): v is { key: string; value: Value } {
  return typeof v === 'object' && v !== null && (v as Plain)['type'] === 'keyValue';
}

function theirValue(v: Value | unknown): unknown {
  if (typeof v !== 'object' || v === null) return typeof v === 'string' && /^-?[\d.]+$/.test(v) ? Number(v) : v;
  if (Array.isArray(v)) return v.map(theirValue);
  const node = v as { type: string; name?: string; key?: string; value?: unknown; params?: unknown[]; args?: unknown[] };
  if (node.type === 'array') return node.args!.map(theirValue);
  if (node.type === 'function') return { call: node.name, args: (node.params ?? []).map(theirValue) };
  return { name: node.key, value: theirValue(node.value) };
}
