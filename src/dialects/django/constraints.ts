/** Keys, indexes and checks of a model's `Meta`. */
import { argument, flag, text } from '../../flow/arguments.js';
import type { Args, Value } from '../../flow/value.js';
import type { IndexDraft, KeyDraft, TableDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { groups, strings, type Options } from './meta.js';
import { shortName } from './names.js';
import { conditionSql, expressionPart, type ColumnName } from './sql.js';

export interface MetaParts {
  readonly keys: readonly KeyDraft[];
  readonly indexes: readonly IndexDraft[];
  readonly checks: TableDraft['checks'];
  readonly exclusions: TableDraft['exclusions'];
}

/** https://docs.djangoproject.com/en/5.0/ref/models/options/ and …/ref/models/constraints/, …/ref/models/indexes/ */
export function metaParts(options: Options, column: ColumnName, fill: (name: string) => string): MetaParts {
  const keys: KeyDraft[] = [];
  const indexes: IndexDraft[] = [];
  const checks: TableDraft['checks'][number][] = [];
  const exclusions: TableDraft['exclusions'][number][] = [];
  const named = (fields: readonly string[]): readonly string[] => fields.map((field) => column(field) ?? field);
  const together = options.get('unique_together');
  for (const group of groups(together?.value)) keys.push({ k: 'unique', name: null, columns: named(group), place: together!.place });
  const indexed = options.get('index_together');
  for (const group of groups(indexed?.value))
    indexes.push({ name: null, parts: named(group).map((each) => ({ column: each })), unique: false, place: indexed!.place });
  for (const value of itemsOf(options.get('indexes')?.value)) {
    if (value.k === 'term') indexes.push(indexOf(value.args, methodOf(shortName(value.callee)), value.place, column, fill));
  }
  for (const value of itemsOf(options.get('constraints')?.value)) {
    if (value.k !== 'term') continue;
    const name = nameOf(value.args, fill);
    switch (shortName(value.callee)) {
      case 'UniqueConstraint': {
        const made = uniqueOf(value.args, name, value.place, column);
        if ('k' in made) keys.push(made);
        else indexes.push(made);
        break;
      }
      case 'CheckConstraint': {
        const { sql, columns } = conditionSql(argument(value.args, -1, 'check') ?? argument(value.args, -1, 'condition') ?? value, column);
        checks.push({ name, expression: sql, columns, place: value.place });
        break;
      }
      case 'ExclusionConstraint': {
        const parts = itemsOf(argument(value.args, -1, 'expressions'))
          .map((item) => (item.k === 'list' ? text(item.items[0]) : text(item)))
          .filter((each) => each !== null);
        exclusions.push({ columns: parts.map(column).filter((each) => each !== null), place: value.place });
        break;
      }
      default:
    }
  }
  return { keys, indexes, checks, exclusions };
}

const itemsOf = (value: Value | null | undefined): readonly Value[] => (value?.k === 'list' ? value.items : []);
const nameOf = (args: Args, fill: (name: string) => string): string | null => {
  const name = text(argument(args, -1, 'name'));
  return name === null ? null : fill(name);
};

function methodOf(name: string): string {
  const method = name.replace(/Index$/, '').toLowerCase();
  return method === '' || method === 'btree' ? 'btree' : method;
}

function indexOf(args: Args, method: string, place: Place, column: ColumnName, fill: (name: string) => string): IndexDraft {
  const classes = strings(argument(args, -1, 'opclasses'));
  const fields = strings(argument(args, -1, 'fields')).map((field, position) => {
    const desc = field.startsWith('-');
    const plain = desc ? field.slice(1) : field;
    return { column: column(plain) ?? plain, expression: null, desc, opclass: classes[position] ?? null };
  });
  const expressions = args.list.filter((arg) => arg.name === null).map((arg) => expressionPart(arg.value, column));
  const condition = argument(args, -1, 'condition');
  const include = strings(argument(args, -1, 'include')).map((field) => column(field) ?? field);
  return {
    name: nameOf(args, fill), parts: [...expressions, ...fields], unique: false, method, ...(include.length ? { include } : {}),
    predicate: condition && !isNone(condition) ? conditionSql(condition, column).sql : null, place,
  };
}

function uniqueOf(args: Args, name: string | null, place: Place, column: ColumnName): KeyDraft | IndexDraft {
  const index = indexOf(args, 'btree', place, column, (each) => each);
  const isPlain = index.predicate === null && !index.include && index.parts.every((part) => part.column !== null && !part.opclass && !part.desc);
  if (isPlain)
    return {
      k: 'unique',
      name,
      columns: index.parts.map((part) => part.column!),
      nullsNotDistinct: flag(argument(args, -1, 'nulls_distinct')) === false,
      place,
    };
  return { ...index, name, unique: true, ...(flag(argument(args, -1, 'nulls_distinct')) === false ? { nullsNotDistinct: true } : {}) };
}

const isNone = (value: Value): boolean => value.k === 'const' && value.v === null;
