/** What a repository may hold that nobody meant: each costs its own file at most, in one clear line. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, scratch } from './support/scratch.js';

const BASE = 'from sqlalchemy import Column, ForeignKey, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n';
const LEAD = 'class Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    stage = Column(String)\n';
const tables = async (folder: string) => (await run(folder, ['schema', '--no-config'])).out.split('\n').flatMap((line) => /^CREATE TABLE (\S+)/.exec(line)?.[1] ?? []);
const check = async (folder: string, ...flags: readonly string[]) => run(folder, ['check', '--no-config', '--output-format', 'concise', '--exit-zero', ...flags]);

describe('a file that is broken', () => {
  it('still gives its other classes', async () => {
    const folder = scratch({ 'models.py': `${BASE}${LEAD}\n\nclass Broken(Base):\n    __tablename__ = "broken\n    id = Column(Integer, primary_key=True)\n\n\nclass Call(Base):\n    __tablename__ = "calls"\n    id = Column(Integer, primary_key=True)\n` });
    expect(await tables(folder)).toEqual(expect.arrayContaining(['leads', 'calls']));
    const { code, out } = await check(folder);
    expect([code, out]).toEqual([0, expect.stringMatching(/^models\.py:\d+:\d+: warning parse-error /m)]);
  });

  it('is read as Latin-1 where it is not UTF-8, and this is said', async () => {
    const folder = scratch({ 'models.py': Buffer.concat([Buffer.from(`# caf`), Buffer.from([0xe9]), Buffer.from(`\n${BASE}${LEAD}`)]) });
    expect(await tables(folder)).toEqual(['leads']);
    expect((await check(folder)).out).toMatch(/^models\.py:1:6: \w+ parse-error The file is not UTF-8/m);
  });

  it('is named where its bytes are no text, but for a video that is called like TypeScript', async () => {
    const video = Buffer.alloc(188 * 3);
    for (const at of [0, 188, 376]) video[at] = 0x47;
    const folder = scratch({ 'models.py': BASE + LEAD, 'binary.py': Buffer.from([1, 2, 0, 3]), 'segment.ts': video, 'data.bin.txt': Buffer.from([1, 0]) });
    expect((await check(folder)).out.split('\n').filter((line) => line.includes('parse-error'))).toEqual(['binary.py:1:1: warning parse-error The file was not read: it holds bytes that are no text']);
  });

  it('is no broken file when it is a template', async () => {
    const folder = scratch({ 'models.py': BASE + LEAD, 'template/service.py': 'from {{ package }} import Client\n{% for each in services %}\nclass {{ each.name }}Service:\n    pass\n{% endfor %}\n', 'template/model.ts': '{%- for model in models %}\nexport interface {{ model }} {}\n{% endfor %}\n' });
    expect((await check(folder)).out).not.toContain('parse-error');
  });

  it('is not judged where a block of a Prisma schema is broken', async () => {
    const model = (name: string, body: string) => `model ${name} {\n  id Int @id\n${body}}\n`;
    const folder = scratch({ 'prisma/schema.prisma': `datasource db {\n  provider = "postgresql"\n  url = env("U")\n}\n${model('A', '  b B[]\n')}model B {\n  id Int @id @@@ ((\n  broken [[ line\n  aId Int\n  a A @relation(fields: [aId], references: [id]\n}\n${model('C', '  text String\n').slice(0, -2)}` });
    expect(await tables(folder)).toEqual(['"A"', '"B"', '"C"']);
    const { code, out } = await check(folder);
    expect([code, out.split('\n').filter((line) => / (error|warning) /.test(line)).map((line) => line.replace(/parse-error .*/, 'parse-error'))]).toEqual([0, ['prisma/schema.prisma:10:3: warning parse-error']]);
  });

  it('is left out when it is far too large', async () => {
    const folder = scratch({ 'models.py': BASE + LEAD, 'huge.py': 'x = 1\n'.repeat(9_000_000) });
    const { code, out } = await check(folder);
    expect([code, out]).toEqual([0, expect.stringContaining('huge.py:1:1: note parse-error The file was not read: 51.5 MB is over the limit of 1 MB')]);
  });
});

describe('declarations that go in circles', () => {
  it('are followed once', async () => {
    const folder = scratch({
      'a.py': 'from b import B\n\n\nclass A(B):\n    pass\n', 'b.py': 'from a import A\n\n\nclass B(A):\n    pass\n',
      'models.py': `${BASE}from more import *\n${LEAD}`, 'more.py': 'from models import *\n\n\nclass Call(Base):\n    __tablename__ = "calls"\n    id = Column(Integer, primary_key=True)\n',
    });
    expect(await tables(folder)).toEqual(['calls', 'leads']);
  });

  it('are no links either', async () => {
    const folder = scratch({ 'models.py': BASE + LEAD });
    symlinkSync(folder, join(folder, 'loop'));
    expect((await check(folder)).code).toBe(0);
    expect(await tables(folder)).toEqual(['leads']);
  });
});

describe('a class that looks like a model', () => {
  it('declares nothing where its base is no declarative one', async () => {
    const folder = scratch({ 'models.py': BASE + LEAD, 'other.py': 'from dataclasses import dataclass\n\n\n@dataclass\nclass Lead:\n    id: int\n    note: str\n\n\nclass Base:\n    pass\n\n\nclass Ghost(Base):\n    __tablename__ = "ghosts"\n    id = 1\n' });
    expect(await tables(folder)).toEqual(['leads']);
  });
});

describe('code that no person wrote', () => {
  const lines = (count: number, line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i)).join('');
  /** What it is, the file, its text, and whether it can be read; if not, the report says so. */
  const HOSTILE: readonly (readonly [name: string, file: string, text: string, isRead: boolean])[] = [
    ['a line of a megabyte', 'hostile.py', `x = [${'1, '.repeat(340_000)}]\n`, true],
    ['a line of a megabyte', 'hostile.ts', `export const x = [${'1, '.repeat(340_000)}];\n`, true],
    ['half a million rows in one statement', 'hostile.sql', `INSERT INTO leads (stage) VALUES ${"('a'), ".repeat(500_000)}('b');\n`, true],
    ['five thousand parentheses', 'hostile.py', `x = ${'('.repeat(5000)}1${')'.repeat(5000)}\n`, true],
    ['five thousand parentheses', 'hostile.ts', `export const x = ${'('.repeat(5000)}1${')'.repeat(5000)};\n`, true],
    ['five thousand parentheses', 'hostile.sql', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)};\n`, true],
    ['five thousand braces', 'hostile.py', `x = ${'{"a": '.repeat(5000)}1${'}'.repeat(5000)}\n`, false],
    ['ten thousand branches', 'hostile.py', `if a == 0:\n    pass\n${lines(10_000, (i) => `elif a == ${i}:\n    pass\n`)}`, true],
    ['ten thousand branches', 'hostile.ts', `if (a === 0) b();\n${lines(10_000, (i) => `else if (a === ${i}) b();\n`)}`, false],
    ['twenty thousand unions', 'hostile.sql', `SELECT 1${' UNION ALL SELECT 1'.repeat(20_000)};\n`, false],
    ['a literal of most of a megabyte', 'hostile.py', `x = """${'word '.repeat(190_000)}"""\n`, true],
    ['a literal of 3.7 megabytes', 'hostile.sql', `INSERT INTO leads (stage) VALUES ('${'word '.repeat(740_000)}');\n`, true],
    ['a literal of 3.7 megabytes', 'hostile.py', `x = """${'word '.repeat(740_000)}"""\n`, false],
    ['a quote that nothing closes', 'hostile.sql', `SELECT '${'x'.repeat(1_000_000)}\n`, false],
    ['a hundred thousand blank lines', 'hostile.sql', `SELECT 1 FROM (;${'\n'.repeat(100_000)}x`, false],
    ['braces of a template that nothing closes', 'hostile.py', `x = (${'{{a|'.repeat(100_000)}\n`, false],
    ['a deep chain', 'hostile.py', `x = a${'.b'.repeat(20_000)}\n`, false],
    ['a deep chain', 'hostile.ts', `export const x = a${'.b()'.repeat(20_000)};\n`, true],
    ['bases without end', 'hostile.py', lines(2000, (i) => `class C${i}(${i ? `C${i - 1}` : 'object'}):\n    pass\n`), true],
    ['a hundred thousand statements', 'hostile.sql', lines(100_000, (i) => `INSERT INTO leads (id, stage) VALUES (${i}, 'x');\n`), true],
  ];

  it.each(HOSTILE)('costs its own file at most: %s (%s)', async (_, file, text, isRead) => {
    const folder = scratch({ 'models.py': BASE + LEAD, [file]: text });
    const { code, out, err } = await check(folder);
    expect([code, err]).toEqual([0, '']);
    const unread = out.split('\n').filter((line) => line.includes(' parse-error '));
    expect([unread.map((line) => line.split(':')[0]), unread.every((line) => line.length < 400)]).toEqual([isRead ? [] : [file], true]);
    expect(out).toMatch(isRead ? /^Read 2 files; 1 table, 2 columns;/m : /^Read 2 files, 1 not; 1 table, 2 columns;/m);
  }, 60_000);

  it('is followed through a chain of five hundred bases', async () => {
    const chain = lines(500, (i) => `class C${i}(${i ? `C${i - 1}` : 'Base'}):\n    __abstract__ = True\n    c${i} = Column(String)\n\n\n`);
    const folder = scratch({ 'models.py': `${BASE}${chain}class Last(C20):\n    __tablename__ = "last"\n    id = Column(Integer, primary_key=True)\n` });
    expect((await run(folder, ['schema', '--no-config'])).out).toContain('c0 character varying');
    expect((await check(folder)).err).toBe('');
  }, 30_000);

  it('is followed through a thousand models in one file', async () => {
    const models = Array.from({ length: 1000 }, (_, i) => `class M${i}(Base):\n    __tablename__ = "table_${i}"\n    id = Column(Integer, primary_key=True)\n    next_id = Column(Integer, ForeignKey("table_${(i + 1) % 1000}.id"))\n\n\n`).join('');
    expect(await tables(scratch({ 'models.py': BASE + models }))).toHaveLength(1000);
  }, 30_000);

  it('is followed through a schema of five thousand tables', async () => {
    const ddl = Array.from({ length: 5000 }, (_, i) => `CREATE TABLE t${i} (id bigint PRIMARY KEY, parent_id bigint REFERENCES t${Math.max(0, i - 1)} (id), name text NOT NULL);\n`).join('');
    const folder = scratch({ 'schema.sql': ddl });
    expect((await check(folder)).code).toBe(0);
    expect(await tables(folder)).toHaveLength(5000);
  }, 60_000);
});
