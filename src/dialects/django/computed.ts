/** What a `GeneratedField` is computed from. https://docs.djangoproject.com/en/5.0/ref/models/fields/#generatedfield */
import type { Value } from '../../flow/value.js';
import { modelsTerm } from './names.js';

/** The fields that an expression names, and more names than those where it has other texts; null where a part of it cannot be read. */
export function sourcesOf(expression: Value | null): readonly string[] | null {
  const names = new Set<string>();
  return expression !== null && gather(expression, names) ? [...names] : null;
}

function gather(value: Value, names: Set<string>): boolean {
  switch (value.k) {
    case 'const':
      if (typeof value.v === 'string') names.add(fieldOf(value.v));
      return true;
    case 'list': return value.items.every((item) => gather(item, names));
    case 'special': return Array.isArray(value.data['parts']) && (value.data['parts'] as readonly Value[]).every((part) => gather(part, names));
    case 'term':
      if (modelsTerm(value, 'Value')) return true;
      return (value.of ? gather(value.of, names) : true) && value.args.list.every((arg) => {
        // `When(status="paid", then="amount")`
        if (arg.name !== null) names.add(fieldOf(arg.name));
        return arg.name === 'output_field' || gather(arg.value, names);
      });
    default: return false;
  }
}

/** `title__length`: the field before its lookups. */
const fieldOf = (path: string): string => path.split('__')[0]!;
