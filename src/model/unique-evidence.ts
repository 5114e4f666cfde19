/** What one query says of the columns it asks by: that they are unique, and how far the code relies on it. */
import type { KeptBy } from './asked-keys.js';
import { hasFewValues, isFreeText, isIdentifier, isState, isTime } from './column-kinds.js';
import { tablesNamed, wordsOf } from './names.js';
import { isSamePlace } from './places.js';
import type { Project } from './project.js';
import type { Column, Place } from './schema.js';
import { isCarriedByMost, isForeignKeyColumn, isKeptApartByPolicies } from './tables.js';
import type { Guard, Query } from './usage.js';

/**
 * How far one query relies on there being one row at most: it checks before it inserts, fails with two, takes any as the row, or lists rows and keeps one for
 * each value.
 */
export type Reliance = 'checked' | 'single' | 'identifier' | 'first' | 'keyed';

export interface UniqueEvidence { readonly query: Query; readonly reliance: Reliance; readonly guard: Guard | null }

/** Rows that are kept by a value of their own, which is no number or state that several share by nature. */
export function keyedEvidence(project: Project, query: Query, guard: KeptBy): UniqueEvidence | null {
  const { column } = guard;
  const isName = /^(character|text|varchar|citext|uuid)/.test(column.type.name) && !isFreeText(column) && !hasFewValues(column) && !isState(column);
  return isName && !isReference(project, column) ? { query, reliance: 'keyed', guard } : null;
}

export function evidenceOf(project: Project, columns: readonly Column[], query: Query): UniqueEvidence | null {
  const guard = (...kinds: Guard['k'][]) => query.guards.find((one) => kinds.includes(one.k)) ?? null;
  if (guard('several')) return null;
  const checked = guard('insert-if-absent', 'get-or-create', 'upsert', 'refuse-if-present');
  const inserted = checked?.k === 'insert-if-absent' ? checked.place : checked?.k === 'refuse-if-present' ? checked.insert : undefined;
  if (inserted && isCompleted(project, query, inserted)) return null;
  if (checked && !(inserted && isAnotherKind(project, query, inserted))) return { query, reliance: 'checked', guard: checked };
  const chosen = guard('choose-if-absent');
  if (chosen && !guard('used-as-row', 'returned')) return { query, reliance: 'checked', guard: chosen };
  // The first of several is asked for, whatever the API's name.
  if (query.expects === 'one' && query.limit === null) return { query, reliance: 'single', guard: guard('used-as-row', 'returned') };
  if (query.expects !== 'one' && query.expects !== 'first') return null;
  const used = guard('used-as-row', 'returned');
  // Whether there is any row at all says nothing of how many there may be.
  if (columns.length === 1 && isIdentifier(columns[0]) && !isReference(project, columns[0]))
    return used ? { query, reliance: 'identifier', guard: used } : null;
  return used && identifies(project, columns) ? { query, reliance: 'first', guard: used } : null;
}

/** The row that is inserted is none that the query asks for: a revoked seat is looked for to be used again, and else a pending one is made. */
function isAnotherKind(project: Project, { root, conditions }: Query, place: Place): boolean {
  const insert = project.insertsInto(root.table).find((one) => isSamePlace(one.place, place));
  return conditions.some(({ column, op, value }) => {
    const written = insert?.values.get(column);
    if (op !== '=' || value.k !== 'constant') return false;
    const constants = written?.k === 'constant' ? [written.constant] : written?.oneOf;
    return constants !== undefined && !constants.includes(value.v);
  });
}

/** A row that lacks something is completed, and else one that has it is made: those that wait for it may be several. */
function isCompleted(project: Project, { root, conditions }: Query, place: Place): boolean {
  const insert = project.insertsInto(root.table).find((one) => isSamePlace(one.place, place));
  return conditions.some(({ column, op, isOptional, inOr }) => {
    const written = op === 'null' && !isOptional && !inOr ? insert?.values.get(column) : undefined;
    return written !== undefined && written.k !== 'null' && written.mayBeNull !== true;
  });
}

/** A foreign key, or `order_id` beside a table `orders`: the key of another row. */
export function isReference(project: Project, column: Column): boolean {
  const words = wordsOf(column.name);
  return (
    isForeignKeyColumn(column) ||
    (/^(id|uuid)$/.test(words.at(-1) ?? '') && words.length > 1 && tablesNamed(project.schema, words.slice(0, -1)).some((table) => table !== column.table))
  );
}

/** Whether the columns can tell rows apart by themselves: a value of the row's own, or the keys to two parents. */
function identifies(project: Project, columns: readonly Column[]): boolean {
  const own = columns.filter(
    (column) => !isReference(project, column) && !hasFewValues(column) && !isTime(column) && !/^(numeric|real|double|float)/.test(column.type.name),
  );
  return own.length > 0 || parentsOf(project, columns).length > 1;
}

/** Keys to parents but for the tenant's, which nearly every table has. */
export function parentsOf(project: Project, columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => isReference(project, column) && !isTenantKey(project, column));
}

/** The key that most tables carry, that policies keep rows apart by, or that the config names. */
export function isTenantKey(project: Project, column: Column): boolean {
  return (
    project.settings.tenantKeys.includes(column.name) ||
    column.table.foreignKeys.some(
      (key) => key.columns.length === 1 && key.columns[0] === column && (isCarriedByMost(project.schema, key) || isKeptApartByPolicies(project.schema, key)),
    )
  );
}
