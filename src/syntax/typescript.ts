import type { ParsedCode } from './source.js';

/** Reads one TypeScript or JavaScript file; `fileName` only decides by its extension what is read. */
export type TypeScriptParser = (text: string, fileName: string) => ParsedCode;

/** The parser of TypeScript and JavaScript. Loaded on demand: the compiler inside takes a sixth of a second. */
export async function loadTypeScript(): Promise<TypeScriptParser> {
  const { parseTypeScript } = await import('./typescript/parse.js');
  return parseTypeScript;
}
