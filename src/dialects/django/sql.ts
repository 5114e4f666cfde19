/** Conditions and expressions of constraints and indexes as SQL text. */
import { spanStart } from '../../facts/span.js';
import { argument, text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';
import { modelsTerm, shortName } from './names.js';

/** The physical name of a field; null when the model has none of that name. */
export type ColumnName = (field: string) => string | null;
export interface SqlText { readonly sql: string; readonly columns: readonly string[] }

const UNREAD: SqlText = { sql: '(condition)', columns: [] };
const COMPARISONS: Readonly<Record<string, string>> = { exact: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** A `Q` as the text of a predicate. Parts that cannot be told keep their names, so that two different conditions stay different. */
export function conditionSql(value: Value, name: ColumnName): SqlText {
  if (value.k === 'special' && value.tag === 'q') {
    const parts = (value.data['parts'] as readonly Value[]).map((part) => conditionSql(part, name));
    const columns = parts.flatMap((part) => part.columns);
    const op = value.data['op'] as string;
    if (op === 'not') return { sql: `NOT (${parts[0]?.sql ?? ''})`, columns };
    return { sql: parts.map((part) => (part.sql.includes(' OR ') && op === 'and' ? `(${part.sql})` : part.sql)).join(op === 'or' ? ' OR ' : ' AND '), columns };
  }
  const term = modelsTerm(value, 'Q');
  if (term) {
    const parts = term.args.list.map((arg) => (arg.name === null ? conditionSql(arg.value, name) : lookupSql(arg.name, arg.value, name)));
    return { sql: parts.map((part) => part.sql).join(' AND '), columns: parts.flatMap((part) => part.columns) };
  }
  return UNREAD;
}

function lookupSql(path: string, value: Value, name: ColumnName): SqlText {
  const parts = path.split('__');
  const column = name(parts[0]!);
  const quoted = column ?? parts[0]!;
  const op = parts[1] ?? 'exact';
  const columns = column ? [column] : [];
  const isTrue = value.k === 'const' && value.v === true;
  if (op === 'isnull') return { sql: `${quoted} IS ${isTrue ? '' : 'NOT '}NULL`, columns };
  if (op === 'exact' && value.k === 'const' && value.v === null) return { sql: `${quoted} IS NULL`, columns };
  if (op === 'exact' && value.k === 'const' && typeof value.v === 'boolean') return { sql: value.v ? quoted : `NOT ${quoted}`, columns };
  if (op === 'in' && value.k === 'list') return { sql: `${quoted} IN (${value.items.map(literal).join(', ')})`, columns };
  const other = fieldOf(value);
  if (op in COMPARISONS)
    return {
      sql: `${quoted} ${COMPARISONS[op]} ${other === null ? literal(value) : (name(other) ?? other)}`,
      columns: other && name(other) ? [...columns, name(other)!] : columns,
    };
  return { sql: `${quoted} ${parts.slice(1).join('_')} ${literal(value)}`, columns };
}

function literal(value: Value): string {
  if (value.k !== 'const') return '?';
  return typeof value.v === 'string' ? `'${value.v.replaceAll("'", "''")}'` : value.v === null ? 'NULL' : String(value.v);
}

export interface IndexExpression { readonly column: string | null; readonly expression: string | null; readonly desc: boolean; readonly opclass: string | null }

/** An index part that is an expression: `F("a").desc()`, `Lower("name")`, `OpClass(…)`. */
export function expressionPart(value: Value, name: ColumnName): IndexExpression {
  if (value.k === 'term' && value.of && (value.name === 'desc' || value.name === 'asc'))
    return { ...expressionPart(value.of, name), desc: value.name === 'desc' };
  const wrapper = modelsTerm(value, 'OpClass', 'OrderBy');
  const inner = wrapper?.args.list[0]?.value;
  if (wrapper && inner) {
    const part = expressionPart(inner, name);
    return shortName(wrapper.callee) === 'OrderBy'
      ? { ...part, desc: wrapper.args.list.some((arg) => arg.name === 'descending') }
      : { ...part, opclass: text(argument(wrapper.args, 1, 'name')) };
  }
  const plain = text(value) ?? (fieldOf(value));
  if (plain !== null) {
    const desc = plain.startsWith('-');
    const column = name(desc ? plain.slice(1) : plain);
    return { column, expression: column === null ? plain : null, desc, opclass: null };
  }
  return { column: null, expression: functionSql(value, name), desc: false, opclass: null };
}

function functionSql(value: Value, name: ColumnName): string {
  if (value.k !== 'term') return text(value) ?? (value.k === 'const' ? String(value.v) : 'expression');
  return `${(shortName(value.callee) || value.name || 'expression').toLowerCase()}(${value.args.list.filter((arg) => arg.name === null).map((arg) => {
    const plain = text(arg.value) ?? fieldOf(arg.value);
    if (plain !== null) return name(plain) ?? plain;
    // Two expressions that cannot be read are two, wherever they stand.
    return arg.value.k === 'term' || arg.value.k === 'const' ? functionSql(arg.value, name) : `expression_${spanStart(arg.expr.at)}`;
  }).join(', ')})`;
}

/** The field that an `F("x")` names. */
function fieldOf(value: Value): string | null {
  return text(modelsTerm(value, 'F')?.args.list[0]?.value);
}
