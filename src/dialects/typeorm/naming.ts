/** Physical names. https://github.com/typeorm/typeorm/blob/master/src/naming-strategy/DefaultNamingStrategy.ts */
import type { ModuleRef } from '../../flow/program.js';
import type { Conventions } from '../shared/entities.js';
import { camelCase, capitalised, snakeCase } from '../shared/script-names.js';

export interface Naming extends Conventions {
  table(className: string): string;
  column(property: string, given: string | null, prefixes: readonly string[]): string;
}
/** https://github.com/typeorm/typeorm/blob/master/src/metadata-builder/RelationJoinColumnBuilder.ts */
const TYPEORM = { dialect: 'typeorm', indexesJoinTables: true, repeatsPrimaryKey: true } as const;

const DEFAULT: Naming = {
  ...TYPEORM,
  table: snakeCase,
  column: (property, given, prefixes) => (prefixes.length ? camelCase(prefixes.join('_')) + capitalised(given ?? property) : given ?? property),
  joinColumn: (property, { attribute }) => camelCase(`${property}_${attribute}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: ({ name }, { attribute }) => camelCase(`${name}_${attribute}`),
};

/** `typeorm-naming-strategies`, and strategies of the repository's own that spell names with underscores. */
const SNAKE: Naming = {
  ...TYPEORM,
  table: snakeCase,
  column: (property, given, prefixes) => snakeCase(prefixes.join('_')) + (prefixes.length ? '_' : '') + (given ?? snakeCase(property)),
  joinColumn: (property, { attribute }) => snakeCase(`${property}_${attribute}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: ({ name }, { attribute }) => snakeCase(`${name}_${attribute}`),
};

/** The strategy that the repository configures, wherever it does. */
export function namingOf(modules: readonly ModuleRef[]): Naming {
  const isSnake = modules.some((module) => module.language === 'typescript' && [...module.bindings.entries()].some(([name, bindings]) => bindings.some((binding) => {
    if (binding.k === 'import') return binding.stmt.module === 'typeorm-naming-strategies' && binding.name.name === 'SnakeNamingStrategy';
    return binding.k === 'class' && /snake|underscore/i.test(name) && binding.cls.bases.some((base) => base.value.k === 'name' && base.value.id === 'DefaultNamingStrategy');
  })));
  return isSnake ? SNAKE : DEFAULT;
}
