import type { DdlOp } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { findName, wholeSpan, type Context } from './context.js';
import { dottedName, strings, typeName } from './node.js';

/** DROP of whatever is modelled: one operation for each name. */
export function drops(ctx: Context, node: Tree): DdlOp[] {
  const ifExists = node.missing_ok ? true : undefined;
  if (node.removeType === 'OBJECT_SCHEMA') {
    return ((node.objects ?? []) as Tree[]).map(({ String: name }): DdlOp => ({ k: 'drop-schema', name: name?.sval ?? '', at: wholeSpan(ctx) }));
  }
  return ((node.objects ?? []) as Tree[]).flatMap((object): DdlOp[] => {
    if (node.removeType === 'OBJECT_EXTENSION') return [{ k: 'drop-extension', name: object.String?.sval ?? '', at: findName(ctx, object.String?.sval ?? '') }];
    if (/^OBJECT_(?:FUNCTION|PROCEDURE|ROUTINE)$/.test(String(node.removeType))) return [dropFunction(ctx, node, object.ObjectWithArgs ?? {})];
    const parts = strings(object.List?.items ?? object.TypeName?.names);
    const name = dottedName(parts);
    const at = findName(ctx, name.name);
    switch (node.removeType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
        return [{ k: 'drop-table', table: name, ifExists, at }];
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
        return [{ k: 'drop-view', view: name, at }];
      case 'OBJECT_INDEX':
        return [{ k: 'drop-index', name, ifExists, at }];
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        return [{ k: 'drop-type', name, at }];
      case 'OBJECT_TRIGGER':
        return [{ k: 'drop-trigger', name: name.name, table: dottedName(parts.slice(0, -1)), at }];
      case 'OBJECT_POLICY':
        return [{ k: 'drop-policy', name: name.name, table: dottedName(parts.slice(0, -1)), at }];
      default:
        return [];
    }
  });
}

function dropFunction(ctx: Context, node: Tree, object: Tree): DdlOp {
  const name = dottedName(strings(object.objname));
  const takes = object.args_unspecified ? null : ((object.objargs ?? []) as Tree[]).map((type) => typeName(type.TypeName));
  return { k: 'drop-function', name, takes, ...(node.behavior === 'DROP_CASCADE' ? { isCascade: true as const } : {}), at: findName(ctx, name.name) };
}
