import { alterTable, livingTables, nameOf, sqlName, wordsOf, type Column, type Rule } from '../src/lint/rule.js';

export const floatMoney: Rule = {
  id: 'float-money',
  summary: 'An amount of money kept as a floating-point number or as money',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    for (const column of livingTables(project).flatMap((table) => table.columns)) {
      const isFloat = column.type.name === 'real' || column.type.name === 'double precision';
      if (column.type.name !== 'money' && !(isFloat && namesMoney(column))) continue;
      report({
        table: column.table,
        columns: [column],
        message: isFloat
          ? `${nameOf(column)} keeps money as ${column.type.name}, which cannot hold most decimal fractions`
          : `${nameOf(column)} is money, whose currency and fraction are a setting of the server`,
        help: `Make ${nameOf(column)} numeric, or an integer of the smallest unit`,
        confidence: isFloat ? 'medium' : 'high',
        remedies: [{ title: `Make ${nameOf(column)} numeric`, sql: alterTable(column.table, `ALTER COLUMN ${sqlName(column.name)} TYPE numeric(14, 2)`) }],
      });
    }
  },
};

const MONEY = new Set('price amount cost fee salary wage balance subtotal revenue payment charge budget refund payout discount tax invoice deposit'.split(' '));
/** What is measured in shares of money and not in money. */
const SHARES = new Set('rate ratio percent percentage pct factor share score weight'.split(' '));

function namesMoney(column: Column): boolean {
  const words = wordsOf(column.name);
  return words.some((word) => MONEY.has(word)) && !words.some((word) => SHARES.has(word));
}
