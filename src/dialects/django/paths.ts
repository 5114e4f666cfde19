/** Paths of lookups (`order__lines__product`) over columns and relationships of a model. */
import type { Flow } from '../../flow/evaluate.js';
import { attributeFor } from '../../flow/keys.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import type { Condition, QueryState } from '../../flow/query.js';
import { join } from '../../flow/query.js';
import type { ColumnValue } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import type { Use, UseKind } from '../../model/usage.js';
import { crossRelationship } from './generic.js';
import { infoOf, modelOfTable, type State } from './state.js';
import { makeSpan, type Span, spanStart } from '../../facts/span.js';

export interface Joined { readonly model: Model; readonly alias: string; readonly conditions: readonly Condition[] }

export interface Path {
  /** The column it ends at; null when it could not be followed, or ends at rows. */
  readonly column: ColumnValue | null;
  readonly joins: readonly Joined[];
  /** What follows the column: transforms and the lookup. */
  readonly rest: readonly string[];
  /** The model of the rows it ends at, when it ends at a relationship. */
  readonly rows: Model | null;
}

const UNKNOWN: Path = { column: null, joins: [], rest: [], rows: null };

/** The attribute of a model's primary key; `id` when it cannot be told. */
export function keyAttribute(state: State, model: Model): string {
  const declared = infoOf(state, model)?.key;
  if (declared && model.columns.has(declared)) return declared;
  const key = model.table.primaryKey?.columns[0];
  return key ? attributeFor(model, key) : 'id';
}

/** A relationship by the name that lookups use: its own, or a reverse one without its `_set`. */
export function relationshipNamed(state: State, model: Model, name: string): ModelRelationship | null {
  const accessor = state.queryNames.get(name);
  const spellings = [name, ...(accessor ? [accessor] : []), `${name}_set`];
  return spellings.map((each) => model.relationships.get(each)).find((each) => each !== undefined) ?? null;
}

/** Whether the foreign key of a relationship stands in the model's own table. */
export function isForward(model: Model, relationship: ModelRelationship): boolean {
  const key = relationship.relationship?.foreignKey;
  return (
    !relationship.many &&
    relationship.relationship?.through == null &&
    key !== null &&
    key !== undefined &&
    relationship.local.length === 1 &&
    key.columns[0] === relationship.local[0] &&
    columnIsOf(model, relationship.local[0]!)
  );
}

const columnIsOf = (model: Model, column: Column): boolean => [...model.columns.values()].includes(column);

/**
 * Follows a path from `model`, recording the relationships it crosses. `place` is where the path begins in the text; `kind` and `via` say what its column is
 * used for.
 */
export function followPath(flow: Flow, state: State, model: Model, path: string, place: Place, kind: UseKind, via: Use['via'] = 'code'): Path {
  const names = path.split('__');
  const joins: Joined[] = [];
  let current = model;
  let alias: string | undefined;
  let offset = spanStart(place.at);
  flow.record.resolve(place);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const at: Place = { path: place.path, at: makeSpan(offset, offset + name.length) };
    offset += name.length + 2;
    if (name === 'pk' && (current.table.primaryKey?.columns.length ?? 0) > 1) return { ...UNKNOWN, joins };
    const own = name === 'pk' ? keyAttribute(state, current) : name;
    const relationship = name === 'pk' ? null : relationshipNamed(state, current, name);
    if (relationship) {
      crossRelationship(flow, state, current, relationship, at);
      const next = names[index + 1];
      const goesOn =
        next !== undefined && (next === 'pk' || relationship.target.columns.has(next) || relationshipNamed(state, relationship.target, next) !== null);
      if (isForward(current, relationship)) {
        const remote = relationship.remote[0];
        // The key itself is on this side: `author=…`, `author__pk=…`, `author__id=…`.
        const isKey = goesOn && remote !== undefined && (next === 'pk' || relationship.target.columns.get(next!) === remote) && names.length - index <= 3;
        if (!goesOn || isKey)
          return ending(
            flow,
            current,
            attributeFor(current, relationship.local[0]!),
            at,
            kind,
            alias,
            joins,
            names.slice(index + (isKey ? 2 : 1)),
            goesOn && !isKey ? null : relationship.target,
            via,
          );
      }
      const step = alias ? `${alias}__${name}` : name;
      joins.push(...joinsOf(flow, state, current, relationship, alias, step, at));
      current = relationship.target;
      alias = step;
      if (!goesOn) return ending(flow, current, keyAttribute(state, current), at, kind, alias, joins, names.slice(index + 1), current, via);
      continue;
    }
    if (!current.columns.has(own)) return { ...UNKNOWN, joins };
    return ending(flow, current, own, at, kind, alias, joins, names.slice(index + 1), null, via);
  }
  return { ...UNKNOWN, joins };
}

function ending(
  flow: Flow,
  model: Model,
  attribute: string,
  place: Place,
  kind: UseKind,
  alias: string | undefined,
  joins: readonly Joined[],
  rest: readonly string[],
  rows: Model | null,
  via: Use['via'],
): Path {
  flow.record.column(model, attribute, kind, place, flow.currentFn, { via });
  return { column: { k: 'column', model, attribute, place, ...(alias ? { alias, viaRelation: true } : {}) }, joins, rest, rows };
}

/** The sources that crossing a relationship adds, with what ties them together. */
export function joinsOf(
  flow: Flow,
  state: State,
  from: Model,
  relationship: ModelRelationship,
  fromAlias: string | undefined,
  alias: string,
  place: Place,
): readonly Joined[] {
  const through = relationship.relationship?.through ? modelOfTable(flow, state, relationship.relationship.through) : null;
  const tie = (
    left: Model,
    leftColumn: Column | undefined,
    leftAlias: string | undefined,
    right: Model,
    rightColumn: Column | undefined,
    rightAlias: string | undefined,
  ): readonly Condition[] => {
    if (!leftColumn || !rightColumn) return [];
    const side = (model: Model, column: Column, name: string | undefined): ColumnValue => ({
      k: 'column',
      model,
      attribute: attributeFor(model, column),
      place,
      ...(name ? { alias: name } : {}),
    });
    return [{ column: side(right, rightColumn, rightAlias), op: '=', value: side(left, leftColumn, leftAlias), isOptional: false, inOr: false, isJoin: true }];
  };
  if (through) {
    const near = keysBetween(through, from, relationship, true);
    const far = keysBetween(through, relationship.target, relationship, false);
    const between = `${alias}__through`;
    return [
      { model: through, alias: between, conditions: near ? tie(from, near.targetColumns[0], fromAlias, through, near.columns[0], between) : [] },
      { model: relationship.target, alias, conditions: far ? tie(through, far.columns[0], between, relationship.target, far.targetColumns[0], alias) : [] },
    ];
  }
  return [{ model: relationship.target, alias, conditions: tie(from, relationship.local[0], fromAlias, relationship.target, relationship.remote[0], alias) }];
}

/** The key of a table between two models that points at one of them; of two that point at the same, the first is the declaring side's. */
export function keysBetween(through: Model, side: Model, relationship: ModelRelationship, isNear: boolean): Model['table']['foreignKeys'][number] | null {
  const keys = through.table.foreignKeys.filter((key) => key.target === side.table);
  if (keys.length < 2) return keys[0] ?? null;
  const isDeclaring = relationship.relationship?.isImplicit !== true;
  return keys[isNear === isDeclaring ? 0 : 1]!;
}

/** Adds the sources of a path to a query. */
export function withJoins(query: QueryState, at: Span, joins: readonly Joined[]): QueryState {
  return joins.reduce(
    (all, each) => (all.sources.some((source) => source.alias === each.alias) ? all : join(all, at, each.model, each.alias, 'inner', each.conditions)),
    query,
  );
}
