/** Names of fields in strings of a class's options: `list_display = ("name", "author__email")`. */
import type { Expr } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { text } from '../../flow/arguments.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { ClassRef } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import type { Use, UseKind } from '../../model/usage.js';
import { followPath, isForward, relationshipNamed } from './paths.js';
import type { State } from './state.js';

export interface NamedField { readonly name: string; readonly place: Place }

/** Every string in the value of a class attribute, with its place; names that come from elsewhere stand where the attribute is. */
export function namesIn(flow: Flow, cls: ClassRef, attribute: string): readonly NamedField[] {
  const member = findMember(flow, cls, attribute);
  if (member?.k !== 'field' || !member.stmt.value) return [];
  const { path } = member.owner.module;
  const found: NamedField[] = [];
  const visit = (expr: Expr): void => {
    if (expr.k === 'lit' && typeof expr.v === 'string') found.push({ name: expr.v, place: { path, at: makeSpan(spanStart(expr.at) + 1, spanEnd(expr.at)) } });
    else if (expr.k === 'list') expr.items.forEach(visit);
    else if (expr.k === 'op') expr.args.forEach(visit);
    else if (expr.k === 'dict')
      for (const entry of expr.entries) {
        if (entry.key) visit(entry.key);
        if (entry.value.k === 'dict' || entry.key?.k !== 'lit' || entry.key.v === 'fields') visit(entry.value);
      }
    else if (expr.k === 'spread') visit(expr.of);
  };
  visit(member.stmt.value);
  const value = flow.peek(member.stmt.value!, member.owner.env);
  const place: Place = { path, at: member.stmt.target.at };
  if (value.k === 'list')
    for (const item of value.items) {
      const name = text(item);
      if (name !== null && !found.some((each) => each.name === name)) found.push({ name, place });
    }
  for (const each of found) flow.record.resolve({ path, at: makeSpan(spanStart(each.place.at) - 1, spanEnd(each.place.at)) });
  return found;
}

/** Records a use of every column that the strings name, paths over relationships included. */
export function useNames(flow: Flow, state: State, model: Model, names: readonly NamedField[], kind: UseKind, via: Use['via']): void {
  for (const { name, place } of names) {
    const plain = name.replace(/^[-+^=@$]/, '');
    followPath(flow, state, model, plain, { path: place.path, at: makeSpan(spanStart(place.at) + name.length - plain.length, spanEnd(place.at)) }, kind, via);
  }
}

/** The columns that field names of a form or serialiser stand for: a relation is its key. */
export function columnsNamed(state: State, model: Model, names: readonly string[]): readonly Column[] {
  return names.flatMap((name): readonly Column[] => {
    if (name === 'pk') return model.table.primaryKey?.columns ?? [];
    const relationship = relationshipNamed(state, model, name);
    if (relationship) return isForward(model, relationship) ? relationship.local : [];
    const column = model.columns.get(name);
    return column ? [column] : [];
  });
}
