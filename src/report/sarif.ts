/**
 * SARIF 2.1.0 for GitHub code scanning. GitHub ignores `suppressions`: hidden findings would come back as open alerts,
 * so they are left out unless asked for. It reads only the first location and the related ones that the message links to.
 */
import type { Log, Notification, Result as SarifResult, Run } from 'sarif';
import type { Coverage, Finding, Result } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import { PARSE_ERROR } from '../lint/own-rules.js';
import type { ReportContext, Reporter } from './context.js';
import { lineHashes } from './line-hash.js';
import { HOME } from './links.js';
import { RESULTS_KEPT } from './sarif-limit.js';
import { descriptorOf } from './sarif-rules.js';
import { ROOT, physicalLocation, sarifResult } from './sarif-result.js';
import { counted } from './words.js';

export const sarif: Reporter = (result, context) => {
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [runOf(result, context)],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function runOf(result: Result, context: ReportContext): Run {
  const all = [...result.findings, ...(context.includeSuppressed ? result.suppressedFindings : [])].sort(byLevel);
  const kept = all.slice(0, RESULTS_KEPT);
  const index = new Map(context.rules.map((rule, i) => [rule.id, i]));
  const hashes = new Map<string, ReadonlyMap<number, string>>();
  const hashOf = ({ path, startLine }: Finding['location']) => {
    if (!hashes.has(path)) hashes.set(path, lineHashes(context.text(path)));
    return hashes.get(path)!.get(startLine) ?? null;
  };
  const { version } = result.tool;
  return {
    tool: {
      driver: {
        name: 'schemalint',
        fullName: `schemalint ${version}`,
        version,
        semanticVersion: version,
        informationUri: HOME,
        rules: context.rules.map((rule) => descriptorOf(rule, context.page(rule.id), version)),
        notifications: [descriptorOf(PARSE_ERROR, context.page(PARSE_ERROR.id), version)].map(({ properties, defaultConfiguration, ...rest }) => rest),
      },
    },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(result.findings, all.length, result.coverage, context) }],
    originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
    ...provenanceOf(context),
    automationDetails: { id: 'schemalint/' },
    columnKind: 'utf16CodeUnits',
    results: kept.map((finding): SarifResult =>
      sarifResult(finding, { ruleIndex: index.get(finding.rule) ?? -1, lineHash: hashOf(finding.location), context }),
    ),
  };
}

/** Files that could not be read, and what was cut off. The standard wants them here; people see the findings. */
function notifications(findings: readonly Finding[], count: number, coverage: Coverage, context: ReportContext): Notification[] {
  const unread = findings.filter((finding) => finding.rule === PARSE_ERROR.id).map((finding): Notification => ({
    descriptor: { id: PARSE_ERROR.id, index: 0 }, level: finding.level,
    message: { text: `Could not read '${finding.location.path}' wholly: ${finding.message}.` },
    locations: [{ physicalLocation: physicalLocation(finding.location, context) }],
  }));
  const cut: Notification[] =
    count > RESULTS_KEPT
      ? [{ level: 'warning', message: { text: `Only ${RESULTS_KEPT} of ${counted(count, 'result')} are given, errors first: code scanning keeps no more.` } }]
      : [];
  const notes = coverage.notes.map((note): Notification => ({ level: 'note', message: { text: note.replace(/[{}]/g, '') } }));
  return [...unread, ...cut, ...notes];
}

function provenanceOf(context: ReportContext): Pick<Run, 'versionControlProvenance'> {
  const known = context.provenance();
  return known
    ? {
        versionControlProvenance: [
          {
            repositoryUri: known.repositoryUri,
            revisionId: known.revisionId,
            ...(known.branch ? { branch: known.branch } : {}),
            mappedTo: { uriBaseId: ROOT },
          },
        ],
      }
    : {};
}
