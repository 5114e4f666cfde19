/** Files of JSON that say how to connect, as code: `config.json` of Sequelize. https://sequelize.org/docs/v6/other-topics/migrations/#configuration */
import type { Dict, Entry, Expr, Stmt } from '../facts/code.js';
import { NO_SPAN } from '../facts/span.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * `module.exports = { … }` with what such a file says of dialects and models, by environment, and nothing of addresses and passwords; null for any other file.
 */
export function connectionCode(path: string, text: string): readonly Stmt[] | null {
  if (!/\.json$/i.test(path) || !/"dialect"\s*:/.test(text)) return null;
  const read = parse(text);
  const kept = read && (told(read) ?? byEnvironment(read));
  return kept
    ? [{ k: 'set', target: { k: 'attr', of: { k: 'name', id: 'module', at: NO_SPAN }, name: 'exports', at: NO_SPAN }, value: valueOf(kept), at: NO_SPAN }]
    : null;
}

function parse(text: string): Json | null {
  try { return asObject(JSON.parse(text)); } catch { return null; }
}

const asObject = (value: unknown): Json | null => (value && typeof value === 'object' && !Array.isArray(value) ? value as Json : null);

function told(options: Json): Json | null {
  return typeof options['dialect'] === 'string'
    ? Object.fromEntries(['dialect', 'define'].flatMap((name) => (name in options ? [[name, options[name]]] : [])))
    : null;
}

function byEnvironment(json: Json): Json | null {
  const environments = Object.entries(json).flatMap(([name, value]) => {
    const options = told(asObject(value) ?? {});
    return options ? [[name, options] as const] : [];
  });
  return environments.length ? Object.fromEntries(environments) : null;
}

function valueOf(value: unknown): Expr {
  const object = asObject(value);
  if (object)
    return {
      k: 'dict',
      entries: Object.entries(object).map(([name, item]): Entry => ({ key: { k: 'lit', v: name, at: NO_SPAN }, value: valueOf(item), at: NO_SPAN })),
      at: NO_SPAN,
    } satisfies Dict;
  if (Array.isArray(value)) return { k: 'list', items: value.map(valueOf), at: NO_SPAN };
  return { k: 'lit', v: typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null, at: NO_SPAN };
}
