/** Options of models. https://sequelize.org/api/v6/class/src/model.js~model#static-method-init */
import { entry, flag, text } from '../../flow/arguments.js';
import { membersOf, type DictValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { IndexInput } from './entity.js';
import { predicateOf } from './predicates.js';

export interface ModelOptions {
  readonly tableName: string | null;
  readonly schema: string | null;
  readonly modelName: string | null;
  readonly isFrozen: boolean;
  readonly underscored: boolean;
  readonly paranoid: boolean;
  /** Whether it is known how columns are spelled that say no name of their own. */
  readonly hasKnownNames: boolean;
  /** Names of the attributes; null where there is none. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deletedAt: string | null;
  readonly version: string | null;
  readonly comment: string | null;
  readonly singular: string | null;
  readonly plural: string | null;
  readonly indexes: readonly IndexInput[];
  readonly defaultScope: Value | null;
  readonly scopes: Value | null;
}

/** Reads options; later ones win over earlier ones (those of the connection come first). */
export function readOptions(given: readonly (Value | null)[], place: Place): ModelOptions {
  const dicts = given.flatMap((value) => (value ? membersOf(value) : [])).filter((value): value is DictValue => value.k === 'dict').reverse();
  const option = (name: string): Value | null => dicts.map((dict) => entry(dict, name)).find((value) => value !== null) ?? null;
  const hasTimestamps = flag(option('timestamps')) !== false;
  const isParanoid = hasTimestamps && flag(option('paranoid')) === true;
  const stamp = (name: string, isOn: boolean): string | null => (!isOn || flag(option(name)) === false ? null : text(option(name)) ?? name);
  const table = option('tableName');
  const name = option('name');
  const version = option('version');
  const underscored = option('underscored');
  return {
    tableName: text(table) ?? text(entry(table, 'tableName')),
    schema: text(option('schema')) ?? text(entry(table, 'schema')),
    modelName: text(option('modelName')),
    isFrozen: flag(option('freezeTableName')) === true,
    underscored: flag(underscored) === true,
    hasKnownNames: underscored === null || flag(underscored) !== null,
    paranoid: isParanoid,
    createdAt: stamp('createdAt', hasTimestamps),
    updatedAt: stamp('updatedAt', hasTimestamps),
    deletedAt: stamp('deletedAt', isParanoid),
    version: flag(version) === true ? 'version' : text(version),
    comment: text(option('comment')),
    singular: text(entry(name, 'singular')),
    plural: text(entry(name, 'plural')),
    indexes: indexesOf(option('indexes'), place),
    defaultScope: option('defaultScope'),
    scopes: option('scopes'),
  };
}

/** https://sequelize.org/docs/v6/other-topics/indexes/ */
function indexesOf(value: Value | null, place: Place): readonly IndexInput[] {
  return (value?.k === 'list' ? value.items : []).flatMap((item): readonly IndexInput[] => {
    if (item.k !== 'dict') return [];
    const index = indexOf(item, place);
    return index.fields.length ? [index] : [];
  });
}

/** One index from its options. */
export function indexOf(item: DictValue, fallback: Place): IndexInput {
  const given = entry(item, 'fields');
  const fields = (given?.k === 'list' ? given.items : given ? [given] : []).map(fieldOf);
  const where = entry(item, 'where');
  return {
    name: text(entry(item, 'name')),
    fields: fields.every((field) => field !== null) ? fields : [],
    unique: flag(entry(item, 'unique')) === true || /^unique$/i.test(text(entry(item, 'type')) ?? ''),
    method: text(entry(item, 'using'))?.toLowerCase() ?? null,
    predicate: where ? predicateOf(where) : null,
    place: item.places?.get('fields') ?? item.places?.get('name') ?? fallback,
  };
}

function fieldOf(value: Value): IndexInput['fields'][number] | null {
  const name = text(value) ?? text(entry(value, 'name')) ?? text(entry(value, 'attribute'));
  const [order, opclass] = [text(entry(value, 'order')), text(entry(value, 'operator'))];
  return name === null ? null : { name, ...(/^desc$/i.test(order ?? '') ? { desc: true } : {}), ...(opclass ? { opclass } : {}) };
}
