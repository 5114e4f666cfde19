import type { Note, Span } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import { makeSpan } from '../../facts/span.js';
import type { Comment } from '../source.js';

const IDENTIFIER = /[\p{L}\p{N}_][\p{L}\p{N}_-]*/uy;

/** A place in the text of a schema, and what was noticed on the way there. */
export class Reader {
  pos: number;
  readonly comments: Comment[] = [];
  readonly problems: Problem[] = [];

  constructor(readonly text: string) {
    this.pos = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  get atEnd(): boolean {
    return this.pos >= this.text.length;
  }

  get char(): string {
    return this.text.charAt(this.pos);
  }

  problem(message: string, at: Span): void {
    this.problems.push({ kind: 'syntax', message, at });
  }

  /** The match of a sticky expression here, stepped over. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.pos;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.pos += match[0].length;
    return match[0];
  }

  identifier(): string | undefined {
    return this.take(IDENTIFIER);
  }

  /** Steps over `char` if it stands here. */
  eat(char: string): boolean {
    if (this.char !== char) return false;
    this.pos++;
    return true;
  }

  /** Steps over blanks of this line. */
  skipSpaces(): void {
    while (this.char === ' ' || this.char === '\t') this.pos++;
  }

  /** Steps over blank lines and comments; returns the comments that stand directly above what follows. */
  skipBlank(): string | undefined {
    let lead: string[] = [];
    let newlines = 0;
    for (; !this.atEnd; ) {
      const comment = this.comment();
      if (comment) {
        if (newlines > 1) lead = [];
        if (comment.alone) lead.push(comment.text);
        newlines = 0;
      } else if (/\s/.test(this.char)) {
        if (this.char === '\n') newlines++;
        this.pos++;
      } else break;
    }
    return newlines > 1 || lead.length === 0 ? undefined : lead.join('\n');
  }

  /** The comment here, if one stands here: `//`, `///` or `/* … *\/`. */
  comment(): Comment | undefined {
    if (this.char !== '/') return undefined;
    const start = this.pos;
    const raw = this.take(/\/\/[^\r\n]*/y) ?? this.take(/\/\*[^]*?(?:\*\/|$)/y);
    if (raw === undefined) return undefined;
    const before = this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start).replace(/^\uFEFF/, '');
    const comment: Comment = { text: bare(raw), at: makeSpan(start, this.pos), alone: before.trim() === '' };
    this.comments.push(comment);
    return comment;
  }

  /** The comment at the end of this line. */
  trailing(): string | undefined {
    this.skipSpaces();
    return this.comment()?.text;
  }

  /** Whether nothing but a closing brace is left on this line. */
  atLineEnd(): boolean {
    this.skipSpaces();
    return this.atEnd || this.char === '\n' || this.char === '\r' || this.char === '}';
  }
}

function bare(comment: string): string {
  if (comment.startsWith('//')) return comment.replace(/^\/+/, '').trim();
  return comment.slice(2).replace(/\*\/$/, '').split(/\r?\n/).map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd()).join('\n').trim();
}

/** The comments of a declaration, or nothing at all when it has none. */
export function noted(lead: string | undefined, trail: string | undefined): { note?: Note } {
  if (lead === undefined && trail === undefined) return {};
  return { note: { ...(lead !== undefined && { lead }), ...(trail !== undefined && { trail }) } };
}
