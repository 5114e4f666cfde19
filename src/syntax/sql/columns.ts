import type { ColumnDef, ConstraintDef, QName } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { constraintOf, parenText } from './constraints.js';
import { elementEnd, findToken, nameSpan, sliceText, type Context } from './context.js';
import { strings } from './node.js';
import { isSerial, typeOf } from './types.js';
import { lowered } from './tokens.js';

/** A column and the constraints written in its definition. */
export interface Column { readonly column: ColumnDef; readonly constraints: readonly ConstraintDef[] }

/** A ColumnDef node of `table`. */
export function columnOf(ctx: Context, node: Tree, table: QName): Column {
  const name = node.colname as string;
  const parts = (node.constraints ?? []).map((wrapped: Tree) => wrapped.Constraint ?? {}) as Tree[];
  const limits = parts.length > 0 ? boundaries(ctx, node, parts) : [];
  const limit = (part: Tree): number => limits.find((at) => at > ctx.offset(part.location ?? 0)) ?? limits.at(-1)!;
  const has = (kind: string): Tree | undefined => parts.find((part) => part.contype === kind);
  const identity = has('CONSTR_IDENTITY');
  const generated = has('CONSTR_GENERATED');
  const serial = isSerial(node.typeName);
  const column: ColumnDef = {
    name,
    type: typeOf(node.typeName),
    nullable: !(serial || identity || has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY')),
    default: serial ? serialDefault(table, name) : defaultText(ctx, has('CONSTR_DEFAULT'), limit),
    identity: identity ? true : undefined,
    generated: generated ? parenText(ctx, ctx.offset(generated.location ?? 0)) : undefined,
    isVirtual: generated?.generated_kind === 'v' ? true : undefined,
    collation: strings(node.collClause?.collname).at(-1),
    at: nameSpan(ctx, node.location),
  };
  const constraints = parts.flatMap((part, index) => {
    const constraint = constraintOf(ctx, part, name, limit(part));
    return constraint ? [withDeferrable(constraint, parts, index)] : [];
  });
  return { column, constraints };
}

/** The default that `serial` stands for: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL */
function serialDefault(table: QName, column: string): string {
  const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
  const sequence = [...(table.schema === undefined ? [] : [table.schema]), `${table.name}_${column}_seq`];
  return `nextval('${sequence.map(quoted).join('.').replaceAll("'", "''")}'::regclass)`;
}

/** Where the text of one part of a column's definition may end: the starts of the others, and the end of the definition. */
function boundaries(ctx: Context, node: Tree, parts: readonly Tree[]): number[] {
  const places = parts.map((part) => ctx.offset(part.location ?? 0));
  if (node.collClause) places.push(ctx.offset(node.collClause.location ?? 0));
  places.push(elementEnd(ctx, ctx.offset(node.location ?? 0)));
  return places.sort((a, b) => a - b);
}

function defaultText(ctx: Context, part: Tree | undefined, limit: (part: Tree) => number): string | undefined {
  if (!part) return undefined;
  const keyword = findToken(ctx, (c) => c.type === 'word' && lowered(c) === 'default', ctx.offset(part.location ?? 0));
  const text = keyword ? sliceText(ctx, keyword.end, limit(part)) : '';
  // `DEFAULT NULL` is what a column without a default has.
  return text === '' || /^null(?:::.*)?$/i.test(text) ? undefined : text;
}

/** DEFERRABLE and INITIALLY DEFERRED behind a column's constraint are parts of their own that follow the constraint. */
function withDeferrable(constraint: ConstraintDef, parts: readonly Tree[], index: number): ConstraintDef {
  if (constraint.k !== 'unique' && constraint.k !== 'foreign') return constraint;
  const next = [parts[index + 1]?.contype, parts[index + 2]?.contype];
  if (next[0] === 'CONSTR_ATTR_DEFERRED' || (next[0] === 'CONSTR_ATTR_DEFERRABLE' && next[1] === 'CONSTR_ATTR_DEFERRED'))
    return { ...constraint, deferrable: 'initially' };
  return next[0] === 'CONSTR_ATTR_DEFERRABLE' ? { ...constraint, deferrable: true } : constraint;
}
