/** Expressions of Kysely's expression builder, and what may stand in their place. https://kysely.dev/docs/recipes/expressions */
import type { Span } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { ColumnRef, SqlCondition } from '../../facts/sql.js';
import { argumentOf, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { aliased, itemPlaces } from '../shared/drafts/names.js';
import { bound, draftOf, nested, noParts, reference, take, type Parts } from './draft.js';
import { DIALECT } from './names.js';

/** What an expression reads and compares; `plain` is the column that it is itself. */
export interface Expression { readonly parts: Parts; readonly plain: ColumnRef | null; readonly wrapped: string | null; readonly alias: string | null }

export function expressionValue(expression: Expression, site: Pick<CallSite, 'env' | 'at'>): SpecialValue {
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'expression',
    data: { expression },
    key: `${site.env.module.path}:${spanStart(site.at)}:${spanEnd(site.at)}:${expression.alias ?? ''}`,
  };
}

export function expressionOf(value: Value | null | undefined): Expression | null {
  return value?.k === 'special' && value.dialect === DIALECT && value.tag === 'expression' ? (value.data['expression'] as Expression) : null;
}

/** The builder that callbacks get: `(eb) => eb('age', '>', 18)`. */
export function builderValue(site: Pick<CallSite, 'env' | 'at'>, tag = 'builder', name = ''): SpecialValue {
  return { k: 'special', dialect: DIALECT, tag, data: { name }, key: `${site.env.module.path}:${spanStart(site.at)}:${tag}:${name}` };
}

/** What a callback makes of an expression builder; anything else as it is. */
export function made(flow: Flow, value: Value | null, site: CallSite): Value | null {
  if (value?.k !== 'fn') return value;
  return flow.callFn(value, [unwritten(builderValue(site), site.at)]);
}

/** An argument that names a column, or is an expression, as a list of expressions; null for one that cannot be read. */
export function readRefs(flow: Flow, arg: EvaluatedArg | null, site: CallSite): readonly (Expression | null)[] {
  const value = made(flow, arg?.value ?? null, site);
  if (!arg || !value) return [];
  const items = value.k === 'list' ? value.items : [value];
  const places = itemPlaces(arg, items.length);
  return items.map((item, index) => readRef(flow, made(flow, item, site), places[index]!));
}

/** One column or expression. */
export function readRef(flow: Flow, value: Value | null, at: Span): Expression | null {
  for (const member of value ? membersOf(value) : []) {
    const written = text(member);
    if (written !== null) {
      const { name, alias } = aliased(written);
      const plain = reference(flow, name, at);
      return { parts: noParts(), plain, wrapped: null, alias };
    }
    const expression = expressionOf(member);
    if (expression) return expression;
    const draft = draftOf(member);
    if (draft) { const parts = noParts(); parts.subqueries.push(nested(parts, draft)); return { parts, plain: null, wrapped: null, alias: draft.alias }; }
  }
  return null;
}

/** All columns that an expression names are read. */
export function readAll({ parts, plain }: Expression, into: Parts): void {
  if (plain) into.columns.push({ ...plain, kind: 'read' });
  take(into, parts);
  for (const { column, value } of parts.conditions)
    into.columns.push({ ...column, kind: 'read' }, ...(value.k === 'column' ? [{ ...value.column, kind: 'read' as const }] : []));
}

const OPS: Readonly<Record<string, SqlCondition['op']>> = {
  '=': '=',
  '==': '=',
  '!=': '<>',
  '<>': '<>',
  '<': 'range',
  '<=': 'range',
  '>': 'range',
  '>=': 'range',
  in: 'in',
  like: 'like',
  ilike: 'like',
};

/** A comparison: a column, an operator and a value, as three arguments. */
export function comparison(flow: Flow, site: CallSite, on: SqlCondition['on'], isRef = false): Parts {
  const parts = noParts();
  const [left, op, right] = [0, 1, 2].map((index) => argumentOf(site.args, index));
  const subject = left ? readRef(flow, made(flow, left.value, site), left.at) : null;
  if (!subject?.plain) { if (subject) readAll(subject, parts); parts.isPartial = true; }
  else take(parts, subject.parts);
  const operator = text(op?.value)?.toLowerCase() ?? null;
  const value = right ? made(flow, right.value, site) : null;
  const compared = right && value ? comparedWith(flow, parts, value, right.at, isRef) : { k: 'expression' as const };
  if (subject?.plain)
    parts.conditions.push({
      column: subject.plain,
      op: opOf(operator, compared),
      value: compared,
      on,
      ...(subject.wrapped ? { wrapped: subject.wrapped } : {}),
    });
  return parts;
}

function opOf(operator: string | null, value: SqlCondition['value']): SqlCondition['op'] {
  const isNull = value.k === 'constant' && value.v === null;
  if (operator === 'is' || operator === '=') { if (isNull) return 'is null'; return operator === '=' || value.k === 'constant' ? '=' : 'other'; }
  if (operator === 'is not' || operator === '!=') return isNull ? 'is not null' : '<>';
  if ((operator === 'like' || operator === 'ilike') && value.k === 'constant' && typeof value.v === 'string' && !value.v.startsWith('%')) return 'like-prefix';
  return OPS[operator ?? ''] ?? 'other';
}

function comparedWith(flow: Flow, parts: Parts, value: Value, at: Span, isRef: boolean): SqlCondition['value'] {
  const written = isRef ? text(value) : null;
  if (written !== null) return { k: 'column', column: reference(flow, written, at) };
  if (value.k === 'const') return { k: 'constant', v: value.v };
  const expression = expressionOf(value);
  if (expression) {
    // However the value is made, nothing more is asked for.
    take(parts, { ...expression.parts, isPartial: parts.isPartial });
    return expression.plain && !expression.wrapped ? { k: 'column', column: expression.plain } : { k: 'expression' };
  }
  const draft = draftOf(value);
  if (draft) { parts.subqueries.push(nested(parts, draft)); return { k: 'expression' }; }
  return bound(parts, value, at);
}

/** A filter that is given as one value: an expression, what a callback makes, a list of them. */
export function filterOf(value: Value | null, on: SqlCondition['on']): Parts {
  const parts = noParts();
  for (const item of value?.k === 'list' ? value.items : [value]) {
    const expression = expressionOf(item);
    if (!expression) { parts.isPartial = true; continue; }
    take(parts, expression.parts);
    parts.conditions.push(...expression.parts.conditions.map((condition) => ({ ...condition, on })));
    // A column by itself is true or not.
    if (expression.plain && !expression.wrapped) parts.conditions.push({ column: expression.plain, op: '=', value: { k: 'constant', v: true }, on });
    else if (expression.parts.conditions.length === 0) parts.isPartial = true;
  }
  return parts;
}
