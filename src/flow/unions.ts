/** Values that are one of several. */
import { lastName } from './arguments.js';
import type { Model } from './model.js';
import { isPlain, isUnknown, mayBeNull, orNull } from './nulls.js';
import { keyOf } from './value-keys.js';
import { ANY, isSqlText, membersOf, type Value } from './value.js';

/** Most members a union keeps; beyond it the value is unknown. A registry of tables may be long: without it some of them would seem to be used nowhere. */
const UNION_LIMIT = 8;
const MODELS_LIMIT = 100;

/** The value that is one of several. Null is left out beside anything else; plain values remember that it was there. */
export function union(values: readonly Value[]): Value {
  // Mostly all are the same: nothing known, or one constant.
  if (values.length > 0 && values.every((value) => value === values[0])) return values[0]!;
  const members = new Map<string, Value>();
  let hasNull = false;
  for (const value of values) {
    for (const member of value.k === 'union' ? value.of : [value]) {
      if (member.k === 'const' && member.v === null) { hasNull = true; continue; }
      const key = keyOf(member);
      const known = members.get(key);
      // Of unknown values one that can be told from others is kept.
      const kept = known && (mayBeNull(known) || (member.k === 'any' && !member.id)) ? known : member;
      if (kept !== known || differInPresence(known, member)) members.set(key, known ? eitherPresence(kept, known, member) : member);
    }
    // The rest cannot make it known again.
    if (isTooLong(members)) return ANY;
  }
  if (hasNull) for (const [key, member] of members) if (isPlain(member)) members.set(key, isUnknown(member) ? orNull(member) : { ...member, mayBeNull: true });
  if (members.size === 0) return values[0] ?? ANY;
  // A value that may be unknown is still worth what is known of it, but the unknown part must not vanish.
  if (members.size === 1) return [...members.values()][0]!;
  return { k: 'union', of: [...members.values()] };
}

/** Of two values that stand for one: it is there when both are, and, where it is unknown, left out when it is never null otherwise. */
function eitherPresence(kept: Value, a: Value, b: Value): Value {
  if (kept.k === 'row') { const { isThere: _, ...row } = kept; return row; }
  if (!isUnknown(kept)) return kept;
  const { isThere: _, mayBeLeftOut: __, ...rest } = kept;
  const areBothThere = [a, b].every((each) => isUnknown(each) && each.isThere === true);
  const isLeftOut = [a, b].some(mayBeNull) && [a, b].every((each) => !mayBeNull(each) || (isUnknown(each) && each.mayBeLeftOut === true));
  return { ...rest, ...(areBothThere ? { isThere: true } : {}), ...(isLeftOut ? { mayBeLeftOut: true } : {}) };
}

function differInPresence(a: Value, b: Value): boolean {
  return isUnknown(a) && isUnknown(b)
    ? a.isThere !== b.isThere || a.mayBeLeftOut !== b.mayBeLeftOut
    : a.k === 'row' && b.k === 'row' && a.isThere !== b.isThere;
}

/** What a long union has of as many models is all kept: where code goes through a list of them, or takes one from it, each may be used. */
function isTooLong(members: ReadonlyMap<string, Value>): boolean {
  if (members.size <= UNION_LIMIT) return false;
  const models = new Set([...members.values()].map((member) => subjectOf(member)));
  return members.size > MODELS_LIMIT || models.size < members.size || models.has(undefined);
}

/** The model that a value is, is asked of or holds; of what dialects make of models, which one of these it is. Undefined for any other value. */
export function subjectOf(value: Value, depth = 0): Model | string | undefined {
  switch (value.k) {
    case 'model': case 'row': return value.model;
    case 'query': return value.query.sources[0]?.model;
    case 'special': return `${value.dialect}:${value.tag}:${value.key}`;
    case 'class': return value.cls.id;
    case 'many': return subjectOf(value.of, depth);
    case 'list': case 'dict': case 'extobj': {
      if (depth === 2) return undefined;
      for (const part of value.k === 'list' ? value.items : value.k === 'dict' ? value.entries.values() : value.args) {
        const subject = subjectOf(part, depth + 1);
        if (subject !== undefined) return subject;
      }
      return undefined;
    }
    default: return undefined;
  }
}

/** Several things at once: a list of two or more, or one that is made of a collection. */
export function holdsSeveral(value: Value): boolean {
  return membersOf(value).some((member) => member.k === 'many' || (member.k === 'list' && member.items.length > 1));
}

/** The annotation where it tells more than the value. The call that makes an instance of the declared class tells more: `-> Column` of a `Column(…)`. */
export function preferKnown(declared: Value, value: Value): Value {
  if (value.k === 'term' && value.callee.k === 'ext' && declared.k === 'extobj' && lastName(value.callee) === declared.name.split('.').at(-1)) return value;
  return membersOf(value).some((member) => (member.k !== 'any' || isSqlText(member)) && member.k !== 'term' && !(member.k === 'const' && member.v === null))
    ? value
    : declared.k === 'any'
      ? value
      : declared;
}
