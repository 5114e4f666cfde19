/** Pages of class-based views and of template tags: what they show of the rows they are about. https://docs.djangoproject.com/en/5.0/ref/class-based-views/ */
import { text } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { entriesOf, renderPage } from '../../flow/pages.js';
import { union } from '../../flow/unions.js';
import { membersOf, type ClassRef, type DictValue, type FnRef, type Value } from '../../flow/value.js';
import { managerOf } from './managers.js';
import { labelOf } from './models.js';
import { shortName } from './names.js';
import type { State } from './state.js';
import { classNamed, metaModel, viewQueries } from './views.js';

/** What a view shows of its model: all rows, or one. */
const KINDS: readonly (readonly [RegExp, kind: 'list' | 'row', suffix: string])[] = [
  [/ListView$|ArchiveView$|(Year|Month|Week|Day)\w*View$/, 'list', '_list'],
  [/DetailView$/, 'row', '_detail'],
  [/UpdateView$|CreateView$/, 'row', '_form'],
  [/DeleteView$/, 'row', '_confirm_delete'],
];

/** Evaluates the page of a view with the context that it gets. */
export function renderView(flow: Flow, state: State, cls: ClassRef): void {
  const given = optionOf(flow, cls, 'template_name');
  const name = given ?? usualName(flow, state, cls);
  if (name === null || flow.isQuiet) return;
  const method = findMember(flow, cls, 'get_context_data');
  const self: Value = { k: 'object', cls };
  const context = method?.k === 'method' ? flow.callFn({ k: 'fn', fn: method.fn, self }, []) : viewContext(flow, state, cls);
  const entries = entriesOf(context);
  renderPage(flow, name, (id) => (id === 'view' ? self : entries(id)), cls.env, cls.cls.at);
}

/** What `get_context_data` of Django's own views gives. */
export function viewContext(flow: Flow, state: State, cls: ClassRef): DictValue {
  const kind = kindOf(flow, cls)?.[1];
  const queries = kind ? viewQueries({ flow, state, env: cls.env }, { env: cls.env, at: cls.cls.at }, { k: 'object', cls }) : [];
  const model = queries[0]?.sources[0]?.model ?? (kind ? viewModel(flow, cls) : null);
  const entries = new Map<string, Value>();
  const own = optionOf(flow, cls, 'context_object_name');
  if (model && kind === 'row') for (const name of ['object', own ?? model.name.toLowerCase()]) entries.set(name, { k: 'row', model });
  if (model && kind === 'list' && queries.length > 0)
    for (const name of ['object_list', own ?? `${model.name.toLowerCase()}_list`, 'page_obj'])
      entries.set(name, union(queries.map((query): Value => ({ k: 'query', query }))));
  return { k: 'dict', entries, rest: { k: 'any' } };
}

/** `self.object` of a view that is about one row. */
export function viewObject(flow: Flow, cls: ClassRef): Value | undefined {
  const model = kindOf(flow, cls)?.[1] === 'row' ? viewModel(flow, cls) : null;
  return model ? { k: 'row', model } : undefined;
}

/**
 * `@register.inclusion_tag("row.html")`: the page of a tag is rendered with what its function returns.
 * https://docs.djangoproject.com/en/5.0/howto/custom-template-tags/#inclusion-tags
 */
export function renderTag(flow: Flow, fn: FnRef, returned: Value): void {
  for (const decorator of fn.fn.decorators) {
    if (decorator.k !== 'call' || decorator.fn.k !== 'attr' || decorator.fn.name !== 'inclusion_tag') continue;
    const given = decorator.args.find((arg) => arg.name === undefined || arg.name === 'filename')?.value;
    if (given?.k === 'lit' && typeof given.v === 'string') renderPage(flow, given.v, entriesOf(returned), fn.env, fn.fn.at);
  }
}

function kindOf(flow: Flow, cls: ClassRef): (typeof KINDS)[number] | null {
  const bases = externalBases(flow, cls).flatMap(membersOf).map(shortName);
  return KINDS.find(([pattern]) => bases.some((base) => pattern.test(base))) ?? null;
}

function optionOf(flow: Flow, cls: ClassRef, name: string): string | null {
  const member = findMember(flow, cls, name);
  return member?.k === 'field' && member.stmt.value ? text(flow.peek(member.stmt.value!, member.owner.env)) : null;
}

/** `shop/order_list.html` where a view names no template. */
function usualName(flow: Flow, state: State, cls: ClassRef): string | null {
  const kind = kindOf(flow, cls);
  const model = kind ? viewModel(flow, cls) : null;
  return model?.cls ? `${labelOf(flow, state.apps, model.cls)}/${model.name.toLowerCase()}${kind![2]}.html` : null;
}

/** The model of a view's `queryset` or `model`, else of its serialiser. */
export function viewModel(flow: Flow, cls: ClassRef): Model | null {
  for (const name of ['queryset', 'model']) {
    const member = findMember(flow, cls, name);
    if (member?.k !== 'field' || !member.stmt.value) continue;
    for (const value of membersOf(flow.peek(member.stmt.value!, member.owner.env))) {
      if (value.k === 'query') return value.query.sources[0]!.model;
      if (value.k === 'model' && value.model.dialect === 'django') return value.model;
      const manager = managerOf(value);
      if (manager) return manager.model;
    }
  }
  const serializer = classNamed(flow, cls, 'serializer_class');
  return serializer ? metaModel(flow, serializer) : null;
}
