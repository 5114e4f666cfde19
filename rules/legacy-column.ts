import {
  columnUses, counted, currentBeside, dropColumns, dropTable, isApplication, isDead, isOwnTable, isPrimaryKeyColumn, isRecordTable, isSamePlace, legacyText,
  nameOf, possibleUses, replacementIn, successorOf, type Column, type Confidence, type Project, type Related, type Rule, type Table, type Use,
} from '../src/lint/rule.js';

export const legacyColumn: Rule = {
  id: 'legacy-column',
  summary: 'A column or table that says itself that it is on its way out',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  // It counts the uses that remain, and what is on its way out needs nothing more.
  covers: ['unused-column', 'write-only-column', 'unpopulated-column', 'missing-relationship'],
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      const text = legacyText(table.comment, table.name);
      if (text?.isPlain) {
        const uses = project.tableUsesOf(table).filter(isApplication);
        report({
          table,
          columns: [],
          message: `${table.name} says of itself that it is on its way out ("${shortened(text.quote)}") and ${uses.length > 0 ? `${counted(uses.length, 'use')} remain${uses.length === 1 ? 's' : ''}` : 'no use remains in this repository'}`,
          help: `Move the remaining uses of ${table.name} to what replaces it, then drop the table`,
          confidence: 'high',
          related: uses.map((use): Related => ({ message: `${use.kind} remains here`, place: use.place, table })),
          remedies: [{ title: `Drop ${table.name}, once nothing uses it`, sql: dropTable(table) }],
        });
      }
      for (const column of table.columns) {
        const claim = claimOf(project, column);
        if (!claim) continue;
        const { reads, writes, related } = remainingUses(project, column);
        const named = reads + writes === 0 ? possibleUses(project, column) : [];
        const left =
          named.length > 0
            ? `${counted(named.length, 'place')} may still use it by its name`
            : reads + writes === 0
              ? 'no use remains in this repository'
              : `${counted(reads, 'read')} and ${counted(writes, 'write')} remain`;
        const to = claim.replacement ? `${claim.replacement.table === table ? claim.replacement.name : nameOf(claim.replacement)}` : null;
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} ${claim.words}${to ? `, ${to} replaces it` : ''}, and ${left}`,
          help:
            reads + writes + named.length === 0
              ? `Drop ${nameOf(column)}`
              : `Move every read and write of ${nameOf(column)} to ${to ?? 'what replaces it'}, copy the values that are only in the old column, then drop it`,
          confidence: claim.confidence,
          related: [
            ...(claim.replacement
              ? [{ message: 'the replacement', place: claim.replacement.place, table: claim.replacement.table, column: claim.replacement }]
              : []),
            ...related,
            ...named.slice(0, NAMED_SHOWN).map((use): Related => ({ message: 'may be a use', place: use.place, table, column })),
          ],
          remedies: [{ title: `Drop ${nameOf(column)}, once nothing uses it and its values are moved`, sql: dropColumns(table, [column]) }],
        });
      }
    }
  },
};

/** Places that name the column, of those that may be uses. */
const NAMED_SHOWN = 3;

interface Claim { readonly words: string; readonly replacement: Column | null; readonly confidence: Confidence }

/** What the column says of itself, by its comment or else by its name. */
function claimOf(project: Project, column: Column): Claim | null {
  const { table } = column;
  if (column.inheritedFrom !== null && firstWith(project, column) !== table) return null;
  const text = legacyText(column.comment, column.name);
  const named = replacementIn(project.schema, table, column, column.comment);
  if (text && (text.isPlain || named)) {
    return {
      words: `says of itself that it is on its way out ("${shortened(text.quote)}")`,
      replacement: named ?? successorOf(column),
      confidence: text.isPlain ? 'high' : 'medium',
    };
  }
  if (text || isRecordTable(project.schema, table)) return null;
  const current = currentBeside(column.name, table.columns.map((one) => one.name), table.name);
  const replacement = table.columns.find((one) => one.name === current);
  // `legacy_id` beside `id` is the row's key in another system.
  return replacement && !isPrimaryKeyColumn(replacement) && !keepsPrevious(project, column, replacement)
    ? { words: `is by its name an earlier form of ${replacement.name}`, replacement, confidence: 'medium' }
    : null;
}

/** Code keeps in it what the other one was before it changed (`old_price = price`): both are in use. */
function keepsPrevious(project: Project, column: Column, current: Column): boolean {
  return project.usesOf(column).some((use) => isApplication(use) && use.kind === 'write' && use.value?.column === current);
}

/** A mixin's column is reported at the first of its tables. */
function firstWith(project: Project, column: Column): Table | undefined {
  return project.schema.tables.find((table) => table.columns.some((one) => one.inheritedFrom === column.inheritedFrom && one.name === column.name));
}

function remainingUses(project: Project, column: Column): { reads: number; writes: number; related: readonly Related[] } {
  const uses = columnUses(project, column);
  // Code that looks at fields by names that are not known may never look at this one.
  const computed = project.exposuresOf(column.table).filter((exposure) => exposure.isComputed);
  const handedOut = uses.catchAll.filter((use) => !computed.some(({ place }) => isSamePlace(place, use.place)));
  const reads = [...uses.reads, ...uses.named, ...handedOut];
  const writes = [...uses.writes, ...uses.genericWrites];
  const related = [...reads, ...writes].map((use): Related => ({ message: wordsFor(use), place: use.place, table: use.table, column }));
  return { reads: reads.length, writes: writes.length, related };
}

function wordsFor(use: Use): string {
  if (use.kind === 'write') return use.via === 'generic-update' ? 'written here, with any field of a request' : 'written here';
  if (use.kind === 'expose') return use.via === 'catch-all' ? 'handed out here, with all columns' : 'handed out here';
  return use.kind === 'read' ? 'read here' : 'filtered or sorted by here';
}

function shortened(quote: string): string {
  const plain = quote.replace(/[{}]/g, '').replace(/[.,;:]$/, '').replaceAll('!', '');
  return plain.length > 80 ? `${plain.slice(0, 77)}...` : plain;
}
