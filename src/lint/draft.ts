import type { Column, Table } from '../model/schema.js';
import type { Finding, Locate, RelatedLocation } from './finding.js';
import { lowered } from './order.js';
import type { Project } from '../model/project.js';
import type { Confidence, Draft, Level, Related, Remedy, Rule } from './rule.js';

/** The table's name as reports give it: with its schema where that is not the default one. */
export function tableName(table: Table): string {
  return table.schema ? `${table.schema}.${table.name}` : table.name;
}

/** `hash` turns a text into hexadecimal digits, at least 16. */
export type Hash = (text: string) => string;

/**
 * What a finding keeps through reformatting, line moves and file moves: the rule, the table, the sorted columns and
 * what else tells it apart. The database is part of it only where a repository has several with that table.
 */
export function fingerprintOf(rule: string, draft: Pick<Draft, 'table' | 'columns' | 'discriminator'>, hash: Hash, database: string | null = null): string {
  const columns = draft.columns.map((column) => column.name).sort();
  return hash(JSON.stringify([rule, database, tableName(draft.table), columns, draft.discriminator ?? null])).slice(0, 16);
}

export interface DraftContext { readonly project: Project; readonly locate: Locate; readonly hash: Hash; readonly isAmbiguous: (table: Table) => boolean }

/** A rule's draft as a finding, with its confidence lowered where a gap touches the subject of an absence. */
export function toFinding(rule: Rule<any>, draft: Draft, level: Level, { project, locate, hash, isAmbiguous }: DraftContext): Finding {
  const related = (one: Related): RelatedLocation => ({
    message: one.message,
    table: one.table ? tableName(one.table) : one.column ? tableName(one.column.table) : null,
    column: one.column?.name ?? null,
    location: locate(one.place),
  });
  return {
    rule: rule.id, level, confidence: confidenceOf(rule, draft, project),
    table: tableName(draft.table), model: draft.table.model, columns: draft.columns.map((column) => column.name),
    message: draft.message, help: draft.help,
    fingerprint: fingerprintOf(rule.id, draft, hash, isAmbiguous(draft.table) ? draft.table.database : null),
    location: locate(placeOf(draft)),
    related: oneForEachLine((draft.related ?? []).map(related)), flow: oneForEachLine((draft.flow ?? []).map(related)), remedies: remediesOf(draft),
    suppressed: null,
  };
}

/** The SQL of remedies is PostgreSQL's: where the table is in another engine, what every engine takes is left, and what the model is to say. */
function remediesOf({ table, remedies = [] }: Draft): readonly Remedy[] {
  if (table.engine === undefined) return remedies;
  return remedies.flatMap(({ title, sql, code }) => {
    const left = { ...(sql !== undefined && EVERYWHERE.test(sql) ? { sql } : {}), ...(code === undefined ? {} : { code }) };
    return Object.keys(left).length > 0 ? [{ title, ...left }] : [];
  });
}
const EVERYWHERE = /^(ALTER TABLE \w+ DROP COLUMN \w+|DROP TABLE \w+);$/;

/** Two records of one line (a query, what begins it, the rows that are read of it) are one piece of evidence. */
function oneForEachLine(all: readonly RelatedLocation[]): readonly RelatedLocation[] {
  const seen = new Set<string>();
  return all.filter(({ message, location, table, column }) => {
    const key = [message, location.path, location.startLine, table, column].join('\0');
    return !seen.has(key) && seen.add(key);
  });
}

/** Where a draft stands. Of several columns one that the table's own model declares tells more than one of a base. */
export function placeOf(draft: Draft) {
  return draft.place ?? (draft.columns.find((column) => column.inheritedFrom === null) ?? draft.columns[0])?.place ?? draft.table.place;
}

/** One step lower, however many gaps there are, for a rule that claims an absence; gaps the rule weighed itself do not count. */
export function confidenceOf(rule: Pick<Rule, 'evidence'>, draft: Draft, project: Project): Confidence {
  if (rule.evidence === 'presence') return draft.confidence;
  const subjects: readonly (Table | Column)[] = [draft.table, ...draft.columns];
  const isTouched = subjects.some((subject) => project.gapsOf(subject).some((gap) => !draft.weighed?.includes(gap.kind)));
  return isTouched ? lowered(draft.confidence) : draft.confidence;
}
