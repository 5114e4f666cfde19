/** Attributes of models, rows, managers, query sets, enumerations and requests. */
import type { Span } from '../../facts/code.js';
import { findMember, isEnum, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { ANY, type ClassRef, type Value } from '../../flow/value.js';
import { dataOf } from './intake.js';
import { customMethod, isManagerClass, managerNamed, managerOf } from './managers.js';
import { hasBase, isModelsName, qualified } from './names.js';
import { REQUEST, requestAttribute } from './parameters.js';
import { ROW_ERRORS, rowAttribute } from './rows.js';
import { libraryModel, stateOf } from './state.js';
import { viewObject } from './view-pages.js';
import { isView, isWriter, metaModel } from './views.js';

export function attribute(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined {
  if (of.k === 'class') return enumAttribute(flow, of.cls, name);
  if (of.k !== 'row' && of.k !== 'model' && of.k !== 'special' && of.k !== 'query' && of.k !== 'object' && of.k !== 'ext') return undefined;
  const state = stateOf(flow);
  if (!state) return undefined;
  switch (of.k) {
    case 'row': return of.model.dialect === 'django' ? rowAttribute(flow, state, of, name, env, at) : undefined;
    case 'model': {
      if (of.model.dialect !== 'django') return undefined;
      const manager = of.model.columns.has(name) ? null : managerNamed(flow, of.model, name);
      if (manager) { flow.record.resolve(flow.place(env, at)); return manager; }
      if (ROW_ERRORS.has(name)) return { k: 'ext', module: 'django.core.exceptions', name };
      if (name === '_meta') return { k: 'special', dialect: 'django', tag: 'meta', data: { model: of.model }, key: of.model.id };
      // A field of the class is no part of a query in Django: it only names the column.
      if (of.model.columns.has(name) || of.model.relationships.has(name)) { flow.record.resolve(flow.place(env, at)); return ANY; }
      return undefined;
    }
    case 'query': {
      const model = of.query.sources[0]?.model;
      if (model?.dialect !== 'django') return undefined;
      if (name === 'model') return { k: 'model', model };
      const own = customMethod(flow, model, [], name);
      return own ? { k: 'fn', fn: own, self: of } : ANY;
    }
    case 'special': {
      if (of.dialect !== 'django') return undefined;
      if (of.tag === 'request') return requestAttribute(flow, state, name);
      if (of.tag === 'resolved') return name === 'context' ? REQUEST : undefined;
      if (of.tag === 'meta') return metaAttribute(flow, of, name, env, at);
      const manager = managerOf(of);
      if (!manager) return undefined;
      if (name === 'model') return { k: 'model', model: manager.model };
      const own = customMethod(flow, manager.model, manager.classes, name);
      return own ? { k: 'fn', fn: own, self: of } : ANY;
    }
    case 'object': {
      if (name === 'object' && isView(flow, of.cls) && of.fields?.get('object') === undefined && findMember(flow, of.cls, 'object') === null)
        return viewObject(flow, of.cls);
      if (name === 'request' && isView(flow, of.cls) && findMember(flow, of.cls, 'request') === null) return REQUEST;
      if (name === 'instance' && isWriter(flow, of.cls) && of.fields?.get('instance') === undefined && findMember(flow, of.cls, 'instance') === null) {
        const model = metaModel(flow, of.cls);
        return model ? { k: 'row', model } : undefined;
      }
      if ((name === 'validated_data' || name === 'cleaned_data') && isWriter(flow, of.cls)) {
        flow.record.resolve(flow.place(env, at));
        return dataOf(flow, of.cls) ?? undefined;
      }
      return isManagerClass(flow, of.cls) && name === 'model' ? ANY : undefined;
    }
    case 'ext': {
      const full = qualified(of)!;
      const model = libraryModel(flow, state, full);
      return model ? flow.attribute({ k: 'model', model }, name, env, at) : undefined;
    }
  }
}

/**
 * `Status.ACTIVE`, `Status.choices` of choices: the stored value stands first in its tuple.
 * https://docs.djangoproject.com/en/5.0/ref/models/fields/#enumeration-types
 */
function enumAttribute(flow: Flow, cls: ClassRef, name: string): Value | undefined {
  if (!isEnum(flow, cls) || !hasBase(flow, cls, (base) => isModelsName(base, 'TextChoices', 'IntegerChoices', 'Choices'))) return undefined;
  const stored = new Map<string, Value>();
  for (const each of [...lineage(flow, cls)].reverse()) for (const [member, declared] of ownMembers(flow, each)) {
    if (declared.k !== 'field' || !declared.stmt.value || member.startsWith('_')) continue;
    const value = flow.memoOf<Value>('django-choice', each, member, () => flow.peek(declared.stmt.value!, each.env), ANY);
    stored.set(member, value.k === 'list' ? value.items[0] ?? ANY : value);
  }
  if (name === 'choices') return { k: 'list', items: [...stored.values()].map((value) => ({ k: 'list', items: [value, ANY] })) };
  if (name === 'values') return { k: 'list', items: [...stored.values()] };
  return stored.get(name);
}

function metaAttribute(flow: Flow, of: Value & { k: 'special' }, name: string, env: Env, at: Span): Value {
  const model = of.data['model'] as import('../../flow/model.js').Model;
  // Code puts it into statements. https://docs.djangoproject.com/en/5.2/ref/models/options/#db-table
  if (name === 'db_table') return { k: 'const', v: model.table.name };
  if (/^(fields|concrete_fields|local_fields|local_concrete_fields|many_to_many|related_objects|get_fields)$/.test(name))
    flow.record.gap({ kind: 'dynamic-access', model, column: null, place: flow.place(env, at), detail: `the fields of ${model.name} are listed at run time` });
  return ANY;
}
