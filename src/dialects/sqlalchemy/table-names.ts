/** Names of tables: written, or computed from the name of the class. https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html */
import type { Expr, Func, Stmt } from '../../facts/code.js';
import { argument, isExternal, text } from '../../flow/arguments.js';
import { ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { ClassRef, FnRef } from '../../flow/value.js';
import { nameOfCall } from './terms.js';

/** What `__tablename__` of the nearest class in a line says; null where none does. */
export function tableNameOf(flow: Flow, cls: ClassRef, line: readonly ClassRef[]): string | null {
  for (const each of line) {
    const member = ownMembers(flow, each).get('__tablename__');
    if (member?.k === 'field' && member.stmt.value) return text(flow.peek(member.stmt.value!, each.env));
    if (member?.k === 'method') return computedName(flow, cls, member);
  }
  return null;
}

/** Whether a class says itself what its table is called. */
export function isNamed(own: ReadonlyMap<string, Member>): boolean {
  const member = own.get('__tablename__');
  return member !== undefined && !(member.k === 'field' && member.stmt.value?.k === 'lit' && member.stmt.value.v === null);
}

/**
 * Whether the class or one it descends from computes `__tablename__`, whichever the class is: with an `if` it may leave out those that share their parent's
 * table.
 */
export function namesEach(flow: Flow, line: readonly ClassRef[]): boolean {
  const member = line.map((each) => ownMembers(flow, each).get('__tablename__')).find((each) => each !== undefined);
  return member?.k === 'method' && !member.fn.fn.body.some((stmt) => stmt.k === 'if');
}

/** A name computed from the class's: what it returns where that can be told, else the usual snake case, with a plural `s` where the code adds one. */
function computedName(flow: Flow, cls: ClassRef, member: Member & { k: 'method' }): string {
  const told = text(flow.quiet(() => flow.callFn({ k: 'fn', fn: member.fn, self: { k: 'class', cls } }, []))) ?? returned(flow, member.fn, [cls]);
  if (told !== null) return told;
  const written = JSON.stringify(member.fn.fn.body);
  const name = /"re"|snake|underscore|decamelize|sub"/.test(written) ? snake(cls.name) : cls.name.toLowerCase();
  return /"v":"s"/.test(written) || /\}s"|"v":"s/.test(written) ? `${name}s` : name;
}

export const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase();

/** What is known while a name is computed: texts, and the class that is named. */
type Known = string | ClassRef;
interface Scope { readonly flow: Flow; readonly env: Env; readonly names: Map<string, Known> }

/** Deepest chain of functions that compute a name. */
const DEPTH_LIMIT = 4;

/** The text that a function of assignments and one return gives for these arguments; null where it does anything else. */
function returned(flow: Flow, fn: FnRef, args: readonly Known[], depth = 0): string | null {
  if (depth > DEPTH_LIMIT || args.length > fn.fn.params.length) return null;
  const names = new Map(
    args.flatMap((arg, index): [string, Known][] => {
      const { target } = fn.fn.params[index]!;
      return target.k === 'name' ? [[target.id, arg]] : [];
    }),
  );
  return lastOf(fn.fn, { flow, env: fn.env, names }, depth);
}

function lastOf({ body }: Func, scope: Scope, depth: number): string | null {
  for (const stmt of body) {
    if (stmt.k === 'return') return stmt.value ? textOf(stmt.value, scope, depth) : null;
    if (!isRun(stmt, scope, depth)) return null;
  }
  return null;
}

/** Runs what stands before the return: a docstring, an import, `name = …`, `if has_inherited_table(cls): return None`. */
function isRun(stmt: Stmt, scope: Scope, depth: number): boolean {
  if (stmt.k === 'if')
    return stmt.else.length === 0 && stmt.then.every((each) => each.k === 'return' && (!each.value || (each.value.k === 'lit' && each.value.v === null)));
  if (stmt.k === 'import' || (stmt.k === 'expr' && stmt.value.k === 'lit')) return true;
  if (stmt.k !== 'set' || stmt.op || stmt.target.k !== 'name' || !stmt.value) return false;
  const value = textOf(stmt.value, scope, depth);
  if (value !== null) scope.names.set(stmt.target.id, value);
  return value !== null;
}

function textOf(expr: Expr, scope: Scope, depth: number): string | null {
  const next = (part: Expr): string | null => textOf(part, scope, depth);
  switch (expr.k) {
    case 'lit': return typeof expr.v === 'string' ? expr.v : null;
    case 'name': { const known = scope.names.get(expr.id); return typeof known === 'string' ? known : known ? null : text(scope.flow.peek(expr, scope.env)); }
    case 'attr': return expr.name === '__name__' && expr.of.k === 'name' ? nameOf(scope.names.get(expr.of.id)) : null;
    case 'op': return expr.op === '+' ? joined(expr.args.map(next)) : null;
    case 'tpl': return expr.tag ? null : joined(expr.parts.map((part) => (part.k === 'text' ? part.v : next(part))));
    case 'call': return calledText(expr, scope, depth);
    default: return null;
  }
}

const nameOf = (known: Known | undefined): string | null => (known !== undefined && typeof known !== 'string' ? known.name : null);
const joined = (parts: readonly (string | null)[]): string | null => (parts.every((part) => part !== null) ? parts.join('') : null);

function calledText(call: Expr & { k: 'call' }, scope: Scope, depth: number): string | null {
  if (call.args.some((arg) => arg.spread || arg.name !== undefined)) return null;
  const substituted = substitution(call, scope, depth);
  if (substituted !== null) return substituted;
  const args = call.args.map((arg) => (arg.value.k === 'name' ? scope.names.get(arg.value.id) : undefined) ?? textOf(arg.value, scope, depth));
  if (args.some((arg) => arg === null)) return null;
  const of = call.fn.k === 'attr' ? textOf(call.fn.of, scope, depth) : null;
  if (call.fn.k === 'attr' && of !== null) return textMethod(of, call.fn.name, args.map(String));
  const callee = scope.flow.peek(call.fn, scope.env);
  return callee.k === 'fn' ? returned(scope.flow, callee.fn, args as readonly Known[], depth + 1) : null;
}

function textMethod(of: string, name: string, args: readonly string[]): string | null {
  const [first = '', second] = args;
  switch (name) {
    case 'lower': case 'casefold': return of.toLowerCase();
    case 'upper': return of.toUpperCase();
    case 'replace': return second === undefined ? null : of.replaceAll(first, second);
    case 'removesuffix': return of.endsWith(first) ? of.slice(0, of.length - first.length) : of;
    case 'removeprefix': return of.startsWith(first) ? of.slice(first.length) : of;
    case 'strip': case 'lstrip': case 'rstrip': return args.length === 1 && /^\w$/.test(first)
      ? of.replace(new RegExp(name === 'strip' ? `^${first}+|${first}+$` : name === 'lstrip' ? `^${first}+` : `${first}+$`, 'g'), '')
      : null;
    default: return null;
  }
}

/** `re.sub(pattern, replacement, name)`, `PATTERN.sub(replacement, name)`; null for other calls, and for patterns that JavaScript does not have. */
function substitution(call: Expr & { k: 'call' }, scope: Scope, depth: number): string | null {
  if (call.fn.k !== 'attr' || call.fn.name !== 'sub') return null;
  const of = scope.flow.peek((call.fn as Expr & { k: 'attr' }).of, scope.env);
  const compiled = of.k === 'term' && nameOfCall(of) === 'compile' ? text(argument(of.args, 0)) : null;
  const isModule = isExternal(of, 're');
  const given = call.args.map((arg) => textOf(arg.value, scope, depth));
  const [pattern, replacement, name] = compiled !== null && !isModule ? [compiled, ...given] : given;
  if ((compiled === null && !isModule) || pattern == null || replacement == null || name == null) return null;
  // A repeated group can take longer than anybody waits.
  if (/\)[*+{]/.test(pattern)) return null;
  try {
    return name.replace(
      new RegExp(pattern, 'g'),
      replacement.replace(/\$/g, '$$$$').replace(/\\(?:g<(\d+)>|(\d+))/g, (_, long: string | undefined, short: string | undefined) => `$${long ?? short}`),
    );
  } catch { return null; }
}
