import type { Config } from './config.js';
import { glob } from './glob.js';

/**
 * A test of source paths against patterns of the config. Patterns start at the config file's folder; one that names
 * a folder means all that is in it. No patterns match nothing.
 */
export function matcher(patterns: readonly string[], config: Pick<Config, 'base'>): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const matches = globs(patterns);
  const { strip, add } = config.base;
  return (path) => path.startsWith(strip) && matches(add + path.slice(strip.length));
}

/** A test against plain globs, for names and paths alike. */
export function globs(patterns: readonly string[]): (text: string) => boolean {
  const tests = patterns.flatMap(withContents).map(glob);
  return (text) => tests.some((matches) => matches(text));
}

function withContents(pattern: string): string[] {
  const plain = pattern.replace(/^\.\//, '').replace(/\/+$/, '') || '**';
  return plain.endsWith('*') ? [plain] : [plain, `${plain}/**`];
}
