// Writes everything that is generated: the rule table of the README, the reference pages in docs/, the JSON Schemas, and what the fixtures print.
// With --check it only says what is stale, and exits with 1; what the fixtures print is left to their own test.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../dist/src/config/schema.js';
import { findingsSchema } from '../dist/src/report/json-schema.js';
import { withOwnRules } from '../dist/src/lint/own-rules.js';
import { rules } from '../dist/rules/index.js';
import { cli } from '../dist/src/cli/cli.js';
import { configurationPage } from './configuration-page.mjs';
import { fixtureFiles } from './fixtures.mjs';
import { precisionPage } from './precision-page.mjs';
import { serversSections } from './servers-page.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '');
const all = withOwnRules(rules);
const START = '<!-- rules: written by npm run update -->';
const END = '<!-- /rules -->';

const generated = {
  'README.md': between(read('README.md'), table('rules/')),
  'docs/rules.md': `# Rules\n\nEach has a page with examples; \`schemalint explain <rule>\` prints it. This page is written by \`npm run update\`.\n\n${table('../rules/')}`,
  'docs/config.schema.json': `${JSON.stringify(configSchema(all), null, 2)}\n`,
  'docs/findings.schema.json': `${JSON.stringify(findingsSchema, null, 2)}\n`,
  'docs/configuration.md': configurationPage(configSchema(all), all),
  'docs/precision.md': precisionPage(read('test/ecosystem/verdicts.jsonl'), read('test/ecosystem/recall.json'), read('test/ecosystem/constraints.json')) + serversSections(read('test/ecosystem/catalog.jsonl'), read('test/ecosystem/statements.jsonl')),
};

if (!process.argv.includes('--check')) Object.assign(generated, await fixtureFiles(cli));

const stale = Object.entries(generated).filter(([name, text]) => read(name) !== text);
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.log(`${name} is stale: npm run update`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const [name, text] of stale) {
  writeFileSync(path(name), text);
  console.log(`wrote ${name}`);
}

function table(folder) {
  const rows = all.map(({ id, level, isOff, summary }) => `| [${id}](${folder}${id}.md) | ${level}${isOff ? ', off' : ''} | ${summary} |`);
  return `${['| Rule | Level | What it reports |', '| --- | --- | --- |', ...rows].join('\n')}\n`;
}

function between(text, middle) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} and ${END}`);
  return `${text.slice(0, start + START.length)}\n${middle}${text.slice(end)}`;
}
