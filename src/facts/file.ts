import type { Span, Stmt } from './code.js';
import type { SqlStatement } from './sql.js';
import type { PrismaBlock } from './prisma.js';

/** Raised whenever the shape or the meaning of the facts changes: it is part of the cache's key. */
export const FACTS_FORMAT = 21;

export type Language = 'python' | 'typescript' | 'sql' | 'prisma' | 'text';

/** Everything the linter keeps of one file. Plain JSON; no path and no configuration inside. */
export interface FileFacts {
  readonly language: Language;
  /** Python and TypeScript. */
  readonly code?: readonly Stmt[];
  /** `.sql` files, in file order. */
  readonly sql?: readonly SqlStatement[];
  /** Parts of a `.sql` file that take its own change back, by the marks that migration tools put around them. */
  readonly down?: readonly Span[];
  /** Strings in code that read as SQL, by the span of their literal or template, in order. */
  readonly sqlStrings?: readonly SqlString[];
  /** Strings beside these that read as a part of a statement: conditions, an order, a limit, as a query over no table. */
  readonly sqlParts?: readonly SqlString[];
  /** Where the texts begin that begin like SQL and do not parse: offsets of literals, and of the texts between the holes of templates. */
  readonly unreadSql?: readonly number[];
  /** `.prisma` files. */
  readonly prisma?: readonly PrismaBlock[];
  /** Identifier-like words of a file that is not parsed (templates, other languages), sorted, each once. */
  readonly words?: readonly string[];
  /** Templates of Django and Jinja. */
  readonly page?: Page;
  /** What of a settings file matters for resolving names (tsconfig paths, workspace packages). */
  readonly settings?: Settings;
  readonly suppressions: readonly Suppression[];
  readonly problems: readonly Problem[];
}

/**
 * What a template reads: the names that it may be given, and what it does with them. Calls of names in braces are the template language's own: `{get}(of,
 * name)`, `{include}(name, …)`, `{filter}(value, …)`.
 */
export interface Page {
  readonly params: readonly string[];
  readonly body: readonly Stmt[];
  /** The words of all its tags, sorted, each once; `words` of the file are those of the text around them. */
  readonly names: readonly string[];
}

/** `at` equals the `at` of the Literal or Template in `code`. Places inside `statements` are offsets of the file. */
export interface SqlString {
  readonly at: Span;
  readonly statements: readonly SqlStatement[];
  /** Its holes in order; `isRead`: what a constant puts in is among the statements. */
  readonly holes?: readonly SqlHole[];
}
export interface SqlHole { readonly at: Span; readonly isRead?: true }

/** Kinds of databases, as far as it matters here which one it is. */
export type DatabaseEngine = 'postgres' | 'mysql' | 'sqlite' | 'other';

/** `paths` and `baseUrl` as in tsconfig; `packageName`, `entry` and `workspaces` as in package.json; `extends` names another tsconfig. */
export interface Settings {
  readonly kind: 'tsconfig' | 'package' | 'requirements';
  readonly baseUrl?: string;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly extends?: readonly string[];
  /** Of a tsconfig: whether types are checked for null. */
  readonly strict?: boolean;
  readonly packageName?: string;
  readonly entries?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
  /** Engines whose drivers a manifest asks for, each once. */
  readonly drivers?: readonly DatabaseEngine[];
}

/** One `schemalint: ignore[…]` comment. `line` counts from 1; `alone` when nothing else stands on the line; `rules` as written. */
export interface Suppression {
  readonly rules: readonly string[];
  readonly reason: string | null;
  readonly line: number;
  readonly at: Span;
  readonly alone: boolean;
  readonly wholeFile: boolean;
}

/** A place of the file that could not be read, the rest of it counts. */
export interface Problem {
  readonly kind: 'syntax' | 'encoding' | 'too-large' | 'unreadable' | 'other-sql';
  readonly message: string;
  readonly at: Span;
  /** The file ends in the middle of something: what would follow is not there. */
  readonly isCut?: true;
}
