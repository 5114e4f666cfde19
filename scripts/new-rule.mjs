// npm run new-rule <id>: starts a rule, its page, and its line in rules/index.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const id = process.argv[2] ?? '';
const path = (name) => fileURLToPath(new URL(`../rules/${name}`, import.meta.url));
if (!/^[a-z]+(?:-[a-z]+)+$/.test(id)) stop('Give the id: npm run new-rule -- kebab-case-name-of-the-problem');
if (existsSync(path(`${id}.ts`))) stop(`rules/${id}.ts is there already`);

const name = id.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
writeFileSync(path(`${id}.ts`), `import type { Rule } from '../src/lint/rule.js';

export const ${name}: Rule = {
  id: '${id}',
  summary: 'One sentence that says what is wrong, without a final stop',
  level: 'warning',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (table.isExternal || table.columns.length > 0) continue;
      report({ table, columns: [], confidence: 'high', message: \`\${table.name} has no column\`, help: 'Add its columns, or drop the table' });
    }
  },
};
`);
writeFileSync(path(`${id}.md`), `# ${id}

What it reports, in one paragraph.

## Why

What goes wrong when nobody mends it.

## Examples

### Incorrect

\`\`\`sql schema.sql
CREATE TABLE leads (); -- finding: leads
\`\`\`

### Correct

\`\`\`sql schema.sql
CREATE TABLE leads (id bigint PRIMARY KEY);
\`\`\`

## When to turn it off

The projects that have a reason to.
`);

const index = readFileSync(path('index.ts'), 'utf8');
const lines = index.split('\n');
const imports = [...lines.filter((line) => /^import \{ \w+ \} from '\.\//.test(line)), `import { ${name} } from './${id}.js';`].sort(byFile);
const entries = [...lines.filter((line) => /^ {2}\w+,$/.test(line)), `  ${name},`].sort();
const rest = lines.filter((line) => !/^import \{ \w+ \} from '\.\//.test(line) && !/^ {2}\w+,$/.test(line));
const list = rest.findIndex((line) => line.startsWith('export const rules'));
const type = rest.findIndex((line) => line.startsWith('import type'));
writeFileSync(path('index.ts'), [...rest.slice(0, type + 1), ...imports, ...rest.slice(type + 1, list + 1), ...entries, ...rest.slice(list + 1)].join('\n'));
console.log(`rules/${id}.ts, rules/${id}.md and a line in rules/index.ts; then: npm run update`);

function byFile(a, b) {
  const file = (line) => line.slice(line.indexOf("'"));
  return file(a) < file(b) ? -1 : 1;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
