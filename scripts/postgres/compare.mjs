// Where two catalogs differ, one line for each difference with its kind.
import { isTable } from './catalog.mjs';

/** Differences between what a database has and what was made of the schema as read. Views are compared by their columns. */
export function differences(actual, read) {
  const found = [];
  for (const [name, table] of actual) {
    if (!isTable(table)) continue;
    const other = read.get(name);
    if (!other) found.push({ kind: 'table', table: name, what: 'not read' });
    else found.push(...tableDifferences(name, table, other));
  }
  for (const [name, table] of read) if (isTable(table) && !actual.has(name)) found.push({ kind: 'table', table: name, what: 'read, and not there' });
  return found;
}

function tableDifferences(name, actual, read) {
  const found = [];
  const note = (kind, what) => found.push({ kind, table: name, what });
  const columns = new Map(read.columns.map((column) => [column.name, column]));
  for (const column of actual.columns) {
    const other = columns.get(column.name);
    if (!other) { note('column', `${column.name} is not read`); continue; }
    for (const kind of ['type', 'nullable', 'default', 'identity', 'generated', 'collation', 'comment']) {
      if (column[kind] !== other[kind]) note(kind, `${column.name} is ${column[kind]}, read as ${other[kind]}`);
    }
  }
  const known = new Set(actual.columns.map((column) => column.name));
  for (const column of read.columns) if (!known.has(column.name)) note('column', `${column.name} is read, and not there`);
  for (const kind of ['primaryKey', 'uniques', 'foreignKeys', 'checks', 'exclusions', 'indexes']) {
    for (const text of without(actual[kind], read[kind])) note(kind, `${text} is not read`);
    for (const text of without(read[kind], actual[kind])) note(kind, `${text} is read, and not there`);
  }
  for (const kind of ['partitionKey', 'comment']) if (actual[kind] !== read[kind]) note(kind, `is ${actual[kind]}, read as ${read[kind]}`);
  return found;
}

/** What the first list has more often than the second. */
function without(list, others) {
  const left = [...others];
  return list.filter((one) => { const at = left.indexOf(one); if (at < 0) return true; left.splice(at, 1); return false; });
}
