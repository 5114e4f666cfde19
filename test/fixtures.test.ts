/** The CRM in every dialect: one schema, the findings of the investigation, and the printed findings as they stand beside it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixtureFindings, fixtureNames, fixtureSchema } from '../scripts/fixtures.mjs';
import { cli } from '../src/cli/cli.js';
import type { Finding } from '../src/index.js';
import { lint } from '../src/index.js';
import { DIFFERENCES, INVESTIGATION, JUDGED, schemaLines } from './support/crm.js';

const REFERENCE = 'crm-sqlalchemy';
const findingsOf = async (name: string): Promise<readonly Finding[]> => (await lint({ paths: [`fixtures/${name}`], configFile: null })).findings;
const nameOf = (rule: string, subject: string) => `${rule} ${subject}`;
const subjectOf = ({ table, columns }: Finding) => `${table}(${columns.join(', ')})`;

it('knows every fixture', () => {
  expect(fixtureNames()).toEqual(Object.keys(DIFFERENCES).sort());
});

describe.each(Object.entries(DIFFERENCES))('%s', (name, differences) => {
  it('prints what expected.txt says', { timeout: 60_000 }, async () => {
    expect(await fixtureFindings(cli, name)).toBe(readFileSync(`fixtures/${name}/expected.txt`, 'utf8'));
  });

  it('lowers to crm.schema.sql', { timeout: 60_000 }, async () => {
    const own = schemaLines(await fixtureSchema(cli, name));
    const used = new Set<RegExp>();
    const rewritten = own.map((line) => differences.schema.reduce((text, { pattern, replacement }) => {
      const next = text.replace(pattern, replacement as string);
      if (next !== text) used.add(pattern);
      return next;
    }, line)).filter((line) => line !== '').sort();
    const reference = schemaLines(readFileSync('fixtures/crm.schema.sql', 'utf8'));
    expect(rewritten).toEqual(reference.filter((line) => !differences.schemaLacks.some(({ pattern }) => pattern.test(line))));
    expect(differences.schemaLacks.filter(({ pattern }) => !reference.some((line) => pattern.test(line)))).toEqual([]);
    expect(differences.schema.filter(({ pattern }) => !used.has(pattern)).map(({ reason }) => reason)).toEqual([]);
  });

  it('has the findings of the investigation and no others of their rules', { timeout: 60_000 }, async () => {
    const lacks = new Set(differences.lacks.flatMap(({ findings }) => findings));
    const expected = [...INVESTIGATION.map(({ rule, subject }) => nameOf(rule, subject)).filter((each) => !lacks.has(each)), ...differences.adds.flatMap(({ findings }) => findings)];
    const found = (await findingsOf(name)).filter((finding) => JUDGED.has(finding.rule)).map((finding) => nameOf(finding.rule, subjectOf(finding)));
    expect(found.sort()).toEqual(expected.sort());
  });
});

describe(`${REFERENCE}, place by place`, async () => {
  const findings = await findingsOf(REFERENCE);

  it.each(INVESTIGATION.map((one) => [nameOf(one.rule, one.subject), one] as const))('%s', (name, { line, evidence }) => {
    const finding = findings.find((each) => nameOf(each.rule, subjectOf(each)) === name)!;
    expect(finding.location.path).toBe(`fixtures/${REFERENCE}/server/models.py`);
    expect(finding.location.startLine).toBe(line);
    const places = [...finding.related, ...finding.flow].map(({ location }) => `${location!.path}:${location!.startLine}`);
    expect(places).toEqual(expect.arrayContaining(evidence.map((place) => `fixtures/${REFERENCE}/${place}`)));
  });
});
