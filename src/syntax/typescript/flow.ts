/** JavaScript with Flow's types, which are TypeScript's for the most part: what is not is blanked, so that all places stay. https://flow.org/en/docs/types/ */

/** Whether a file says that it is written with Flow types. https://flow.org/en/docs/usage/#toc-prepare-your-code-for-flow */
export function isFlow(text: string): boolean {
  const start = /^(?:#!.*\n)?(?:\s*\/\/.*\n|\s*\/\*[\s\S]*?\*\/|\s*['"]use \w+['"];?)*/.exec(text.slice(0, 4000))![0];
  return /@flow\b/.test(start);
}

/** The text with blanks for what only Flow can read; what types say is not needed to know what a statement does. */
export function withoutFlow(text: string): string {
  return INLINE.reduce((rest, [pattern, to]) => rest.replace(pattern, to), withoutDeclarations(text));
}

const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');

type Replacement = (whole: string, ...groups: string[]) => string;
const INLINE: readonly (readonly [RegExp, Replacement])[] = [
  // Exact objects. https://flow.org/en/docs/types/objects/#exact-and-inexact-object-types
  [/\{\|/g, () => '{ '],
  [/\|\}/g, () => ' }'],
  // Maybe types. https://flow.org/en/docs/types/maybe/
  [/([:<(,|&=]\s*|=>\s*)\?(?=[\w${['"*(])/g, (_, before) => `${before!} `],
  // Casts, and parameters of one simple type. https://flow.org/en/docs/types/casting/
  [/\(([\w$.]+)(: ?[\w$.]+(?:<[\w$., ]*>)?)\)/g, (_, value, type) => `(${value!}${blank(type!)})`],
  // Bounds of type parameters, no arguments, any argument. https://flow.org/en/docs/types/generics/
  [/<([A-Z]\w*)(: ?[\w$.]+)>/g, (_, name, bound) => `<${name!}${blank(bound!)}>`],
  [/\b([A-Z]\w*)<>/g, (_, name) => `${name!}  `],
  [/<\*>/g, () => '<_>'],
  // Variance. https://flow.org/en/docs/lang/variance/
  [/^(\s*)[+-](?=[\w$]+\??:)/gm, (_, before) => `${before!} `],
  [/([<,]\s*)[+-](?=[A-Z]\w*\s*[,>:=])/g, (_, before) => `${before!} `],
  [/(\bstatic\s+)[+-](?=[\w$])/g, (_, before) => `${before!} `],
  [/\bimport typeof\b/g, () => 'import type  '],
  [/(: *)?%checks\b/g, blank],
];

/** Aliases and declarations hold nothing but types. https://flow.org/en/docs/types/aliases/ */
function withoutDeclarations(text: string): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(/^[ \t]*(?:export\s+)?(?:declare\s+|opaque\s+type\s|type\s+[\w$]+\s*(?:<[^=]*>)?\s*=)/gm)) {
    if (match.index < from) continue;
    const end = endOf(text, match.index + match[0].length);
    result += text.slice(from, match.index) + blank(text.slice(match.index, end));
    from = end;
  }
  return result + text.slice(from);
}

/** Where a declaration ends: the first line that ends outside all brackets and is not gone on with. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if ('{[('.includes(char)) depth++;
    else if ('}])'.includes(char)) depth--;
    else if (depth <= 0 && char === ';') return at + 1;
    else if (depth <= 0 && char === '\n' && !/[=|&,:]\s*$/.test(text.slice(start, at)) && !/^\s*[|&?:]/.test(text.slice(at))) return at;
  }
  return text.length;
}
