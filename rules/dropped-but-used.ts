import { droppedUses, type Rule } from '../src/lint/rule.js';

export const droppedButUsed: Rule = {
  id: 'dropped-but-used',
  summary: 'A table or column that a migration drops or renames and that code still uses',
  level: 'error',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const { drop, table, column, place, uses } of droppedUses(project)) {
      const name = drop.column === null ? drop.table : `${drop.table}.${drop.column}`;
      const holder = column ?? (table.declarations.length > 0 && drop.column === null ? table : null);
      report({
        table,
        columns: column ? [column] : [],
        message: `A migration ${drop.to ? `renames ${name} to ${drop.to}` : `drops ${name}`}, and ${holder ? `${table.model ?? 'a model'} still declares it` : 'code still names it'}`,
        help: drop.to ? `Use ${drop.to} instead of ${drop.column ?? drop.table}` : `Remove what still uses ${name}, or take the migration back`,
        confidence: 'high',
        place,
        related: [
          { message: drop.to ? 'renamed here' : 'dropped here', place: drop.place },
          ...uses.filter((use) => use !== place).map((use) => ({ message: 'used here', place: use })),
        ],
        discriminator: name,
      });
    }
  },
};
