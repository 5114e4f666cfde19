/** Schemas of values that a validation library makes: what they let through. */
import { ANY, membersOf, type DictValue, type Value } from '../../flow/value.js';

/** What a schema lets through, one that is written in code or made of a table; unknown for what is none. */
export const parsedBy = (value: Value): Value =>
  value.k === 'special' && (value.tag === 'schema' || value.tag === 'table-schema') ? (value.data['parsed'] as Value) : ANY;

/** What remains of a value that goes out by a schema: of rows and objects the fields that the schema has. */
export function restricted(value: Value, parsed: Value): Value {
  if (parsed.k === 'many') {
    if (value.k === 'many') return { ...value, of: restricted(value.of, parsed.of) };
    if (value.k === 'query') return { k: 'many', of: restricted(value.query.item, parsed.of) };
    return value.k === 'list' ? { ...value, items: value.items.map((item) => restricted(item, parsed.of)) } : value;
  }
  if (value.k === 'union') return { k: 'union', of: membersOf(value).map((member) => restricted(member, parsed)) };
  if (parsed.k !== 'dict' || parsed.rest) return value;
  if (value.k === 'row') {
    const named = [...(value.only ?? value.model.columns.keys())].filter((attribute) => letsThrough(parsed, attribute.split('.')));
    const loaded =
      value.loaded &&
      new Map(
        [...value.loaded].flatMap(([name, inner]) => {
          const part = parsed.entries.get(name);
          return part ? [[name, restricted(inner, part)] as const] : [];
        }),
      );
    return { ...value, only: new Set(named), ...(loaded ? { loaded } : {}) };
  }
  if (value.k === 'dict')
    return {
      ...value,
      entries: new Map(
        [...value.entries].flatMap(([name, inner]) => {
          const part = parsed.entries.get(name);
          return part ? [[name, restricted(inner, part)] as const] : [];
        }),
      ),
      rest: null,
    };
  return value;
}

/** Whether a column passes, an embedded object's by its path: `address.street`. */
function letsThrough({ entries }: DictValue, [name, ...inner]: readonly string[]): boolean {
  const part = entries.get(name!);
  return part !== undefined && (part.k !== 'dict' || part.rest !== null || inner.length === 0 || letsThrough(part, inner));
}
