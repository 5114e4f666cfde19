/** What could not be seen, and which columns may be behind it. */
import type { GapRecord } from '../flow/records.js';
import { wordsOf } from '../model/names.js';
import type { Column, Schema, Table } from '../model/schema.js';
import type { Gap } from '../model/usage.js';

/** The gaps that a record stands for, `isElsewhere` when its code is none of the application's; none where a migration says what has become of the name. */
export function linkGap(schema: Schema, record: GapRecord, isElsewhere: boolean): readonly Gap[] {
  const { kind, model, column, place, detail, isShaped, does, name } = record;
  const gap: Gap = {
    kind,
    table: model?.table ?? null,
    column,
    place,
    detail,
    ...(isShaped ? { isShaped } : {}),
    ...(does ? { does } : {}),
    ...(isElsewhere ? { isElsewhere } : {}),
  };
  if (name === undefined || model === null || column !== null) return [gap];
  const { table } = model;
  const drop = schema.dropped.find((each) => each.column === name && each.table === table.name && each.schema === table.schema);
  // A column that was dropped has a rule of its own; of one that got another name it is known which it is.
  if (drop) return drop.to === null ? [] : [{ ...gap, column: table.columns.find((each) => each.name === drop.to) ?? null }];
  const meant = alike(name, table);
  return meant.length > 0 ? meant.map((each) => ({ ...gap, column: each })) : [{ ...gap, isApart: true }];
}

/** The shortest word that tells something. */
const WORD_LENGTH = 3;

/** The columns that a name nothing has may mean, spelt otherwise or with other words beside theirs. */
function alike(name: string, { columns }: Table): readonly Column[] {
  const words = wordsOf(name).filter((word) => word.length >= WORD_LENGTH);
  return columns.filter((column) =>
    [column.name, column.attribute].some((each) => plain(each) === plain(name) || wordsOf(each).some((word) => words.includes(word))),
  );
}

const plain = (name: string): string => name.replace(/_/g, '').toLowerCase();
