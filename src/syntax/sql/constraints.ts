import type { Span } from '../../facts/code.js';
import type { ConstraintDef, IndexPart, ReferentialAction } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { elementEnd, elements, findKeyword, findToken, insideParens, sliceText, type Context } from './context.js';
import { columnNames, relationName, strings } from './node.js';
import { advance, lowered } from './tokens.js';

const ACTIONS: Readonly<Record<string, ReferentialAction | undefined>> = { r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' };

/** A constraint of a table, or of the column `own` when it stands in that column's definition. `until` ends its text. Null when it is of no interest. */
export function constraintOf(ctx: Context, node: Tree, own: string | null, until?: number): ConstraintDef | null {
  const start = ctx.offset(node.location ?? 0);
  const at = constraintSpan(ctx, node, start, until ?? elementEnd(ctx, start));
  const name = node.conname as string | undefined;
  const columns = own === null ? strings(node.keys) : [own];
  const deferrable = node.initdeferred ? 'initially' : node.deferrable ? true : undefined;
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
      return { k: 'primary', name, columns, usingIndex: node.indexname, at };
    case 'CONSTR_UNIQUE':
      return { k: 'unique', name, columns, nullsNotDistinct: node.nulls_not_distinct ? true : undefined, deferrable, usingIndex: node.indexname, at };
    case 'CONSTR_FOREIGN':
      return {
        k: 'foreign', name, columns: own === null ? strings(node.fk_attrs) : [own], table: relationName(node.pktable ?? {}), refColumns: strings(node.pk_attrs),
        onDelete: ACTIONS[node.fk_del_action], onUpdate: ACTIONS[node.fk_upd_action], notValid: node.skip_validation ? true : undefined, deferrable, at,
      };
    case 'CONSTR_CHECK':
      return {
        k: 'check',
        name,
        expression: parenText(ctx, start),
        columns: columnNames(node.raw_expr),
        notValid: node.skip_validation ? true : undefined,
        at,
      };
    case 'CONSTR_EXCLUSION':
      return exclusion(ctx, node, start, at);
    default:
      return null;
  }
}

/** The parts of an index or exclusion, whose text is the comma list in `range`. */
export function indexParts(ctx: Context, nodes: readonly Tree[], range: { start: number; end: number } | null): IndexPart[] {
  const texts = range ? elements(ctx, range.start, range.end) : [];
  return nodes.map((node, index) => indexPart(ctx, node.IndexElem ?? {}, texts[index]));
}

/** The text between the first parentheses at or after `from`. */
export function parenText(ctx: Context, from: number): string {
  const inside = insideParens(ctx, from);
  return inside ? sliceText(ctx, inside.start, inside.end) : '';
}

function exclusion(ctx: Context, node: Tree, start: number, at: Span): ConstraintDef {
  const parts = (node.exclusions ?? []).map((pair: Tree) => pair.List?.items?.[0] ?? {});
  const keyword = findKeyword(ctx, 'exclude', start);
  const range = insideParens(ctx, keyword?.end ?? start);
  const where = node.where_clause && range ? findKeyword(ctx, 'where', range.end + 1) : null;
  const last = where ? insideParens(ctx, where.end) : range;
  return {
    k: 'exclude',
    name: node.conname,
    parts: indexParts(ctx, parts, range),
    definition: keyword && last ? sliceText(ctx, keyword.end, last.end + 1) : '',
    at,
  };
}

function indexPart(ctx: Context, node: Tree, range: { start: number; end: number } | undefined): IndexPart {
  const shared = {
    desc: node.ordering === 'SORTBY_DESC' ? true : undefined,
    nulls: node.nulls_ordering === 'SORTBY_NULLS_FIRST' ? ('first' as const) : node.nulls_ordering === 'SORTBY_NULLS_LAST' ? ('last' as const) : undefined,
    opclass: strings(node.opclass).at(-1),
    collation: strings(node.collation).at(-1),
  };
  if (node.name) return { column: node.name, ...shared };
  return { column: null, expression: range ? expressionText(ctx, range) : '', columnsInExpression: columnNames(node.expr), ...shared };
}

/** An index expression is a call or stands in parentheses: both end at the first parenthesis that closes. */
function expressionText(ctx: Context, range: { start: number; end: number }): string {
  const inside = insideParens(ctx, range.start);
  if (!inside || inside.end >= range.end) return sliceText(ctx, range.start, range.end);
  return inside.start === range.start + 1 ? sliceText(ctx, inside.start, inside.end) : sliceText(ctx, range.start, inside.end + 1);
}

/** A named constraint is pointed at by its name, another one by its whole text. */
function constraintSpan(ctx: Context, node: Tree, start: number, end: number): Span {
  const whole = ctx.span(start, start + ctx.text.slice(start, end).trimEnd().length);
  if (!node.conname) return whole;
  const keyword = findToken(ctx, (c) => c.type === 'word' && lowered(c) === 'constraint', start, end);
  if (!keyword || !advance(keyword)) return whole;
  return ctx.span(keyword.start, keyword.end);
}
