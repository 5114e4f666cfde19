// What the fixtures print, for `npm run update` and for the tests: findings as the user sees them, and the schema they lower to.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The fixture whose schema the others are compared with. */
const REFERENCE = 'crm-sqlalchemy';
const COMMENT = /^COMMENT ON COLUMN \S+ IS '(?:[^']|'')*';\n/gm;

/** The folders of the CRM, one for each dialect. */
export function fixtureNames() {
  return readdirSync(`${root}/fixtures`).filter((name) => name.startsWith('crm-')).sort();
}

/** Every file that is written beside the fixtures, by path, with its text. `cli` is the command line's function. */
export async function fixtureFiles(cli) {
  const files = { 'fixtures/crm.schema.sql': await fixtureSchema(cli, REFERENCE) };
  for (const name of fixtureNames()) files[`fixtures/${name}/expected.txt`] = await fixtureFindings(cli, name);
  return files;
}

/** The findings of a fixture in the concise format, without the number of files read: this text would be one of them. */
export async function fixtureFindings(cli, name) {
  return (await print(cli, ['check', '--output-format', 'concise', '--exit-zero', '--no-config', `fixtures/${name}`])).replace(/^Read \d+ files; /m, '');
}

/** The schema of a fixture as DDL, without its comments: each fixture has its own words. */
export async function fixtureSchema(cli, name) {
  return (await print(cli, ['schema', '--no-config', `fixtures/${name}`])).replace(COMMENT, '');
}

async function print(cli, argv) {
  let text = '';
  let problems = '';
  const code = await cli(argv, {
    cwd: root, env: {}, now: () => 0,
    stdout: { write: (part) => { text += part; }, isTTY: false, columns: null },
    stderr: { write: (part) => { problems += part; }, isTTY: false },
  });
  if (code !== 0 || problems !== '') throw new Error(`schemalint ${argv.join(' ')}: exit code ${code}\n${problems}`);
  return text;
}
