/** The JSON Schema of the JSON report. `npm run update` writes it to docs/findings.schema.json. */
import { JSON_FORMAT } from './json.js';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: object) => ({ type: 'array', items });
const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const counts = { type: 'object', additionalProperties: count };

function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = [], description?: string): object {
  return {
    type: 'object',
    additionalProperties: false,
    ...(description ? { description } : {}),
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    properties,
  };
}

const place = { type: 'integer', minimum: 1 };

export const findingsSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Findings of schemalint',
  ...object({
    formatVersion: { const: JSON_FORMAT },
    tool: object({ name: { const: 'schemalint' }, version: text }),
    findings: list(ref('finding')),
    suppressedFindings: list(ref('finding')),
    coverage: object({ files: count, parsed: count, unread: count, tables: count, columns: count, decided: count, skipped: counts, notes: list(text) }),
    gaps: list(object({ kind: text, table: nullable(text), column: nullable(text), detail: text, location: nullable(ref('location')) })),
    statistics: object({ rules: counts }),
  }),
  $defs: {
    finding: object({
      rule: { ...text, description: 'Id of the rule.' },
      level: { enum: ['error', 'warning', 'note'] },
      confidence: { enum: ['high', 'medium', 'low'] },
      table: { ...nullable(text), description: 'Physical name, with its schema where that is not the default one; null for a finding about a file.' },
      model: { ...nullable(text), description: 'Class or model that declares the table; null for SQL only.' },
      columns: { ...list(text), description: 'Physical names, in declaration order or the order of the proposed key; empty when the whole table is meant.' },
      message: text,
      help: text,
      fingerprint: { ...text, pattern: '^[0-9a-f]{16}$', description: 'Stays through reformatting, line moves and file moves.' },
      location: ref('location'),
      related: list(ref('related')),
      flow: { ...list(ref('related')), description: 'How we know, step by step.' },
      remedies: list(object({ title: text, sql: text, code: text }, ['sql', 'code'])),
      suppressed: nullable(object({ kind: { enum: ['comment', 'baseline'] }, reason: nullable(text), location: nullable(ref('location')) })),
    }),
    related: object({ message: text, table: nullable(text), column: nullable(text), location: ref('location') }),
    location: object(
      { path: text, startLine: place, startColumn: place, endLine: place, endColumn: place },
      [],
      'Lines and columns count from 1, columns in UTF-16 units, the end exclusive.',
    ),
  },
};
