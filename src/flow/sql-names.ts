/** Names of tables and columns that code puts into statements: `sql.identifier(['users', 'id'])`, `', '.join(COLUMNS)`, a text of nothing but names. */
import type { Template } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { text } from './arguments.js';
import { ANY, membersOf, type DictValue, type Value } from './value.js';

/** A name with what qualifies it before it. `key` is the key of the dict that it comes from, `value` what the dict has there, `place` where that is written. */
export interface SqlName { readonly path: readonly string[]; readonly alias?: string; readonly key?: string; readonly value?: Value; readonly place?: Place }

/** Longer texts are no list of columns. */
const LONGEST = 4000;
const IDENTIFIER = '(?:"[^"]+"|[A-Za-z_]\\w*)';
const NAME = new RegExp(`^(${IDENTIFIER}(?:\\.${IDENTIFIER}){0,2}(?:\\.\\*)?|\\*)(?:\\s+(?:as\\s+)?(${IDENTIFIER}))?$`, 'i');
const BEFORE_KEY = new RegExp(`^(?:(${IDENTIFIER})\\.)?(["\`]?)$`);
/** Stands for a qualifier that is not known. */
const ANYWHERE = '__anywhere__';
/** Words that stand alone and name nothing. */
const WORDS = new Set(['null', 'true', 'false', 'default', 'current_date', 'current_timestamp', 'current_user', 'select', 'where']);

export function namesValue(names: readonly SqlName[]): Value {
  return { k: 'special', dialect: 'sql', tag: 'names', data: { names }, key: names.map(({ path, alias }) => `${path.join('.')} ${alias ?? ''}`).join() };
}

/**
 * The names that a value puts into a text, all of them in one place; null where it holds anything else. `isBound`: texts are values
 * there, as in templates whose tag binds them.
 */
export function namesIn(value: Value, isBound: boolean): readonly SqlName[] | null {
  switch (value.k) {
    case 'special': return value.dialect === 'sql' && value.tag === 'names' ? (value.data['names'] as readonly SqlName[]) : null;
    case 'model': return [{ path: [...(value.model.table.schema === null ? [] : [value.model.table.schema]), value.model.table.name] }];
    case 'const': return isBound || typeof value.v !== 'string' || value.sql || value.parts ? null : namesOfText(value.v);
    case 'key': return isBound ? null : namesOfKeys(value.of, value.part);
    case 'list': return all(value.items.map((item) => namesIn(item, isBound)));
    case 'many': return namesIn(value.of, isBound);
    case 'union': return all(value.of.map((member) => namesIn(member, isBound)));
    default: return null;
  }
}

/** `u.id, u.name AS label`; null for a text that says more. */
export function namesOfText(written: string): readonly SqlName[] | null {
  if (written.length > LONGEST) return null;
  return all(written.split(',').map((part) => {
    const [, name, alias] = NAME.exec(part.trim()) ?? [];
    return name === undefined || WORDS.has(name.toLowerCase()) ? null : [{ path: pathOf(name), ...(alias === undefined ? {} : { alias: bare(alias) }) }];
  }));
}

/** The names that a template is made of, by itself: those in its holes and those between them. */
export function namesOfTemplate(template: Template, holes: readonly Value[]): readonly SqlName[] | null {
  let hole = 0;
  const found: SqlName[] = [];
  for (const part of template.parts) {
    const names = part.k === 'text' ? (/^[\s,]*$/.test(part.v) ? [] : namesOfText(part.v.replace(/^[\s,]+|[\s,]+$/g, ''))) : namesIn(holes[hole++]!, true);
    if (!names) return null;
    found.push(...names);
  }
  return found.length > 0 ? found : null;
}

/** `"${key}"`, `l.{key}`, `${TABLE}.${key}`: any key of a dict as a name between what quotes and qualifies it; null for a template that says more. */
export function quotedKey({ parts }: Template, holes: readonly Value[]): Value | null {
  const keys = holes.filter((hole) => hole.k === 'key');
  const [hole] = keys;
  if (hole?.k !== 'key' || keys.length > 1 || parts.length > 5) return null;
  const given = parts.map((part, index) => (part.k === 'text' ? part.v : holes[parts.slice(0, index).filter((other) => other.k !== 'text').length]!));
  const at = given.indexOf(hole);
  const [before, after] = [given.slice(0, at), given.slice(at + 1)].map((side) =>
    side.map((each) => (typeof each === 'string' ? each : (text(each) ?? ANYWHERE))).join(''),
  );
  const [, qualifier, quote] = BEFORE_KEY.exec(before!) ?? [];
  if (quote === undefined || after !== quote) return null;
  if (quote === '' && qualifier === undefined) return hole;
  const names = namesOfKeys(hole.of, hole.part);
  return (
    names && namesValue(qualifier === undefined || qualifier === ANYWHERE ? names : names.map((name) => ({ ...name, path: [bare(qualifier), ...name.path] })))
  );
}

/** What a call makes one name of: `identifier(['users', 'id'])`, `Identifier('public', 'users')`; the parts of one may be any of several. */
export function identifierOf(parts: readonly Value[]): Value | null {
  let found: readonly SqlName[] = [{ path: [] }];
  for (const part of parts) {
    const options = optionsOf(part);
    if (!options || options.length === 0) return null;
    if (found.length > 1 && options.length > 1) return null;
    found = found.flatMap(({ path, ...rest }) => options.map((option) => ({ ...rest, ...option, path: [...path, ...option.path] })));
  }
  return found[0]!.path.length > 0 ? namesValue(found) : null;
}

function optionsOf(value: Value): readonly SqlName[] | null {
  return all(membersOf(value).map((member): readonly SqlName[] | null => {
    const name = text(member);
    return name !== null ? [{ path: [name] }] : member.k === 'key' ? namesOfKeys(member.of, member.part) : null;
  }));
}

/** Any of the keys of a dict, or of what it has under them: as many names as there are. */
function namesOfKeys(of: DictValue, part: 'key' | 'value'): readonly SqlName[] | null {
  if (of.rest !== null || of.entries.size === 0) return null;
  return all([...of.entries].map(([key, value]) => {
    const name = part === 'key' ? key : text(value);
    const place = part === 'key' ? of.places?.get(key) : undefined;
    return name === null ? null : [{ path: [name], key, value, ...(place ? { place } : {}) }];
  }));
}

/** The names among the values of a text's holes, as a text that tells it from the same one with others. */
export function namesKey(holes: readonly Value[]): string {
  let key = '';
  for (const hole of holes) if (hole.k === 'special' && hole.tag === 'names') key += `(${hole.key})`; else if (hole.k === 'model') key += `(${hole.model.id})`;
  return key;
}

/** What a value that is made of any of a dict's entries is for one of them. */
export function ofKey(value: Value, key: string): Value {
  const names = value.k === 'special' && value.dialect === 'sql' && value.tag === 'names' ? (value.data['names'] as readonly SqlName[]) : [];
  const own = names.filter((name) => name.key === key);
  return own.length > 0 && own.length < names.length ? namesValue(own) : value;
}

/** What stands under any of several names, each of which is made of a key of a dict, as one dict; null for other names. */
export function namedEntries(names: Value, value: Value): DictValue | null {
  const own = names.k === 'special' && names.dialect === 'sql' && names.tag === 'names' ? (names.data['names'] as readonly SqlName[]) : [];
  if (own.length === 0 || own.some((name) => name.key === undefined)) return null;
  const places = new Map(own.flatMap((name) => (name.place ? [[name.path.join('.'), name.place] as const] : [])));
  return {
    k: 'dict',
    entries: new Map(own.map((name) => [name.path.join('.'), value.k === 'key' && value.part === 'value' ? (name.value ?? ANY) : ofKey(value, name.key!)])),
    rest: null,
    ...(places.size > 0 ? { places } : {}),
  };
}

/** `COLUMNS.join(', ')`, `', '.join(values)`: the text that a list of texts makes, or the names that it holds; null where there is neither. */
export function joinNames(list: Value, separator: string | null): Value | null {
  if (separator === null) return null;
  // What is gone through of a dict are its keys.
  if (list.k === 'dict') return joinNames({ k: 'many', of: { k: 'key', of: list, part: 'key' } }, separator);
  if (list.k !== 'list' && list.k !== 'many') return null;
  const texts = list.k === 'list' ? list.items.map(text) : [null];
  if (texts.length > 0 && !texts.includes(null)) return { k: 'const', v: texts.join(separator) };
  const names = /^\s*,\s*$/.test(separator) ? namesIn(list, false) : null;
  return names ? namesValue(names) : null;
}

function all(lists: readonly (readonly SqlName[] | null)[]): readonly SqlName[] | null {
  return lists.length === 0 || lists.includes(null) ? null : lists.flatMap((list) => list!);
}

const bare = (name: string): string => (name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase());
const pathOf = (name: string): readonly string[] => (name.match(/"[^"]+"|[^."]+/g) ?? []).map((each) => (each === '*' ? each : bare(each)));
