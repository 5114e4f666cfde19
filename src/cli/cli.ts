/** The commands and their flags. What a command does is loaded when it is called, so that `--help` is quick. */
import yargs, { type Argv } from 'yargs';
import { Interrupted, reasonOf, UserError } from '../errors.js';
import { ownVersion } from '../workspace/own-files.js';
import { BASELINE, CHECK, COMMON, CONFIG, EXPLAIN, FACTS, INIT, OUTPUT_FILE, PATHS, RULES, SCHEMA } from './flags.js';
import type { Io } from './io.js';
import { usageError } from './usage-error.js';

export const EXIT_FAILED = 2;
/** What shells make of a program that SIGINT ended. */
export const EXIT_INTERRUPTED = 130;
export const INTERRUPTED = 'schemalint: interrupted\n';

/** Runs a command line; answers the exit code: 0 clean, 1 findings, 2 the job could not be done, 130 interrupted. Never throws. */
export async function cli(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof Interrupted) {
      io.stderr.write(INTERRUPTED);
      return EXIT_INTERRUPTED;
    }
    io.stderr.write(complaint(error, argv.includes('--verbose')));
    return EXIT_FAILED;
  }
}

/** One line of what is wrong, one of what to do; the stack of a defect only when asked for. */
function complaint(error: unknown, isVerbose: boolean): string {
  if (error instanceof UserError) return `schemalint: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`;
  const stack = isVerbose && error instanceof Error ? `${error.stack}\n` : '';
  return `schemalint: internal error: ${reasonOf(error)}\n  This is a defect of schemalint; run again with --verbose for where it happened\n${stack}`;
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const parser: Argv = yargs([...argv], io.cwd)
    .scriptName('schemalint')
    .usage('$0 <command>\n\nFinds design flaws in your database schema: reads models, migrations, SQL and the code that uses them.')
    .command('check [paths..]', 'Analyse the project and report', (y) =>
      y
        .positional('paths', PATHS)
        .options({ ...CHECK, ...COMMON, ...CONFIG })
        .example('$0 check --staged --fail-on warning', 'What the commit brings')
        .example('$0 check --output-format sarif=out.sarif --output-format github', 'Two reports at once')
        .example('$0 check --rule unused-column src', 'One rule, one folder'),
    )
    .command('explain <subject> [paths..]', "A rule's page, or all that is known of a table or column", (y) =>
      y
        .positional('subject', EXPLAIN)
        .positional('paths', PATHS)
        .options({ ...COMMON, ...CONFIG }),
    )
    .command('schema [paths..]', 'Print the merged schema', (y) => y.positional('paths', PATHS).options({ ...SCHEMA, ...OUTPUT_FILE, ...COMMON, ...CONFIG }))
    .command('plan [paths..]', 'Print the findings as an ordered action plan', (y) =>
      y.positional('paths', PATHS).options({ ...OUTPUT_FILE, ...COMMON, ...CONFIG }),
    )
    .command('facts [paths..]', 'Read a part of the files on one of several machines', (y) =>
      y.positional('paths', PATHS).options({ ...FACTS, ...COMMON, ...CONFIG }),
    )
    .command('rules', 'List the rules', (y) => y.options({ ...RULES, ...CONFIG }))
    .command('init', 'Write a config for this project', (y) => y.options(INIT))
    .command('baseline <action> [paths..]', 'Accept the findings of today', (y) =>
      y
        .positional('action', BASELINE.action)
        .positional('paths', PATHS)
        .options({ reason: BASELINE.reason, ...COMMON, ...CONFIG }),
    )
    .command('completion', 'Print a completion script for the shell', (y) => y)
    .example('$0 check', 'Report on this project')
    .example('$0 check --since origin/main', 'Only what this branch brings')
    .example('$0 explain users.email', 'Every use of a column')
    .version(ownVersion())
    .help()
    .alias('h', 'help')
    .wrap(Math.min(io.stdout.columns ?? 100, 110))
    .parserConfiguration({
      'boolean-negation': true,
      'duplicate-arguments-array': true,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error && error.name !== 'YError' ? error : usageError(message ?? error.message);
    });

  if (argv.length === 0) {
    io.stdout.write(`${await parser.getHelp()}\n`);
    return 0;
  }
  if (argv[0] === COMPLETIONS) {
    io.stdout.write((await parser.getCompletion([...argv.slice(1)])).map((one) => `${one}\n`).join(''));
    return 0;
  }
  // With a callback yargs hands over what it would print.
  const { flags, printed } = await new Promise<{ flags: { readonly _: readonly unknown[] }; printed: string }>((resolve, reject) => {
    parser
      .parseAsync([...argv], {}, (error: Error | undefined, flags: { readonly _: readonly unknown[] }, printed: string) =>
        error ? reject(error) : resolve({ flags, printed }),
      )
      .catch(reject);
  });
  if (printed) io.stdout.write(`${printed}\n`);
  const [name] = flags._;
  if (printed || typeof name !== 'string') return 0;
  if (name === 'completion') {
    parser.showCompletionScript();
    return 0;
  }
  return COMMANDS[name]!(flags as never, io);
}

/** What the commands do, each loaded when it is called. The parser only parses: what a command throws is no matter of its. */
const COMMANDS: Readonly<Record<string, (flags: never, io: Io) => Promise<number>>> = {
  check: async (flags, io) => (await import('./commands/check.js')).check(flags, io),
  explain: async (flags, io) => (await import('./commands/explain.js')).explain(flags, io),
  schema: async (flags, io) => (await import('./commands/schema.js')).schema(flags, io),
  plan: async (flags, io) => (await import('./commands/plan.js')).plan(flags, io),
  facts: async (flags, io) => (await import('./commands/facts.js')).facts(flags, io),
  rules: async (flags, io) => (await import('./commands/rules.js')).rules(flags, io),
  init: async (flags, io) => (await import('./commands/init.js')).init(flags, io),
  baseline: async (flags, io) => (await import('./commands/baseline.js')).baseline(flags, io),
};

/** The completion scripts of shells call back with this flag. */
const COMPLETIONS = '--get-yargs-completions';
