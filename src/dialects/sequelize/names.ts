/** Names of Sequelize's packages, and the names it makes. https://sequelize.org/docs/v6/core-concepts/model-basics/#table-name-inference */
import pluralize from 'pluralize';
import type { Value } from '../../flow/value.js';
import { capitalised, snakeCase } from '../shared/script-names.js';

export const DIALECT = 'sequelize';

/** Whether a module is Sequelize's or that of its decorators. */
export const isSequelize = (module: string): boolean => /^(sequelize|sequelize-typescript|@sequelize\/core)(\/|$)/.test(module);

export const plural = (name: string): string => pluralize.plural(name);
export const singular = (name: string): string => pluralize.singular(name);

/** `user_id` → `userId`, `User_id` → `UserId`. https://github.com/sequelize/sequelize/blob/v6/src/utils.js (camelize) */
export const camelize = (name: string): string => name.replace(/[-_\s]+(.)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase());

/** A name with underscores where the model asks for them. */
export const underscoredIf = (name: string, underscored: boolean): string => (underscored ? snakeCase(name) : name);

/**
 * The part of a mixin's name that an association's name gives: `posts` → `Posts`.
 * https://sequelize.org/docs/v6/core-concepts/assocs/#special-methodsmixins-added-to-instances
 */
export const mixinNames = (name: string): readonly string[] => [...new Set([name, singular(name), plural(name)])].map(capitalised);

/** A value of Sequelize itself: the connection, from a type, a constructor or the folder of models. */
export const CONNECTION: Value = { k: 'extobj', module: 'sequelize', name: 'Sequelize', args: [] };
/** Models by their names: `sequelize.models`, what the index of a folder of models exports. */
export const REGISTRY: Value = { k: 'special', dialect: DIALECT, tag: 'registry', data: {}, key: 'registry' };
/** A model that is only known by its name while models are declared. */
export const namedModel = (name: string): Value => ({ k: 'special', dialect: DIALECT, tag: 'named', data: { name }, key: name });

export function isConnection(value: Value): boolean {
  if (value.k === 'extobj') return isSequelize(value.module) && /(^|\.)Sequelize$/.test(value.name);
  if (value.k !== 'term' || value.callee.k !== 'ext' || !isSequelize(value.callee.module)) return false;
  return value.callee.name === null || /(^|\.)(Sequelize|default)$/.test(value.callee.name);
}
