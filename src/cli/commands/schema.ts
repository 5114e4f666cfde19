import { resolve } from 'node:path';
import type { Analysis } from '../../analyse.js';
import type { Locate } from '../../lint/finding.js';
import type { Place } from '../../model/schema.js';
import type { Io } from '../io.js';
import { runWholeWithProgress, setUp, type CommonFlags } from '../setup.js';
import { writeWhole } from '../output.js';
import { textAt } from '../../facts/span.js';

export const SCHEMA_FORMATS = ['sql', 'json', 'mermaid', 'dbml'] as const;
export interface SchemaFlags extends CommonFlags { readonly format: (typeof SCHEMA_FORMATS)[number]; readonly outputFile?: string }

/** Prints the schema that all declarations together make. */
export async function schema(flags: SchemaFlags, io: Io): Promise<number> {
  const { job } = await setUp(flags, io, false);
  const { analysis, locate } = await runWholeWithProgress({ ...job, rules: [] }, flags, io);
  const text = await print(flags.format, analysis, locate);
  if (flags.outputFile !== undefined) writeWhole(resolve(io.cwd, flags.outputFile), text);
  else io.stdout.write(text);
  return 0;
}

async function print(format: SchemaFlags['format'], { project: { schema }, text }: Analysis, locate: Locate): Promise<string> {
  if (format === 'sql') return (await import('../../report/schema-sql.js')).schemaSql(schema, ({ path, at }: Place) => textAt(text(path), at));
  if (format === 'json') return (await import('../../report/schema-json.js')).schemaJson(schema, locate);
  const diagrams = await import('../../report/schema-diagram.js');
  return format === 'mermaid' ? diagrams.schemaMermaid(schema) : diagrams.schemaDbml(schema);
}
