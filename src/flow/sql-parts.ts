/** Parts of statements that code puts together as texts: conditions collected in a list and joined, clauses added behind a statement. */
import { spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import type { SqlText } from './sql.js';
import { union } from './unions.js';
import type { AnyValue, Value } from './value.js';

/**
 * A text that is put into a statement, by its literal; `text` is null where it is not known. `isOptional`: on some paths only; `inOr`: it narrows nothing by
 * itself.
 */
export interface SqlPart { readonly text: SqlText | null; readonly isOptional?: true; readonly inOr?: true }

const NONE: readonly SqlPart[] = [];
const UNKNOWN: SqlPart = { text: null };

/** The parts that a text holds; of a union each may be it. */
export function partsOf(value: Value): readonly SqlPart[] {
  if (value.k === 'any' || value.k === 'const') return value.parts ?? NONE;
  if (value.k === 'many') return optional(partsOf(value.of));
  if (value.k !== 'union' || !value.of.some((member) => partsOf(member).length > 0)) return NONE;
  return optional(value.of.flatMap(partsOrUnknown));
}

/** The parts of a text of which others are known: where it has none it is not known what it says. */
function partsOrUnknown(value: Value): readonly SqlPart[] {
  const parts = partsOf(value);
  // A whole statement is no part of one.
  if (value.k === 'any' && value.sql) return NONE;
  return parts.length > 0 || (value.k === 'const' && (typeof value.v !== 'string' || SAYS_NOTHING.test(value.v))) ? parts : [UNKNOWN];
}

/** What stands around parts. */
const SAYS_NOTHING = /^[\s()]*(?:where|and|or|,)?[\s()]*$/i;

/** Several texts in one: the value that has all their parts, null where none of them has any. */
export function joinParts(values: readonly Value[], inOr = false): AnyValue | null {
  if (!values.some(hasParts)) return null;
  const parts = values.flatMap(partsOrUnknown);
  return { k: 'any', parts: inOr ? parts.map((part): SqlPart => ({ ...part, inOr: true })) : parts };
}

/** `conditions.join(' AND ')`: what the items of a list are in one text; null where no part is among them. */
export function joinList(list: Value, separator: string | null): AnyValue | null {
  const inOr = separator !== null && /\bor\b/i.test(separator);
  return list.k === 'list' ? joinParts(list.items, inOr) : list.k === 'many' ? joinParts([list], inOr) : null;
}

export function hasParts(value: Value): boolean {
  return partsOf(value).length > 0;
}

/** A text that is a part whichever path was taken. */
export function hasSurePart(value: Value): boolean {
  return partsOf(value).some((part) => part.text !== null && !part.isOptional);
}

/** The value where only some paths lead to it. */
export function withOptionalParts(value: Value): Value {
  return (value.k === 'any' || value.k === 'const') && value.parts ? { ...value, parts: optional(value.parts) } : value;
}

function optional(parts: readonly SqlPart[]): readonly SqlPart[] {
  return parts.length === 0 ? parts : parts.map((part) => (part.isOptional ? part : { ...part, isOptional: true }));
}

/** The values of SQL texts to which another one is added; `site` is where that makes a statement of its own out of one that others grow too. */
export function added(texts: readonly SqlText[], more: Value | null, site?: Place): Value {
  const parts = more ? partsOrUnknown(more) : [UNKNOWN];
  const known = parts.filter((part) => part.text !== null);
  const isOpen = known.length < parts.length;
  return union(
    texts.map((text): Value => ({
      k: 'any',
      sql: {
        ...text,
        ...(known.length > 0 ? { parts: [...(text.parts ?? []), ...known] } : {}),
        ...(isOpen ? { isOpen: true } : {}),
        ...(site ? { site } : {}),
      },
    })),
  );
}

/** One text out of two that grew from the same statement on different paths: what both have holds always. Null when they are different ones. */
export function mergeTexts(a: Value, b: Value): Value | null {
  const [one, other] = [a, b].map((value) => (value.k === 'any' || value.k === 'const' ? value.sql : undefined));
  if (!one || !other || one.path !== other.path || spanStart(one.at) !== spanStart(other.at) || (!one.parts && !other.parts)) return null;
  const [short, long] = (one.parts?.length ?? 0) <= (other.parts?.length ?? 0) ? [one, other] : [other, one];
  const isShared = (part: SqlPart): boolean => short.parts?.includes(part) === true;
  const parts = (long.parts ?? []).map((part): SqlPart => (isShared(part) || part.isOptional ? part : { ...part, isOptional: true }));
  const others = (short.parts ?? []).filter((part) => long.parts?.includes(part) !== true).map((part): SqlPart => ({ ...part, isOptional: true }));
  return { k: 'any', sql: { ...long, parts: [...parts, ...others], ...(one.isOpen || other.isOpen ? { isOpen: true } : {}) } };
}

/** Parts as a text that tells them from others. */
export function partsKey(parts: readonly SqlPart[] | undefined): string {
  return parts
    ? `{${parts.map(({ text, isOptional, inOr }) => `${text ? `${text.path}:${spanStart(text.at)}` : '?'}${isOptional ? '?' : ''}${inOr ? '|' : ''}`).join()}}`
    : '';
}
