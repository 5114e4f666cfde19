// docs/precision.md, counted from the verdicts on findings that were read against the code of real applications, and what was found of flaws that were mended later.

/** The page, from the lines of test/ecosystem/verdicts.jsonl and the numbers of test/ecosystem/recall.json and constraints.json. */
export function precisionPage(text, recall, constraints) {
  const verdicts = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return `# Precision

Findings on real applications that were read against the code, one by one. This page is counted by \`npm run update\` from
\`test/ecosystem/verdicts.jsonl\`, which names the repository, its commit, the finding's fingerprint, the verdict and its reason. A verdict is of the
finding as it stood when it was read; *mended* counts the wrong ones whose general cause has been mended since.

*Right*: a maintainer would agree. *Arguable*: true, and a reason to leave it so can be seen. *Wrong*: it is not so.

## By rule

${tableOf(verdicts, 'rule')}

## By repository

${tableOf(verdicts, 'repository')}
${recall ? recallSection(JSON.parse(recall)) : ''}${constraints ? constraintsSection(JSON.parse(constraints)) : ''}${LABELLED}`;
}

// How many there are is not said: a number that every new case changes makes every two changes conflict.
const LABELLED = `
## Labelled cases

Small programs of our own, each written for one pattern or one trap: the examples of the rule pages and \`test/cases\`. Every false alarm that was found on real code
became one. The tests fail where anything is reported in them that is not expected, or the reverse; \`npm run eval\` counts them, prints precision and recall by rule,
and fails below 0.95 and 0.9.
`;

function tableOf(verdicts, by) {
  const groups = new Map();
  for (const verdict of verdicts) groups.set(verdict[by], [...(groups.get(verdict[by]) ?? []), verdict]);
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, all]) => row(name, all));
  return ['| | read | right | arguable | wrong | mended | wrong now |', '| --- | ---: | ---: | ---: | ---: | ---: | ---: |', ...rows, row('**all**', verdicts)].join('\n');
}

function row(name, all) {
  const count = (verdict) => all.filter((one) => one.verdict === verdict).length;
  const mended = all.filter((one) => one.verdict === 'wrong' && one.mended).length;
  const left = count('wrong') - mended;
  return `| ${name} | ${all.length} | ${count('right')} | ${count('arguable')} | ${count('wrong')} | ${mended} | ${all.length ? Math.round((100 * left) / all.length) : 0} % |`;
}

function recallSection(repositories) {
  const kinds = Object.values(repositories).flatMap((one) => Object.entries(one.kinds));
  const byKind = [...new Set(kinds.map(([kind]) => kind))].sort().map((kind) => recallRow(kind, kinds.filter(([name]) => name === kind)));
  const byRepository = Object.entries(repositories).map(([name, one]) => `${recallRow(name, Object.entries(one.kinds))} ${one.measured} |`);
  const negatives = (key) => Object.values(repositories).reduce((sum, one) => sum + one.negatives[key], 0);
  const head = (name) => `| ${name} | core: shown | also low | of | all: shown | also low | of |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |`;
  return `
## Recall

Commits of real applications that mended a flaw later: how many of the flaws are reported in the tree before the commit, counted by
\`npm run recall\`. *Shown* is of medium or high confidence, *also low* counts what is hidden by default. A commit counts once for a kind, as far as
its cases are found; *core* is the stronger subset. Not every case can be known from the code. Each repository is measured by itself, with the rules of that day. Of ${negatives('of')} places where a finding would be wrong, ${negatives('wrong')} are reported.

${head('kind')}
${[...byKind, recallRow('**all**', kinds)].join('\n')}

${head('repository').replace('\n', ' measured |\n')} ---: |
${byRepository.join('\n')}
`;
}

function recallRow(name, kinds) {
  const sum = (subset, key) => Math.round(10 * kinds.reduce((total, [, one]) => total + one[subset][key], 0)) / 10;
  return `| ${name} | ${['core', 'all'].flatMap((subset) => ['shown', 'any', 'groups'].map((key) => sum(subset, key))).join(' | ')} |`;
}

function constraintsSection(rows) {
  const percent = ({ shown, of }) => `${Math.round((100 * shown) / of)} %`;
  return `
## Constraints that the code alone brings back

Declared constraints of two Django applications (saleor/saleor and openedx/ecommerce) were hidden, each kind at a time: how many are proposed again from the code. *Missing* are those that
maintainers confirmed as missing, *later* those that were added later. Counted by \`npm run eval\`; about half of what is missed in the second belongs to a library whose code is not there.
CFinder (ASPLOS 2023), which imports the application and asks its database, brings back 70 % of unique keys and 45 % of columns that must not be null where the code shows it.

| | shown | also low | of | shown |
| --- | ---: | ---: | ---: | ---: |
${rows.map((row) => `| ${row.title} | ${row.shown} | ${row.any} | ${row.of} | ${percent(row)} |`).join('\n')}
`;
}
