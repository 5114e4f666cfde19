/** What MikroORM calls things. https://mikro-orm.io/docs/naming-strategy */
import { lastName } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { importsFrom, type ModuleRef } from '../../flow/program.js';
import type { ClassRef } from '../../flow/value.js';
import type { ProgramView } from '../dialect.js';
import type { Conventions } from '../shared/entities.js';
import { nameBy, type Above } from '../shared/strategies.js';

export const DIALECT = 'mikro-orm';

export const isMikro = (module: string): boolean => /^@?mikro-orm($|\/)/.test(module);

export interface Naming extends Conventions {
  table(className: string): string;
  column(property: string): string;
  /** Names that a strategy of the repository's own makes were asked for and could not be told. */
  isUntold(): boolean;
}

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/naming-strategy/UnderscoreNamingStrategy.ts */
export const underscore = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** What another method of a strategy gives, as the strategy at hand has it. */
type Self = (method: string, ...args: readonly string[]) => string;
/** The methods of a strategy: they call each other, so that a class that replaces one changes others. */
type Methods = Readonly<Record<string, (self: Self, ...args: string[]) => string>>;

const UNDERSCORE: Methods = {
  underscore: (_, name) => underscore(name!),
  classToTableName: (self, name) => self('underscore', name!),
  propertyToColumnName: (self, property) => self('underscore', property!),
  joinColumnName: (self, property) => `${self('underscore', property!)}_${self('referenceColumnName')}`,
  joinKeyColumnName: (self, entity, column) => `${self('classToTableName', entity!)}_${column || self('referenceColumnName')}`,
  joinTableName: (self, source, _target, property) => `${self('classToTableName', source!)}_${self('classToTableName', property!)}`,
  referenceColumnName: () => 'id',
};

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/naming-strategy/EntityCaseNamingStrategy.ts */
const ENTITY_CASE: Methods = {
  classToTableName: (_, name) => name!,
  propertyToColumnName: (_, property) => property!,
  joinColumnName: (_, property) => property!,
  joinKeyColumnName: (_, entity) => `${entity!.charAt(0).toLowerCase()}${entity!.slice(1)}`,
  joinTableName: (self, source, _target, property) => `${self('classToTableName', source!)}_${self('propertyToColumnName', property!)}`,
  referenceColumnName: () => 'id',
};

/**
 * Where the ORM asks a strategy for names. https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/metadata/MetadataDiscovery.ts
 * https://github.com/mikro-orm/mikro-orm/blob/master/packages/knex/src/schema/DatabaseTable.ts
 */
function namingBy(self: Self, isUntold: () => boolean = () => false): Naming {
  return {
    dialect: DIALECT, indexesJoinTables: false, farSideDelete: () => 'cascade', repeatsPrimaryKey: false, keysInOrder: true, isUntold,
    table: (className) => self('classToTableName', className),
    column: (property) => self('propertyToColumnName', property),
    joinColumn: (property, { name }) => self('joinKeyColumnName', property, name),
    joinTable: (first, second, property) => self('joinTableName', first, second, property),
    joinTableColumn: ({ model }, { name }, side) => self('joinKeyColumnName', `${model}${side ? `_${side}` : ''}`, name),
  };
}

/** A strategy as the package has it. */
function plain(methods: Methods): Self {
  const self: Self = (method, ...args) => methods[method]!(self, ...args);
  return self;
}

/** A strategy of the repository's own; where a method cannot be followed the names are most likely those of the one it extends. */
function ownNaming(flow: Flow, cls: ClassRef, base: Methods): Naming {
  let isUntold = false;
  const above: Above = (method, args) => (method in base ? base[method]!(self, ...args.map((arg) => (typeof arg === 'string' ? arg : ''))) : null);
  const self: Self = (method, ...args) => {
    const name = nameBy(flow, cls, method, args, above);
    if (name === null) isUntold = true;
    return name ?? above(method, args) ?? '';
  };
  return namingBy(self, () => isUntold);
}

/** A class over one of the package's strategies. */
function baseOf(flow: Flow, cls: ClassRef): Methods | null {
  if (cls.module.language !== 'typescript' || cls.cls.form !== 'class' || cls.cls.bases.length === 0) return null;
  const name = externalBases(flow, cls)
    .flatMap((base) => (base.k === 'ext' && isMikro(base.module) ? [lastName(base)] : []))
    .find((each) => each.endsWith('NamingStrategy'));
  return name === undefined ? null : name === 'EntityCaseNamingStrategy' ? ENTITY_CASE : UNDERSCORE;
}

/** Whether anything of the repository uses MikroORM at all. */
export function isImported(modules: readonly ModuleRef[]): boolean {
  return modules.some((module) => module.language === 'typescript' && importsFrom(module, isMikro));
}

const imports = (modules: readonly ModuleRef[], wanted: string): boolean =>
  modules.some((module) => module.language === 'typescript' && importsFrom(module, (library, name) => name === wanted && isMikro(library)));

/** The strategy that the repository configures: its own, or the one of the package that it imports. */
export function namingOf({ flow, modules, classes }: ProgramView): Naming {
  for (const cls of classes) { const base = baseOf(flow, cls); if (base) return ownNaming(flow, cls, base); }
  return namingBy(plain(imports(modules, 'EntityCaseNamingStrategy') ? ENTITY_CASE : UNDERSCORE));
}

/** Whether annotations say which columns may be null. https://mikro-orm.io/docs/metadata-providers */
export function readsAnnotations(modules: readonly ModuleRef[]): boolean {
  return imports(modules, 'TsMorphMetadataProvider');
}
