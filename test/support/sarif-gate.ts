/**
 * What the upload to code scanning would say of a SARIF file, offline: the standard's schema, GitHub's limits, rules of
 * the standard that the schema cannot say, and Microsoft's validator with GitHub's rules. The validator's exit code says
 * nothing: its log does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Log, Result, Run } from 'sarif';

const PACKAGE = 'node_modules/@microsoft/sarif-multitool-linux';
const VALIDATOR = join(PACKAGE, 'Sarif.Multitool');
const GITHUB_RULES = ['GH1001.ProvideRequiredLocationProperties', 'GH1002.InlineThreadFlowLocations', 'GH1003.ProvideRequiredRegionProperties', 'GH1005.LocationsMustBeRelativeUrisOrFilePaths', 'GH1006.ProvideCheckoutPath', 'GH1007.ProvideFullyFormattedMessageStrings'];

/** Problems of a SARIF text; `skipped` says what could not be run here. */
export function sarifProblems(text: string): { readonly problems: readonly string[]; readonly skipped: string | null } {
  const log = JSON.parse(text) as Log;
  const own = [...schemaProblems(log), ...limit(gzipSync(text).length, 10e6, 'gzip bytes'), ...log.runs.flatMap(runProblems)];
  if (!existsSync(VALIDATOR)) return { problems: own, skipped: `${VALIDATOR} is not installed` };
  const validator = validatorProblems(text);
  return typeof validator === 'string' ? { problems: own, skipped: validator } : { problems: [...own, ...validator], skipped: null };
}

function schemaProblems(log: Log): string[] {
  const path = join(PACKAGE, 'sarif-2.1.0.json');
  if (!existsSync(path)) return [];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const check = ajv.compile(JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as object);
  return check(log) ? [] : check.errors!.map((error) => `schema: ${error.instancePath} ${error.message}`);
}

function limit(count: number, most: number, what: string): string[] {
  return count > most ? [`${what}: ${count} of at most ${most}`] : [];
}

function runProblems(run: Run): string[] {
  const results = run.results ?? [];
  const onAllOrNone = (['suppressions', 'baselineState'] as const).flatMap((key) => {
    const count = results.filter((result) => result[key] !== undefined).length;
    return count > 0 && count < results.length ? [`${key} is on ${count} of ${results.length} results`] : [];
  });
  return [
    ...limit(results.length, 5000, 'results'),
    ...(results.length > 0 && !run.columnKind ? ['columnKind is missing'] : []),
    ...onAllOrNone,
    ...(run.tool.driver.rules ?? []).flatMap((rule) => [
      ...limit(rule.properties?.tags?.length ?? 0, 10, `tags of ${rule.id}`), ...limit(rule.name?.length ?? 0, 255, `name of ${rule.id}`),
      ...limit(rule.shortDescription?.text.length ?? 0, 1024, `shortDescription of ${rule.id}`), ...limit(rule.fullDescription?.text.length ?? 0, 1024, `fullDescription of ${rule.id}`),
    ]),
    ...results.flatMap(resultProblems),
  ];
}

function resultProblems(result: Result, index: number): string[] {
  const text = result.message.text ?? '';
  const ids = new Set((result.relatedLocations ?? []).map((location) => String(location.id)));
  const links = [...text.matchAll(/(?<!\\)\[(?:[^[\]\\]|\\.)*\]\((\d+)\)/g)].map((match) => match[1]);
  return [
    ...(text === '' ? ['no message.text'] : []),
    ...limit(result.locations?.length ?? 0, 1, 'locations'),
    ...limit((result.codeFlows ?? []).flatMap((flow) => flow.threadFlows.flatMap((thread) => thread.locations)).length, 1000, 'steps of a code flow'),
    ...links.filter((id) => !ids.has(id)).map((id) => `the link (${id}) leads nowhere`),
    ...(/[{}]/.test(text.replace(/\{\{|\}\}/g, '')) ? ['a single brace in message.text'] : []),
    ...(/<[a-z/][^>]*>/i.test(result.message.markdown ?? '') ? ['HTML in message.markdown'] : []),
  ].map((problem) => `result ${index} (${result.ruleId}): ${problem}`);
}

/** What the validator reports above a note, or why it cannot run. */
function validatorProblems(text: string): readonly string[] | string {
  const folder = mkdtempSync(join(tmpdir(), 'sarif-gate-'));
  try {
    const [file, config, out] = ['in.sarif', 'github.xml', 'out.sarif'].map((name) => join(folder, name));
    writeFileSync(file, text);
    writeFileSync(config, `<?xml version="1.0" encoding="utf-8"?>\n<Properties>\n${GITHUB_RULES.map((rule) => `  <Properties Key="${rule}.Options"><Property Key="RuleEnabled" Value="Error" Type="Driver.RuleEnabledState" /></Properties>`).join('\n')}\n</Properties>\n`);
    const ran = spawnSync(VALIDATOR, ['validate', file, '--rule-kind', 'Sarif;Ghas', '-c', config, '-o', out, '--log', 'ForceOverwrite', '-q', 'true'], { encoding: 'utf8' });
    if (!existsSync(out)) return `the validator does not run here: ${ran.error?.message ?? ran.stderr.split('\n', 1)[0]}`;
    const log = JSON.parse(readFileSync(out, 'utf8').replace(/^\uFEFF/, '')) as Log;
    return (log.runs[0].results ?? []).filter((result) => result.level !== 'note').map((result) => `validator: ${result.level ?? 'warning'} ${result.ruleId} ${result.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName ?? ''} ${(result.message.arguments ?? []).slice(0, 2).join(' ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
