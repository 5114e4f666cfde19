import type { DdlOp } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { findName, relationSpan, wholeSpan, type Context } from './context.js';
import { dottedName, relationName, strings } from './node.js';

/** ALTER … RENAME of whatever is modelled. */
export function renames(ctx: Context, node: Tree): DdlOp[] {
  const to = (node.newname ?? '') as string;
  const range = (node.relation ?? {}) as Tree;
  const table = relationName(range);
  const at = node.relation ? relationSpan(ctx, range) : wholeSpan(ctx);
  const sub = (node.subname ?? '') as string;
  const subAt = (): DdlOp['at'] => findName(ctx, sub, ctx.offset(range.location ?? 0) + (table.name === sub ? sub.length : 0));
  switch (node.renameType) {
    // Views live in the namespace of tables.
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return [{ k: 'rename-table', table, to, at }];
    case 'OBJECT_COLUMN':
      return [{ k: 'rename-column', table, column: sub, to, at: subAt() }];
    case 'OBJECT_TABCONSTRAINT':
      return [{ k: 'rename-constraint', table, name: sub, to, at: subAt() }];
    case 'OBJECT_POLICY':
      return [{ k: 'alter-policy', table, name: sub, to, columns: [], at: subAt() }];
    case 'OBJECT_INDEX':
      return [{ k: 'rename-index', name: table, to, at }];
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const name = dottedName(strings(node.object?.List?.items));
      return [{ k: 'rename-type', name, to, at: findName(ctx, name.name) }];
    }
    case 'OBJECT_SCHEMA':
      return [{ k: 'rename-schema', name: sub, to, at }];
    default:
      return [];
  }
}
