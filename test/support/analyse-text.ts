import { analyse, type Analysis } from '../../src/analyse.js';
import { DEFAULTS, type Config } from '../../src/config/config.js';

/** Analyses files given as text by path, with the default configuration. */
export function analyseText(files: Readonly<Record<string, string>>, config: Partial<Config> = {}): Promise<Analysis> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, read: () => new TextEncoder().encode(text) }));
  return analyse(sources, { ...DEFAULTS, ...config });
}
