import { livingTables, nameOf, type ForeignKey, type Rule, type Table } from '../src/lint/rule.js';

export const foreignKeyCycle: Rule = {
  id: 'foreign-key-cycle',
  summary: 'Tables whose foreign keys lead in a circle',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    const tables = livingTables(project);
    const told = new Set<Table>();
    for (const table of tables) {
      if (told.has(table)) continue;
      const cycle = shortestCycle(table, new Set(tables));
      if (!cycle) continue;
      for (const key of cycle) told.add(key.table);
      const isStrict = cycle.every((key) => key.columns.every((column) => !column.nullable));
      report({
        table,
        columns: cycle[0].columns,
        message: `The foreign keys ${cycle.map((key) => `${key.columns.map(nameOf).join(', ')} to ${key.target.name}`).join(' and ')} lead in a circle${isStrict ? ', and none of them may be null, so that no first row can be inserted' : ''}`,
        help: 'Move one of the keys to a table of its own, or to the other side',
        confidence: isStrict ? 'high' : 'medium',
        place: cycle[0].place,
        flow: cycle.map((key) => ({ message: `leads to ${key.target.name}`, place: key.place, table: key.table })),
        discriminator: cycle
          .map((key) => key.table.name)
          .sort()
          .join(),
      });
    }
  },
};

/** The fewest keys that lead from the table to other tables and back. */
function shortestCycle(start: Table, tables: ReadonlySet<Table>): readonly ForeignKey[] | null {
  const seen = new Set<Table>();
  let paths: (readonly ForeignKey[])[] = [[]];
  while (paths.length > 0) {
    const next: (readonly ForeignKey[])[] = [];
    for (const path of paths) {
      const at = path.length > 0 ? path[path.length - 1].target : start;
      for (const key of at.foreignKeys) {
        if (!key.isEnforced || key.target === key.table || !tables.has(key.target)) continue;
        if (key.target === start) return [...path, key];
        if (seen.has(key.target)) continue;
        seen.add(key.target);
        next.push([...path, key]);
      }
    }
    paths = next;
  }
  return null;
}
