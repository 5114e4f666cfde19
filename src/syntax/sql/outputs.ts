import type { ColumnRef } from '../../facts/sql.js';
import type { Tree } from './parse.js';
import { columnRef, functionName, holeRef, isParameter, isRowColumn, reads, withoutCasts, type Builder, type Draft } from './expressions.js';
import { strings } from './node.js';

/** Records output columns: of a select list, or of RETURNING. */
export function outputs(b: Builder, draft: Draft, targets: readonly Tree[], kind: ColumnRef['kind']): void {
  const before = draft.subqueries.length;
  for (const { ResTarget: target } of targets) {
    if (!target) continue;
    const ref =
      target.val?.ColumnRef && !isParameter(b.ctx, target.val)
        ? columnRef(b.ctx, target.val.ColumnRef, kind)
        : target.val?.ParamRef
          ? holeRef(b.ctx, target.val.ParamRef, kind)
          : null;
    reads(b, draft, target.val, kind);
    const column = ref && !isRowColumn(b.ctx, ref) ? ref : undefined;
    draft.outputs.push({ name: target.name ?? ref?.name ?? outputName(target.val), ...(column ? { column } : {}) });
  }
  draft.subqueries.push(...draft.subqueries.splice(before).map((each) => ({ ...each, isShown: true as const })));
}

/** The name PostgreSQL gives an output without an alias. */
function outputName(node: Tree | undefined): string | null {
  if (!node) return null;
  const bare = withoutCasts(node);
  if (bare.ColumnRef) return strings(bare.ColumnRef.fields).at(-1) ?? null;
  if (bare.FuncCall) return functionName(bare.FuncCall);
  if (bare.CoalesceExpr) return 'coalesce';
  if (bare.CaseExpr) return 'case';
  if (bare.SubLink?.subLinkType === 'EXISTS_SUBLINK') return 'exists';
  return null;
}
