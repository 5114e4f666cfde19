/** `sql` templates in queries: the conditions that their text tells. https://orm.drizzle.team/docs/sql */
import type { Template } from '../../../facts/code.js';
import { spanStart } from '../../../facts/span.js';
import type { Flow } from '../../../flow/evaluate.js';
import { compare, predicate } from '../../../flow/operators.js';
import type { ConditionOp } from '../../../flow/query.js';
import { ANY, membersOf, type ColumnValue, type PredicateValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { asSql, type SqlTemplate } from '../sql-text.js';

/** Columns that stand in the holes of a template. */
export function sqlColumns(sql: SqlTemplate): readonly ColumnValue[] {
  return sql.values.flatMap((value) =>
    membersOf(value).flatMap((member): readonly ColumnValue[] => {
      const inner = asSql(member);
      return member.k === 'column'
        ? [member]
        : inner
          ? sqlColumns(inner)
          : member.k === 'predicate'
            ? member.conditions.map((condition) => condition.column)
            : [];
    }),
  );
}

/** The column that a template gives: by itself, or as all that it selects (`(select ${b.y} from …)`). */
export function sqlColumn(value: Value): ColumnValue | null {
  const sql = asSql(value);
  const given = sql?.template.parts.findIndex((part) => part.k !== 'text') ?? -1;
  if (!sql || given === -1) return null;
  const [before, after] = [sql.template.parts.slice(0, given), sql.template.parts.slice(given + 1)].map((parts) =>
    parts
      .map((part) => (part.k === 'text' ? part.v : '?'))
      .join('')
      .trim(),
  );
  const isSelected = /^\(\s*select$/i.test(before!) && /^from\b[^]*\)$/i.test(after!);
  const column = sql.values[0];
  return (isSelected || (before === '' && after === '')) && column?.k === 'column' ? column : null;
}

const AGGREGATE =
  /\b(?:count|sum|avg|min|max|array_agg|json_agg|jsonb_agg|json_object_agg|string_agg|group_concat|bool_or|bool_and|percentile_cont|json_group_array)\s*\(/i;

/** Whether the text of a template aggregates rows. */
export function isAggregateSql(sql: SqlTemplate): boolean {
  return (
    sql.template.parts.some((part) => part.k === 'text' && AGGREGATE.test(part.v)) ||
    sql.values.some((value) => {
      const inner = asSql(value);
      return inner !== null && isAggregateSql(inner);
    })
  );
}

const INSERT = /\b(?:insert|merge)\s+into\s+$/i;

/** A template that is a statement as a whole does what it says; of another one it is known whether it inserts. */
export function runTemplate(flow: Flow, template: Template, site: Pick<CallSite, 'args' | 'env' | 'at'>): void {
  const path = site.env.module.path;
  if (flow.strings?.has(path, spanStart(template.at)))
    flow.strings.run(flow, { path, at: template.at, holes: site.args.list.map((arg) => arg.value) }, () => null, 'unknown');
  else noteInserts(flow, template, site);
}

/** `insert into ${table} …`: rows whose columns only the text tells. */
function noteInserts(flow: Flow, template: Template, { args, env, at }: Pick<CallSite, 'args' | 'env' | 'at'>): void {
  let hole = 0;
  template.parts.forEach((part, index) => {
    if (part.k === 'text') return;
    const before = template.parts[index - 1];
    const value = args.list[hole++]?.value;
    if (!value || before?.k !== 'text' || !INSERT.test(before.v)) return;
    for (const member of membersOf(value)) if (member.k === 'model') flow.record.insert(member.model, new Map(), flow.place(env, at), { isOpen: true });
  });
}

const COMPARISONS: Readonly<Record<string, ConditionOp>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': 'range',
  '>': 'range',
  '<=': 'range',
  '>=': 'range',
  like: 'like',
  ilike: 'like',
  in: 'in',
};

/** A template that compares one column with one value; of any other one only the columns are known. */
export function sqlPredicate(flow: Flow, sql: SqlTemplate): PredicateValue {
  let hole = 0;
  const written = sql.template.parts.map((part) => (part.k === 'text' ? part.v : `\u0001${hole++}\u0001`)).join('').trim().replace(/^\((.*)\)$/s, '$1').trim();
  const conjuncts = /\bor\b|\bbetween\b|\bcase\b|\bselect\b/i.test(written) ? [written] : written.split(/\s+and\s+/i);
  const parts = conjuncts.map((conjunct) => oneCondition(flow, sql, conjunct.trim()));
  if (parts.every((part) => part !== null))
    return { k: 'predicate', conditions: parts.flatMap((part) => part.conditions), isPartial: parts.some((part) => part.isPartial) };
  for (const column of sqlColumns(sql)) flow.record.classify(column.model, column.attribute, column.place, 'filter');
  return { k: 'predicate', conditions: parts.flatMap((part) => part?.conditions ?? []), isPartial: true };
}

function oneCondition(flow: Flow, sql: SqlTemplate, written: string): PredicateValue | null {
  const match =
    /^(?:(\w+)\()?\u0001(\d+)\u0001\)?\s*(?:(is\s+not\s+null|is\s+null)|(=|<>|!=|<=|>=|<|>|like|ilike|in)\s*(?:any)?\s*\(?\s*(?:\w+\()?(?:\u0001(\d+)\u0001|('(?:[^']|'')*'|\d+|true|false|now\(|current_timestamp))[^\u0001]*)$/i.exec(
      written,
    );
  if (!match) return null;
  const [, fn, left, nullTest, operator, right, constant] = match;
  const column = membersOf(sql.values[Number(left)] ?? ANY).find((member): member is ColumnValue => member.k === 'column');
  if (!column) return null;
  const subject: ColumnValue = fn ? { ...column, wrapped: fn.toLowerCase() } : column;
  if (nullTest) return predicate(flow, subject, /not/i.test(nullTest) ? '<>' : '=', { k: 'const', v: null });
  const op = COMPARISONS[operator!.toLowerCase()]!;
  if (right !== undefined) return compare(flow, op, subject, sql.values[Number(right)] ?? ANY);
  return predicate(flow, subject, op, constantOf(constant!));
}

function constantOf(written: string): Value {
  if (written.startsWith("'")) return { k: 'const', v: written.slice(1, -1).replaceAll("''", "'") };
  if (/^\d+$/.test(written)) return { k: 'const', v: Number(written) };
  return /^(true|false)$/i.test(written) ? { k: 'const', v: written.toLowerCase() === 'true' } : ANY;
}
