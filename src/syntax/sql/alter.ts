import type { DdlOp, QName } from '../../facts/ddl.js';
import { makeSpan, spanEnd } from '../../facts/span.js';
import type { Tree } from './parse.js';
import { columnOf } from './columns.js';
import { constraintOf, parenText } from './constraints.js';
import { elements, findKeyword, findName, relationSpan, sliceText, wholeSpan, type Context } from './context.js';
import { relationName, strings } from './node.js';
import { typeOf } from './types.js';
import { advance, cursor } from './tokens.js';

interface Range { readonly start: number; readonly end: number }

/** Kinds of relation whose ALTER changes no table. */
const OTHER_OBJECTS = new Set(['OBJECT_INDEX', 'OBJECT_SEQUENCE', 'OBJECT_TYPE']);
/** Sub-commands that change columns or inheritance in a way the operations cannot say. */
const UNKNOWN = new Set(['AT_AddOf']);

/** ALTER TABLE: one operation for every sub-command that changes what is modelled. */
export function alterTable(ctx: Context, node: Tree): DdlOp[] {
  if (OTHER_OBJECTS.has(node.objtype)) return [];
  const table = relationName(node.relation ?? {});
  const ranges = commandRanges(ctx, node.relation ?? {});
  const ops = ((node.cmds ?? []) as Tree[]).flatMap((wrapped, index) => {
    const op = command(ctx, table, wrapped.AlterTableCmd ?? {}, ranges[index] ?? { start: 0, end: ctx.text.length });
    return op ? [op] : [];
  });
  // PostgreSQL drops first, whatever the order: https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c (AT_PASS_DROP)
  const ordered = [...ops.filter(isDrop), ...ops.filter((op) => !isDrop(op))];
  return node.missing_ok ? ordered.map((op) => ({ ...op, isGuarded: true })) : ordered;
}

const isDrop = (op: DdlOp): boolean => op.k === 'drop-column' || op.k === 'drop-constraint';

/** Sub-commands have no place in the tree: the elements of the comma list behind the table's name are theirs. */
function commandRanges(ctx: Context, relation: Tree): Range[] {
  const nameEnd = spanEnd(relationSpan({ ...ctx, span: makeSpan }, relation));
  const c = cursor(ctx.text, nameEnd);
  const from = advance(c) && ctx.text[c.start] === '*' ? c.end : nameEnd;
  return elements(ctx, from, ctx.text.length);
}

function command(ctx: Context, table: QName, cmd: Tree, range: Range): DdlOp | null {
  const column = (cmd.name ?? '') as string;
  const at = cmd.name ? findName(ctx, column, range.start, range.end) : ctx.span(range.start, range.end);
  const ifExists = cmd.missing_ok ? true : undefined;
  switch (cmd.subtype) {
    case 'AT_AddColumn': {
      const added = columnOf(ctx, cmd.def?.ColumnDef ?? {}, table);
      return { k: 'add-column', table, column: added.column, constraints: added.constraints, ifNotExists: ifExists, at: added.column.at };
    }
    case 'AT_DropColumn':
      return { k: 'drop-column', table, column, ifExists, at };
    case 'AT_AlterColumnType':
      return {
        k: 'alter-column',
        table,
        column,
        type: typeOf(cmd.def?.ColumnDef?.typeName) ?? undefined,
        collation: strings(cmd.def?.ColumnDef?.collClause?.collname).at(-1) ?? null,
        at,
      };
    case 'AT_ColumnDefault':
      return { k: 'alter-column', table, column, default: cmd.def ? newDefault(ctx, range) : null, at };
    case 'AT_SetNotNull':
      return { k: 'alter-column', table, column, nullable: false, at };
    case 'AT_DropNotNull':
      return { k: 'alter-column', table, column, nullable: true, at };
    case 'AT_AddIdentity':
      return { k: 'alter-column', table, column, identity: true, at };
    case 'AT_DropIdentity':
      return { k: 'alter-column', table, column, identity: false, at };
    case 'AT_SetExpression':
      return { k: 'alter-column', table, column, generated: parenText(ctx, findKeyword(ctx, 'expression', range.start, range.end)?.end ?? range.start), at };
    case 'AT_DropExpression':
      return { k: 'alter-column', table, column, generated: null, at };
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      return { k: cmd.subtype === 'AT_AddInherit' ? 'inherit' : 'disinherit', table, parent: relationName(cmd.def?.RangeVar ?? {}), at };
    case 'AT_DetachPartition':
      return { k: 'detach-partition', table, partition: relationName(cmd.def?.PartitionCmd?.name ?? {}), at };
    case 'AT_AddConstraint': {
      const constraint = constraintOf(ctx, cmd.def?.Constraint ?? {}, null, range.end);
      return constraint ? { k: 'add-constraint', table, constraint, at: constraint.at } : namedNotNull(table, cmd.def?.Constraint, at);
    }
    case 'AT_DropConstraint':
      return { k: 'drop-constraint', table, name: column, ifExists, at };
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      return { k: 'row-security', table, enabled: cmd.subtype === 'AT_EnableRowSecurity', at };
    case 'AT_AttachPartition':
      return { k: 'attach-partition', table, partition: relationName(cmd.def?.PartitionCmd?.name ?? {}), at };
    default:
      return UNKNOWN.has(cmd.subtype) ? { k: 'unknown-step', what: sliceText(ctx, 0, ctx.text.length).slice(0, 200), at: wholeSpan(ctx) } : null;
  }
}

/** PostgreSQL 18: `ADD CONSTRAINT n NOT NULL a`. */
function namedNotNull(table: QName, node: Tree | undefined, at: DdlOp['at']): DdlOp | null {
  const column = node?.contype === 'CONSTR_NOTNULL' ? node.keys?.[0]?.String?.sval : undefined;
  return column ? { k: 'alter-column', table, column, nullable: false, at } : null;
}

function newDefault(ctx: Context, range: Range): string {
  const keyword = findKeyword(ctx, 'default', range.start, range.end);
  return keyword ? sliceText(ctx, keyword.end, range.end) : '';
}
