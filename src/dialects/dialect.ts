/** What a dialect is: how its declarations are read, and what its API means. All of it works on evaluated facts; no dialect parses or opens a file. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { Model } from '../flow/model.js';
import type { Args, ClassRef, FnRef, Value } from '../flow/value.js';
import type { Flow } from '../flow/evaluate.js';
import type { Env, ModuleRef } from '../flow/program.js';
import type { SqlText } from '../flow/sql.js';
import type { Arg, Expr, Param, Template } from '../facts/code.js';
import type { TableDraft } from '../link/draft.js';

export interface Dialect {
  readonly id: string;
  readonly language: 'python' | 'typescript' | 'prisma' | 'sql';
  /** Models that the repository declares in this dialect. */
  declare?(program: ProgramView): readonly TableDraft[];
  /** Reading a relationship of a row runs a query where it was not loaded with the row. */
  readonly loadsOnRead?: true;
  /** Rows are plain objects: what is set on one is not saved. */
  readonly plainRows?: true;
  /**
   * A row brings no rows of other tables with it but those that code makes of their own classes, unless its class has a constructor that takes whatever it is
   * given.
   */
  readonly insertsAlone?: true;
  /** Attributes of rows that tell whether they are stored yet (`isNewRecord`), with what they are of a row that is not. */
  readonly newFlags?: Readonly<Record<string, boolean>>;
  /** What its API does: each returns undefined when the call or attribute is none of its own. */
  readonly api?: DialectApi;
}

/** The repository as a dialect sees it while declarations are read. */
export interface ProgramView {
  readonly flow: Flow;
  readonly modules: readonly ModuleRef[];
  /** Every class of every module, nested ones too, in file order. */
  readonly classes: readonly ClassRef[];
  /** Facts of files that are no code (Prisma schemas, settings), by path. */
  readonly files: ReadonlyMap<string, FileFacts>;
}

export interface CallSite {
  /** What is called: evaluated callee; for a method call of something unknown, `any`. */
  readonly callee: Value;
  /** The receiver and name of a method call. */
  readonly receiver: Value | null;
  readonly name: string | null;
  readonly args: Args;
  /** The arguments as written; JSX and explicit type arguments. */
  readonly written: readonly Arg[];
  readonly types: readonly Expr[];
  readonly isNew: boolean;
  readonly env: Env;
  readonly at: Span;
  /** Span of the method's name, where there is one. */
  readonly nameAt: Span;
  /** A tagged template: its text; `args` are what stands in the holes. */
  readonly template?: Template;
  /** The receiver as a dotted name, where it is one: what a call leaves behind in a cursor is found by it. */
  readonly receiverName?: string | null;
  /** The text of a tagged template that reads as SQL. */
  readonly sql?: SqlText;
}

export interface DialectApi {
  /** A call whose receiver or callee this dialect may know. Effects go to `flow.record`. */
  call?(flow: Flow, site: CallSite): Value | undefined;
  /** An attribute of a value (`Model.objects`, `db.query.users`), asked before the general meaning. */
  attribute?(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined;
  /** `of[key]`. */
  item?(flow: Flow, of: Value, key: Value, env: Env, at: Span): Value | undefined;
  /**
   * An operator on a column that has a meaning in queries (`==`, `&`, `in`), or on text; general ones need no hook. `written` are its operands, where they
   * stand in the code.
   */
  operator?(flow: Flow, op: string, args: readonly Value[], env: Env, at: Span, written: readonly Expr[]): Value | undefined;
  /** A row is created by calling the model; default: an insert of the named arguments. */
  construct?(flow: Flow, model: Model, site: CallSite): Value | undefined;
  /** The model whose rows a value (a repository, a delegate) finds and writes. */
  handles?(flow: Flow, value: Value): Model | undefined;
  /** One item of a value that is iterated (a query result). */
  element?(flow: Flow, of: Value, env: Env, at: Span): Value | undefined;
  /** The value of a type annotation that names a library's type (`Repository<User>`, `QuerySet["Order"]`). */
  annotation?(flow: Flow, name: Value, args: readonly Expr[], env: Env): Value | undefined;
  /** The value of a parameter nobody passes (`Depends(get_db)`, `@InjectRepository(User)`). */
  parameter?(flow: Flow, param: Param, declared: Value, env: Env): Value | undefined;
  /** A function of this repository as it is defined: routes, tasks, serialisers look at decorators and what is returned. */
  define?(flow: Flow, fn: FnRef, returned: Value): void;
  /** What leaves of a value that a function returns which nobody here calls, where its declaration says that; default: all of it. */
  returned?(flow: Flow, fn: FnRef, value: Value): Value | undefined;
  /** Whether these decorators of a method say that it is called before rows are inserted, and at no other time. */
  insertHook?(flow: Flow, decorators: readonly Expr[], env: Env): boolean;
  /** A class as it is defined, its fields being options or declarations that name columns. Returns the fields that it has told of: they are not run as code. */
  defineClass?(flow: Flow, cls: ClassRef): ReadonlySet<string> | undefined;
  /** A constant attribute is written on a row or object (`row.x = v`, `setattr`), or an item of a dialect's own value, whose name is `[]`; default: a write. */
  assign?(flow: Flow, of: Value, name: string, value: Value, env: Env, at: Span): boolean;
}
