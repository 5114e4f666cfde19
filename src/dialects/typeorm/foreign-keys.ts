/**
 * Foreign keys that are declared without a relation: `@ForeignKey`, and `foreignKeys` of an entity schema.
 * https://github.com/typeorm/typeorm/blob/master/src/decorator/ForeignKey.ts
 */
import { entry, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Decoration } from '../shared/decorations.js';
import type { Constraints } from '../shared/entities.js';
import { propertyOf, targetOf } from '../shared/targets.js';
import { optionsOf } from './columns.js';
import { actionOf } from './relations.js';

type Named = (property: string) => readonly string[];

/** Adds the key of `@ForeignKey(target, property)` on a property, of `@ForeignKey(target, own, properties)` on the class. */
export function addForeignKey(flow: Flow, decoration: Decoration, own: string | null, named: Named, into: Constraints): void {
  if (decoration.name !== 'ForeignKey') return;
  const [target, second, third] = positional(decoration.args);
  const referenced = own === null ? namesIn(third?.value) : [propertyOf(second?.value.k === 'dict' ? null : second)].filter((name) => name !== null);
  addKey(
    flow,
    {
      target: target?.value ?? null,
      columns: own === null ? namesIn(second?.value) : [own],
      referenced,
      options: optionsOf(decoration)[0] ?? null,
      place: decoration.place,
    },
    named,
    into,
  );
}

/** Adds the keys that an entity schema lists. */
export function addSchemaForeignKeys(flow: Flow, listed: Value | null, place: Place, named: Named, into: Constraints): void {
  for (const options of listed?.k === 'list' ? listed.items : []) {
    addKey(
      flow,
      {
        target: entry(options, 'target'),
        columns: namesIn(entry(options, 'columnNames')),
        referenced: namesIn(entry(options, 'referencedColumnNames')),
        options,
        place,
      },
      named,
      into,
    );
  }
}

interface Written {
  readonly target: Value | null;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly options: Value | null;
  readonly place: Place;
}

function addKey(flow: Flow, { target: given, columns: properties, referenced, options, place }: Written, named: Named, into: Constraints): void {
  const target = targetOf(flow, given);
  const columns = properties.map(named);
  if (!target || columns.length === 0 || columns.some((each) => each.length === 0)) return;
  into.foreignKeys.push({
    name: text(entry(options, 'name')),
    columns: columns.flat(),
    target,
    targetColumns: referenced,
    onDelete: actionOf(entry(options, 'onDelete')),
    isBare: true,
    place,
  });
}

const namesIn = (value: Value | null | undefined): readonly string[] => (value?.k === 'list' ? value.items.map(text).filter((name) => name !== null) : []);
