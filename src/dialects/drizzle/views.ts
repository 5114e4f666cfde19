/** Views: columns given beforehand, or those of the query behind them. https://orm.drizzle.team/docs/views */
import type { Span } from '../../facts/span.js';
import { argument, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import { readColumns, type ColumnParts, type NameColumn, type NoteAt } from './columns.js';
import { DIALECT } from './names.js';
import { asDeclaredColumn } from './sql-text.js';

/** The fields of a `select({…})` that is begun, kept until it is known what it selects from. */
export function pendingSelect(fields: Value | null, at: Span, key: string): Value {
  return { k: 'special', dialect: DIALECT, tag: 'select', data: { fields, at }, key };
}

export function selectedFields(value: Value | null): Value | null {
  return value?.k === 'special' && value.dialect === DIALECT && value.tag === 'select' ? (value.data['fields'] as Value | null) : null;
}

/** The columns of a view: declared by builders, else the fields that its query selects by name. */
export function columnsOfView(flow: Flow, root: Term, steps: readonly Term[], nameColumn: NameColumn, noteAt: NoteAt): readonly ColumnParts[] {
  const declared = readColumns(flow, argument(root.args, 1) ?? { k: 'any' }, nameColumn, noteAt);
  const query = argument(steps.find((step) => step.name === 'as')?.args ?? { list: [] }, 0);
  if (declared.length || query?.k !== 'fn') return declared;
  const result = flow.callFn(query, [unwritten({ k: 'special', dialect: DIALECT, tag: 'query-builder', data: {}, key: '' }, root.place.at)]);
  return membersOf(result).flatMap((member) => {
    const fields = selectedFields(member);
    if (fields?.k !== 'dict') return [];
    return [...fields.entries].map(([attribute, value]): ColumnParts => {
      const place = fields.places?.get(attribute) ?? root.place;
      const column = asDeclaredColumn(value);
      const alias = value.k === 'special' && typeof value.data['alias'] === 'string' ? value.data['alias'] : null;
      return {
        column: { name: alias ?? column?.attribute ?? nameColumn(attribute), attribute, type: null, nullable: true, nullableIsExplicit: false, place },
        keys: [],
        foreignKeys: [],
      };
    });
  });
}
