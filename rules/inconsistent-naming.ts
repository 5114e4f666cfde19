import { isOwnTable, type Column, type Project, type Rule, type Table } from '../src/lint/rule.js';

export const inconsistentNaming: Rule = {
  id: 'inconsistent-naming',
  summary: 'A name spelled otherwise than nearly all others of the schema',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    for (const tables of byDatabase(project)) {
      const tableStyle = majority(tables.map((table) => table.name));
      const columnStyle = majority(tables.flatMap((table) => table.columns.map((column) => column.name)));
      for (const table of tables) {
        if (isOdd(table.name, tableStyle))
          report({
            table,
            columns: [],
            message: `The name of the table ${table.name} is ${styleOf(table.name)}, and nearly all others are ${tableStyle}`,
            help: `Rename ${table.name}`,
            confidence: 'high',
          });
        for (const column of table.columns)
          if (isOdd(column.name, columnStyle))
            report({
              table,
              columns: [column],
              message: `The name of the column ${table.name}.${column.name} is ${styleOf(column.name)}, and nearly all others are ${columnStyle}`,
              help: `Rename ${column.name}`,
              confidence: 'high',
            });
      }
    }
  },
};

type Style = 'snake_case' | 'camelCase' | 'PascalCase' | 'kebab-case' | 'UPPER_CASE' | 'of no common style';
/** So few names show no habit. */
const FEWEST = 10;
const SHARE = 0.9;

/** Null for a single word in lower case, which suits every style. */
function styleOf(name: string): Style | null {
  const plain = name.replace(/^_+/, '');
  if (/^[a-z][a-z0-9]*$/.test(plain)) return null;
  if (/^[a-z0-9]+(_+[a-z0-9]+)*_*$/.test(plain)) return 'snake_case';
  if (/^[a-z][A-Za-z0-9]*$/.test(plain)) return 'camelCase';
  if (/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(plain) && plain.length > 1) return 'UPPER_CASE';
  if (/^[A-Z][A-Za-z0-9]*$/.test(plain)) return 'PascalCase';
  return /^[a-z0-9]+(-[a-z0-9]+)+$/.test(plain) ? 'kebab-case' : 'of no common style';
}

function majority(names: readonly string[]): Style | null {
  const counts = new Map<Style, number>();
  for (const name of names) {
    const style = styleOf(name);
    if (style) counts.set(style, (counts.get(style) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best && all >= FEWEST && best[1] >= all * SHARE ? best[0] : null;
}

function isOdd(name: string, style: Style | null): boolean {
  const own = styleOf(name);
  return style !== null && own !== null && own !== style;
}

function byDatabase(project: Project): readonly (readonly Table[])[] {
  const own = project.schema.tables.filter((table) => isOwnTable(table) && table.columns.some(isNamedHere));
  return [...new Set(own.map((table) => table.database))].map((database) => own.filter((table) => table.database === database));
}

/** The columns of a join table that an ORM makes (`A`, `B`) are named by nobody. */
function isNamedHere(column: Column): boolean {
  return column.name.length > 1;
}
