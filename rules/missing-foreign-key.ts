import {
  alterTable, constraintName, foreignKeyText, isApplication, isCommonName, isDead, isForeignKeyColumn, isOwnTable, isRecordTable, isSameType, keysOfTable,
  kindBeside, nameOf, shownAt, singularKey, sqlColumns, sqlName, sqlTable, tablesNamed, wordsOf, familyOf, type Column, type Condition, type ForeignKey,
  type Place, type Project, type Related, type Rule, type Table,
} from '../src/lint/rule.js';

export const missingForeignKey: Rule = {
  id: 'missing-foreign-key',
  summary: 'A column that holds the key of another table without a foreign key',
  level: 'warning',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    // A schema where most such columns have no foreign key does without them on purpose.
    const enforced = project.schema.tables.flatMap((table) => table.foreignKeys.filter((key) => key.isEnforced)).length;
    const isUsual =
      enforced > 0 &&
      enforced >= project.schema.tables.flatMap((table) => table.columns.filter((column) => targetOf(project, column) ?? undeclaredOf(project, column))).length;
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const column of table.columns) {
        const undeclared = undeclaredOf(project, column);
        const named = undeclared?.target ?? targetOf(project, column);
        const target = named ?? targetInRole(project, column) ?? targetByUse(project, column) ?? targetByNaturalKey(project, column);
        const uses = undeclared ? relatedBy(undeclared) : target ? usesAsKey(project, column, target) : null;
        // What stands before the table's name may make it another thing: code must follow it there.
        if (!target || !uses || (!named && !uses.isJoined)) continue;
        const key = undeclared?.targetColumns[0] ?? target.primaryKey!.columns[0];
        const code = undeclared ? undefined : foreignKeyText(column, key);
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} holds ${nameOf(key)}, but no foreign key keeps it from pointing at rows that do not exist`,
          help: `Add a foreign key from ${nameOf(column)} to ${nameOf(key)}, after rows that point nowhere are gone`,
          // A record of what was done may outlive whom it names.
          confidence: !isUsual ? 'low' : uses.isJoined && !isRecordTable(project.schema, table) ? 'high' : 'medium',
          related: [{ message: 'the key it holds', place: key.place, table: target, column: key }, ...uses.related],
          remedies: [
            {
              title: `Add the foreign key to ${target.name}`,
              sql: alterTable(
                table,
                `ADD CONSTRAINT ${sqlName(constraintName('fk', table, [column]))} FOREIGN KEY ${sqlColumns([column])} REFERENCES ${sqlTable(target)} ${sqlColumns([key])}`,
              ),
              ...(code ? { code } : {}),
            },
          ],
        });
      }
    }
  },
};

/** The reference over this column of which only a relationship tells. */
function undeclaredOf(project: Project, column: Column): ForeignKey | null {
  const key = column.table.foreignKeys.find((one) => one.isUndeclared && !one.isEnforced && one.columns.length === 1 && one.columns[0] === column);
  if (!key || column.table.foreignKeys.some((one) => one !== key && one.columns.includes(column)) || isLooseOnPurpose(column)) return null;
  return isOwnTable(key.target) && !isDead(project, key.target) && isSameType(column, key.targetColumns[0]) ? key : null;
}

function relatedBy({ place, table, columns }: ForeignKey): { isJoined: boolean; related: Related[] } {
  return { isJoined: true, related: [{ message: 'the relationship over it', place, table, column: columns[0] }] };
}

/** The one table that the column's name and type say: `order_id` with the type of `orders.id`. */
function targetOf(project: Project, column: Column): Table | null {
  const role = roleOf(column);
  if (role.length === 0) return null;
  const named = tablesNamed(project.schema, role).filter((table) => table !== column.table && table.database === column.table.database && isOwnTable(table));
  const exact = named.filter((table) => keysOfTable(table).has(singularKey(role)));
  return onlyTarget(project, column, exact.length > 0 ? exact : named);
}

/** The table that a name ends with, after what the row is there for: `chair_user_id`. */
function targetInRole(project: Project, column: Column): Table | null {
  const role = roleOf(column);
  for (let from = 1; from < role.length; from++) {
    const key = singularKey(role.slice(from));
    const named = tablesNamed(project.schema, role.slice(from)).filter(
      (table) => table !== column.table && table.database === column.table.database && isOwnTable(table) && keysOfTable(table).has(key),
    );
    if (named.length > 0) return onlyTarget(project, column, named);
  }
  return null;
}

/** The words of a column's name before its `id`; none where it is no such column, or has no foreign key for a reason. */
function roleOf(column: Column): readonly string[] {
  const words = wordsOf(column.name);
  if (
    words.length < 2 ||
    !['id', 'uuid', 'guid'].includes(words[words.length - 1]) ||
    isForeignKeyColumn(column) ||
    column.isGenerated ||
    column.type.array > 0
  )
    return [];
  if (column.table.primaryKey?.columns.length === 1 && column.table.primaryKey.columns[0] === column) return [];
  return kindBeside(column) !== null || isLooseOnPurpose(column) ? [] : words.slice(0, -1);
}

/** `approved_by`: the key of who did it, where code looks somebody up by it. */
function isNamedByDeed(column: Column): boolean {
  const words = wordsOf(column.name);
  return (
    words.length > 1 &&
    words[words.length - 1] === 'by' &&
    /^(uuid|bigint|integer)$/.test(column.type.name) &&
    !isForeignKeyColumn(column) &&
    !column.isGenerated &&
    column.type.array === 0 &&
    !isLooseOnPurpose(column)
  );
}

function onlyTarget(project: Project, column: Column, candidates: readonly Table[]): Table | null {
  const [target] = candidates;
  if (candidates.length !== 1 || target.primaryKey?.columns.length !== 1 || target.partitions || isDead(project, target)) return null;
  const [key] = target.primaryKey.columns;
  return familyOf(column) !== null && familyOf(key) !== null && (isSameType(column, key) || [column, key].every(isWhole)) ? target : null;
}

/** Whole numbers of any size can be compared with an index, and one may refer to another. */
const isWhole = (column: Column): boolean => column.type.array === 0 && ['smallint', 'integer', 'bigint'].includes(familyOf(column) ?? '');

/** The one table whose rows code finds by a column that is named by a role and not by a table: `author_id`, `approved_by` for `users`. */
function targetByUse(project: Project, column: Column): Table | null {
  const role = isNamedByDeed(column) ? wordsOf(column.name) : roleOf(column);
  if (role.length === 0 || tablesNamed(project.schema, role).length > 0 || isOfAnyKind(project, column, role) || isRecordTable(project.schema, column.table))
    return null;
  const found = lookedUpBy(project, column);
  return onlyTarget(project, column, [...found].filter((target) => found.size === 1 && target !== column.table && isOwnTable(target)));
}

/** `resource_type` beside `child_resource_id`, or `type` beside `target_id`: which table it is of stands in the row, for all of its keys to a resource. */
function isOfAnyKind({ schema }: Project, { table }: Column, role: readonly string[]): boolean {
  if (
    role.length === 1 &&
    NO_TABLE.has(role[0]!) &&
    table.columns.some(({ name }) => /^(?:type|kind|(?:entity|object|record|model)_(?:type|kind))$/.test(wordsOf(name).join('_')))
  )
    return true;
  return role.some((_, from) => {
    const noun = role.slice(from);
    return (
      tablesNamed(schema, noun).length === 0 &&
      table.columns.some((other) => ['type', 'kind'].some((word) => wordsOf(other.name).join('_') === [...noun, word].join('_')))
    );
  });
}

/** What any row of any table may be to another. */
const NO_TABLE = new Set(['target', 'object', 'entity', 'subject', 'resource', 'item', 'record', 'source', 'ref', 'reference', 'related', 'linked', 'model']);

/** The one table whose rows code finds by a column that is called after its key, which is no number: `drug_code` for `drugs.code`, `sku` for `products.sku`. */
function targetByNaturalKey(project: Project, column: Column): Table | null {
  if (
    isForeignKeyColumn(column) ||
    column.isGenerated ||
    column.type.array > 0 ||
    kindBeside(column) !== null ||
    isLooseOnPurpose(column) ||
    isRecordTable(project.schema, column.table)
  )
    return null;
  if (column.table.primaryKey?.columns.length === 1 && column.table.primaryKey.columns[0] === column) return null;
  const found = [...lookedUpBy(project, column)].filter((target) => target !== column.table && isOwnTable(target));
  const [target] = found;
  return found.length === 1 && isCalledAfterKey(column, target) ? onlyTarget(project, column, found) : null;
}

function isCalledAfterKey(column: Column, target: Table): boolean {
  const key = wordsOf(target.primaryKey!.columns[0].name);
  const words = wordsOf(column.name);
  if (['id', 'uuid', 'guid'].includes(key[key.length - 1]) || key.some((word, index) => words[words.length - key.length + index] !== word)) return false;
  const before = words.slice(0, words.length - key.length);
  return before.length === 0 ? !isCommonName(column.name) : keysOfTable(target).has(singularKey(before));
}

/** The tables whose rows are found by their key with what the column holds, in a query of their own or by a join. */
function lookedUpBy(project: Project, column: Column): ReadonlySet<Table> {
  let known = lookups.get(project);
  if (!known) {
    lookups.set(project, (known = new Map()));
    const note = (from: Column, to: Column): void => {
      if (from.table !== to.table && to.table.primaryKey?.columns.length === 1 && to.table.primaryKey.columns[0] === to)
        known!.set(from, (known!.get(from) ?? new Set()).add(to.table));
    };
    for (const query of project.usage.queries) if (isApplication(query)) for (const { column: asked, op, value } of query.conditions) {
      if (value.k === 'parameter' && value.from && (op === '=' || op === 'in')) note(value.from, asked);
      if (value.k === 'column' && op === '=') { note(value.column, asked); note(asked, value.column); }
    }
  }
  return known.get(column) ?? NONE;
}
const lookups = new WeakMap<Project, Map<Column, Set<Table>>>();
const NONE: ReadonlySet<Table> = new Set();

/** A comment says that there shall be none, or that the value is kept as it was; what is said of the table is said of each of its columns. */
function isLooseOnPurpose({ comment, table }: Column): boolean {
  if (/\b(?:no|without(?: any)?) (?:foreign[ -]?keys?|fkeys?|fks?)\b/i.test(table.comment ?? '')) return true;
  if (comment === null) return false;
  const isOfKeys = /\b(foreign[ -]?keys?|fkeys?|fks?|constraints?|references?)\b/i.test(comment);
  return /\bdenormali[sz]ed\b/i.test(comment) || (isOfKeys && /\b(no|not|without|soft|loose|weak|intentional\w*|deliberate\w*|on purpose)\b/i.test(comment));
}

/** Code joins on the column, looks the other table up by it, or writes the other table's key into it. */
function usesAsKey(project: Project, column: Column, target: Table): { isJoined: boolean; related: readonly Related[] } | null {
  const [key] = target.primaryKey!.columns;
  const joins = project
    .queriesOf(column.table)
    .filter(
      (query) =>
        isApplication(query) &&
        query.conditions.some(
          (condition) =>
            condition.op === '=' &&
            condition.value.k === 'column' &&
            ((condition.column === column && condition.value.column === key) || (condition.column === key && condition.value.column === column)),
        ),
    );
  const lookups = project
    .queriesOf(target)
    .filter(
      (query) =>
        isApplication(query) &&
        query.conditions.some(
          (condition) =>
            condition.column === key && (condition.op === '=' || condition.op === 'in') && condition.value.k === 'parameter' && condition.value.from === column,
        ),
    );
  const found = [
    ...joins.map((query) => ({ message: 'joined here', query })),
    ...lookups.map((query) => ({ message: `looks up ${target.name} by it here`, query })),
  ];
  if (found.length > 0)
    return { isJoined: true, related: found.map(({ message, query }) => ({ message, place: shownAt(project, query), table: column.table, column })) };
  if (isRecordTable(project.schema, column.table)) return null;
  const isKey = (from: Column) =>
    from === key || from.table.foreignKeys.some((one) => one.columns.length === 1 && one.columns[0] === from && one.targetColumns[0] === key);
  const related = (places: readonly Place[], message: string): Related[] => places.map((place) => ({ message, place, table: column.table, column }));
  const asked = related(askedBy(project, column, ({ from }) => from !== undefined && isKey(from)), `is asked for by the key of ${target.name} here`);
  if (asked.length > 0) return { isJoined: false, related: asked };
  const writes = project.usesOf(column).filter((use) => isApplication(use) && use.kind === 'write');
  const filled = related(writes.filter((use) => use.value?.column && isKey(use.value.column)).map((use) => use.place), `gets the key of ${target.name} here`);
  const shared = project.copiesOf(column).flatMap((copy) => {
    const other = copy.from === column ? copy.to : copy.from;
    return isApplication(copy) && copy.via === 'same-value' && isKey(other) ? related([copy.place], `gets the same value as ${nameOf(other)} here`) : [];
  });
  const keys = valuesAskedOf(project, key);
  const named = related([
    ...askedBy(project, column, ({ same }) => same !== undefined && keys.has(same)),
    ...writes.filter((use) => use.value?.same && keys.has(use.value.same)).map((use) => use.place),
  ], `has the value here by which ${target.name} is looked up`);
  const given = [...filled, ...shared, ...named];
  const evidence = given.length > 0 ? given : asElsewhere(project, column, target);
  return evidence.length > 0 ? { isJoined: false, related: evidence } : null;
}

/** What the schema says of that name elsewhere holds here too, where rows are found by it. */
function asElsewhere(project: Project, column: Column, target: Table): readonly Related[] {
  const asked = askedBy(project, column, () => true).map((place): Related => ({ message: 'rows are found by it here', place, table: column.table, column }));
  const peers = asked.length > 0 ? keysOfThatName(project, column, target) : [];
  return peers.length > 0
    ? [
        ...peers
          .slice(0, MOST_PEERS)
          .map((key): Related => ({ message: `is a foreign key to ${target.name} here`, place: key.place, table: key.table, column: key.columns[0] })),
        ...asked,
      ]
    : [];
}

/**
 * Foreign keys to the target that are called like the column, if there are several, none of that name points elsewhere and few point nowhere, like this one.
 */
function keysOfThatName({ schema }: Project, column: Column, target: Table): readonly ForeignKey[] {
  const named = schema.tables.flatMap((table) =>
    table.columns.filter((other) => other !== column && other.name === column.name && table.database === column.table.database),
  );
  const keys = named.flatMap((other) =>
    other.table.foreignKeys.filter((key) => key.isEnforced && key.columns.length === 1 && key.columns[0] === other && key.target === target),
  );
  const isElsewhere = named.some((other) => isForeignKeyColumn(other) && !keys.some((key) => key.columns[0] === other));
  return keys.length >= FEWEST_PEERS && !isElsewhere && (named.length - keys.length) * 4 <= keys.length ? keys : [];
}
const [FEWEST_PEERS, MOST_PEERS] = [3, 3];

type Parameter = Condition['value'] & { readonly k: 'parameter' };

/** Where rows are found by the column with a value that is such. */
function askedBy(project: Project, column: Column, isSuch: (value: Parameter) => boolean): readonly Place[] {
  const isAsked = (condition: Condition) =>
    condition.column === column && (condition.op === '=' || condition.op === 'in') && condition.value.k === 'parameter' && isSuch(condition.value);
  return project.queriesOf(column.table).filter((query) => isApplication(query) && query.conditions.some(isAsked)).map((query) => shownAt(project, query));
}

/** What tells the unknown values by which rows are looked up by their key. */
function valuesAskedOf(project: Project, key: Column): ReadonlySet<string> {
  const conditions = project.queriesOf(key.table).filter(isApplication).flatMap((query) => query.conditions);
  return new Set(
    conditions.flatMap(({ column, op, value }) => (column === key && op === '=' && value.k === 'parameter' && value.same !== undefined ? [value.same] : [])),
  );
}
