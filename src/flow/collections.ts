/** Rows that are given to another one, by which they get its key: `post.notes.append(Note(…))`, `Post(notes=[…])`, `post.cover = Cover(…)`. */
import type { Expr } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import { attributeIn } from './keys.js';
import type { ModelRelationship } from './model.js';
import { noteFilled } from './new-rows.js';
import type { Env } from './program.js';
import { membersOf, NULL, type Args, type RowValue, type Value } from './value.js';

/** Methods of lists and sets that put something in, and that take something out. */
const PUTS = new Set(['append', 'add', 'add_all', 'insert', 'extend', 'update']);
const TAKES = new Set(['remove', 'discard', 'pop', 'clear']);

/** `row.children.append(child)`, `row.children.remove(child)`; `collection` is what stands before the method. */
export function changeByCall(flow: Flow, collection: Expr, method: string, args: Args, env: Env): void {
  if (collection.k !== 'attr' || !(PUTS.has(method) || TAKES.has(method))) return;
  for (const owner of membersOf(flow.peek(collection.of, env))) {
    if (owner.k !== 'row' || !flow.isLazy(owner.model)) continue;
    const relationship = owner.model.relationships.get(collection.name);
    if (relationship && TAKES.has(method)) leaveOut(flow, relationship, flow.place(env, collection.at));
    else if (relationship?.many)
      for (const { value, at } of method === 'insert' ? args.list.slice(1) : args.list) putInto(flow, owner, relationship, value, flow.place(env, at));
  }
}

/** What a row no longer has is kept without its key, unless it is deleted. https://docs.sqlalchemy.org/en/20/orm/cascades.html#delete-orphan */
export function leaveOut(flow: Flow, { relationship, target, remote }: ModelRelationship, place: Place): void {
  if (!relationship?.foreignKey || relationship.cascadesDelete) return;
  for (const column of remote) {
    const held = relationship.foreignKey.columns.includes(column) ? attributeIn(target, column) : null;
    if (held !== null && column.nullable) flow.record.column(target, held, 'write', place, flow.currentFn, { value: NULL });
  }
}

/** Whatever a row is given holds the key of that row, where the key is on the other side. Over an association table it is that table's rows which do. */
export function putInto(flow: Flow, owner: RowValue, { relationship, local, remote }: ModelRelationship, given: Value, place: Place): void {
  const key = relationship?.foreignKey;
  if (!key || relationship.through) return;
  for (const child of rowsIn(given)) {
    for (const [index, column] of remote.entries()) {
      const [held, own] = [attributeIn(child.model, column), local[index] && attributeIn(owner.model, local[index])];
      if (held === null || !own || !key.columns.includes(column)) continue;
      const value: Value = owner.isNew ? { k: 'any', isThere: true } : { k: 'field', model: owner.model, attribute: own, place };
      flow.record.column(child.model, held, 'write', place, flow.currentFn, { value, ...(child.isNew ? { atInsert: true } : {}) });
      noteFilled(flow, child, held, value, place);
    }
  }
}

function rowsIn(given: Value): readonly RowValue[] {
  return membersOf(given).flatMap((member): readonly RowValue[] =>
    member.k === 'row' ? [member] : member.k === 'list' ? member.items.flatMap(rowsIn) : member.k === 'many' ? rowsIn(member.of) : [],
  );
}
