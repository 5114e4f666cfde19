/** What MikroORM calls things. https://mikro-orm.io/docs/naming-strategy */
import type { ModuleRef } from '../../flow/program.js';
import type { Conventions } from '../shared/entities.js';

export const DIALECT = 'mikro-orm';

export const isMikro = (module: string): boolean => /^@?mikro-orm($|\/)/.test(module);

export interface Naming extends Conventions {
  table(className: string): string;
  column(property: string): string;
}

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/naming-strategy/UnderscoreNamingStrategy.ts */
export const underscore = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/knex/src/schema/DatabaseTable.ts */
const SHARED = { dialect: DIALECT, indexesJoinTables: false, repeatsPrimaryKey: false } as const;

const UNDERSCORE: Naming = {
  ...SHARED,
  table: underscore,
  column: underscore,
  joinColumn: (property, { name }) => `${underscore(property)}_${name}`,
  joinTable: (first, _second, property) => `${underscore(first)}_${underscore(property)}`,
  joinTableColumn: ({ model }, { name }, side) => `${underscore(model)}${side ? `_${side}` : ''}_${name}`,
};

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/naming-strategy/EntityCaseNamingStrategy.ts */
const ENTITY_CASE: Naming = {
  ...SHARED,
  table: (className) => className,
  column: (property) => property,
  joinColumn: (property) => property,
  joinTable: (first, _second, property) => `${first}_${property}`,
  joinTableColumn: ({ model }, { name }, side) => `${model.charAt(0).toLowerCase()}${model.slice(1)}${side ? `_${side}` : ''}_${name}`,
};

/** Whether anything of the repository uses MikroORM at all. */
export function isImported(modules: readonly ModuleRef[]): boolean {
  return modules.some((module) => module.language === 'typescript' && [...module.bindings.values()].flat().some((binding) => binding.k === 'import' && isMikro(binding.stmt.module)));
}

const imports = (modules: readonly ModuleRef[], wanted: string): boolean => modules.some((module) => module.language === 'typescript' && [...module.bindings.values()].flat().some((binding) => binding.k === 'import' && binding.name.name === wanted && isMikro(binding.stmt.module)));

/** The strategy that the repository imports to configure it. */
export function namingOf(modules: readonly ModuleRef[]): Naming {
  return imports(modules, 'EntityCaseNamingStrategy') ? ENTITY_CASE : UNDERSCORE;
}

/** Whether annotations say which columns may be null. https://mikro-orm.io/docs/metadata-providers */
export function readsAnnotations(modules: readonly ModuleRef[]): boolean {
  return imports(modules, 'TsMorphMetadataProvider');
}
