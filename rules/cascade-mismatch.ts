import {
  alterTable, isApplication, isDead, isOwnTable, listed, nameOf, sqlColumns, sqlName, sqlTable,
  type ForeignKey, type Project, type Related, type Relationship, type Rule, type Table,
} from '../src/lint/rule.js';

export const cascadeMismatch: Rule = {
  id: 'cascade-mismatch',
  summary: 'What the model and the database do with the rows of a deleted parent differs',
  level: 'warning',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const relationship of table.relationships) {
        const key = relationship.foreignKey;
        if (!key || relationship.viewOnly || key.target !== table || key.table !== relationship.target || !key.isEnforced || isDead(project, key.table)) continue;
        const clash = clashOf(project, relationship, key);
        if (!clash) continue;
        report({
          table: key.table,
          columns: key.columns,
          message: `${clash.text}: ${table.model}.${relationship.name} and the foreign key ${listed(key.columns.map(nameOf))} disagree about the rows of a deleted ${table.model}`,
          help: clash.help,
          confidence: clash.isSure ? 'high' : 'medium',
          place: key.place,
          related: [{ message: 'declared here', place: relationship.place, table }, ...clash.related],
          remedies: key.name && clash.wanted ? [{ title: `Let the database ${clash.wanted.toLowerCase()}`, sql: alterTable(key.table, `DROP CONSTRAINT ${sqlName(key.name)}`, `ADD CONSTRAINT ${sqlName(key.name)} FOREIGN KEY ${sqlColumns(key.columns)} REFERENCES ${sqlTable(key.target)} ${sqlColumns(key.targetColumns)} ON DELETE ${clash.wanted}`) }] : [],
          discriminator: `${table.name}.${relationship.name}`,
        });
      }
    }
  },
};

interface Clash { readonly text: string; readonly help: string; readonly wanted: 'CASCADE' | null; readonly isSure: boolean; readonly related: readonly Related[] }

function clashOf(project: Project, relationship: Relationship, key: ForeignKey): Clash | null {
  const { table, name, cascadesDelete, passiveDeletes } = relationship;
  const isLeft = key.onDelete === null || key.onDelete === 'no action' || key.onDelete === 'restrict';
  if (passiveDeletes && isLeft) {
    return { text: 'The model leaves the deletion to the database, which has no ON DELETE action', help: `Add ON DELETE CASCADE to the foreign key, or let the model delete: without passive deletes on ${name}`, wanted: 'CASCADE', isSure: true, related: [] };
  }
  if (cascadesDelete && (key.onDelete === 'set null' || key.onDelete === 'set default')) {
    return { text: `The model deletes the rows, while the database keeps them with ON DELETE ${key.onDelete.toUpperCase()}`, help: 'Decide whether the rows go or stay, and say the same on both sides', wanted: null, isSure: true, related: [] };
  }
  const bulk = bulkDeletes(project, table);
  if (cascadesDelete && isLeft && bulk.length > 0) {
    return { text: 'The model deletes the rows only when it loads the parent, and code deletes parents without loading them', help: 'Add ON DELETE CASCADE to the foreign key, so that every way of deleting the parent takes the rows along', wanted: 'CASCADE', isSure: key.onDelete !== 'restrict', related: bulk };
  }
  return null;
}

/** DELETE statements that never touch the model's objects. */
function bulkDeletes(project: Project, table: Table): Related[] {
  return project.queriesOf(table).filter((query) => isApplication(query) && query.verb === 'delete' && query.root.table === table).map((query) => ({ message: 'deleted without loading it', place: query.place, table }));
}
