/** What stands in the holes of a statement: `update ${orders} set …` is about the table whose model is put there. */
import type { SqlQuery } from '../../facts/sql.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type Value } from '../../flow/value.js';

/**
 * The statement with the tables of models in the place of holes for names. Where a hole brings columns and is no value that the statement
 * compares or writes, there are more conditions than it tells.
 */
export function withHoles(query: SqlQuery, values: readonly Value[]): SqlQuery {
  const models = values.map(modelIn);
  if (!models.some((model) => model !== null) && !values.some(bringsColumns)) return query;
  const written = JSON.stringify(query);
  // A qualifier is the table's name alone.
  const filled = written.replace(/"(name|qualifier)":"__hole_(\d+)"/g, (whole, key: string, number: string) => {
    const table = models[Number(number) - 1]?.table;
    if (!table) return whole;
    const name = `${JSON.stringify(key)}:${JSON.stringify(table.name)}`;
    return key === 'name' && table.schema !== null ? `"schema":${JSON.stringify(table.schema)},${name}` : name;
  });
  const named = JSON.parse(filled) as SqlQuery;
  return values.some((value, index) => bringsColumns(value) && !written.includes(`"parameter":"hole:${index + 1}"`)) ? { ...named, isPartial: true } : named;
}

function modelIn(value: Value): Model | null {
  for (const member of membersOf(value)) if (member.k === 'model') return member.model;
  return null;
}

/** A column, a condition, or more SQL of a builder's. */
function bringsColumns(value: Value): boolean {
  return membersOf(value).some((member) => member.k === 'column' || member.k === 'predicate' || member.k === 'special');
}
