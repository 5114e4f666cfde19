/** One property of an entity, whichever way it is declared: decorators, `EntitySchema`, `defineEntity`. */
import type { SetStmt } from '../../facts/code.js';
import { entry, flag, lastName, positional, text } from '../../flow/arguments.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Decoration } from '../shared/decorations.js';

export interface Property {
  readonly attribute: string;
  /** `Property`, `PrimaryKey`, `Enum`, `ManyToOne`, `Embedded`, … */
  readonly kind: string;
  /** What stands before the options: an entity, the items of an enum. */
  readonly first: Value | null;
  /** The inverse property, given between the two. */
  readonly second: Value | null;
  readonly options: readonly Value[];
  readonly stmt: SetStmt | null; readonly env: Env; readonly place: Place; readonly inheritedFrom: string | null;
  /** The property's own name, without what leads to an embedded one. */
  readonly name: string;
  /** Put before the names of an embedded object's columns. */
  readonly prefix: string;
  /** The object that holds it may be missing. */
  readonly isInOptional: boolean;
  /** Tells the classes of an embedded object apart. */
  readonly isDiscriminator?: true;
}

export const RELATIONS: ReadonlySet<string> = new Set(['ManyToOne', 'OneToMany', 'OneToOne', 'ManyToMany']);
export const COLUMNS: ReadonlySet<string> = new Set(['PrimaryKey', 'SerializedPrimaryKey', 'Property', 'Enum']);
const KINDS = new Set([...RELATIONS, ...COLUMNS, 'Embedded', 'Formula']);

/** The decorator that makes a property one of the entity; null where none does. */
export function mainDecoration(decorations: readonly Decoration[]): Decoration | null {
  return decorations.find((each) => KINDS.has(each.name)) ?? null;
}

/** The arguments of a decorator as parts of a property. */
export function given(decoration: Decoration): Pick<Property, 'kind' | 'first' | 'second' | 'options'> {
  const args = positional(decoration.args).map((arg) => arg.value);
  const isOptions = (value: Value | undefined): boolean => value !== undefined && membersOf(value).some((member) => member.k === 'dict');
  return {
    kind: decoration.name,
    first: args[0] && !isOptions(args[0]) ? args[0] : null,
    second: args[1] && !isOptions(args[1]) ? args[1] : null,
    options: args.flatMap(membersOf).filter((value) => value.k === 'dict'),
  };
}

/** An option by any of its names (they changed between versions); null when it is not given. */
export function option(property: Pick<Property, 'options'>, ...names: readonly string[]): Value | null {
  for (const name of names) for (const options of property.options) { const value = entry(options, name); if (value) return value; }
  return null;
}

export const isSet = (property: Pick<Property, 'options'>, name: string): boolean => flag(option(property, name)) === true;

/** Texts of one value or a list of them. */
export function textsOf(value: Value | null): readonly string[] {
  return (value?.k === 'list' ? value.items : value ? [value] : []).map(text).filter((each) => each !== null);
}

/** The cascades that make the ORM delete. https://mikro-orm.io/docs/cascading */
export function removes(property: Pick<Property, 'options'>): boolean {
  const value = option(property, 'cascade');
  return value?.k === 'list' && value.items.some((item) => /^(remove|all)$/i.test(item.k === 'ext' ? lastName(item) : text(item) ?? ''));
}
