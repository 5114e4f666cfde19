import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.js';
import { CONFIG_FILES } from '../../config/find.js';
import { detect, type Detected } from '../../workspace/detect.js';
import { ownVersion } from '../../workspace/own-files.js';
import type { Io } from '../io.js';
import { writeWhole } from '../output.js';

export interface InitFlags { readonly force?: boolean; readonly dryRun?: boolean }

/** Writes a commented config for what it finds here, and prints how to run the linter in pre-commit and on GitHub. */
export async function init(flags: InitFlags, io: Io): Promise<number> {
  const existing = CONFIG_FILES.map((name) => join(io.cwd, name)).find((path) => existsSync(path));
  if (existing && !flags.force && !flags.dryRun) throw new UserError(`${existing} is there already`, 'Edit it, or write a new one with --force');
  const file = join(existing ? dirname(existing) : io.cwd, 'schemalint.config.yaml');
  const found = detect(io.cwd);
  const text = configText(found);
  if (flags.dryRun) io.stdout.write(text);
  else if (existing && !existing.endsWith('.yaml'))
    throw new UserError(`${existing} is there already`, 'Remove it first: two configs in one folder are an error');
  else {
    writeWhole(file, text);
    io.stdout.write(`Wrote ${file}\nFound: ${found.dialects.length > 0 ? found.dialects.join(', ') : 'no ORM that schemalint knows'}\n`);
  }
  if (!flags.dryRun) io.stdout.write(snippets(ownVersion()));
  return 0;
}

/** What was found stands as comments: the linter sees it by itself, and a list would go stale. */
function configText({ dialects, migrations, tests }: Detected): string {
  const seen = (key: string, values: readonly string[]) =>
    values.length > 0 ? [`# ${key}: [${values.map((value) => JSON.stringify(value)).join(', ')}]`] : [`# ${key}: []`];
  return `${[
    '# Configuration of schemalint. Everything is optional; what is commented out shows what was found, or the default.',
    '# Patterns start at this folder.',
    '',
    '# exclude: ["legacy/**"]',
    ...seen('migrations', migrations),
    ...seen('tests', tests),
    ...seen('dialects', dialects),
    '', '# Columns that repeat a key on many tables on purpose.', '# tenantKeys: [tenant_id]',
    '# Tables that programs outside this repository read: nothing in them is called unused.', '# externalReaders: [reports]',
    '# Tables too small for an index to matter.', '# smallTables: [countries]', '',
    '# off, on, error, warning or note for each rule; "schemalint rules" lists them.', 'rules: {}', '', '# minConfidence: medium   # low, medium, high',
    '# failOn: error           # error, warning, note, never',
    '# baseline: schemalint-baseline.json   # counts by itself where it is there; "schemalint baseline create" writes it',
  ].join('\n')}\n`;
}

function snippets(version: string): string {
  return `
Look at what there is:
  npx @schemalint/cli@${version} check
Accept it for now, and report only what is new:
  npx @schemalint/cli@${version} baseline create

pre-commit (.pre-commit-config.yaml):
  - repo: local
    hooks:
      - id: schemalint
        name: schemalint
        entry: schemalint check --staged --fail-on warning
        language: node
        additional_dependencies: ["@schemalint/cli@${version}"]
        files: '\\.(py|pyi|[cm]?[jt]sx?|sql|prisma)$'
        pass_filenames: false
        require_serial: true
        verbose: true

GitHub code scanning (.github/workflows/schemalint.yml):
  on: [push, pull_request]
  permissions: {}
  jobs:
    schemalint:
      runs-on: ubuntu-latest
      permissions: { security-events: write, contents: read, actions: read }
      steps:
        - uses: actions/checkout@v4
          with: { fetch-depth: 0, persist-credentials: false }
        - run: npx --yes @schemalint/cli@${version} check --output-format sarif=schemalint.sarif --output-format github --exit-zero
        - uses: github/codeql-action/upload-sarif@v4
          if: always()
          with: { sarif_file: schemalint.sarif, category: schemalint }
`;
}
