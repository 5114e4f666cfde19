import { distance } from 'fastest-levenshtein';

/** The known name that a mistyped one most likely means, null when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const ranked = known.map((one) => ({ one, far: distance(name.toLowerCase(), one.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return ranked.length > 0 && ranked[0].far <= Math.max(2, name.length / 3) ? ranked[0].one : null;
}
