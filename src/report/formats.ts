import type { Reporter } from './context.js';

export const FORMATS = ['full', 'concise', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The reporter of a format, loaded when it is wanted. */
export async function reporterOf(format: Format): Promise<Reporter> {
  switch (format) {
    case 'full': return (await import('./full.js')).full;
    case 'concise': return (await import('./full.js')).concise;
    case 'json': return (await import('./json.js')).json;
    case 'sarif': return (await import('./sarif.js')).sarif;
    case 'github': return (await import('./github.js')).github;
    case 'gitlab': return (await import('./gitlab.js')).gitlab;
    case 'junit': return (await import('./junit.js')).junit;
    case 'markdown': return (await import('./markdown.js')).markdown;
    case 'html': return (await import('./html.js')).html;
  }
}
