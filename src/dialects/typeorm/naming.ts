/** Physical names. https://github.com/typeorm/typeorm/blob/master/src/naming-strategy/DefaultNamingStrategy.ts */
import type { ModuleRef } from '../../flow/program.js';
import { camelCase, capitalised, snakeCase } from '../shared/script-names.js';

export interface Naming {
  table(className: string): string;
  column(property: string, given: string | null, prefixes: readonly string[]): string;
  joinColumn(property: string, referenced: string): string;
  joinTable(first: string, second: string, property: string): string;
  joinTableColumn(table: string, property: string): string;
}

const DEFAULT: Naming = {
  table: snakeCase,
  column: (property, given, prefixes) => (prefixes.length ? camelCase(prefixes.join('_')) + capitalised(given ?? property) : given ?? property),
  joinColumn: (property, referenced) => camelCase(`${property}_${referenced}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: (table, property) => camelCase(`${table}_${property}`),
};

/** `typeorm-naming-strategies`, and strategies of the repository's own that spell names with underscores. */
const SNAKE: Naming = {
  table: snakeCase,
  column: (property, given, prefixes) => snakeCase(prefixes.join('_')) + (prefixes.length ? '_' : '') + (given ?? snakeCase(property)),
  joinColumn: (property, referenced) => snakeCase(`${property}_${referenced}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: (table, property) => snakeCase(`${table}_${property}`),
};

/** The strategy that the repository configures, wherever it does. */
export function namingOf(modules: readonly ModuleRef[]): Naming {
  const isSnake = modules.some((module) => module.language === 'typescript' && [...module.bindings.entries()].some(([name, bindings]) => bindings.some((binding) => {
    if (binding.k === 'import') return binding.stmt.module === 'typeorm-naming-strategies' && binding.name.name === 'SnakeNamingStrategy';
    return binding.k === 'class' && /snake|underscore/i.test(name) && binding.cls.bases.some((base) => base.value.k === 'name' && base.value.id === 'DefaultNamingStrategy');
  })));
  return isSnake ? SNAKE : DEFAULT;
}
