/** Suppression comments: which findings they hide, and which of them hide nothing. */
import type { Suppression } from '../facts/file.js';
import type { Schema } from '../model/schema.js';
import { nearestName } from '../nearest.js';
import type { Hash } from './draft.js';
import type { Finding, Location, Locate } from './finding.js';
import { byPlace } from './order.js';
import { UNUSED_SUPPRESSION } from './own-rules.js';
import type { Level } from './rule.js';

export interface FileSuppression { readonly path: string; readonly suppression: Suppression }
export interface SuppressionInput {
  readonly suppressions: readonly FileSuppression[];
  readonly schema: Schema;
  readonly locate: Locate;
  readonly hash: Hash;
  /** Every rule there is, and whether it ran here: only then can a suppression of it be unused. */
  readonly rules: ReadonlyMap<string, { readonly ran: boolean }>;
  readonly levelAt: (path: string) => Level | 'off' | 'on';
}
export interface Suppressed { readonly findings: readonly Finding[]; readonly suppressed: readonly Finding[] }

/** The lines `from` to `to`, and `next`: the line below a comment that stands alone. */
interface Scope { readonly path: string; readonly from: number; readonly to: number; readonly next?: number }

/**
 * Splits the findings into those that stay and those that a comment hides, and adds what is wrong with the comments.
 * A comment at the end of a line stands for that line; alone on its line for the next declaration, a table with all
 * that is in it or a column; `ignore-file` for its file. `hidden` are findings nobody sees anyway: they only prove a comment useful.
 */
export function suppress(findings: readonly Finding[], hidden: readonly Finding[], input: SuppressionInput): Suppressed {
  const scopes = input.suppressions.map(({ path, suppression }) => ({ suppression, path, location: input.locate({ path, at: suppression.at }) }))
    .map((one) => ({ ...one, scope: scopeOf(one.suppression, one.path, one.location, input), used: new Set<string>() }));
  const hides = (finding: Finding) => {
    const found = scopes.filter(({ scope, suppression }) => suppression.rules.includes(finding.rule) && isInside(finding.location, scope));
    for (const one of found) one.used.add(finding.rule);
    return found[0];
  };
  const suppressed: Finding[] = [];
  const left = findings.filter((finding) => {
    const by = hides(finding);
    if (by) suppressed.push({ ...finding, suppressed: { kind: 'comment', reason: by.suppression.reason, location: by.location } });
    return !by;
  });
  for (const finding of hidden) hides(finding);
  const unused = numbered(scopes.flatMap(({ suppression, used, path, location }) => complaints(suppression, used, path, location, input)), input.hash);
  return { findings: [...left, ...unused].sort(byPlace), suppressed };
}

function isInside(location: Location, scope: Scope): boolean {
  const line = location.startLine;
  return location.path === scope.path && (line === scope.next || (line >= scope.from && line <= scope.to));
}

function scopeOf(suppression: Suppression, commentPath: string, location: Location, { schema, locate }: SuppressionInput): Scope {
  const { path } = location;
  if (suppression.wholeFile) return { path, from: 1, to: Infinity };
  if (!suppression.alone) return { path, from: location.startLine, to: location.startLine };
  const next = location.endLine + 1;
  return { ...(nextDeclaration(commentPath, location, schema, locate) ?? { path, from: next, to: next }), next };
}

/** The first table or column declared below; decorators may stand between it and the comment, other declarations may not. */
function nextDeclaration(path: string, location: Location, schema: Schema, locate: Locate): Scope | null {
  let best: Scope | null = null;
  const consider = (start: Location, end: Location) => {
    if (start.startLine <= location.startLine) return;
    if (!best || start.startLine < best.from) best = { path: location.path, from: start.startLine, to: end.endLine };
  };
  for (const table of schema.tables) {
    if (table.extent.path === path) consider(locate(table.extent), locate(table.extent));
    for (const { place } of table.declarations) if (place.path === path) consider(locate(place), locate(place));
    for (const { place } of [...table.columns, ...table.relationships, ...table.indexes, ...table.uniques, ...table.checks])
      if (place.path === path) consider(locate(place), locate(place));
  }
  return best;
}

/** A comment with a rule that does not exist, or that ran and hid nothing. */
function complaints(
  suppression: Suppression,
  used: ReadonlySet<string>,
  path: string,
  location: Location,
  { rules, hash, levelAt }: SuppressionInput,
): Finding[] {
  const level = levelAt(path);
  if (level === 'off') return [];
  return suppression.rules.flatMap((rule) => {
    const known = rules.get(rule);
    if (known && (used.has(rule) || !known.ran)) return [];
    const nearest = known ? null : nearestName(rule, [...rules.keys()]);
    return [
      {
        rule: UNUSED_SUPPRESSION.id,
        level: level === 'on' ? UNUSED_SUPPRESSION.level : level,
        confidence: 'high' as const,
        table: null,
        model: null,
        columns: [],
        message: known
          ? `The suppression of '${rule}' hides nothing`
          : `There is no rule '${rule}' to suppress${nearest ? `; the nearest is '${nearest}'` : ''}`,
        help: known ? `Remove '${rule}' from the comment` : 'Write the id of a rule; "schemalint rules" lists them',
        fingerprint: hash(JSON.stringify([UNUSED_SUPPRESSION.id, location.path, rule, suppression.wholeFile])).slice(0, 16),
        location,
        related: [],
        flow: [],
        remedies: [],
        suppressed: null,
      } satisfies Finding,
    ];
  });
}

/** Equal complaints of one file keep fingerprints apart by their number. */
function numbered(findings: readonly Finding[], hash: Hash): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return count === 0 ? finding : { ...finding, fingerprint: hash(`${finding.fingerprint} ${count}`).slice(0, 16) };
  });
}
