/** The flags of every command, as yargs wants them. */
import type { Options, PositionalOptions } from 'yargs';

type Flags = Readonly<Record<string, Options>>;

export const PATHS: PositionalOptions = {
  type: 'string',
  array: true,
  default: [],
  describe: 'Folders to analyse; for files, what stands in them is reported',
};
export const EXPLAIN: PositionalOptions = { type: 'string', demandOption: true, describe: 'Rule, table or table.column' };

export const CONFIG: Flags = { config: { type: 'string', requiresArg: true, describe: 'Config file; --no-config for none (default: the nearest one upward)' } };
export const OUTPUT_FILE: Flags = { 'output-file': { type: 'string', requiresArg: true, describe: 'Write to this file instead of stdout' } };

export const COMMON: Flags = {
  rule: { type: 'string', array: true, requiresArg: true, describe: 'Only this rule (repeatable)' },
  'ignore-rule': { type: 'string', array: true, requiresArg: true, describe: 'Not this rule (repeatable)' },
  'min-confidence': { choices: ['low', 'medium', 'high'], requiresArg: true, describe: 'Show findings from this confidence on (default medium)' },
  baseline: {
    type: 'string',
    requiresArg: true,
    describe: 'File of accepted findings; --no-baseline for none (default: schemalint-baseline.json beside the config, or here)',
  },
  color: { type: 'boolean', describe: 'Colours, or --no-color (default: on a terminal)' },
  cache: { type: 'boolean', default: true, describe: 'Keep what was read of files for the next run; --no-cache for not' },
  'cache-location': { type: 'string', requiresArg: true, describe: "Folder of the cache (default: schemalint in the user's cache folder)" },
  facts: { type: 'string', array: true, requiresArg: true, describe: 'Files made by "schemalint facts": what they hold is not read again (repeatable)' },
  quiet: { type: 'boolean', describe: 'No progress and no warnings on stderr' },
  verbose: { type: 'boolean', describe: 'Times and memory on stderr, and the stack of internal errors' },
};

export const CHECK: Flags = {
  'output-format': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'full, concise, json, sarif, github, gitlab, junit, markdown, html; repeatable, FORMAT=FILE writes to a file (default full)',
  },
  ...OUTPUT_FILE,
  'fail-on': { choices: ['error', 'warning', 'note', 'never'], requiresArg: true, describe: 'Exit 1 from this level on (default error)' },
  'max-warnings': { type: 'number', requiresArg: true, describe: 'Exit 1 with more warnings than this' },
  'exit-zero': { type: 'boolean', describe: 'Exit 0 even with findings' },
  staged: { type: 'boolean', describe: 'Only what the staged changes bring, judged by the index' },
  since: { type: 'string', requiresArg: true, describe: 'Only what came since this branch, tag or commit' },
  'sarif-include-suppressed': { type: 'boolean', describe: 'Give suppressed findings in SARIF too' },
  statistics: { type: 'boolean', describe: 'Findings of each rule, counted, on stderr' },
};

export const FACTS: Flags = {
  shard: { type: 'string', requiresArg: true, describe: 'Part I of N of the files, as I/N (default 1/1)' },
  output: { alias: 'o', type: 'string', requiresArg: true, demandOption: true, describe: 'File to write' },
};

export const SCHEMA: Flags = { format: { choices: ['sql', 'json', 'mermaid', 'dbml'], default: 'sql', describe: 'How to print it' } };
export const RULES: Flags = { json: { type: 'boolean', describe: 'Print JSON' } };
export const INIT: Flags = {
  force: { type: 'boolean', describe: 'Replace the config that is there' },
  'dry-run': { type: 'boolean', describe: 'Print it only' },
};
export const BASELINE = {
  action: { choices: ['create', 'prune', 'show'], demandOption: true, describe: 'What to do' } satisfies PositionalOptions,
  reason: { type: 'string', requiresArg: true, describe: 'Why they are accepted (create)' } satisfies Options,
} as const;
