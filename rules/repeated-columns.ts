import { familyOf, isDead, isOwnTable, listed, type Column, type Rule, type Table } from '../src/lint/rule.js';

export const repeatedColumns: Rule = {
  id: 'repeated-columns',
  summary: 'A list kept in numbered columns',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const [stem, columns] of numberedColumns(table)) {
        report({
          table,
          columns,
          message: `${table.name} keeps a list in the numbered columns ${listed(columns.map((column) => column.name))}`,
          help: `Move them to a table of their own with one row for each ${stem.replaceAll('_', ' ')}, or to an array`,
          confidence: columns.length > 3 ? 'high' : 'medium',
          discriminator: stem,
        });
      }
    }
  },
};

/** Two may be a pair; a postal address has lines. */
const FEWEST = 3;
const LINES = /(^|_)(address|addr|line|street)$/;

/** Columns of one type and one name but for the number at the end, that count from 0 or 1 without a gap. */
function numberedColumns(table: Table): Map<string, Column[]> {
  const groups = new Map<string, { column: Column; number: number }[]>();
  for (const column of table.columns) {
    const [, stem, digits] = /^([a-z]\w*?[a-z])_?(\d{1,2})$/i.exec(column.name) ?? [];
    if (!stem || LINES.test(stem.toLowerCase())) continue;
    const group = groups.get(stem.toLowerCase()) ?? [];
    groups.set(stem.toLowerCase(), group);
    group.push({ column, number: Number(digits) });
  }
  const found = new Map<string, Column[]>();
  for (const [stem, group] of groups) {
    const sorted = [...group].sort((a, b) => a.number - b.number);
    const counts = sorted.every((one, i) => one.number === sorted[0].number + i);
    const isOneType = new Set(sorted.map((one) => familyOf(one.column))).size === 1;
    if (sorted.length >= FEWEST && sorted[0].number <= 1 && counts && isOneType) found.set(stem, group.map((one) => one.column));
  }
  return found;
}
