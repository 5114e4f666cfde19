/** Reads of serialised fields by code on the far side of an API: an interface is tied to the response schema of its name and fields. */
import pluralize from 'pluralize';
import { ownMembers } from '../flow/classes.js';
import type { Flow } from '../flow/evaluate.js';
import type { Recorder } from '../flow/record.js';
import type { ExposureRecord } from '../flow/records.js';
import type { ClassRef } from '../flow/value.js';
import type { Column } from '../model/schema.js';
import type { Use } from '../model/usage.js';
import type { ContextAt } from './usage.js';

/** Typed reads of columns by clients. */
export function clientReads(flow: Flow, record: Recorder, contextAt: ContextAt): readonly Use[] {
  const tied = new Map<string, readonly ExposureRecord[]>();
  const byStem = exposuresByStem(record);
  const uses: Use[] = [];
  for (const read of record.fieldReads.values()) {
    if (read.cls.cls.form !== 'interface') continue;
    const exposuresOf = (cls: ClassRef): readonly ExposureRecord[] => {
      let exposures = tied.get(cls.id);
      if (!exposures) tied.set(cls.id, (exposures = exposuresFor(flow, byStem, cls)));
      return exposures;
    };
    const columns = new Set(exposuresOf(read.cls).flatMap((exposure) => columnsNamed(exposure, read.field)));
    for (let part = read.within; part; part = part.outer)
      for (const exposure of exposuresOf(part.cls)) for (const column of columnsNamed(exposure, part.path)) columns.add(column);
    for (const column of columns) {
      record.resolve(read.place);
      uses.push({ table: column.table, column, kind: 'read', via: 'code', place: read.place, context: { ...contextAt(read.place), isClient: true } });
    }
  }
  return uses;
}

/** Every exposure under each name that an interface for it may have, in the order of the record. */
function exposuresByStem(record: Recorder): ReadonlyMap<string, readonly ExposureRecord[]> {
  const byStem = new Map<string, ExposureRecord[]>();
  for (const exposure of record.exposures.values())
    for (const stem of new Set([stemOf(exposure.name), stemOf(exposure.model.name), rowName(exposure.model.name)])) {
      const known = byStem.get(stem);
      if (known) known.push(exposure);
      else byStem.set(stem, [exposure]);
    }
  return byStem;
}

/** The exposures an interface stands for: the same name but for what such names are decorated with, and most of its fields among theirs. */
function exposuresFor(flow: Flow, byStem: ReadonlyMap<string, readonly ExposureRecord[]>, cls: ClassRef): readonly ExposureRecord[] {
  const fields = [...ownMembers(flow, cls).keys()];
  return (byStem.get(stemOf(cls.name)) ?? []).filter((exposure) => {
    const known = fields.filter((field) => columnsNamed(exposure, field).length > 0 || isEmbedded(exposure, field)).length;
    return known >= 2 && known >= fields.length * 0.6;
  });
}

function columnsNamed(exposure: ExposureRecord, field: string): readonly Column[] {
  const snake = field.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return exposure.columns.filter((column) => column.attribute === field || column.attribute === snake || column.name === field);
}

/** Whether a field is an object that is kept in columns of the row. */
const isEmbedded = (exposure: ExposureRecord, field: string): boolean => exposure.columns.some((column) => column.attribute.startsWith(`${field}.`));

/** What one row of a table is called: `payment_methods` as `paymentmethod`. */
const rowName = (table: string): string => pluralize.singular(table).replaceAll('_', '').toLowerCase();

const DECORATION =
  /^(I|T)(?=[A-Z][a-z])|(Out|Read|Response|Schema|Dto|DTO|Public|Detail|Details|Summary|Item|Serializer|Type|Model|Entity|Row|Data|Base|View|List)+$/g;
const stemOf = (name: string): string => pluralize.singular((name.replace(DECORATION, '') || name).toLowerCase());
