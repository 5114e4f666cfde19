import type { Location as SarifLocation, PhysicalLocation, Result as SarifResult, ThreadFlowLocation } from 'sarif';
import type { Finding, Location, RelatedLocation } from '../lint/finding.js';
import type { ReportContext } from './context.js';
import { lineOf, sentence } from './words.js';

export const ROOT = '%SRCROOT%';
const LINKS = 8;
const RELATED = 50;
const FLOW_STEPS = 20;
const CONTEXT_LINES = 3;

interface Extras { readonly ruleIndex: number; readonly lineHash: string | null; readonly context: ReportContext }

/** One finding. Its region is one line: an alert is shown on a pull request only when all its lines are in the diff. */
export function sarifResult(finding: Finding, { ruleIndex, lineHash, context }: Extras): SarifResult {
  const related = finding.related.slice(0, RELATED);
  return {
    ruleId: finding.rule,
    ...(ruleIndex >= 0 ? { ruleIndex } : {}),
    level: finding.level,
    message: messageOf(finding, related),
    locations: [{ physicalLocation: physicalLocation(finding.location, context), ...(finding.table === null ? {} : { logicalLocations: logical(finding) }) }],
    ...(related.length > 0 ? { relatedLocations: related.map((one, i) => relatedLocation(one, i + 1, context)) } : {}),
    ...(finding.flow.length > 0
      ? {
          codeFlows: [
            {
              message: { text: 'How we know.' },
              threadFlows: [
                { locations: finding.flow.slice(0, FLOW_STEPS).map((step, i) => flowStep(step, i === 0 || i === finding.flow.length - 1, context)) },
              ],
            },
          ],
        }
      : {}),
    partialFingerprints: { ...(lineHash ? { primaryLocationLineHash: lineHash } : {}), 'schemalintEntity/v1': finding.fingerprint },
    ...(context.includeSuppressed ? { suppressions: suppressions(finding, context) } : {}),
    properties: { confidence: finding.confidence, ...(finding.table === null ? {} : { table: finding.table, columns: [...finding.columns] }) },
  };
}

function messageOf(finding: Finding, related: readonly RelatedLocation[]): SarifResult['message'] {
  const [message, help] = [sentence(finding.message), sentence(finding.help)];
  const links = linksTo(related.slice(0, LINKS)).map(braces);
  const inMarkdown = links.map((link) => `- ${link.replace(/</g, '&lt;')}`).join('\n');
  return {
    text: escaped(`${message} ${help}`) + (links.length === 0 ? '' : ` See: ${links.join('; ')}.`),
    markdown: escaped(`${coded(message)}\n\n${coded(help)}`) + (links.length === 0 ? '' : `\n\n${inMarkdown}`),
  };
}

/** A link for each related place; those of which the same is said stand together, told apart by file and line. */
function linksTo(related: readonly RelatedLocation[]): string[] {
  const ids = new Map<string, number[]>();
  for (const [i, { message }] of related.entries()) ids.set(message, [...(ids.get(message) ?? []), i + 1]);
  const inBrackets = (text: string) => text.replace(/[[\]\\]/g, '\\$&');
  const placeOf = ({ location: { path, startLine } }: RelatedLocation) => `${path.slice(path.lastIndexOf('/') + 1)}:${startLine}`;
  return [...ids].map(([message, [first, ...others]]) => (others.length === 0 ? `[${inBrackets(message)}](${first})`
    : `${withoutLinks(message)}: ${[first, ...others].map((id) => `[${inBrackets(placeOf(related[id - 1]))}](${id})`).join(', ')}`));
}

/** Names in single quotes as code, which also keeps angle brackets from being read as HTML. */
function coded(text: string): string {
  return text.replace(/(?<![\w'])'([^'\n]+)'(?!\w)/g, '`$1`').replace(/</g, '&lt;');
}

/** `](1)` must be a link where it stands; braces are placeholders unless doubled. */
function escaped(text: string): string {
  return braces(withoutLinks(text));
}

function withoutLinks(text: string): string {
  return text.replace(/\](?=\(\d+\))/g, '] ');
}

function braces(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

/** A place as SARIF has it: percent-encoded path, one line, its source and the lines around it. */
export function physicalLocation(location: Location, context: ReportContext): PhysicalLocation {
  const text = context.text(location.path);
  const line = lineOf(text, location.startLine);
  const endColumn = location.endLine === location.startLine ? location.endColumn : Math.max(location.startColumn, line.length + 1);
  const artifactLocation = { uri: location.path.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
  const region = { startLine: location.startLine, startColumn: location.startColumn, endLine: location.startLine, endColumn };
  if (line === '' || line.length > 400) return { artifactLocation, region };
  const from = Math.max(1, location.startLine - CONTEXT_LINES);
  const around = text.split('\n').slice(from - 1, location.startLine + CONTEXT_LINES);
  return {
    artifactLocation,
    region: { ...region, snippet: { text: line } },
    ...(around.length > 1 ? { contextRegion: { startLine: from, endLine: from + around.length - 1, snippet: { text: around.join('\n') } } } : {}),
  };
}

function logical(finding: Finding): SarifLocation['logicalLocations'] {
  if (finding.columns.length === 0) return [{ name: finding.table!, fullyQualifiedName: finding.table!, kind: 'type' }];
  return finding.columns.map((column) => ({ name: column, fullyQualifiedName: `${finding.table}.${column}`, kind: 'member' }));
}

function relatedLocation(one: RelatedLocation, id: number, context: ReportContext): SarifLocation {
  return { id, physicalLocation: physicalLocation(one.location, context), message: { text: escaped(sentence(one.message)) } };
}

function flowStep(step: RelatedLocation, isEnd: boolean, context: ReportContext): ThreadFlowLocation {
  return {
    location: { physicalLocation: physicalLocation(step.location, context), message: { text: escaped(sentence(step.message)) } },
    importance: isEnd ? 'essential' : 'important',
  };
}

/** On every result or on none: an empty list says that it is not suppressed. */
function suppressions(finding: Finding, context: ReportContext): SarifResult['suppressions'] {
  if (!finding.suppressed) return [];
  const { kind, reason, location } = finding.suppressed;
  return [{
    kind: kind === 'comment' ? 'inSource' : 'external',
    ...(reason ? { justification: reason } : {}),
    ...(location ? { location: { physicalLocation: physicalLocation(location, context) } } : {}),
  }];
}
