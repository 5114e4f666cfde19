// docs/configuration.md, written from the JSON Schema that the validation reads.

/** The page, from the schema of a config and the rules with their options. */
export function configurationPage(schema, rules) {
  const keys = Object.entries(schema.properties).filter(([name]) => name !== '$schema').map(([name, key]) => `| \`${name}\` | ${typeOf(key)} | ${defaultOf(key)} | ${key.description} |`);
  return `# Configuration

This page is written by \`npm run update\`. Without a config file everything below has its default.

The nearest of these upward from the working directory counts, and only that one: \`schemalint.config.json\`, \`schemalint.config.yaml\`, a
\`schemalint\` key in \`package.json\`, \`[tool.schemalint]\` in \`pyproject.toml\`. \`--config FILE\` names another, \`--no-config\` none. An
unknown key is an error that names the nearest known one and its place in the file.

Editors complete and check the file with the published schema:

\`\`\`json
{ "$schema": "./node_modules/@schemalint/cli/docs/config.schema.json" }
\`\`\`

## Keys

| key | value | default | what it does |
| --- | --- | --- | --- |
${keys.join('\n')}

## Rules

A rule is given a level (\`off\`, \`on\` for its own, \`error\`, \`warning\`, \`note\`), or a level and options:

\`\`\`yaml
rules:
  missing-index: off
  unused-column: error
  ${exampleOf(rules)}
overrides:
  - tables: ['audit_*']
    rules: { write-only-column: off }
\`\`\`

${rules.filter((rule) => Object.keys(rule.options?.properties ?? {}).length > 0).map(optionsOf).join('\n')}`;
}

function optionsOf({ id, options }) {
  const rows = Object.entries(options.properties).map(([name, key]) => `| \`${name}\` | ${typeOf(key)} | ${defaultOf(key)} | ${key.description ?? ''} |`);
  return `### [${id}](../rules/${id}.md)\n\n| option | value | default | what it does |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** One rule with an option, as the example. */
function exampleOf(rules) {
  const rule = rules.find((one) => Object.keys(one.options?.properties ?? {}).length > 0);
  if (!rule) return 'legacy-column: note';
  const [name, { default: value }] = Object.entries(rule.options.properties)[0];
  return `${rule.id}: [on, { ${name}: ${JSON.stringify(value)} }]`;
}

function typeOf(key) {
  if (key.enum) return key.enum.map((value) => `\`${value}\``).join(', ');
  if (key.anyOf) return key.anyOf.map(typeOf).join(' or ');
  if (key.type === 'array') return key.items?.enum ? `list of ${key.items.enum.map((value) => `\`${value}\``).join(', ')}` : `list of ${key.items?.type === 'object' ? 'objects' : 'texts'}`;
  return { string: 'text', integer: 'whole number', number: 'number', boolean: '`true`, `false`', object: 'object' }[key.type] ?? 'any';
}

function defaultOf(key) {
  if (key.default === undefined) return '';
  return `\`${typeof key.default === 'string' ? key.default : JSON.stringify(key.default)}\``;
}
