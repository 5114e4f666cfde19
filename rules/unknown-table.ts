import { droppedUses, isApplication, undeclaredTable, type Place, type Rule } from '../src/lint/rule.js';

export const unknownTable: Rule = {
  id: 'unknown-table',
  summary: 'SQL that names a table which no model and no DDL declares',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    if (project.schema.tables.length === 0) return;
    const gone = new Set(droppedUses(project).map((use) => use.table.name));
    const places = new Map<string, { schema: string | null; name: string; at: Place[] }>();
    for (const use of project.usage.unknown) {
      if (use.table || !isApplication(use) || gone.has(use.name) || isSystem(use.schema, use.name)) continue;
      const key = `${use.schema ?? ''}.${use.name}`;
      const known = places.get(key);
      if (known) known.at.push(use.place);
      else places.set(key, { schema: use.schema, name: use.name, at: [use.place] });
    }
    for (const { schema, name, at } of places.values()) {
      report({
        table: undeclaredTable(name, schema, '', at[0]),
        columns: [],
        message: `SQL names the table ${name}, which no model and no DDL of this repository declares`,
        help: `Correct the name, or add the declaration of ${name}`,
        confidence: 'medium',
        related: at.slice(1).map((place) => ({ message: 'named here too', place })),
      });
    }
  },
};

/** Catalogues of database systems, and names that are put in at run time. */
function isSystem(schema: string | null, name: string): boolean {
  return /^(pg_catalog|information_schema|sys)$/.test(schema ?? '') || /^(pg_|sqlite_|information_schema|dual$|__hole)/.test(name);
}
