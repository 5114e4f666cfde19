import type { Span, Stmt } from '../facts/code.js';
import type { Problem } from '../facts/file.js';

/** A comment as every parser of this folder reports it: text without its marks, and whether code stands before it on its line. */
export interface Comment { readonly text: string; readonly at: Span; readonly alone: boolean }

/** What a parser of a programming language returns. It never throws on bad input: what it could not read is a problem. */
export interface ParsedCode { readonly code: readonly Stmt[]; readonly comments: readonly Comment[]; readonly problems: readonly Problem[] }
