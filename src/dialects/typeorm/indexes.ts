/** `@Index`, `@Unique`, `@Check`, `@Exclusion` of classes and properties. https://typeorm.io/docs/advanced-topics/indices */
import { entry, flag, positional, text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Decoration } from '../shared/decorations.js';
import { namesAll, type Constraints } from '../shared/entities.js';

/** Adds what one decorator declares; `own` is the property it stands on, null for the class; `named` gives a property's columns. */
export function addConstraint(decoration: Decoration, own: string | null, named: (property: string) => readonly string[], into: Constraints): void {
  const given = positional(decoration.args).map((arg) => arg.value);
  const { place } = decoration;
  switch (decoration.name) {
    case 'Index': addIndex(given, own, named, place, into); return;
    case 'Unique': {
      const names = own === null ? namesIn(given) : namesIn(given) ?? [own];
      const first = text(given[0]);
      const label = given.length > 1 ? first : null;
      if (names?.length && namesAll(names, named, 'constraint', label, place, into))
        into.keys.push({ k: 'unique', name: label, columns: names.flatMap(named), place });
      return;
    }
    case 'Check': {
      const expression = text(given[1]) ?? text(given[0]);
      if (expression)
        into.checks.push({
          name: given.length > 1 ? text(given[0]) : null,
          expression,
          columns: [...expression.matchAll(/"(\w+)"/g)].map((match) => match[1]!).filter((column) => named(column).length > 0),
          place,
        });
      return;
    }
    case 'Exclusion': into.exclusions.push({ columns: [], place }); return;
    default:
  }
}

function addIndex(given: readonly Value[], own: string | null, named: (property: string) => readonly string[], place: Place, into: Constraints): void {
  const options = given.find((value) => value.k === 'dict' && !('properties' in value)) ?? null;
  const names = namesIn(given) ?? (own === null ? null : [own]);
  if (!names?.length || flag(entry(options, 'synchronize')) === false && names.length === 0) return;
  if (!namesAll(names, named, 'index', text(given[0]), place, into)) return;
  const columns = names.flatMap(named);
  const where = text(entry(options, 'where'));
  const isUnique = flag(entry(options, 'unique')) === true;
  const method = flag(entry(options, 'spatial')) === true ? 'gist' : flag(entry(options, 'fulltext')) === true ? 'fulltext' : null;
  into.indexes.push({
    name: text(given[0]),
    parts: columns.map((column) => ({ column })),
    unique: isUnique,
    ...(method ? { method } : {}),
    ...(where ? { predicate: where } : {}),
    place,
  });
}

/** `['a', 'b']`, `(e) => [e.a, e.b]`: the properties; null when none are named. */
function namesIn(given: readonly Value[]): readonly string[] | null {
  for (const value of given) {
    if (value.k === 'list') return value.items.map(text).filter((name) => name !== null);
    if (value.k === 'fn') {
      const last = value.fn.fn.body.at(-1);
      if (last?.k === 'return' && last.value?.k === 'list') return last.value.items.flatMap((item) => (item.k === 'attr' ? [item.name] : []));
    }
  }
  return null;
}
