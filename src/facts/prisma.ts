/** A Prisma schema file as plain data, one entry for each block, as written. Spans are UTF-16 offsets. */
import type { Note, Span } from './code.js';

export type PrismaBlock =
  | {
      readonly k: 'model' | 'view' | 'type';
      readonly name: string;
      readonly fields: readonly PrismaField[];
      readonly attributes: readonly PrismaAttribute[];
      readonly note?: Note;
      readonly at: Span;
      readonly range: Span;
    }
  | {
      readonly k: 'enum';
      readonly name: string;
      readonly values: readonly { readonly name: string; readonly attributes: readonly PrismaAttribute[]; readonly at: Span }[];
      readonly attributes: readonly PrismaAttribute[];
      readonly at: Span;
      readonly range: Span;
    }
  | {
      readonly k: 'datasource' | 'generator';
      readonly name: string;
      readonly settings: Readonly<Record<string, string>>;
      readonly at: Span;
      readonly range: Span;
    };

export interface PrismaField {
  readonly name: string;
  readonly type: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: readonly PrismaAttribute[];
  readonly note?: Note;
  readonly at: Span;
  readonly range: Span;
}
/** `@id`, `@db.VarChar(20)` (name `db.VarChar`), `@@index([a, b])`; the name is without the `@`. */
export interface PrismaAttribute { readonly name: string; readonly args: readonly { readonly name?: string; readonly value: PrismaValue }[]; readonly at: Span }
export type PrismaValue =
  | { readonly k: 'string'; readonly v: string } | { readonly k: 'number'; readonly v: number } | { readonly k: 'boolean'; readonly v: boolean }
  | { readonly k: 'path'; readonly v: string } | { readonly k: 'list'; readonly items: readonly PrismaValue[] }
  | { readonly k: 'call'; readonly name: string; readonly args: readonly { readonly name?: string; readonly value: PrismaValue }[] };
