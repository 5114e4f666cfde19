/** One column of a table: the builder and the calls that are chained to it. https://orm.drizzle.team/docs/indexes-constraints */
import type { Note } from '../../facts/code.js';
import type { ReferentialAction } from '../../facts/ddl.js';
import { argument, entry, flag, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import { sqlConstant, type ColumnDraft, type ForeignKeyDraft, type KeyDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { camelCase, snakeCase } from '../shared/script-names.js';
import { commentOf } from '../shared/targets.js';
import type { Casing } from './casing.js';
import { chainOf } from './names.js';
import { asDeclaredColumn, asSql, textOf } from './sql-text.js';
import { builtType } from './types.js';

export interface ColumnParts { readonly column: ColumnDraft; readonly keys: readonly KeyDraft[]; readonly foreignKeys: readonly ForeignKeyDraft[] }

/** Names a column that is declared without a name by its key, in the casing the database is opened with. */
export type NameColumn = (attribute: string) => string;

/** Reads the column that stands under `attribute`; null when the value builds none. */
export function columnParts(flow: Flow, attribute: string, value: Value, place: Place, note: Note | undefined, nameColumn: NameColumn): ColumnParts | null {
  const term = membersOf(value).find((member): member is Term => member.k === 'term');
  if (!term) return null;
  const { root, steps } = chainOf(term);
  const built = builtType(flow, root);
  if (!built) return null;
  const name = built.name ?? nameColumn(attribute);
  const keys: KeyDraft[] = [];
  const foreignKeys: ForeignKeyDraft[] = [];
  const draft: { -readonly [K in keyof ColumnDraft]: ColumnDraft[K] } = {
    name,
    attribute,
    type: built.type,
    nullable: !built.isSerial,
    databaseDefault: built.isSerial ? 'nextval()' : null,
    hasClientDefault: false,
    isIdentity: built.isSerial,
    choices: built.choices,
    comment: commentOf(note),
    place,
  };
  for (const step of steps) {
    switch (step.name) {
      case 'notNull': draft.nullable = false; break;
      case 'primaryKey': {
        draft.nullable = false;
        keys.push({ k: 'primary', name: null, columns: [attribute], place });
        // An INTEGER PRIMARY KEY of SQLite numbers itself. https://www.sqlite.org/lang_createtable.html#rowid
        if (flag(entry(argument(step.args, 0), 'autoIncrement')) || isRowid(root)) draft.isIdentity = true;
        break;
      }
      case 'autoincrement': case 'autoIncrement': draft.isIdentity = true; break;
      case 'unique': keys.push({
        k: 'unique',
        name: text(argument(step.args, 0)),
        columns: [attribute],
        nullsNotDistinct: positional(step.args).some((arg) => text(entry(arg.value, 'nulls')) === 'not distinct'),
        place,
      });
      break;
      case 'references': { const key = reference(flow, attribute, step, place); if (key) foreignKeys.push(key); break; }
      case 'default': draft.databaseDefault = defaultText(argument(step.args, 0)); break;
      // https://orm.drizzle.team/docs/column-types/pg#default-value
      case 'defaultNow': draft.databaseDefault = 'now()'; break;
      case 'defaultRandom': draft.databaseDefault = 'gen_random_uuid()'; break;
      case '$default': case '$defaultFn': draft.hasClientDefault = true; break;
      // "If no default (or $defaultFn) value is provided, the function will be called when the row is inserted as well."
      case '$onUpdate': case '$onUpdateFn': draft.onUpdate = 'orm'; draft.hasClientDefault ||= draft.databaseDefault === null; draft.role = 'updated-at'; break;
      case 'onUpdateNow': draft.onUpdate = 'orm'; draft.role = 'updated-at'; break;
      case 'generatedAlwaysAs': draft.isGenerated = true; break;
      case 'generatedAlwaysAsIdentity': case 'generatedByDefaultAsIdentity': case 'identity': draft.isIdentity = true; draft.nullable = false; break;
      case 'array': if (draft.type) draft.type = { ...draft.type, array: (draft.type.array ?? 0) + 1 }; break;
      default:
    }
  }
  if (draft.role === 'updated-at' && !/timestamp|date|integer|bigint|text/.test(draft.type?.name ?? '')) draft.role = null;
  return { column: draft, keys, foreignKeys };
}

const isRowid = (root: Term): boolean => root.callee.k === 'ext' && root.callee.module === 'drizzle-orm/sqlite-core' && root.callee.name === 'integer';

/** `.default(…)`: a constant, or the text of a `sql` template. */
function defaultText(value: Value | null): string {
  const sql = asSql(value);
  if (sql) return textOf(sql, sqlConstant);
  return sqlConstant(value) ?? 'default';
}

/** `.references(() => users.id, { onDelete: 'cascade' })`. */
function reference(flow: Flow, attribute: string, step: Term, place: Place): ForeignKeyDraft | null {
  const target = argument(step.args, 0);
  const column = target?.k === 'fn' ? membersOf(flow.callFn(target, [])).map(asDeclaredColumn).find((each) => each !== null) : null;
  if (!column) return null;
  const options = argument(step.args, 1);
  return {
    name: null,
    columns: [attribute],
    target: { k: 'site', site: column.site },
    targetColumns: [column.attribute],
    onDelete: actionOf(entry(options, 'onDelete')),
    place,
  };
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  cascade: 'cascade',
  restrict: 'restrict',
  'no action': 'no action',
  'set null': 'set null',
  'set default': 'set default',
};

/** A referential action; without one PostgreSQL does nothing and refuses. */
export function actionOf(value: Value | null): ReferentialAction {
  return ACTIONS[text(value) ?? ''] ?? 'no action';
}

/** The comment of the entry at a place, for columns that come from shared objects too. */
export type NoteAt = (place: Place) => Note | undefined;

/** The columns of an object of builders. */
export function readColumns(flow: Flow, columns: Value, nameColumn: NameColumn, noteAt: NoteAt): readonly ColumnParts[] {
  const dict = membersOf(columns).find((member) => member.k === 'dict');
  if (dict?.k !== 'dict') return [];
  return [...dict.entries].flatMap(([attribute, value]) => {
    const place = dict.places?.get(attribute);
    return place ? columnParts(flow, attribute, value, place, noteAt(place), nameColumn) ?? [] : [];
  });
}

/** How columns without a name are named. */
export function namerOf(casing: Casing): NameColumn {
  return (attribute) => (casing === 'snake_case' ? snakeCase(attribute) : casing === 'camelCase' ? camelCase(attribute) : attribute);
}
