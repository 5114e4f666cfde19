/** Attributes of `define` and `init`. https://sequelize.org/docs/v6/core-concepts/model-basics/#column-options */
import { entry, flag, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { DictValue, Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { notesOf } from '../shared/notes.js';
import { commentOf } from '../shared/targets.js';
import { actionOf } from './defaults.js';
import type { Attribute } from './entity.js';
import { modelTarget } from './targets.js';
import { typeOf } from './types.js';

/** The name an enum's type has until the table is known. */
export const ENUM = '?';

/** The columns among the attributes of an object. */
export function readAttributes(flow: Flow, dict: DictValue, fallback: Place): ReadonlyMap<string, Attribute> {
  const noteAt = notesOf(flow);
  const attributes = new Map<string, Attribute>();
  for (const [name, value] of dict.entries) {
    const place = dict.places?.get(name) ?? fallback;
    const attribute = readAttribute(flow, name, value, place, commentOf(noteAt(place)));
    if (attribute) attributes.set(name, attribute);
  }
  return attributes;
}

/** One attribute; null where it has no column. */
export function readAttribute(flow: Flow, name: string, value: Value, place: Place, note: string | null): Attribute | null {
  const options = value.k === 'dict' ? value : null;
  const option = (key: string): Value | null => (options ? entry(options, key) : null);
  const written = options ? option('type') : value;
  if (isVirtual(written)) return null;
  const unique = option('unique');
  return {
    name,
    field: text(option('field')) ?? text(option('columnName')),
    type: typeOf(written, ENUM) ?? { name: 'unknown' },
    allowNull: flag(option('allowNull')),
    isPrimary: flag(option('primaryKey')) === true,
    isIdentity: flag(option('autoIncrement')) === true || flag(option('autoIncrementIdentity')) === true,
    unique: uniqueOf(unique),
    defaultValue: option('defaultValue'),
    references: referenceOf(flow, option('references')),
    onDelete: actionOf(option('onDelete')),
    comment: [note, text(option('comment'))].filter((part) => part).join('\n') || null,
    place,
    inheritedFrom: null,
    choices: choicesOf(entry(option('validate'), 'isIn')),
  };
}

/**
 * `isIn: [['a', 'b']]`, `isIn: { args: [['a', 'b']], msg }`. https://sequelize.org/docs/v6/core-concepts/validations-and-constraints/#per-attribute-validations
 */
export function choicesOf(given: Value | null): readonly string[] | null {
  const args = given?.k === 'dict' ? entry(given, 'args') : given;
  const list = args?.k === 'list' && args.items[0]?.k === 'list' ? args.items[0] : args;
  const values = list?.k === 'list' ? list.items.map(text) : [];
  return values.length > 0 && values.every((value) => value !== null) ? values : null;
}

/** `unique: true`, `unique: 'name'`, `unique: { name }`. */
export function uniqueOf(value: Value | null): Attribute['unique'] {
  if (value === null || flag(value) === false || (value.k === 'const' && value.v === null)) return null;
  return text(value) ?? text(entry(value, 'name')) ?? true;
}

/** Virtual attributes are computed. https://sequelize.org/docs/v6/core-concepts/getters-setters-virtuals/#virtual-fields */
export function isVirtual(type: Value | null): boolean {
  const name =
    type?.k === 'ext' ? lastName(type) : type?.k === 'term' && type.callee.k === 'ext' ? lastName(type.callee) : type?.k === 'term' ? type.name : null;
  return name === 'VIRTUAL';
}

function referenceOf(flow: Flow, value: Value | null): Attribute['references'] {
  if (value === null) return null;
  const model = entry(value, 'model') ?? entry(value, 'table') ?? value;
  const named = text(model) ?? text(entry(model, 'tableName'));
  const schema = text(entry(model, 'schema'));
  const target: TableTarget | null = named !== null ? { k: 'table', name: named, ...(schema ? { schema } : {}) } : modelTarget(flow, model);
  return target ? { target, key: text(entry(value, 'key')) } : null;
}
