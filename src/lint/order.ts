/** How findings compare: one order for every format, so that the same input gives the same bytes. */
import type { Finding } from './finding.js';
import type { Confidence, Level } from './rule.js';

const LEVELS: readonly Level[] = ['note', 'warning', 'error'];
const CONFIDENCES: readonly Confidence[] = ['low', 'medium', 'high'];

/** Whether a level is as grave as another or graver. */
export function isAtLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

/** Whether a confidence is as high as another or higher. */
export function isAsSure(confidence: Confidence, least: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(least);
}

/** One step less, and never under low. */
export function lowered(confidence: Confidence): Confidence {
  return confidence === 'high' ? 'medium' : 'low';
}

/** By path, line, column, rule, then fingerprint. */
export function byPlace(a: Finding, b: Finding): number {
  return text(a.location.path, b.location.path)
    || a.location.startLine - b.location.startLine
    || a.location.startColumn - b.location.startColumn
    || text(a.rule, b.rule)
    || text(a.fingerprint, b.fingerprint);
}

/** Graver levels first, then by place. */
export function byLevel(a: Finding, b: Finding): number {
  return LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || byPlace(a, b);
}

/** By code unit: the same on every machine, whatever its locale. */
export function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
