/** Options that a class of Python has in a class inside it: `class Meta: model = Order`. */
import type { Expr } from '../../facts/code.js';
import { textsIn } from '../../flow/arguments.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';

/** An option of the class's `Meta`, or of that of its nearest base which has one; null where none has it. */
export function metaOption(flow: Flow, cls: ClassRef, name: string): Value | null {
  const written = writtenOption(flow, cls, name);
  return written && flow.peek(written.expr, written.owner.env);
}

/** The names that an option lists. What stands in it is told of by whoever asks, and no use of something else. */
export function namesInOption(flow: Flow, cls: ClassRef, name: string): readonly string[] {
  const written = writtenOption(flow, cls, name);
  if (written?.expr.k === 'list') for (const item of written.expr.items) flow.record.resolve(flow.place(written.owner.env, item.at));
  return written ? textsIn(flow.peek(written.expr, written.owner.env)) : [];
}

/** What an option is written as, and the class it stands in. */
export function writtenOption(flow: Flow, cls: ClassRef, name: string): { readonly expr: Expr; readonly owner: ClassRef } | null {
  const options = findMember(flow, cls, 'Meta');
  const member = options?.k === 'class' ? findMember(flow, options.cls, name) : null;
  return member?.k === 'field' && member.stmt.value ? { expr: member.stmt.value, owner: member.owner } : null;
}

/** The model that such an option is. */
export function metaModel(flow: Flow, cls: ClassRef, name = 'model'): Model | null {
  const given = membersOf(metaOption(flow, cls, name) ?? ANY).find((value) => value.k === 'model');
  return given?.k === 'model' ? given.model : null;
}

/** A library makes something of a model that a class names, by bases that say nothing to us: what it reads and writes cannot be seen. */
export function handToMakers(flow: Flow, cls: ClassRef, model: Model): void {
  flow.record.gap({
    kind: 'dynamic-access',
    model,
    column: null,
    place: { path: cls.module.path, at: cls.cls.at },
    detail: `${cls.name} is made from ${model.name}`,
  });
}
