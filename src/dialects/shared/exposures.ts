/** Rows that are handed out through a class whose fields name what of them is seen. */
import { lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { ClassRef } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';

type Field = Member & { readonly k: 'field' };

/** How a library reads such a class: which fields it hands out, and the classes of those that hold related rows. */
export interface SchemaShape {
  isExposed(field: Field, owner: ClassRef): boolean;
  nested(field: Field, owner: ClassRef): readonly ClassRef[];
  /** The attribute that a field shows, where its name does not say. */
  shown?(field: Field, owner: ClassRef): string | null;
  /** Another name by which the row is asked for it, where it has none of the field's. */
  alias?(field: Field, owner: ClassRef): string | null;
}

/** Rows of `model` are handed out as `schema`: exactly its fields are, nested schemas along relationships too. */
export function exposeFields(flow: Flow, model: Model, schema: ClassRef, shape: SchemaShape, depth = 3): void {
  const columns: Column[] = [];
  const places = new Map<Column, Place>();
  for (const cls of lineage(flow, schema)) for (const [field, member] of ownMembers(flow, cls)) {
    if (member.k !== 'field' || !shape.isExposed(member, cls)) continue;
    const own = shape.shown?.(member, cls) ?? field;
    const name = model.columns.has(own) || model.relationships.has(own) ? own : shape.alias?.(member, cls) ?? own;
    const place: Place = { path: cls.module.path, at: member.stmt.target.at };
    const column = model.columns.get(name);
    if (column) { columns.push(column); places.set(column, place); continue; }
    const relationship = model.relationships.get(name);
    if (relationship) {
      flow.record.relationship(model, relationship, place, null);
      if (depth > 0) for (const each of shape.nested(member, cls)) exposeFields(flow, relationship.target, each, shape, depth - 1);
      continue;
    }
    // A property of the model: what it reads is read.
    if (model.cls) flow.attribute({ k: 'row', model }, name, cls.env, member.stmt.target.at);
  }
  if (columns.length === 0) return;
  flow.record.tie(schema, model, 'response');
  for (const base of lineage(flow, schema)) flow.record.tie(base, model, 'response');
  flow.record.exposure({ model, name: schema.name, columns, all: false, place: { path: schema.module.path, at: schema.cls.at }, schema, places });
}
