/** Physical names. https://github.com/typeorm/typeorm/blob/master/src/naming-strategy/DefaultNamingStrategy.ts */
import type { ReferentialAction } from '../../facts/ddl.js';
import { isExternal } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { importsFrom } from '../../flow/program.js';
import type { ClassRef } from '../../flow/value.js';
import type { ProgramView } from '../dialect.js';
import type { Conventions } from '../shared/entities.js';
import { camelCase, capitalised, snakeCase } from '../shared/script-names.js';
import { nameBy } from '../shared/strategies.js';

export interface Naming extends Conventions {
  table(className: string, given: string | null): string;
  column(property: string, given: string | null, prefixes: readonly string[]): string;
  /** Names that a strategy of the repository's own makes were asked for and could not be told. */
  isUntold(): boolean;
}
/** https://github.com/typeorm/typeorm/blob/master/src/metadata-builder/RelationJoinColumnBuilder.ts */
const TYPEORM = {
  dialect: 'typeorm', indexesJoinTables: true, repeatsPrimaryKey: true, keysInOrder: false, isUntold: () => false,
  // A relation that leads back and says nothing has been NO ACTION since 0.2.33 and is CASCADE again in the latest:
  // https://github.com/typeorm/typeorm/pull/12663
  farSideDelete: (back: { readonly onDelete: ReferentialAction | null } | null) => (back ? back.onDelete : 'cascade'),
} as const;

const DEFAULT: Naming = {
  ...TYPEORM,
  table: (className, given) => given ?? snakeCase(className),
  column: (property, given, prefixes) => (prefixes.length ? camelCase(prefixes.join('_')) + capitalised(given ?? property) : given ?? property),
  joinColumn: (property, { attribute }) => camelCase(`${property}_${attribute}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: ({ name }, { attribute }) => camelCase(`${name}_${attribute}`),
};

/** `typeorm-naming-strategies`. */
const SNAKE: Naming = {
  ...TYPEORM,
  table: (className, given) => given ?? snakeCase(className),
  column: (property, given, prefixes) => snakeCase(prefixes.join('_')) + (prefixes.length ? '_' : '') + (given ?? snakeCase(property)),
  joinColumn: (property, { attribute }) => snakeCase(`${property}_${attribute}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: ({ name }, { attribute }) => snakeCase(`${name}_${attribute}`),
};

/** The strategy that the repository configures, wherever it does: its own, a package's, or none. */
export function namingOf({ flow, modules, classes }: ProgramView): Naming {
  const own = classes.find((cls) => isStrategy(flow, cls));
  if (own) return ownNaming(flow, own, isSnakeCased(flow, own) ? SNAKE : DEFAULT);
  const isSnake = modules.some(
    (module) =>
      module.language === 'typescript' && importsFrom(module, (library, name) => library === 'typeorm-naming-strategies' && name === 'SnakeNamingStrategy'),
  );
  return isSnake ? SNAKE : DEFAULT;
}

/** A class over one of TypeORM's or a package's strategies, or with their methods. */
function isStrategy(flow: Flow, cls: ClassRef): boolean {
  if (cls.module.language !== 'typescript' || cls.cls.form !== 'class') return false;
  if (cls.cls.bases.length === 0) return ['joinColumnName', 'columnName'].every((name) => findMember(flow, cls, name)?.k === 'method');
  return externalBases(flow, cls).some((base) => isExternal(base, 'typeorm', 'DefaultNamingStrategy') || isExternal(base, 'typeorm-naming-strategies'));
}

const isSnakeCased = (flow: Flow, cls: ClassRef): boolean =>
  externalBases(flow, cls).some((base) => isExternal(base, 'typeorm-naming-strategies', 'SnakeNamingStrategy'));

/** A strategy of the repository's own; where a method cannot be followed the names are most likely those of the package that spells alike. */
function ownNaming(flow: Flow, cls: ClassRef, base: Naming): Naming {
  let isUntold = false;
  const made = (method: string, args: readonly (string | readonly string[] | null)[], plain: (naming: Naming) => string): string => {
    const name = nameBy(flow, cls, method, args, (asked) => (asked === method ? plain(base) : null));
    if (name === undefined) return plain(base);
    if (name !== null) return name;
    const member = findMember(flow, cls, method);
    const isSnake =
      /snake|underscore|decamel/i.test(cls.name) || (member?.k === 'method' && /"id":"\w*(snake|underscore|decamel)/i.test(JSON.stringify(member.fn.fn.body)));
    // What is replaced in the name of a join table is the dot of a path.
    if (!isSnake || method !== 'joinTableName') isUntold = true;
    return plain(isSnake ? SNAKE : base);
  };
  const column: Naming['column'] = (property, given, prefixes) =>
    made('columnName', [property, given, prefixes], (naming) => naming.column(property, given, prefixes));
  return {
    ...TYPEORM,
    column,
    isUntold: () => isUntold,
    table: (className, given) => made('tableName', [className, given], (naming) => naming.table(className, given)),
    spelled: (given) => column(given, given, []),
    joinColumn: (property, key) =>
      column(
        property,
        made('joinColumnName', [property, key.attribute], (naming) => naming.joinColumn(property, key)),
        [],
      ),
    joinTable: (first, second, property) => made('joinTableName', [first, second, property, ''], (naming) => naming.joinTable(first, second, property)),
    joinTableColumn: (entity, key, side) =>
      made('joinTableColumnName', [entity.name, key.attribute, null], (naming) => naming.joinTableColumn(entity, key, side)),
  };
}
