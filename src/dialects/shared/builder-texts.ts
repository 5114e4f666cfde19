/** Texts that a query builder is given: what they name, and where in the code each name stands. */
import type { Expr, Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Condition } from '../../flow/query.js';
import { ANY, membersOf, type ColumnValue, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import { attributeNamed, columnOf, sourceNamed, type Builder } from './query-builder.js';
import { columnsIn, readCondition, type ColumnText } from './query-text.js';

/** The names that texts of this builder may use. */
export const isAlias = (builder: Builder) => (name: string): boolean => sourceNamed(builder, name) !== undefined;
export const isBareColumn =
  (builder: Builder) =>
  (name: string): boolean =>
    builder.sources[0] !== undefined && attributeNamed(builder.sources[0].model, name) !== null;

/** Where a part of an argument's text stands: exact inside a literal. */
function placeIn(arg: EvaluatedArg, site: CallSite, written: ColumnText): Place {
  const { expr } = arg;
  const isExact = expr.k === 'lit' && typeof expr.v === 'string' && spanEnd(expr.at) - spanStart(expr.at) === expr.v.length + 2;
  return {
    path: site.env.module.path,
    at: isExact ? makeSpan(spanStart(expr.at) + 1 + written.at, spanStart(expr.at) + 1 + written.end) : (inTemplate(expr, written) ?? arg.at),
  };
}

/** In a template the name is looked for among its plain parts. */
function inTemplate(expr: Expr, written: ColumnText): Span | null {
  if (expr.k !== 'tpl') return null;
  for (const part of expr.parts) {
    const index = part.k === 'text' ? part.v.indexOf(written.path) : -1;
    if (part.k === 'text' && index >= 0 && spanEnd(part.at) - spanStart(part.at) === part.v.length)
      return makeSpan(spanStart(part.at) + index, spanStart(part.at) + index + written.path.length);
  }
  return null;
}

/** The text of an argument; holes of a template that are not known stand as parameters. */
export function textOf(flow: Flow, arg: EvaluatedArg, site: CallSite): readonly string[] {
  const known = membersOf(arg.value).map(text).filter((each) => each !== null);
  if (known.length || arg.expr.k !== 'tpl' || arg.expr.tag) return known;
  return [arg.expr.parts.map((part) => (part.k === 'text' ? part.v : text(flow.peek(part, site.env)) ?? ' :hole ')).join('')];
}

/** The conditions of a text; columns that it names otherwise are read. */
export function conditionsIn(flow: Flow, builder: Builder, written: string, arg: EvaluatedArg, site: CallSite, isJoin: boolean): readonly Condition[] {
  const read = readCondition(written, isAlias(builder), isBareColumn(builder));
  if (read.isPartial && !isJoin) builder.isPartial = true;
  for (const other of read.others) columnOf(flow, builder, other, placeIn(arg, site, other), 'read');
  return read.conditions.flatMap((condition): Condition[] => {
    const other = condition.value.k === 'column' ? columnOf(flow, builder, condition.value.column, placeIn(arg, site, condition.value.column), 'join') : null;
    const column = columnOf(flow, builder, condition.column, placeIn(arg, site, condition.column), other ? 'join' : 'filter');
    if (!column) { if (!isJoin) builder.isPartial = true; return []; }
    const { value } = condition;
    const given: Value = other ?? (value.k === 'constant' ? { k: 'const', v: value.v } : value.k === 'null' ? { k: 'const', v: null } : ANY);
    return [{ column, op: condition.op, value: given, isOptional: false, inOr: read.hasOr && !isJoin, isJoin: isJoin || other !== null }];
  });
}

/** Columns that an argument names: one text or a list of them. */
export function namedColumns(flow: Flow, builder: Builder, arg: EvaluatedArg | null, site: CallSite, kind: 'read' | 'group' | 'sort'): readonly ColumnValue[] {
  if (!arg) return [];
  const parts: EvaluatedArg[] =
    arg.value.k === 'list'
      ? arg.value.items.map((value, index) => ({ ...arg, value, expr: arg.expr.k === 'list' ? (arg.expr.items[index] ?? arg.expr) : arg.expr }))
      : [arg];
  return parts.flatMap((part) =>
    textOf(flow, part, site).flatMap((written) =>
      columnsIn(written, isAlias(builder), isBareColumn(builder)).flatMap((each) => columnOf(flow, builder, each, placeIn(part, site, each), kind) ?? []),
    ),
  );
}
