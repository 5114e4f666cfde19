/** Unique keys that the code relies on and the schema does not have. */
import pluralize from 'pluralize';
import { askedBeforehand, keyOf, keyedBy, variedConstants } from './asked-keys.js';
import { hasFewValues } from './column-kinds.js';
import { isApplication } from './column-uses.js';
import { normalPredicate } from './indexes.js';
import { hasLooseUnique, impliesUnique, isSoftDeletePredicate } from './key-coverage.js';
import { isDead } from './liveness.js';
import { wordsOf } from './names.js';
import type { Project } from './project.js';
import type { Column, Relationship, Table } from './schema.js';
import { hidesItsKeys, isAssociation, isForeignKeyColumn, isOwnTable } from './tables.js';
import { confidenceOf, type Group } from './unique-confidence.js';
import { evidenceOf, isReference, isTenantKey, keyedEvidence, type UniqueEvidence } from './unique-evidence.js';
import type { WrittenValue } from './usage.js';

export interface UniqueProposal {
  readonly table: Table;
  /** Keys to parents first. */
  readonly columns: readonly Column[];
  /** Conditions on constants that all its queries share, as SQL: the predicate of a partial unique index. */
  readonly predicates: readonly string[];
  /** Columns in which the code writes an empty text where there is no value: rows with one are not meant to be unique. */
  readonly emptied: readonly Column[];
  readonly evidence: readonly UniqueEvidence[];
  /** Relationships of the parent that lead to one row at most. */
  readonly declared: readonly Relationship[];
  /** Relationships of two parents over this table, which hold each of the other side once. */
  readonly tied: readonly Relationship[];
  readonly confidence: 'high' | 'medium' | 'low';
}

const known = new WeakMap<Project, ReadonlyMap<Table, readonly UniqueProposal[]>>();

/** The unique keys the table lacks, one for each set of columns. */
export function uniqueAdvice(project: Project, table: Table): readonly UniqueProposal[] {
  let all = known.get(project);
  if (!all) known.set(project, (all = new Map(project.schema.tables.map((one) => [one, advise(project, one)]))));
  return all.get(table) ?? [];
}

function advise(project: Project, table: Table): readonly UniqueProposal[] {
  if (!isOwnTable(table) || hidesItsKeys(table) || isDead(project, table)) return [];
  const queries = project.queriesOf(table).filter((query) => isApplication(query) && query.root.table === table);
  const groups = new Map<string, Group>();
  const groupOf = (columns: Column[], predicates: string[], constants: readonly Column[] = []): Group => {
    const name = `${columns.map((column) => column.name).join()}|${[...predicates].sort().join()}`;
    const group: Group = groups.get(name) ?? { columns, predicates, constants, evidence: [], declared: [], tied: [] };
    groups.set(name, group);
    return group;
  };
  const varied = variedConstants(queries);
  for (const { query, asked, key, guard } of queries.flatMap((query) => [
    ...[query, ...askedBeforehand(query)].map((asked) => ({ query, asked, key: keyOf(asked, varied), guard: null })),
    ...keyedBy(query, varied).map((kept) => ({ ...kept, asked: query })),
  ])) {
    const evidence = key && (guard ? keyedEvidence(project, query, guard) : evidenceOf(project, key.columns, asked));
    // The key of another row tells none of these apart: of those that hold no more there may be several.
    if (key?.isWithin && isReference(project, key.columns[0]!)) continue;
    if (
      !key ||
      !evidence ||
      key.equal.some(isGeneratedKey) ||
      impliesUnique(table, key.equal, key.predicates) ||
      hasLooseUnique(table, key.columns) ||
      isGivenUp(project, table, key.columns, key.predicates)
    )
      continue;
    groupOf(parentsFirst(project, key.columns), key.predicates, key.constants).evidence.push({ ...evidence, query });
  }
  for (const relationship of singleRows(table)) {
    const columns = parentsFirst(project, relationship.foreignKey!.columns);
    // Where code asks for the row that is not deleted, there may be others that are.
    const kept = [...groups.values()].find(
      (group) =>
        group.columns.length === columns.length &&
        group.columns.every((column, index) => column === columns[index]) &&
        group.predicates.length > 0 &&
        group.predicates.every((predicate) => isSoftDeletePredicate(table, normalPredicate(predicate))),
    );
    (kept ?? groupOf(columns, [])).declared.push(relationship);
  }
  const pair = tiedPair(table);
  if (pair && !impliesUnique(table, pair) && !hasLooseUnique(table, pair) && !isGivenUp(project, table, pair))
    for (const relationship of collectionsOver(project, table)) groupOf(parentsFirst(project, pair), []).tied.push(relationship);
  const proposals = gathered(project, [...groups.values()]).flatMap((group): UniqueProposal[] => {
    const confidence = confidenceOf(project, table, group, queries);
    const { columns, predicates, evidence, declared, tied } = group;
    return confidence
      ? [{ table, columns, predicates, evidence, declared, tied, emptied: group.columns.filter((column) => isEmptied(project, column)), confidence }]
      : [];
  });
  return withoutImplied(proposals);
}

/** `'issue'` here and `'comment'` there, or any kind elsewhere: the kind is part of the key, no condition of it. */
function gathered(project: Project, groups: readonly Group[]): readonly Group[] {
  const nameOf = (columns: readonly Column[], predicates: readonly string[]) => [...columns.map((column) => column.name), ...predicates].sort().join();
  const wholes = new Map(groups.filter((group) => group.constants.length === 0).map((group) => [nameOf(group.columns, group.predicates), group]));
  const parts = groups.filter((group) => group.constants.length > 0);
  const left = parts.filter((group) => {
    const columns = [...group.columns, ...group.constants];
    const others = group.predicates.filter((predicate) => / IS NULL$/.test(predicate));
    const name = nameOf(columns, others);
    const hasSiblings = parts.some(
      (other) =>
        other !== group &&
        nameOf(
          [...other.columns, ...other.constants],
          other.predicates.filter((predicate) => / IS NULL$/.test(predicate)),
        ) === name,
    );
    if (!wholes.has(name) && !hasSiblings) return true;
    const whole: Group = wholes.get(name) ?? {
      columns: parentsFirst(project, columns),
      predicates: others,
      constants: [],
      evidence: [],
      declared: [],
      tied: [],
    };
    whole.evidence.push(...group.evidence);
    wholes.set(name, whole);
    return false;
  });
  return [...wholes.values(), ...left];
}

/** What the database or the ORM makes up for the primary key is another one in each row, also where a parent's key stands beside it. */
function isGeneratedKey(column: Column): boolean {
  return (
    column.table.primaryKey?.columns.includes(column) === true &&
    !isForeignKeyColumn(column) &&
    (column.isIdentity || column.hasClientDefault || column.databaseDefault !== null)
  );
}

/**
 * A migration dropped the unique key over these columns, or over one that a column has since taken the place of: two such rows are meant to be, one of them
 * deleted, as it may be, where the code asks for those that are not.
 */
function isGivenUp({ schema }: Project, table: Table, columns: readonly Column[], predicates: readonly string[] = []): boolean {
  if (predicates.some((predicate) => isSoftDeletePredicate(table, normalPredicate(predicate)))) return false;
  const names = new Set(columns.map((column) => column.name));
  return schema.droppedKeys.some(
    (key) =>
      key.table === table.name &&
      (key.database === table.database || table.database === '') &&
      key.columns.length === names.size &&
      key.columns.some((name) => names.has(name)) &&
      key.columns.every((name) => names.has(name) || !table.columns.some((column) => column.name === name)),
  );
}

/** Relationships that take the table's row for the only one of its parent, over a key that does not keep it so. */
function singleRows(table: Table): readonly Relationship[] {
  const parents = new Set(table.foreignKeys.map((key) => key.target));
  return [...parents].flatMap((parent) =>
    parent.relationships.filter(
      ({ foreignKey: key, ...one }) =>
        key &&
        key.table === table &&
        key.target === parent &&
        parent !== table &&
        !one.many &&
        one.through === null &&
        !one.viewOnly &&
        !one.isPicked &&
        !soundsLikeMany(one.name, table) &&
        key.columns.every((column) => column.submodel === null) &&
        !impliesUnique(table, key.columns) &&
        !hasLooseUnique(table, key.columns),
    ),
  );
}

/** The two keys of a table that does nothing but tie rows together; null for any other, and for one without a key of its own, which lacks that first. */
function tiedPair(table: Table): Column[] | null {
  if (!isAssociation(table) || table.foreignKeys.length !== 2 || !table.primaryKey || table.primaryKey.columns.some(isForeignKeyColumn)) return null;
  const columns = table.foreignKeys.flatMap((key) => key.columns);
  return columns.length === 2 && columns.every((column) => !column.nullable) ? columns : null;
}

/** Relationships that a parent declares over the table: each row of the other side is in such a collection or is not. */
function collectionsOver({ schema }: Project, table: Table): readonly Relationship[] {
  return schema.tables.flatMap((parent) => parent.relationships.filter((one) => one.through === table && one.many && !one.viewOnly && !one.isImplicit));
}

/** `items` for a model `Item`: its type was meant to be a list. */
function soundsLikeMany(name: string, table: Table): boolean {
  const last = (words: readonly string[]) => words.filter((word) => !['model', 'entity', 'row', 'table'].includes(word)).at(-1) ?? '';
  return pluralize.isPlural(last(wordsOf(name))) && !pluralize.isPlural(last(wordsOf(table.model ?? table.name)));
}

/** An empty text stands for none: it is the default, or code writes it. */
function isEmptied(project: Project, column: Column): boolean {
  const isEmpty = (value: WrittenValue | undefined) => value?.k === 'constant' && value.constant === '';
  return (
    column.databaseDefault === "''" ||
    project.usesOf(column).some((use) => isEmpty(use.value)) ||
    project.insertsInto(column.table).some((insert) => isEmpty(insert.values.get(column)))
  );
}

function parentsFirst(project: Project, columns: readonly Column[]): Column[] {
  const rank = (column: Column) => (isTenantKey(project, column) ? 0 : isReference(project, column) ? 1 : hasFewValues(column) ? 3 : 2);
  return [...columns].sort((a, b) => rank(a) - rank(b) || a.table.columns.indexOf(a) - b.table.columns.indexOf(b));
}

/** A key within another one makes that one superfluous; where it is the weaker one, it is the doubtful one. */
function withoutImplied(proposals: readonly UniqueProposal[]): readonly UniqueProposal[] {
  const isWithin = (a: UniqueProposal, b: UniqueProposal) =>
    a !== b &&
    a.columns.every((column) => b.columns.includes(column)) &&
    a.predicates.every((predicate) => b.predicates.includes(predicate)) &&
    (a.columns.length < b.columns.length || a.predicates.length < b.predicates.length);
  // What fails with two rows of these columns, whatever the others hold, has said that it means them alone.
  const strengthOf = ({ confidence, evidence }: UniqueProposal) =>
    confidence === 'low' ? 0 : confidence === 'high' || evidence.some((one) => one.reliance === 'single' || one.guard?.k === 'upsert') ? 2 : 1;
  return proposals.flatMap((proposal): UniqueProposal[] => {
    if (proposals.some((other) => isWithin(other, proposal) && strengthOf(other) >= strengthOf(proposal))) return [];
    const isDoubtful = proposals.some((other) => isWithin(proposal, other) && strengthOf(other) > strengthOf(proposal));
    return [isDoubtful ? { ...proposal, confidence: 'low' } : proposal];
  });
}
