/** What Django and other libraries do with columns because a model says so, whichever code runs: its default order, the names a login goes by. */
import { walk } from '../../facts/walk.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef } from '../../flow/value.js';
import { READ_OF_MODELS } from './known-bases.js';
import { namesIn, useNames, type NamedField } from './named-fields.js';
import { nestedClass, qualified } from './names.js';
import type { State } from './state.js';

/** Records the columns that the options of a model class name. */
export function useOptions(flow: Flow, state: State, model: Model, cls: ClassRef): void {
  const meta = nestedClass(flow, cls, 'Meta');
  // https://docs.djangoproject.com/en/5.0/ref/models/options/#ordering, #get-latest-by
  if (meta)
    for (const option of ['ordering', 'get_latest_by'])
      useNames(flow, state, model, [...namesIn(flow, meta, option), ...namesInCalls(flow, meta, option)], 'sort', 'library');
  // https://docs.djangoproject.com/en/5.0/topics/auth/customizing/#specifying-a-custom-user-model
  for (const option of ['USERNAME_FIELD', 'EMAIL_FIELD', 'REQUIRED_FIELDS']) useNames(flow, state, model, namesIn(flow, cls, option), 'read', 'library');
  const asked = externalBases(flow, cls).flatMap(membersOf).flatMap((base) => READ_OF_MODELS[qualified(base) ?? ''] ?? []);
  useNames(flow, state, model, asked.map((name) => ({ name, place: { path: cls.module.path, at: cls.cls.at } })), 'read', 'library');
}

/** The names inside of expressions: `F("shelf").desc(nulls_last=True)`, `Lower("name")`. */
function namesInCalls(flow: Flow, cls: ClassRef, option: string): readonly NamedField[] {
  const member = findMember(flow, cls, option);
  if (member?.k !== 'field' || member.stmt.value?.k !== 'list') return [];
  const { path } = member.owner.module;
  const found: NamedField[] = [];
  for (const item of member.stmt.value.items) {
    if (item.k === 'call')
      walk(item, (node) => {
        if (node.k === 'lit' && typeof node.v === 'string')
          found.push({ name: node.v, place: { path, at: makeSpan(spanStart(node.at) + 1, spanEnd(node.at)) } });
      });
  }
  return found;
}
