/**
 * One source file of a programming language as plain data: what `syntax/` extracts from Python and
 * TypeScript alike, and what `flow/` and `dialects/` read. It says what is written, with nothing
 * resolved: no import is followed, no ORM is known, no path is inside.
 *
 * Every `at` is the narrowest text a person would point at: the name of an attribute, the whole of a call.
 */
import type { Span } from './span.js';

export type { Span };

/**
 * Comments that belong to a declaration: the block directly above it, and the one at the end of its line. Classes, what is set outside of
 * functions, and entries of dicts have them: what may be a table or a column.
 */
export interface Note {
  readonly lead?: string;
  readonly trail?: string;
}

export type Expr =
  | Name | Attr | Item | Call | Literal | Template | List | Dict | Op | Cond | FnExpr | Comp | Spread | Let | Cast | Other;

/** An identifier in value or type position. `self`, `this`, `cls`, `super` are names like any other. */
export interface Name { readonly k: 'name'; readonly id: string; readonly at: Span }
/** `of.name`; `at` spans `name` only. `maybe` for optional chaining (`of?.name`); non-null assertions leave no trace, private `#x` is `x`. */
export interface Attr { readonly k: 'attr'; readonly of: Expr; readonly name: string; readonly at: Span; readonly maybe?: true }
/**
 * `of[key]`, and a generic type's arguments: `List[Order]`, `Promise<Order>` (several keys are a List), `Order[]` is `Array[Order]`. `maybe` for `of?.[key]`.
 */
export interface Item { readonly k: 'item'; readonly of: Expr; readonly key: Expr; readonly at: Span; readonly maybe?: true }
/**
 * `fn(args)`, `new fn(args)`; JSX is a call of its tag with attributes as named arguments and children as plain ones. `await x` is `x`. `types` holds explicit
 * type arguments.
 */
export interface Call {
  readonly k: 'call';
  readonly fn: Expr;
  readonly args: readonly Arg[];
  readonly at: Span;
  readonly isNew?: true;
  readonly jsx?: true;
  readonly types?: readonly Expr[];
}
/** `name` for Python's keyword arguments and JSX attributes; spread `*` (`...x`) or `**`. `at` spans the argument's name when it has one. */
export interface Arg { readonly value: Expr; readonly name?: string; readonly at?: Span; readonly spread?: '*' | '**' }
/** None, null and undefined are null. */
export interface Literal { readonly k: 'lit'; readonly v: string | number | boolean | null; readonly at: Span }
/**
 * f-string, template literal, implicit or explicit concatenation of literals with holes. A text part's `at` spans its raw text; `types` as of a call, of the
 * tag.
 */
export interface Template {
  readonly k: 'tpl';
  readonly parts: readonly (TemplateText | Expr)[];
  readonly tag?: Expr;
  readonly types?: readonly Expr[];
  readonly at: Span;
}
export interface TemplateText { readonly k: 'text'; readonly v: string; readonly at: Span }
/** List, tuple, set or array literal. */
export interface List { readonly k: 'list'; readonly items: readonly Expr[]; readonly tuple?: true; readonly at: Span }
export interface Dict { readonly k: 'dict'; readonly entries: readonly Entry[]; readonly at: Span }
/**
 * `key: value`; a null key is a spread (`**x`, `...x`). Shorthand `{a}` has the name `a` as value; a method is a FnExpr; a computed key is an expression other
 * than a Literal.
 */
export interface Entry { readonly key: Expr | null; readonly value: Expr; readonly at: Span; readonly note?: Note }
/**
 * Operators in one spelling for all languages: `== != < <= > >= in not-in is is-not and or not + - * / % ?? | & ~ typeof keyof` …; the first argument is the
 * left one.
 */
export interface Op { readonly k: 'op'; readonly op: string; readonly args: readonly Expr[]; readonly at: Span }
export interface Cond { readonly k: 'cond'; readonly test: Expr; readonly then: Expr; readonly else: Expr; readonly at: Span }
export interface FnExpr { readonly k: 'fn'; readonly fn: Func; readonly at: Span }
/** `[value for target in iter if …]`; a dict comprehension has `key`. */
export interface Comp { readonly k: 'comp'; readonly key?: Expr; readonly value: Expr; readonly clauses: readonly CompClause[]; readonly at: Span }
export interface CompClause { readonly target: Expr; readonly iter: Expr; readonly ifs: readonly Expr[] }
export interface Spread { readonly k: 'spread'; readonly of: Expr; readonly at: Span }
/** An assignment inside an expression: `(n := f())`, `a = b = c` in TypeScript. */
export interface Let { readonly k: 'let'; readonly target: Expr; readonly value: Expr; readonly at: Span }
/** `x as T`, `<T>x`, `x satisfies T`, `cast(T, x)` stays a call. */
export interface Cast { readonly k: 'cast'; readonly of: Expr; readonly type: Expr; readonly at: Span }
/** What has no kind of its own; its parts still count. */
export interface Other { readonly k: 'other'; readonly parts: readonly Expr[]; readonly at: Span }

export type Stmt =
  | ExprStmt
  | SetStmt
  | ReturnStmt
  | IfStmt
  | LoopStmt
  | TryStmt
  | WithStmt
  | FnStmt
  | ClassStmt
  | ImportStmt
  | ExportStmt
  | TypeStmt
  | RaiseStmt
  | DelStmt
  | JumpStmt;

/** A docstring is the first ExprStmt of its body. */
export interface ExprStmt { readonly k: 'expr'; readonly value: Expr; readonly at: Span }
/**
 * `target: type = value`, variable declarations, class fields, interface members (no value).
 * A target is a Name, Attr, Item, or a pattern: a List, or a Dict whose values are targets (`{a: b}` binds b from key a;
 * a Spread takes the rest; a default is `Op '='` of target and default).
 * `op` is the operator of an augmented assignment (`+=` gives `+`). `decorators` and `optional` are of TypeScript fields.
 */
export interface SetStmt {
  readonly k: 'set'; readonly target: Expr; readonly value?: Expr; readonly type?: Expr; readonly op?: string;
  readonly decorators?: readonly Expr[]; readonly optional?: true; readonly isStatic?: true; readonly isConst?: true;
  readonly at: Span; readonly note?: Note;
}
export interface ReturnStmt { readonly k: 'return'; readonly value?: Expr; readonly at: Span; readonly isYield?: true }
/** `match` and `switch` are chains of `if` on `==`. */
export interface IfStmt { readonly k: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[]; readonly at: Span }
/**
 * `for target in iter`, `for…of`, `while test`, `for(;;)` (its initialiser stands before it, its step at the end of body), `do … while test` (`isTestLast`).
 */
export interface LoopStmt {
  readonly k: 'loop';
  readonly isTestLast?: true;
  readonly target?: Expr;
  readonly iter?: Expr;
  readonly test?: Expr;
  readonly body: readonly Stmt[];
  readonly at: Span;
}
export interface TryStmt {
  readonly k: 'try';
  readonly body: readonly Stmt[];
  readonly handlers: readonly Handler[];
  readonly else: readonly Stmt[];
  readonly final: readonly Stmt[];
  readonly at: Span;
}
export interface Handler { readonly type?: Expr; readonly name?: string; readonly body: readonly Stmt[]; readonly at: Span }
export interface WithStmt {
  readonly k: 'with';
  readonly items: readonly { readonly value: Expr; readonly target?: Expr }[];
  readonly body: readonly Stmt[];
  readonly at: Span;
}
export interface FnStmt { readonly k: 'def'; readonly fn: Func }
export interface ClassStmt { readonly k: 'class'; readonly cls: Class }
/**
 * One import statement. `module` as written (`.models`, `@/db/schema`); a name `*` binds the module itself (`import x as y`, `import * as y`) or, with `as`
 * `*`, everything (`from x import *`); `default` is TypeScript's default export. `require("x")` at top level counts.
 */
export interface ImportStmt { readonly k: 'import'; readonly module: string; readonly names: readonly ImportName[]; readonly isType?: true; readonly at: Span }
export interface ImportName { readonly name: string; readonly as: string; readonly at: Span; readonly isType?: true }
/**
 * TypeScript: `export {a as b} from 'x'` (module given), `export {a as b}`, `export * from 'x'` (name `*`, as `*`), `export * as n from 'x'` (name `*`).
 * `export default e` is a Set of the name `default`. Other exported declarations are plain statements.
 */
export interface ExportStmt { readonly k: 'export'; readonly module?: string; readonly names: readonly ImportName[]; readonly isType?: true; readonly at: Span }
/** `type X<P> = …`, Python's `type X = …`. An object type is a Dict of member types, a union is `Op '|'`. */
export interface TypeStmt { readonly k: 'type'; readonly name: string; readonly params: readonly string[]; readonly value: Expr; readonly at: Span }
export interface RaiseStmt { readonly k: 'raise'; readonly value?: Expr; readonly at: Span }
export interface DelStmt { readonly k: 'del'; readonly target: Expr; readonly at: Span }
/** `continue`, or `break` where `isBreak`. */
export interface JumpStmt { readonly k: 'jump'; readonly isBreak?: true; readonly at: Span }

/**
 * A function, method, lambda or arrow. An arrow's expression body is one ReturnStmt. `at` spans the name (or the whole of a nameless one), `range` the whole.
 */
export interface Func {
  readonly name: string | null; readonly params: readonly Param[]; readonly body: readonly Stmt[]; readonly returns?: Expr;
  readonly decorators: readonly Expr[]; readonly isAsync?: true; readonly accessor?: 'get' | 'set'; readonly isStatic?: true;
  readonly at: Span; readonly range: Span;
}
/**
 * `target` is a Name or a pattern as in SetStmt. `rest`: `*args`, `...args` or `**kwargs`. `isField`: a constructor parameter that is also a field (`private
 * repo: Repo`).
 */
export interface Param {
  readonly target: Expr;
  readonly type?: Expr;
  readonly default?: Expr;
  readonly rest?: '*' | '**';
  readonly decorators?: readonly Expr[];
  readonly isField?: true;
  readonly optional?: true;
}
/**
 * `at` spans the name, `range` the whole with decorators. Bases keep Python's keyword arguments; `implements` is there where a class says so. An interface's
 * members and an enum's members are SetStmts.
 */
export interface Class {
  readonly name: string; readonly form: 'class' | 'interface' | 'enum'; readonly bases: readonly Arg[]; readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[]; readonly params?: readonly string[]; readonly isAbstract?: true; readonly implements?: readonly Expr[];
  readonly at: Span; readonly range: Span; readonly note?: Note;
}
