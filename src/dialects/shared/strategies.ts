/**
 * The names that a naming strategy of the repository's own makes: its methods are evaluated over texts, as far as they put texts
 * together, choose between them and spell them.
 */
import pluralize from 'pluralize';
import type { Call, Expr, Func, Stmt } from '../../facts/code.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { type ClassRef } from '../../flow/value.js';
import { text } from '../../flow/arguments.js';
import { camelCase, capitalised, snakeCase } from './script-names.js';

/** A text, a list of texts, nothing (an argument that is not given, a name that is empty); undefined where it cannot be told. */
export type Text = string | readonly string[] | null | boolean | undefined;
type Scope = ReadonlyMap<string, Text>;

/** What a method of the class above gives: of the package's strategy that this one extends. Null where it has no such method. */
export type Above = (method: string, args: readonly Text[]) => string | null;

/** A strategy while one of its methods is evaluated: what `super.method(…)` and `this.method(…)` give, and names from outside the method. */
interface Strategy { readonly above: Above; readonly own: Above; readonly outer: (name: string, isMember: boolean) => Text }

/** A method calls others of its own this deep. */
const CALL_LIMIT = 8;

/** What a strategy's own method returns for these arguments; undefined where it has none of that name, null where it cannot be told. */
export function nameBy(flow: Flow, cls: ClassRef, method: string, args: readonly Text[], above: Above, depth = 0): string | null | undefined {
  const member = findMember(flow, cls, method);
  if (member?.k !== 'method') return undefined;
  if (depth > CALL_LIMIT) return null;
  const strategy: Strategy = {
    above,
    own: (name, given) => nameBy(flow, cls, name, given, above, depth + 1) ?? above(name, given),
    outer: (name, isMember) => {
      const field = isMember ? findMember(flow, cls, name) : null;
      return isMember
        ? field?.k === 'field' && field.stmt.value
          ? (text(flow.peek(field.stmt.value!, field.owner.env)) ?? undefined)
          : undefined
        : (text(flow.lookup(name, member.fn.env) ?? null) ?? undefined);
    },
  };
  return returnedBy(member.fn.fn, args, strategy);
}

function returnedBy(method: Func, args: readonly Text[], strategy: Strategy): string | null {
  const scope = new Map<string, Text>();
  method.params.forEach((param, index) => {
    if (param.target.k === 'name') scope.set(param.target.id, args[index] ?? (param.default ? textOf(param.default, scope, strategy) : null));
  });
  const returned = run(method.body, scope, strategy);
  return typeof returned === 'string' && returned !== '' ? returned : null;
}

/** What the statements return; null where none of them does. */
function run(body: readonly Stmt[], scope: Map<string, Text>, strategy: Strategy): Text {
  for (const stmt of body) {
    if (stmt.k === 'return') return stmt.value ? textOf(stmt.value, scope, strategy) : undefined;
    if (stmt.k === 'set' && stmt.target.k === 'name') scope.set(stmt.target.id, stmt.value && !stmt.op ? textOf(stmt.value, scope, strategy) : undefined);
    else if (stmt.k === 'if') {
      const test = textOf(stmt.test, scope, strategy);
      const returned = test === undefined ? undefined : run(isTrue(test) ? stmt.then : stmt.else, scope, strategy);
      if (returned !== null) return returned;
    } else if (stmt.k !== 'expr') return undefined;
  }
  return null;
}

const isTrue = (value: Text): boolean => value !== null && value !== '' && value !== false;

function textOf(expr: Expr, scope: Scope, strategy: Strategy): Text {
  const of = (part: Expr): Text => textOf(part, scope, strategy);
  switch (expr.k) {
    case 'lit': return typeof expr.v === 'number' ? String(expr.v) : expr.v;
    case 'name': return expr.id === 'undefined' ? null : scope.has(expr.id) ? scope.get(expr.id) : strategy.outer(expr.id, false);
    case 'cast': return of(expr.of);
    case 'tpl': return joined(expr.parts.map((part) => (part.k === 'text' ? part.v : of(part))));
    case 'list': {
      const items = expr.items.flatMap((item): readonly Text[] => {
        const value = of(item.k === 'spread' ? item.of : item);
        return item.k === 'spread' && Array.isArray(value) ? value : [value];
      });
      return items.every((item) => typeof item === 'string') ? (items as string[]) : undefined;
    }
    case 'cond': { const test = of(expr.test); return test === undefined ? undefined : of(isTrue(test) ? expr.then : expr.else); }
    case 'op': return operation(expr.op, expr.args, of);
    case 'attr': {
      if (isThis(expr.of)) return strategy.outer(expr.name, true);
      const value = of(expr.of);
      return expr.name === 'length' && value !== undefined && value !== null && typeof value !== 'boolean' ? value.length > 0 : undefined;
    }
    case 'call': return called(expr, of, strategy);
    default: return undefined;
  }
}

const isThis = (expr: Expr): boolean => expr.k === 'name' && expr.id === 'this';

function joined(parts: readonly Text[]): Text {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

function operation(op: string, args: readonly Expr[], of: (expr: Expr) => Text): Text {
  const [left, right] = args;
  const first = of(left!);
  if (op === 'not') return first === undefined ? undefined : !isTrue(first);
  if (first === undefined || !right) return undefined;
  switch (op) {
    case '+': return joined([first, of(right)]);
    case 'or': return isTrue(first) ? first : of(right);
    case '??': return first ?? of(right);
    case 'and': return isTrue(first) ? of(right) : first;
    case '>': return typeof first === 'boolean' && right.k === 'lit' && right.v === 0 ? first : undefined;
    default: return undefined;
  }
}

/** What functions and methods that spell a name are called, of whatever library or of the repository itself. */
const SPELLINGS: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^(to)?(snake|underscored?|decamelize)(case)?$/i, snakeCase],
  [/^(to)?(lower)?camel(ize|case)?$/i, camelCase],
  [/^(to)?(pascal|uppercamel)(case)?$/i, (name) => capitalised(camelCase(name))],
  [/^plural(ize|ise)?$/i, (name) => pluralize.plural(name)],
  [/^singular(ize|ise)?$/i, (name) => pluralize.singular(name)],
  [/^to(locale)?lowercase$/i, (name) => name.toLowerCase()],
  [/^lower(case)?$/i, (name) => name.toLowerCase()],
  [/^to(locale)?uppercase$/i, (name) => name.toUpperCase()],
];

function called({ fn, args }: Call, of: (expr: Expr) => Text, strategy: Strategy): Text {
  const given = args.map((arg) => (arg.spread ? undefined : of(arg.value)));
  const name = fn.k === 'attr' ? fn.name : fn.k === 'name' ? fn.id : '';
  if (fn.k === 'attr' && fn.of.k === 'name' && fn.of.id === 'super')
    return given.some((each) => each === undefined) ? undefined : (strategy.above(name, given) ?? undefined);
  if (fn.k === 'attr' && isThis(fn.of) && given.every((each) => each !== undefined)) { const own = strategy.own(name, given); if (own !== null) return own; }
  const receiver = fn.k === 'attr' && !isThis(fn.of) ? of(fn.of) : undefined;
  if (Array.isArray(receiver)) {
    if (name === 'concat') {
      const added = given.flat();
      return added.every((each) => typeof each === 'string') ? [...(receiver as readonly string[]), ...(added as string[])] : undefined;
    }
    return name === 'join' && (given.length === 0 || typeof given[0] === 'string') ? receiver.join(typeof given[0] === 'string' ? given[0] : ',') : undefined;
  }
  const subject = typeof receiver === 'string' ? receiver : given[0];
  const spelling = SPELLINGS.find(([pattern]) => pattern.test(name))?.[1];
  return spelling && typeof subject === 'string' ? spelling(subject) : undefined;
}
