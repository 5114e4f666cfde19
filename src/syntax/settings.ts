import type { Settings } from '../facts/file.js';
import { parse as parseYaml } from 'yaml';
import { enginesOf, namesIn } from './drivers.js';

/**
 * What a package.json or tsconfig says about names of modules and about types, and what a manifest of either language asks for; null when it says nothing or
 * cannot be read.
 */
export function settingsOf(path: string, text: string): Settings | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'package.json') return packageSettings(readJson(text));
  if (/^(tsconfig|jsconfig)[\w.-]*\.json$/.test(name)) return tsconfigSettings(readJson(text));
  if (/^(requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)$/.test(name)) return { kind: 'requirements', drivers: enginesOf(namesIn(text), 'python') };
  return null;
}

type Json = Record<string, unknown>;

/** JSON with comments and trailing commas, as tsconfig allows; bad input is an empty object. */
function readJson(text: string): Json {
  try { return asObject(JSON.parse(text)); } catch { /* comments */ }
  const bare = text
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? ' ')
    .replace(/,(\s*[}\]])/g, '$1');
  try { return asObject(JSON.parse(bare)); } catch { /* as YAML, which forgives more */ }
  try { return asObject(parseYaml(bare)); } catch { return {}; }
}

const asObject = (value: unknown): Json => (value && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {});
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : typeof value === 'string' ? [value] : [];

function tsconfigSettings(json: Json): Settings {
  const options = asObject(json['compilerOptions']);
  const paths = Object.fromEntries(Object.entries(asObject(options['paths'])).map(([pattern, targets]) => [pattern, strings(targets)]));
  return {
    kind: 'tsconfig',
    ...(typeof options['baseUrl'] === 'string' ? { baseUrl: options['baseUrl'] } : {}),
    paths,
    extends: strings(json['extends']),
    ...strictness(options),
  };
}

function strictness(options: Json): { strict?: boolean } {
  const said = options['strictNullChecks'] ?? options['strict'];
  return typeof said === 'boolean' ? { strict: said } : {};
}

function packageSettings(json: Json): Settings {
  const workspaces = Array.isArray(json['workspaces']) ? strings(json['workspaces']) : strings(asObject(json['workspaces'])['packages']);
  return {
    kind: 'package',
    ...(typeof json['name'] === 'string' ? { packageName: json['name'] } : {}),
    entries: entriesOf(json),
    workspaces,
    ...driversOf(json),
  };
}

/** What only development or a peer needs says nothing of the application's database. */
function driversOf(json: Json): Pick<Settings, 'drivers'> {
  const drivers = enginesOf([json['dependencies'], json['optionalDependencies']].flatMap((each) => Object.keys(asObject(each))), 'npm');
  return drivers.length > 0 ? { drivers } : {};
}

/** `exports`, `main`, `types`: which file a specifier below the package's name means. Built files map to their sources by name. */
function entriesOf(json: Json): Record<string, string> {
  const entries: Record<string, string> = {};
  const add = (key: string, target: unknown): void => {
    if (typeof target === 'string') entries[key] ??= target.replace(/^\.\//, '');
    else if (target && typeof target === 'object')
      for (const condition of ['source', 'development', 'import', 'types', 'default', 'require', 'node'])
        if (entries[key] === undefined) add(key, (target as Json)[condition]);
  };
  const exported = json['exports'];
  if (typeof exported === 'string') add('.', exported);
  for (const [key, target] of Object.entries(asObject(exported)))
    if (key.startsWith('.')) add(key, target);
    else if (key === 'import' || key === 'default') add('.', target);
  for (const field of ['source', 'module', 'main', 'types']) add('.', json[field]);
  return entries;
}
