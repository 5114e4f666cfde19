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
          help: `Move them to a table of their own with one row for each ${stem.replaceAll('_', ' ')}${isOneColumn(columns, stem) ? ', or to an array' : ''}`,
          confidence: columns.length > 3 ? 'high' : 'medium',
          discriminator: stem,
        });
      }
    }
  },
};

/** Two may be a pair (the sides of a match); a postal address has lines; a vector has parts, a hash a kind. */
const FEWEST = 3;
const PARTS = /(^|_)(address|addr|addressline|line|street|level|lvl|dim|sha|md|utf|h|q|p|quarter|percentile|tier|coord|vector|part)$/;
/** What somebody has any number of: two are the beginning of a list. */
const ANY_NUMBER =
  /(^|_)(phone|telephone|tel|mobile|fax|email|e_?mail|image|img|photo|picture|file|attachment|tag|link|url|website|contact|keyword|hobby|skill|nickname)$/;

interface Numbered { readonly column: Column; readonly number: number; readonly rest: string }

/**
 * Columns of one type and one name but for a number, that count from 0 or 1 without a gap (`phone1`, `phone2`; `contact_1_name`); from 2 where the first has no
 * number.
 */
function numberedColumns(table: Table): Map<string, Column[]> {
  const groups = new Map<string, Numbered[]>();
  for (const column of table.columns) {
    const [, written, digits, rest = ''] =
      /^([a-z]\w*?[a-z])_?(\d{1,2})(_[a-z]\w*|[A-Z]\w*)?$/.exec(column.name) ?? /^([a-z]\w*?[a-z])_?(\d{1,2})$/i.exec(column.name) ?? [];
    const stem = written?.toLowerCase();
    if (!stem || PARTS.test(stem)) continue;
    groups.set(stem, [...(groups.get(stem) ?? []), { column, number: Number(digits), rest }]);
  }
  const found = new Map<string, Column[]>();
  for (const [stem, group] of groups) {
    const lists = [...new Set(group.map((one) => one.rest))].map((rest) => listOf(table, stem, group.filter((one) => one.rest === rest)));
    const columns = new Set(lists.flat());
    if (columns.size > 0) found.set(stem, table.columns.filter((column) => columns.has(column)));
  }
  return found;
}

function listOf(table: Table, stem: string, group: readonly Numbered[]): readonly Column[] {
  const first = table.columns.find((column) => column.name.toLowerCase() === `${stem}${group[0].rest}`.toLowerCase());
  const all = first ? [{ column: first, number: 1, rest: group[0].rest }, ...group] : group;
  const sorted = [...all].sort((a, b) => a.number - b.number);
  const counts = sorted.every((one, i) => one.number === sorted[0].number + i);
  const isOneType = new Set(sorted.map((one) => familyOf(one.column))).size === 1;
  const isLongEnough = sorted.length >= FEWEST || (sorted.length === 2 && group[0].rest === '' && ANY_NUMBER.test(stem));
  return isLongEnough && sorted[0].number <= 1 && counts && isOneType ? sorted.map((one) => one.column) : [];
}

function isOneColumn(columns: readonly Column[], stem: string): boolean {
  return columns.every((column) => column.name.replace(/[\d_]+$/, '').toLowerCase() === stem.replace(/_+$/, ''));
}
