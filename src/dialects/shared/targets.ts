/** What a declaration points at: `() => User`, `User`, `'User'`, a definition, and the property an inverse arrow names. */
import type { Expr, Note } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';

/** The table behind a value; `at` names the model as written where the value tells nothing. Null when neither does. */
export function targetOf(flow: Flow, value: Value | null): TableTarget | null {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'class' || member.k === 'object') return { k: 'class', cls: member.cls };
    if (member.k === 'term') return { k: 'site', site: `${member.place.path}:${spanStart(member.place.at)}` };
    const name = text(member);
    if (name !== null) return { k: 'model', name };
    if (member.k === 'ext' && member.module === 'builtins' && member.name) return { k: 'model', name: lastName(member) };
    if (member.k === 'fn') {
      const returned = targetOf(flow, flow.quiet(() => flow.callFn(member, [])));
      if (returned) return returned;
      const last = member.fn.fn.body.at(-1);
      const written = last?.k === 'return' && last.value ? writtenName(last.value) : null;
      if (written) return { k: 'model', name: written };
    }
    if (member.k === 'dict') { const named = member.entries.get('entity') ?? member.entries.get('model'); if (named) return targetOf(flow, named); }
  }
  return null;
}

const writtenName = (expr: Expr): string | null => (expr.k === 'name' ? expr.id : expr.k === 'attr' ? expr.name : null);

/** `(post) => post.author`, `'author'`: the property's name. */
export function propertyOf(arg: EvaluatedArg | null | undefined): string | null {
  if (!arg) return null;
  return text(arg.value) ?? propertyInArrow(arg.value);
}

export function propertyInArrow(value: Value): string | null {
  if (value.k !== 'fn' || value.fn.fn.params.length === 0) return null;
  const last = value.fn.fn.body.at(-1);
  return last?.k === 'return' && last.value?.k === 'attr' ? last.value.name : null;
}

/** The target a field's annotation names: `author: User`, `posts: Collection<Post>`, `User[]`. */
export function annotatedTarget(flow: Flow, type: Expr | undefined, env: Env): TableTarget | null {
  if (!type) return null;
  const find = (value: Value): TableTarget | null => {
    for (const member of membersOf(value)) {
      if (member.k === 'object') return { k: 'class', cls: member.cls };
      if (member.k === 'many') { const inner = find(member.of); if (inner) return inner; }
      if (member.k === 'extobj') for (const arg of member.args) { const inner = find(arg); if (inner) return inner; }
    }
    return null;
  };
  return find(flow.quiet(() => flow.type(type, env)));
}

/** The comment of a declaration: the block above and the one at its end. */
export function commentOf(note: Note | undefined): string | null {
  const parts = [note?.lead, note?.trail].filter((part) => part);
  return parts.length ? parts.join('\n') : null;
}
