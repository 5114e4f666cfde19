/** Reads the text of a config file in any of its forms, and finds the place of a key in it. */
import { parse as parseToml, TomlError } from 'smol-toml';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { UserError } from '../errors.js';

export type Keys = readonly (string | number)[];

/** `value` is null where the file says nothing to us (a package.json without our key). `placeOf` gives `:line:column`, or nothing. */
export interface ConfigSource { readonly value: unknown; placeOf(keys: Keys): string }

const OWN_KEY: Readonly<Record<string, Keys>> = { 'package.json': ['schemalint'], 'pyproject.toml': ['tool', 'schemalint'] };

/**
 * Parses a config by its file's name: JSON, YAML, package.json (key `schemalint`), pyproject.toml (`[tool.schemalint]`).
 * `name` is the path to show. Throws UserError with line and column when the file is broken.
 */
export function parseConfig(name: string, text: string): ConfigSource {
  const own = OWN_KEY[name.split(/[\\/]/).pop()!] ?? [];
  return name.endsWith('.toml') ? fromToml(name, text, own) : fromYaml(name, text, own);
}

/** JSON is read as JSON, and a second time as YAML, which keeps places. */
function fromYaml(name: string, text: string, own: Keys): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => { const { line, col } = lines.linePos(offset); return `:${line}:${col}`; };
  if (name.endsWith('.json')) checkJson(name, text.replace(/^\uFEFF/, ''), at);
  else if (document.errors.length > 0) throw broken(name, at(document.errors[0].pos[0]), 'YAML', document.errors[0].message);
  const value = document.toJS() as unknown;
  return {
    value: own.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key] ?? null, value),
    placeOf: (keys) => { const offset = offsetOf(document, [...own, ...keys]); return offset === null ? '' : at(offset); },
  };
}

function checkJson(name: string, text: string, at: (offset: number) => string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const offset = offsetIn(message, text);
    throw broken(
      name,
      offset === null ? '' : at(offset),
      'JSON',
      message.replace(/,? (?:\.\.\.)?".*$/s, '').replace(/ in JSON at position.*$| at position.*$/s, ''),
    );
  }
}

/** Characters that V8 quotes on either side of a mistake. */
const QUOTED = 10;

/** Where JSON.parse stopped. Its message has the position, the end of input, or a quotation of the text around it. */
function offsetIn(message: string, text: string): number | null {
  const position = /position (\d+)/.exec(message);
  if (position) return Number(position[1]);
  if (/end of JSON/.test(message)) return text.length;
  const [, token, dots, quoted] = /^Unexpected token '(.)', (\.\.\.)?"(.*?)"(?:\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  if (quoted === undefined) return null;
  const start = text.indexOf(quoted);
  return dots ? start + QUOTED : text.indexOf(token, start);
}

/** The offset of the last key of the way there; of as much of the way as exists. */
function offsetOf(document: Document, keys: Keys): number | null {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? null;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(key)] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function fromToml(name: string, text: string, own: Keys): ConfigSource {
  let value: unknown;
  try {
    value = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw broken(name, `:${error.line}:${error.column}`, 'TOML', error.message.replace(/^Invalid TOML document: /, ''));
  }
  return {
    value: own.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key] ?? null, value),
    placeOf: (keys) => tomlPlace(text.split(/\r?\n/), own, keys),
  };
}

/** TOML's parser keeps no places: the line is found by its table's header and its key. */
function tomlPlace(lines: readonly string[], own: Keys, keys: Keys): string {
  const names = keys.filter((key): key is string => typeof key === 'string');
  let header: readonly string[] = [];
  let found = '';
  let depth = -1;
  lines.forEach((line, index) => {
    const opened = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(line);
    const key = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line);
    if (opened) header = dotted(opened[1]);
    if (!opened && !key) return;
    const path = opened ? header : [...header, ...dotted(key![1])];
    const wanted = [...own.map(String), ...names];
    const agrees = path.length >= own.length && path.every((part, i) => part === wanted[i]);
    if (agrees && path.length > depth) {
      depth = path.length;
      found = `:${index + 1}:${line.search(/\S/) + 1}`;
    }
  });
  return found;
}

function dotted(text: string): string[] {
  return (text.match(/"[^"]*"|'[^']*'|[\w-]+/g) ?? []).map((part) => part.replace(/^["']|["']$/g, ''));
}

function broken(name: string, place: string, language: string, message: string): UserError {
  return new UserError(`${name}${place}: not valid ${language}: ${message.split('\n', 1)[0].trim()}`, 'Mend the file, or run with --no-config');
}
