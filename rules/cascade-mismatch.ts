import {
  alterTable, isApplication, isDead, isOwnTable, isSharedCode, keysTo, listed, nameOf, sqlColumns, sqlName, sqlTable,
  siteOf, type Confidence, type ForeignKey, type Project, type Related, type Relationship, type Rule, type Table,
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
        if (
          !key ||
          relationship.viewOnly ||
          key.target !== table ||
          key.table !== relationship.target ||
          !key.isEnforced ||
          !isOwnTable(key.table) ||
          isDead(project, key.table)
        )
          continue;
        const clash = clashOf(project, relationship, key);
        if (!clash) continue;
        report({
          table: key.table,
          columns: key.columns,
          message: clash.text,
          help: clash.help,
          confidence: clash.confidence,
          place: key.place,
          related: [{ message: 'declared here', place: relationship.place, table }, ...clash.related],
          remedies:
            key.name && clash.wanted
              ? [
                  {
                    title: `Let the database ${clash.wanted.toLowerCase()}`,
                    sql: alterTable(
                      key.table,
                      `DROP CONSTRAINT ${sqlName(key.name)}`,
                      `ADD CONSTRAINT ${sqlName(key.name)} FOREIGN KEY ${sqlColumns(key.columns)} REFERENCES ${sqlTable(key.target)} ${sqlColumns(key.targetColumns)} ON DELETE ${clash.wanted}`,
                    ),
                  },
                ]
              : [],
          discriminator: `${table.name}.${relationship.name}`,
        });
      }
    }
  },
};

interface Clash {
  readonly text: string;
  readonly help: string;
  readonly wanted: 'CASCADE' | null;
  readonly confidence: Confidence;
  readonly related: readonly Related[];
}

function clashOf(project: Project, relationship: Relationship, key: ForeignKey): Clash | null {
  const { table, cascadesDelete, passiveDeletes } = relationship;
  const isLeft = key.onDelete === null || key.onDelete === 'no action' || key.onDelete === 'restrict';
  const side = `${table.model}.${relationship.name}`;
  const column = listed(key.columns.map(nameOf));
  // With RESTRICT it is to refuse, and the model not to empty the keys first.
  if (passiveDeletes && isLeft && key.onDelete !== 'restrict') {
    return {
      text: `${side} leaves the rows of a deleted ${table.model} to the database, where ${column} has no ON DELETE action`,
      help: `Add ON DELETE CASCADE to the foreign key, or let the model delete: without passive deletes on ${relationship.name}`,
      wanted: 'CASCADE',
      confidence: 'high',
      related: [],
    };
  }
  if (cascadesDelete && (key.onDelete === 'set null' || key.onDelete === 'set default')) {
    return {
      text: `${side} deletes the rows of a deleted ${table.model}, while ${column} keeps them with ON DELETE ${key.onDelete.toUpperCase()}`,
      help: 'Decide whether the rows go or stay, and say the same on both sides',
      wanted: null,
      confidence: 'high',
      related: [],
    };
  }
  const bulk = bulkDeletes(project, table);
  if (cascadesDelete && isLeft && bulk.length > 0) {
    return {
      text: `${side} deletes the rows of a deleted ${table.model} only where the model loads it, and code deletes from ${table.name} without loading: ${column} has no ON DELETE action`,
      help: 'Add ON DELETE CASCADE to the foreign key, so that every way of deleting the parent takes the rows along',
      wanted: 'CASCADE',
      confidence: key.onDelete === 'restrict' ? 'medium' : 'high',
      related: bulk,
    };
  }
  // As long as everybody deletes through the model nothing goes wrong, and most schemas are written so.
  if (cascadesDelete && isLeft && key.onDelete !== 'restrict') {
    return {
      text: `${side} deletes the rows of a deleted ${table.model} only where the model deletes it: ${column} has no ON DELETE action`,
      help: 'Add ON DELETE CASCADE to the foreign key, so that every way of deleting the parent takes the rows along',
      wanted: 'CASCADE',
      confidence: 'low',
      related: [],
    };
  }
  const deletes = modelDeletes(project, relationship, key);
  if (deletes.length > 0 && !cascadesDelete && !passiveDeletes && isLeftToNobody(key)) {
    return {
      text: `Code deletes from ${table.name}, but neither ${side} nor ${column}, which cannot be null, says what becomes of the rows in ${key.table.name}`,
      help: `Say what becomes of them: ON DELETE CASCADE on the foreign key, or RESTRICT if rows are to keep their parent from being deleted`,
      wanted: 'CASCADE',
      confidence: isHabit(project, key) || isClearedBefore(project, key) ? 'low' : 'medium',
      related: deletes,
    };
  }
  return null;
}

/** Neither the database nor the model says anything, and the key cannot be emptied. */
function isLeftToNobody(key: ForeignKey): boolean {
  return (
    (key.onDelete === null || key.onDelete === 'no action') &&
    (key.modelOnDelete === null ? key.table.declaresRelationships : key.modelOnDelete === 'no action') &&
    key.columns.some((column) => !column.nullable)
  );
}

/** Most keys to the parent are like this one: nothing may go while rows point at it, and whoever deletes it reckons with a refusal. */
function isHabit(project: Project, key: ForeignKey): boolean {
  const keys = keysTo(project.schema, key.target).filter((one) => one.columns.some((column) => !column.nullable));
  const left = keys.filter(isLeftToNobody).length;
  return left >= 4 && left * 2 > keys.length;
}

/** Other code deletes the rows of a parent by its key: whoever deletes the parent has that to call first. */
function isClearedBefore(project: Project, key: ForeignKey): boolean {
  return project
    .queriesOf(key.table)
    .some(
      (query) =>
        query.verb === 'delete' &&
        isApplication(query) &&
        query.root.table === key.table &&
        query.conditions.some(({ column, op, isJoin }) => key.columns.includes(column) && (op === '=' || op === 'in') && !isJoin),
    );
}

/** Places that delete parents and do not look at their rows before. */
function modelDeletes(project: Project, { table, target }: Relationship, key: ForeignKey): Related[] {
  const seen = new Set(project.tableUsesOf(target).map(siteOf));
  const places = [
    ...project.tableUsesOf(table).filter((use) => use.kind === 'delete'),
    ...project.queriesOf(table).filter((query) => query.verb === 'delete' && query.root.table === table),
  ];
  return places
    .filter((use) => isApplication(use) && key.target === table && !isSharedCode(project, use.place) && !seen.has(siteOf(use)))
    .map((use) => ({ message: 'deleted here', place: use.place, table }));
}

/** DELETE statements that never touch the model's objects. */
function bulkDeletes(project: Project, table: Table): Related[] {
  return project
    .queriesOf(table)
    .filter((query) => isApplication(query) && query.verb === 'delete' && query.root.table === table && !isSharedCode(project, query.place))
    .map((query) => ({ message: 'deleted without loading it', place: query.place, table }));
}
