import type { Io } from '../io.js';
import { runWithProgress, setUp, type CommonFlags } from '../setup.js';
import { writeWhole } from '../output.js';
import { resolve } from 'node:path';

export const SCHEMA_FORMATS = ['sql', 'json', 'mermaid', 'dbml'] as const;
export interface SchemaFlags extends CommonFlags { readonly format: (typeof SCHEMA_FORMATS)[number]; readonly outputFile?: string }

/** Prints the schema that all declarations together make. */
export async function schema(flags: SchemaFlags, io: Io): Promise<number> {
  const { job } = await setUp(flags, io, false);
  const { analysis, locate } = await runWithProgress({ ...job, rules: [] }, flags, io);
  const text = await print(flags.format, analysis.project.schema, locate);
  if (flags.outputFile !== undefined) writeWhole(resolve(io.cwd, flags.outputFile), text);
  else io.stdout.write(text);
  return 0;
}

async function print(format: SchemaFlags['format'], ...[schema, locate]: Parameters<typeof import('../../report/schema-json.js').schemaJson>): Promise<string> {
  if (format === 'sql') return (await import('../../report/schema-sql.js')).schemaSql(schema);
  if (format === 'json') return (await import('../../report/schema-json.js')).schemaJson(schema, locate);
  const diagrams = await import('../../report/schema-diagram.js');
  return format === 'mermaid' ? diagrams.schemaMermaid(schema) : diagrams.schemaDbml(schema);
}
