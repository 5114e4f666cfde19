import {
  ALL_KINDS, columnsReadByClients, counted, fieldsNamedByClients, hidingGaps, isApplication, isBoolean, isInsertedOpen, isSurelyEmpty, columnUses,
  dropWithSiblings, isFilledTime, isFollowed, isForeignKeyColumn, isFreeText, isJudgeable, isPrimaryKeyColumn, isReadByAnyName, isRecordTable, isSeen,
  isUsedByDatabase, listed, nameOf, possibleUses, saysReadOutside, siblingsOf, rolesInWords, type Column, type ColumnUses, type Confidence, type Gap,
  type GapKind, type PossibleUse, type Project, type Related, type Rule,
} from '../src/lint/rule.js';

/** So many other fields must the clients read before it means something that they leave one out. */
const FIELDS_READ_BY_CLIENTS = 2;

export const unusedColumn: Rule = {
  id: 'unused-column',
  summary: 'A column that no code reads, writes or filters by',
  level: 'warning',
  precision: 'high',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isJudgeable(project, table) || !isSeen(project, table)) continue;
      for (const column of table.columns) {
        if (isNeededAnyway(project, column) || possibleUses(project, column).length > 0) continue;
        const uses = columnUses(project, column);
        const verdict = judge(project, column, uses);
        if (!verdict) continue;
        const siblings = siblingsOf(project, column);
        const others = new Set(siblings.map((one) => one.table).filter((one) => one !== table)).size;
        const elsewhere = others > 0 ? `; ${column.inheritedFrom} declares it for ${counted(others, 'other table')} too, where nothing uses it either` : '';
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} ${verdict.message}${elsewhere}`,
          help: `Drop ${nameOf(column)} if nothing outside this repository needs it, together with its field in ${siblings.length > 0 ? column.inheritedFrom : (table.model ?? table.name)} and in response schemas`,
          confidence: verdict.confidence,
          weighed: ALL_KINDS,
          related: [...uses.named, ...uses.catchAll, ...uses.genericWrites]
            .map((use): Related => ({
              message: use.kind === 'write' ? 'any field of the request is written here' : 'handed out here',
              place: use.place,
              table,
              column,
            }))
            .concat(uses.elsewhere.map((use) => ({ message: `only in ${rolesInWords([use.context.role]).join('')}`, place: use.place, table, column })))
            .concat(
              namedOutside(project, column, uses).map((use) => ({ message: `named in ${rolesInWords([use.role]).join('')}`, place: use.place, table, column })),
            ),
          remedies: [{ title: `Drop ${nameOf(column)}, once no other program reads it`, sql: dropWithSiblings(project, column) }],
        });
      }
    }
  },
};

/** The database, the ORM or a relationship has a use for it that no line of code shows. */
function isNeededAnyway(project: Project, column: Column): boolean {
  return isPrimaryKeyColumn(column) || column.role !== null || isFilledTime(column) || column.onUpdate !== null || column.isGenerated || column.isIdentity
    || isUsedByDatabase(project.schema, column) || isFollowed(project, column) || saysReadOutside(column.comment) || isSharedAndUsed(project, column);
}

/** A column of a mixin or of an embedded object cannot be dropped from one place alone: it is reported once, and only when none of its places uses it. */
function isSharedAndUsed(project: Project, column: Column): boolean {
  const siblings = siblingsOf(project, column);
  if (siblings.some((one) => project.usesOf(one).some(isApplication))) return true;
  return siblings.some(
    (one) =>
      isSeen(project, one.table) &&
      (one.table === column.table ? isAhead(one.table.columns, one, column) : isAhead(project.schema.tables, one.table, column.table)),
  );
}

const isAhead = <T>(list: readonly T[], one: T, other: T): boolean => list.indexOf(one) < list.indexOf(other);

function judge(project: Project, column: Column, uses: ColumnUses): { message: string; confidence: Confidence } | null {
  if (uses.reads.length > 0 || uses.writes.length > 0) return null;
  const exposed = uses.named.length + uses.catchAll.length;
  const clients = columnsReadByClients(project, column.table);
  const { table } = column;
  const isHidden = doubts(project, column).length > 0;
  // Without a value for it no row is made: whoever makes them out of sight knows it.
  const isDemanded =
    !column.nullable && column.databaseDefault === null && !column.hasClientDefault && (isInsertedOpen(project, table) || uses.genericWrites.length > 0);
  const isDoubtful = isHidden || isDemanded;
  if (exposed > 0 && clients.size >= FIELDS_READ_BY_CLIENTS && !isReadByAnyName(project, column)) {
    return {
      message: `is only handed out by ${listed(serializers(project, column))}: no code reads, writes or filters by it, and the clients in this repository read ${clients.size} other fields of ${table.name} and never this one${unfed(uses)}`,
      confidence: isDoubtful ? 'low' : 'medium',
    };
  }
  if (uses.named.length > 0) return null;
  const known = exposed > 0 && !isReadByAnyName(project, column) ? fieldsNamedByClients(project, column) : 0;
  if (known > 0) {
    return {
      message: `is only handed out together with all columns: no code reads, writes or filters by it, and the clients in this repository have the names of ${known} other fields of ${table.name} and never this one${unfed(uses)}`,
      confidence: isDoubtful ? 'low' : 'medium',
    };
  }
  if (exposed > 0 || uses.genericWrites.length > 0) {
    return {
      message: `is used by no code that names it: it is only ${listed([...(exposed > 0 ? ['handed out together with all columns'] : []), ...(uses.genericWrites.length > 0 ? ['written where all fields of a request are'] : [])])}, and who is at the other end cannot be seen here`,
      confidence: 'low',
    };
  }
  const elsewhere = rolesInWords(uses.elsewhere.map((use) => use.context.role));
  const named = rolesInWords(namedOutside(project, column, uses).map((use) => use.role));
  const isOpen = isInsertedOpen(project, table);
  const isLookedFor = hidingGaps(project, column).some((gap) => gap.does === 'read');
  const message = `is never read, written or filtered by in this repository${elsewhere.length > 0 ? `, other than in ${listed(elsewhere)}` : named.length > 0 ? `, and is named in ${listed(named)} alone` : ''}`;
  if (project.gapsOf(column).some((gap) => gap.kind === 'catch-all-serialiser')) {
    return {
      message: `${message}; people see it on a page that shows all fields of ${table.name}`,
      confidence: isMeantForCode(project, column) && !isHidden ? 'medium' : 'low',
    };
  }
  if (isDemanded)
    return {
      message: `is named by no code and read by none: only rows that are inserted as a whole${elsewhere.length > 0 ? `, and ${listed(elsewhere)},` : ''} give it a value`,
      confidence: 'low',
    };
  const lookedFor =
    isLookedFor && !isHidden ? `; code takes columns of ${table.name} by computed names, but nothing here can have put a value into this one` : '';
  return { message: `${message}${lookedFor}`, confidence: isHidden || isRecorded(project, column) ? 'low' : isOpen || isLookedFor ? 'medium' : 'high' };
}

/** The database fills it in a record that no code reads at all: whoever looks at the record by hand sees it with the rest. */
function isRecorded(project: Project, column: Column): boolean {
  return (
    column.databaseDefault !== null &&
    isRecordTable(project.schema, column.table) &&
    !column.table.columns.some((one) => columnUses(project, one).reads.length > 0)
  );
}

/** Where no use of it is known outside the application either: the first place in tests or seed scripts that has its name. */
function namedOutside(project: Project, column: Column, { elsewhere }: ColumnUses): readonly PossibleUse[] {
  const named = elsewhere.length > 0 ? [] : project.possibleUsesOf(column).filter(({ role }) => role === 'test' || role === 'seed');
  return named.filter((use, at) => named.findIndex(({ role }) => role === use.role) === at);
}

/** What may be a use that is out of sight: who looks for what nothing was put into finds nothing. */
function doubts(project: Project, column: Column): readonly Gap[] {
  const weighed = weighedFor(column);
  const isEmpty = isSurelyEmpty(project, column);
  return hidingGaps(project, column).filter((gap) => !weighed.includes(gap.kind) && !(gap.does === 'read' && isEmpty));
}

/** Code of a library knows the columns that the library declares, not those that are added to them here. */
function weighedFor(column: Column): readonly GapKind[] {
  return ['catch-all-serialiser', ...(column.inheritedFrom === null ? ['unsupported' as const] : [])];
}

/** So many fields of a table must code read, and so large a share of them, before the one that it does not stands out. */
const FIELDS_READ_BY_CODE = 5;
const SHARE_READ_BY_CODE = 0.75;

/**
 * A page shows the row as a whole: a remark or a name is for whoever looks at it. A switch that no code asks for does nothing, nor
 * does a setting among others that code reads.
 */
function isMeantForCode(project: Project, column: Column): boolean {
  if (isBoolean(column)) return true;
  if (isFreeText(column) || /(^|_)(name|title|label|heading)$/.test(column.name)) return false;
  const others = column.table.columns.filter((one) => one !== column && !isNeededAnyway(project, one) && !isForeignKeyColumn(one));
  const read = others.filter((one) => columnUses(project, one).reads.length > 0 || possibleUses(project, one).length > 0).length;
  return read >= FIELDS_READ_BY_CODE && read >= others.length * SHARE_READ_BY_CODE;
}

function unfed(uses: ColumnUses): string {
  return uses.genericWrites.length > 0 ? '; the update that takes any field of a request gets it from no caller here' : '';
}

function serializers(project: Project, column: Column): readonly string[] {
  const names = project.exposuresOf(column.table).filter((exposure) => exposure.all || exposure.columns.includes(column)).map((exposure) => exposure.name);
  return names.length > 0 ? [...new Set(names)] : ['a serializer'];
}
