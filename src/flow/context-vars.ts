/** Variables of a request or task: `current_tenant: ContextVar[Tenant] = ContextVar('tenant')`. https://docs.python.org/3/library/contextvars.html */
import type { Expr, Stmt } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import { lastName } from './arguments.js';
import { nameOf } from './handed-on.js';
import type { ModuleRef } from './program.js';
import type { Value } from './value.js';

const CLASS = 'ContextVar';

/** One variable: its name, the key of what is kept in it, and what its annotation says that it holds. */
export interface ContextVar { readonly name: string; readonly key: string; readonly module: ModuleRef; readonly holds: Expr | null }

/** The variables that a module makes at its top or in its classes. */
export function contextVarsOf(module: ModuleRef): readonly ContextVar[] {
  const within = (code: readonly Stmt[]): readonly ContextVar[] => code.flatMap((stmt): readonly ContextVar[] => {
    if (stmt.k === 'class') return within(stmt.cls.body);
    if (stmt.k !== 'set' || stmt.target.k !== 'name' || stmt.value?.k !== 'call') return [];
    const { value, type, target } = stmt;
    const [made, written] = [subscripted(value.fn), subscripted(type ?? value.fn)];
    if (nameOf(made.of) !== CLASS) return [];
    return [{ name: target.id, key: keyAt(module.path, spanStart(value.at)), module, holds: nameOf(written.of) === CLASS ? written.key : null }];
  });
  return within(module.code);
}

/** The value that `current.set(value)` keeps; null for any other expression. */
export function keptInVar(expr: Expr | undefined, names: ReadonlySet<string>): Expr | null {
  if (expr?.k !== 'call' || expr.fn.k !== 'attr' || expr.fn.name !== 'set' || expr.args.length !== 1 || !names.has(nameOf(expr.fn.of) ?? '')) return null;
  return expr.args[0]!.value;
}

/** The key of what a variable holds; null for any other value. */
export function contextVarKey(value: Value): string | null {
  return value.k === 'term' && value.callee.k === 'ext' && lastName(value.callee) === CLASS ? keyAt(value.place.path, spanStart(value.place.at)) : null;
}

const keyAt = (path: string, offset: number): string => `${path}:${offset}`;
const subscripted = (expr: Expr): { readonly of: Expr; readonly key: Expr | null } => (expr.k === 'item' ? expr : { of: expr, key: null });
