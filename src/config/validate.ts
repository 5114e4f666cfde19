import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { UserError } from '../errors.js';
import type { RuleInfo } from '../lint/own-rules.js';
import { nearestName } from '../nearest.js';
import { globMistake } from './glob.js';
import { configSchema, GLOB_FORMAT } from './schema.js';
import type { ConfigSource, Keys } from './source.js';

/**
 * Checks the value of a config file against the schema. Throws UserError that names the file, the place, the
 * mistake, the nearest known key and what is allowed. Fills in the defaults that rules state for their options.
 */
export function validate(name: string, source: ConfigSource, rules: readonly RuleInfo[]): void {
  const check = validatorFor(rules);
  if (check(source.value)) return;
  const error = mostTelling(check.errors!);
  const keys = keysOf(error);
  const mistake = describe(error, keys);
  throw new UserError(`${name}${source.placeOf(mistake.keys)}: ${mistake.message}`, mistake.hint);
}

const compiled = new WeakMap<readonly RuleInfo[], ReturnType<Ajv2020['compile']>>();

function validatorFor(rules: readonly RuleInfo[]) {
  let check = compiled.get(rules);
  if (!check)
    compiled.set(
      rules,
      (check = new Ajv2020({ allErrors: true, strict: false, verbose: true })
        .addFormat(GLOB_FORMAT, (pattern) => globMistake(pattern) === null)
        .compile(configSchema(rules))),
    );
  return check;
}

/** Errors of `if`, `anyOf` only say that an inner one failed; the deepest place is the narrowest. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  const inner = errors.filter((error) => error.keyword !== 'if' && error.keyword !== 'anyOf');
  return [...(inner.length > 0 ? inner : errors)].sort((a, b) => b.instancePath.split('/').length - a.instancePath.split('/').length)[0];
}

function keysOf(error: ErrorObject): Keys {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function describe(error: ErrorObject, keys: Keys): { readonly message: string; readonly hint: string | null; readonly keys: Keys } {
  if (error.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    const allowed = Object.keys((error.parentSchema as { properties?: object }).properties ?? {}).filter((key) => key !== '$schema');
    const nearest = nearestName(unknown, allowed);
    const isRule = keys[keys.length - 1] === 'rules';
    const meant = nearest ? `; did you mean '${nearest}'?` : '';
    const hint = isRule ? `"schemalint rules" lists the rules` : allowed.length === 0 ? 'There are no options here' : `Allowed: ${allowed.join(', ')}`;
    return {
      message: `unknown ${isRule ? 'rule' : keys[0] === 'rules' ? 'option' : 'key'} '${unknown}'${placeIn(keys)}${meant}`,
      hint,
      keys: [...keys, unknown],
    };
  }
  const where = keys.length > 0 ? `'${shown(keys)}'` : 'the config';
  if (error.keyword === 'enum') {
    const allowed = (error.params['allowedValues'] as unknown[]).map(String);
    const nearest = typeof error.data === 'string' ? nearestName(error.data, allowed) : null;
    return {
      message: `${where} must be one of ${allowed.join(', ')}, not ${printed(error.data)}${nearest ? `; did you mean '${nearest}'?` : ''}`,
      hint: null,
      keys,
    };
  }
  if (error.keyword === 'type') return { message: `${where} must be ${article(String(error.params['type']))}, not ${printed(error.data)}`, hint: null, keys };
  if (error.keyword === 'required') return { message: `${where} needs the key '${error.params['missingProperty']}'`, hint: null, keys };
  if (error.keyword === 'format')
    return {
      message: `${where}: the pattern ${printed(error.data)} ${globMistake(String(error.data))}`,
      hint: 'Patterns know *, **, ?, [a-z] and {a,b}; a \\ goes before a sign that is meant as it stands',
      keys,
    };
  if (error.keyword === 'minLength') return { message: `${where} must not be empty`, hint: null, keys };
  return { message: `${where} ${error.message ?? 'is wrong'}`, hint: null, keys };
}

function shown(keys: Keys): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function placeIn(keys: Keys): string {
  return keys.length === 0 ? '' : ` in '${shown(keys)}'`;
}

function printed(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function article(type: string): string {
  const words: Record<string, string> = {
    array: 'a list',
    object: 'a map of keys',
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return words[type] ?? `of type ${type}`;
}
