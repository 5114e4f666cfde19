import type { RuleInfo } from '../lint/own-rules.js';
import { DEFAULTS, DIALECTS } from './config.js';

export const RULE_LEVELS = ['off', 'on', 'error', 'warning', 'note'] as const;
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export const FAIL_ON = ['error', 'warning', 'note', 'never'] as const;

/** The format of patterns, in words of JSON Schema. */
export const GLOB_FORMAT = 'glob';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of a config file, composed from the options of the rules. Editors and the validation read the same one. */
export function configSchema(rules: readonly RuleInfo[]): JsonSchema {
  const settings = { type: 'object', additionalProperties: false, properties: Object.fromEntries(rules.map((rule) => [rule.id, ruleSchema(rule)])) };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of schemalint',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'For editors.' },
      extends: {
        description: `Configs to start from: paths beside this file, or 'schemalint:strict' for every rule.`,
        anyOf: [text('A path or preset.'), list('Paths or presets; later ones win.')],
      },
      include: globs("Read only these files. Globs from this file's folder, here and in the keys below; a folder means all that is in it."),
      exclude: globs('Do not read these files, beside what git ignores, dependencies and build output.'),
      models: globs('Files that declare models, although they lie in a folder of tests, seeds or migrations.'),
      migrations: globs('Files that are migrations, beside the usual folders.'),
      tests: globs('Files that are tests, beside the usual folders and names.'),
      dialects: { type: 'array', uniqueItems: true, items: { enum: DIALECTS }, description: 'Which dialects to read; all that are found if not given.' },
      defaultSchema: { ...text('The database schema whose tables are named without it.'), default: DEFAULTS.defaultSchema },
      tenantKeys: list('Columns (names) that repeat a key on many tables on purpose (tenant_id): no finding of derivable-foreign-key.'),
      smallTables: list('Tables (names) so small that no index is worth it.'),
      externalReaders: globs('Tables (globs) that programs outside this repository read: rules that claim an absence stay silent.'),
      entryPoints: globs(
        'Files whose functions are called from outside (jobs, handlers, plugins): what they return counts as read, and what they do as done in a request.',
      ),
      rules: { ...settings, description: 'Level of each rule, or level and options.' },
      overrides: {
        type: 'array',
        description: 'Other rule settings for some files or tables; later ones win.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['rules'],
          properties: { files: globs("Globs from this file's folder."), tables: globs('Globs of table names.'), rules: settings },
        },
      },
      minConfidence: { enum: CONFIDENCES, default: DEFAULTS.minConfidence, description: 'Findings that are less sure are not shown.' },
      failOn: { enum: FAIL_ON, default: DEFAULTS.failOn, description: 'The least level that makes the exit code 1.' },
      baseline: text('File of accepted findings; without it, schemalint-baseline.json beside this file where there is one.'),
    },
  };
}

function ruleSchema(rule: RuleInfo): JsonSchema {
  const options = rule.options ?? { type: 'object', additionalProperties: false, properties: {} };
  return {
    description: rule.summary,
    if: { type: 'array' },
    then: { type: 'array', prefixItems: [{ enum: RULE_LEVELS }, options], minItems: 1, maxItems: 2 },
    else: { enum: RULE_LEVELS },
  };
}

function text(description: string): JsonSchema {
  return { type: 'string', minLength: 1, description };
}

function list(description: string): JsonSchema {
  return { type: 'array', items: { type: 'string', minLength: 1 }, description };
}

function globs(description: string): JsonSchema {
  return { type: 'array', items: { type: 'string', minLength: 1, format: GLOB_FORMAT }, description };
}
