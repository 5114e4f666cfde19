/** Functions of scripts that keep something on a request: middlewares and guards, and the strategies of Passport, whose framework does it for them. */
import type { Class, Expr, Func, Stmt } from '../facts/code.js';
import { walk } from '../facts/walk.js';
import { holderNamed, REQUEST, type Keeper } from './carried.js';
import type { ModuleRef } from './program.js';

/** Where Passport keeps whom it has let in. https://www.passportjs.org/concepts/authentication/strategies/ https://docs.nestjs.com/recipes/passport */
const PASSED = 'request.user';

export function scriptKeepers(module: ModuleRef): readonly Keeper[] {
  const found: Keeper[] = [];
  const add = (fn: Func, owner: Class | null): void => {
    const keeps = fn.name === 'validate' && owner !== null && isStrategy(owner) ? PASSED : null;
    if (keeps !== null || keepsOnRequest(fn)) found.push({ module, around: [fn], owner, parts: [], keeps });
  };
  for (const stmt of module.code) {
    if (stmt.k === 'class' && stmt.cls.form === 'class') for (const fn of stmt.cls.body.flatMap(functionsIn)) add(fn, stmt.cls);
    else for (const fn of functionsIn(stmt)) add(fn, null);
  }
  return found;
}

function functionsIn(stmt: Stmt): readonly Func[] {
  if (stmt.k === 'def') return [stmt.fn];
  return stmt.k === 'set' || stmt.k === 'expr' ? given(stmt.value, WRAPPERS) : [];
}

/** Calls around a function: `app.use(wrapped(async (req, res, next) => { … }))`. */
const WRAPPERS = 2;

function given(value: Expr | undefined, depth: number): readonly Func[] {
  if (value?.k === 'fn') return [value.fn];
  return value?.k === 'call' && depth > 0 ? value.args.flatMap((arg) => given(arg.value, depth - 1)) : [];
}

/** `extends PassportStrategy(Strategy, 'jwt')` */
export function isStrategy({ bases }: Class): boolean {
  return bases.some(
    ({ value }) => value.k === 'call' && (value.fn.k === 'name' ? value.fn.id : value.fn.k === 'attr' ? value.fn.name : '') === 'PassportStrategy',
  );
}

/** Somewhere in it, or in a function that it makes, something is set on what is called a request or has the type of one. */
function keepsOnRequest(fn: Func): boolean {
  const typed = new Set<string>();
  const note = ({ params }: Func): void => {
    for (const { target, type } of params)
      if (target.k === 'name' && type && REQUEST.test(type.k === 'name' ? type.id : type.k === 'attr' ? type.name : '')) typed.add(target.id);
  };
  let isKept = false;
  note(fn);
  walk(fn.body, (node) => {
    if (node.k !== 'set' || !node.value || node.op || node.value.k === 'lit' || (node.target.k !== 'attr' && node.target.k !== 'item')) return;
    const root = rootOf(node.target.of);
    isKept ||= holderNamed(node.target.of) !== null || (root !== null && typed.has(root));
  }, note);
  return isKept;
}

/** `req` of `req`, `(req as AuthRequest)`; null for a part of it, which is another object. */
function rootOf(expr: Expr): string | null {
  return expr.k === 'name' ? expr.id : expr.k === 'cast' ? rootOf(expr.of) : null;
}
