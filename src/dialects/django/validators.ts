/** Validators of serialisers that refuse a value which another row has. https://www.django-rest-framework.org/api-guide/validators/ */
import type { Expr } from '../../facts/code.js';
import { argument, text } from '../../flow/arguments.js';
import { findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { attributeFor } from '../../flow/keys.js';
import type { Env } from '../../flow/program.js';
import { where, type Condition } from '../../flow/query.js';
import { ANY, membersOf, type ClassRef, type Term, type Value } from '../../flow/value.js';
import { columnsNamed } from './named-fields.js';
import { nestedClass, shortName } from './names.js';
import { queriesOf } from './shortcuts.js';
import type { State } from './state.js';

/** Records the lookups of a serialiser's validators: of its fields, of `extra_kwargs`, and of the whole. */
export function useValidators(flow: Flow, state: State, cls: ClassRef): void {
  for (const each of lineage(flow, cls)) for (const [name, member] of ownMembers(flow, each)) {
    if (member.k !== 'field' || member.stmt.value?.k !== 'call') continue;
    const { args } = member.stmt.value;
    const given = args.find((arg) => arg.name === 'validators');
    if (given) refuse(flow, state, each.env, given.value, sourceIn(flow, each.env, args.find((arg) => arg.name === 'source')?.value) ?? name);
  }
  const meta = nestedClass(flow, cls, 'Meta');
  if (!meta) return;
  const whole = findMember(flow, meta, 'validators');
  if (whole?.k === 'field' && whole.stmt.value) refuse(flow, state, whole.owner.env, whole.stmt.value, null);
  const extra = findMember(flow, meta, 'extra_kwargs');
  if (extra?.k !== 'field' || extra.stmt.value?.k !== 'dict') return;
  for (const { key, value } of extra.stmt.value.entries) {
    if (key?.k !== 'lit' || typeof key.v !== 'string' || value.k !== 'dict') continue;
    const given = value.entries.find((entry) => entry.key?.k === 'lit' && entry.key.v === 'validators');
    if (given) refuse(flow, state, extra.owner.env, given.value, key.v);
  }
}

function sourceIn(flow: Flow, env: Env, written: Expr | undefined): string | null {
  return written ? text(flow.peek(written, env)) : null;
}

/** `[UniqueValidator(queryset=…)]` of a field, `[UniqueTogetherValidator(queryset=…, fields=[…])]` of all of them. */
function refuse(flow: Flow, state: State, env: Env, written: Expr, field: string | null): void {
  const value = flow.peek(written, env);
  for (const term of (value.k === 'list' ? value.items : [value]).flatMap(membersOf)) {
    if (term.k !== 'term') continue;
    const isTogether = shortName(term.callee) === 'UniqueTogetherValidator';
    if (!isTogether && shortName(term.callee) !== 'UniqueValidator') continue;
    const names = isTogether ? namesOf(argument(term.args, 1, 'fields')) : field === null ? [] : [field];
    if (names.length > 0) lookFor(flow, state, env, term, names);
  }
}

function namesOf(value: Value | null): readonly string[] {
  const names = value?.k === 'list' ? value.items.map(text) : [];
  return names.every((name) => name !== null) ? names : [];
}

/** The row that is looked for must not be there. */
function lookFor(flow: Flow, state: State, env: Env, { args, place }: Term, names: readonly string[]): void {
  const wrapped = text(argument(args, 2, 'lookup')) === 'iexact' ? { wrapped: 'upper' } : {};
  for (const query of queriesOf({ flow, state, env }, { env, at: place.at }, argument(args, 0, 'queryset'))) {
    const { model } = query.sources[0]!;
    const columns = columnsNamed(state, model, names);
    if (columns.length !== names.length) continue;
    const conditions = columns.map((column): Condition => ({
      column: { k: 'column', model, attribute: attributeFor(model, column), place, ...wrapped },
      op: '=',
      value: ANY,
      isOptional: false,
      inOr: false,
      isJoin: false,
    }));
    const asked = where(query, place.at, conditions);
    flow.record.finish(asked, 'exists');
    flow.record.guard(asked.id, { k: 'refuse-if-present', place });
  }
}
