// docs/precision.md, counted from the verdicts on findings that were read against the code of real applications.

/** The page, from the lines of test/ecosystem/verdicts.jsonl. */
export function precisionPage(text) {
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
`;
}

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
