/** Relations of entities and the columns they make. https://typeorm.io/docs/relations/many-to-one-one-to-many-relations */
import type { SetStmt } from '../../facts/code.js';
import type { ReferentialAction } from '../../facts/ddl.js';
import { entry, flag, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { EvaluatedArg, Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Decoration } from '../shared/decorations.js';
import type { JoinColumn, JoinTable, Relation, RelationKind } from '../shared/entities.js';
import { annotatedTarget, propertyOf, targetOf } from '../shared/targets.js';
import { optionsOf } from './columns.js';

const KINDS = new Set<string>(['ManyToOne', 'OneToMany', 'OneToOne', 'ManyToMany']);

/** The relation a property declares; null when it declares none. */
export function relationOf(
  flow: Flow,
  property: string,
  stmt: SetStmt,
  env: Env,
  decorations: readonly Decoration[],
  place: Place,
  inheritedFrom: string | null,
): Relation | null {
  const main = decorations.find((each) => KINDS.has(each.name));
  if (!main) return null;
  const given = positional(main.args);
  const option = optionReader(main);
  const target = targetOf(flow, given[0]?.value ?? null) ?? annotatedTarget(flow, stmt.type, env);
  if (!target) return null;
  const kind = main.name as RelationKind;
  const join = decorations.find((each) => each.name === 'JoinColumn' || each.name === 'JoinColumns');
  const table = decorations.find((each) => each.name === 'JoinTable');
  const isPrimary = decorations.some((each) => each.name === 'PrimaryColumn') || flag(option('primary')) === true;
  return {
    property,
    kind,
    target,
    inverse: propertyOf(given[1]?.value.k === 'dict' ? null : given[1]),
    place,
    inheritedFrom,
    owns: kind === 'ManyToOne' || (kind === 'OneToOne' && join !== undefined),
    joinColumns: join ? joinColumnsOf(positional(join.args)) : [],
    joinTable: kind === 'ManyToMany' && table ? joinTableOf(table) : null,
    nullable: !isPrimary && flag(option('nullable')) !== false,
    nullableIsExplicit: flag(option('nullable')) !== null,
    isPrimary,
    onDelete: actionOf(option('onDelete')),
    isEnforced: flag(option('createForeignKeyConstraints')) !== false,
    cascadesDelete: removes(option('cascade')),
  };
}

function optionReader(main: Decoration): (name: string) => Value | null {
  const options = optionsOf(main);
  return (name) => options.map((value) => entry(value, name)).find((value) => value !== null) ?? null;
}

function joinColumnsOf(args: readonly EvaluatedArg[]): readonly JoinColumn[] {
  const values = args.flatMap((arg) => (arg.value.k === 'list' ? arg.value.items : [arg.value]));
  return values.map(joinColumn).filter((each) => each !== null);
}

export function joinColumn(value: Value): JoinColumn | null {
  return value.k === 'dict' ? { name: text(entry(value, 'name')), referenced: text(entry(value, 'referencedColumnName')) } : null;
}

function joinTableOf(decoration: Decoration): JoinTable {
  const options = optionsOf(decoration)[0] ?? null;
  return joinTableFrom(options, decoration.place);
}

export function joinTableFrom(options: Value | null, place: Place): JoinTable {
  const columns = (single: string, many: string): readonly JoinColumn[] => {
    const value = entry(options, many) ?? entry(options, single);
    return (value?.k === 'list' ? value.items : value ? [value] : []).map(joinColumn).filter((each) => each !== null);
  };
  return {
    name: text(entry(options, 'name')),
    columns: columns('joinColumn', 'joinColumns'),
    inverseColumns: columns('inverseJoinColumn', 'inverseJoinColumns'),
    schema: text(entry(options, 'schema')),
    place,
  };
}

export function actionOf(value: Value | null): ReferentialAction | null {
  const action = text(value)?.toLowerCase();
  return action === 'cascade' || action === 'set null' || action === 'restrict' || action === 'set default' || action === 'no action' ? action : null;
}

/** Only an explicit `remove` says that the ORM deletes: `cascade: true` is written for saving. */
function removes(value: Value | null): boolean {
  return value?.k === 'list' && value.items.some((item) => text(item) === 'remove');
}
