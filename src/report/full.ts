import pc from 'picocolors';
import type { Finding, Location, RelatedLocation, Result } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import type { ReportContext, Reporter } from './context.js';
import { beside, coverageOf, lineOf, sentence, subjectOf, summaryOf, wrap } from './words.js';

type Colors = ReturnType<typeof pc.createColors>;
const NOTES_SHOWN = 3;
const RELATED_SHOWN = 12;
/** Of what goes on from the line before. */
const INDENT = 6;

/** For people: each finding with its source line, how we know, and what to do; notes three of a rule. */
export const full: Reporter = (result, context) => {
  const colors = pc.createColors(context.color);
  const dimmed = (text: string) => wrap(text, context.width).map(colors.dim).join('\n');
  const groups = grouped(result.findings);
  const blocks = groups.flatMap(({ shown, more }) => [
    ...shown.map((finding) => block(finding, context, colors)),
    ...(more.length > 0 ? [dimmed(`... and ${more.length} more ${more.length === 1 ? 'note' : 'notes'} of ${more[0].rule}: ${places(more)}`)] : []),
  ]);
  return (
    [
      ...blocks,
      [colors.bold(summaryOf(result)), colors.dim(coverageOf(result.coverage)), ...result.coverage.notes.map((note) => dimmed(sentence(note)))].join('\n'),
    ].join('\n\n') + '\n'
  );
};

/** Errors and warnings one by one, then notes by rule, of which three are shown. */
function grouped(findings: readonly Finding[]): { readonly shown: readonly Finding[]; readonly more: readonly Finding[] }[] {
  const sorted = [...findings].sort(byLevel);
  const grave = sorted.filter((finding) => finding.level !== 'note').map((finding) => ({ shown: [finding], more: [] }));
  const notes = new Map<string, Finding[]>();
  for (const finding of sorted) if (finding.level === 'note') notes.set(finding.rule, [...(notes.get(finding.rule) ?? []), finding]);
  return [...grave, ...[...notes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, all]) => ({ shown: all.slice(0, NOTES_SHOWN), more: all.slice(NOTES_SHOWN) }))];
}

function places(findings: readonly Finding[]): string {
  const named = findings.slice(0, 6).map((finding) => subjectOf(finding) || finding.location.path);
  return [...named, ...(findings.length > 6 ? ['...'] : [])].join('; ');
}

function block(finding: Finding, context: ReportContext, colors: Colors): string {
  const paint = finding.level === 'error' ? colors.red : finding.level === 'warning' ? colors.yellow : colors.cyan;
  const head = `${paint(colors.bold(finding.level))} ${colors.bold(finding.rule)}  ${subjectOf(finding)}${finding.confidence === 'high' ? '' : colors.dim(`  (${finding.confidence} confidence)`)}`;
  const { location } = finding;
  const indent = (lines: readonly string[]) => lines.map((line) => (line === '' ? '' : `  ${line}`));
  return [
    head,
    ...indent([
      colors.dim(`${location.path}:${location.startLine}:${location.startColumn}`),
      ...excerpt(location, context, paint),
      ...wrap(sentence(finding.message), context.width - 2),
      ...steps('How we know', finding.flow, context.width - 2, colors),
      ...steps(finding.flow.length > 0 ? 'See also' : 'How we know', beside(finding), context.width - 2, colors),
      ...wrap(`What to do: ${sentence(finding.help)}`, context.width - 2),
      ...finding.remedies.flatMap((remedy) => [`${remedy.title}:`, ...indent([...codeLines(remedy.code), ...codeLines(remedy.sql)])]),
    ]),
  ].join('\n');
}

/** The source line with a caret under what is meant; tabs are kept so that the caret stands right. */
function excerpt(location: Location, context: ReportContext, paint: (text: string) => string): string[] {
  const line = lineOf(context.text(location.path), location.startLine);
  if (line.trim() === '' || line.length > 400) return [];
  const number = String(location.startLine);
  const before = line.slice(0, location.startColumn - 1).replace(/[^\t]/g, ' ');
  const end = location.endLine === location.startLine ? location.endColumn : line.length + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(end, line.length + 1) - location.startColumn));
  return [`${number} | ${line}`, `${' '.repeat(number.length)} | ${before}${paint(carets)}`];
}

function steps(title: string, steps: readonly RelatedLocation[], width: number, colors: Colors): string[] {
  if (steps.length === 0) return [];
  const more = steps.length - RELATED_SHOWN;
  return [`${title}:`, ...steps.slice(0, RELATED_SHOWN).flatMap((one) => step(one, width, colors)), ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** Place and message on one line where they fit, else the message goes on under the place. */
function step({ location, message }: RelatedLocation, width: number, colors: Colors): string[] {
  const place = `  ${location.path}:${location.startLine}`;
  const [first = '', ...others] = wrap(message, width - INDENT, place.length + 2 - INDENT);
  return [`${place}  ${colors.dim(first)}`, ...others.map((line) => `${' '.repeat(INDENT)}${colors.dim(line)}`)];
}

function codeLines(code: string | undefined): string[] {
  return code === undefined ? [] : code.trimEnd().split('\n');
}

/** One line for each finding: `path:line:column: level rule message`. */
export const concise: Reporter = (result: Result) => {
  const lines = result.findings.map(
    ({ location, level, rule, message }) => `${location.path}:${location.startLine}:${location.startColumn}: ${level} ${rule} ${message}`,
  );
  return [...lines, summaryOf(result), coverageOf(result.coverage)].join('\n') + '\n';
};
