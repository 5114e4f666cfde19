/** What a form or serialiser takes in of a request, field by field: `validated_data`, `cleaned_data`, and the row that it saves. */
import type { Func } from '../../facts/code.js';
import { walk } from '../../facts/walk.js';
import { externalBases, findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { attributeFor } from '../../flow/keys.js';
import type { Model } from '../../flow/model.js';
import { orLeftOut } from '../../flow/nulls.js';
import { ANY, membersOf, type ClassRef, type DictValue, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { areFieldsTold, declaredFields, listedColumns } from './made-fields.js';
import { columnsNamed, namesIn } from './named-fields.js';
import { nestedClass, qualified } from './names.js';
import { infoOf, stateOf, type State } from './state.js';
import { metaModel } from './views.js';

/** Columns that are written, and what their rows are given at insert. */
export interface Taken { readonly columns: readonly Column[]; readonly values: ReadonlyMap<Column, Value> }

/** The columns of its model that a form or serialiser takes in. */
export function taken(flow: Flow, state: State, cls: ClassRef, model: Model): Taken {
  const meta = nestedClass(flow, cls, 'Meta');
  const fields = declaredFields(flow, cls);
  const readOnly = new Set(
    columnsNamed(state, model, [
      ...(meta ? namesIn(flow, meta, 'read_only_fields').map((field) => field.name) : []),
      ...fields.filter((field) => field.isReadOnly).map((field) => field.source ?? field.name),
    ]),
  );
  const declared = columnsNamed(state, model, fields.filter((field) => !field.isReadOnly).map((field) => field.source ?? field.name));
  const columns = [...new Set([...editable(state, model, listedColumns(flow, state, cls, model).columns), ...declared])].filter(
    (column) => !readOnly.has(column) && !model.table.primaryKey?.columns.includes(column),
  );
  return { columns, values: new Map(columns.map((column) => [column, given(column)])) };
}

/** What a request gives a column: null where that may be. */
export function given(column: Column): Value {
  return column.nullable ? orLeftOut(ANY) : { k: 'any', isThere: true };
}

/** Those of the columns that a form or a serialiser takes in when it is told no more than their names. */
export function editable(state: State, model: Model, columns: readonly Column[]): readonly Column[] {
  const left = infoOf(state, model)?.uneditable;
  return left ? columns.filter((column) => !left.has(column.attribute)) : columns;
}

/** `serializer.validated_data`, `form.cleaned_data`: the fields that the class takes in, by the names that code finds them under. */
export function dataOf(flow: Flow, cls: ClassRef): DictValue | null {
  return flow.memo<DictValue | null>('django-data', cls, () => {
    const state = stateOf(flow);
    if (!state) return null;
    const model = metaModel(flow, cls);
    const entries = new Map<string, Value>();
    const places = new Map<string, Place>();
    const add = (name: string, value: Value, place: Place): void => { entries.set(name, value); places.set(name, place); };
    if (model) {
      const relations = new Map(
        [...model.relationships.values()].flatMap((one) => (one.local.length === 1 && !one.many ? [[one.local[0]!, one] as const] : [])),
      );
      const written = new Map(listedColumns(flow, state, cls, model).names.map((field) => [field.name, field.place]));
      for (const column of taken(flow, state, cls, model).columns) {
        const relation = relations.get(column);
        const row: Value = relation ? { k: 'row', model: relation.target } : ANY;
        const name = relation?.name ?? attributeFor(model, column);
        add(
          name,
          relation ? (column.nullable ? { ...row, mayBeNull: true } : row) : given(column),
          written.get(name) ?? { path: cls.module.path, at: cls.cls.at },
        );
      }
    }
    for (const field of declaredFields(flow, cls)) {
      const name = (field.source ?? field.name).split('.')[0]!;
      if (field.isReadOnly || (model && (model.columns.has(name) || model.relationships.has(name)))) continue;
      const row = field.rows ? membersOf(field.rows).flatMap((one) => (one.k === 'query' ? [one.query.item] : []))[0] : undefined;
      const value: Value = row ?? { k: 'any', id: `${cls.id}.${name}` };
      add(name, field.isOptional ? orLeftOut(value) : value, field.place);
    }
    const added = addedKeys(flow, cls);
    for (const name of added ?? []) if (!entries.has(name)) entries.set(name, orLeftOut(ANY));
    return { k: 'dict', entries, places, rest: added && isClosedWriter(flow, cls) ? null : ANY, schema: cls };
  }, null);
}

/** `create(self, validated_data)`: the fields, and whatever the calls of `save` add to them. */
export function savedData(flow: Flow, cls: ClassRef): DictValue | null {
  const data = dataOf(flow, cls);
  if (!data) return null;
  const added = savedKeywords(flow);
  return { ...data, entries: new Map([...(added ?? []).map((name) => [name, orLeftOut(ANY)] as const), ...data.entries]), rest: added ? data.rest : ANY };
}

/** Names of what is given to any `.save(…)` where the library is used; null where one of them is not known. */
function savedKeywords(flow: Flow): readonly string[] | null {
  return flow.memo<readonly string[] | null>('django-saved', 'all', () => {
    const found = new Set<string>();
    let isOpen = false;
    for (const module of flow.modules) {
      if (
        module.language !== 'python' ||
        ![...module.bindings.values()].flat().some((binding) => binding.k === 'import' && binding.stmt.module.startsWith('rest_framework'))
      )
        continue;
      walk(module.code, (node) => {
        if (node.k !== 'call' || node.fn.k !== 'attr' || node.fn.name !== 'save') return;
        // A `save` of one's own that hands on to the library's adds what its callers are seen to give.
        const isHandedOn = node.fn.of.k === 'call' && node.fn.of.fn.k === 'name' && node.fn.of.fn.id === 'super';
        for (const arg of node.args) if (arg.name) found.add(arg.name); else if (arg.spread === '**' && !isHandedOn) isOpen = true;
      });
    }
    return isOpen ? null : [...found];
  }, null);
}

const KNOWN_BASES = /^(rest_framework\.serializers|django\.(contrib\.gis\.)?forms)\b/;
/** Methods that put fields together at run time. */
const COMPOSED = ['get_fields', 'get_field_names', 'build_field', 'to_internal_value', 'run_validation', '__new__'];

/** Whether all that a form or serialiser takes in is named in the class: a library's base, or code that puts fields together, may add to it. */
export function isClosedWriter(flow: Flow, cls: ClassRef): boolean {
  return flow.memo(
    'django-closed-writer',
    cls,
    () =>
      externalBases(flow, cls)
        .flatMap(membersOf)
        .every((base) => KNOWN_BASES.test(qualified(base) ?? '') || qualified(base) === 'builtins.object') &&
      areFieldsTold(flow, cls) &&
      COMPOSED.every((name) => findMember(flow, cls, name)?.k !== 'method') &&
      addedKeys(flow, cls) !== null &&
      !addsFields(flow, cls),
    false,
  );
}

/** `self.fields["x"] = …` in a constructor. */
function addsFields(flow: Flow, cls: ClassRef): boolean {
  let isAdding = false;
  for (const each of lineage(flow, cls)) {
    const init = ownMembers(flow, each).get('__init__');
    if (init?.k !== 'method') continue;
    walk(init.fn.fn.body, (node) => {
      if (node.k === 'set' && node.target.k === 'item' && node.target.of.k === 'attr' && node.target.of.name === 'fields') isAdding = true;
      if (node.k === 'call' && node.fn.k === 'attr' && node.fn.name === 'update') isAdding = true;
    });
  }
  return isAdding;
}

/** Keys that `validate` and `clean` put in by their names; null where they may put in others. */
function addedKeys(flow: Flow, cls: ClassRef): readonly string[] | null {
  const found: string[] = [];
  for (const each of lineage(flow, cls)) for (const name of ['validate', 'clean']) {
    const method = ownMembers(flow, each).get(name);
    if (method?.k !== 'method') continue;
    const added = keysSet(method.fn.fn);
    if (!added) return null;
    found.push(...added);
  }
  return found;
}

function keysSet(fn: Func): readonly string[] | null {
  const found: string[] = [];
  let isOpen = false;
  walk(fn.body, (node) => {
    if (node.k === 'set' && node.target.k === 'item') {
      if (node.target.key.k === 'lit' && typeof node.target.key.v === 'string') found.push(node.target.key.v);
      else isOpen = true;
    }
    if (node.k === 'call' && node.fn.k === 'attr' && (node.fn.name === 'update' || node.fn.name === 'setdefault')) isOpen = true;
    // What is returned is what came in, or what a base makes of it.
    if (
      node.k === 'return' &&
      node.value &&
      node.value.k !== 'name' &&
      node.value.k !== 'attr' &&
      !(node.value.k === 'call' && node.value.fn.k === 'attr' && node.value.fn.name === fn.name) &&
      !(node.value.k === 'lit' && node.value.v === null)
    )
      isOpen = true;
  });
  return isOpen ? null : found;
}
