/** Managers of models: `Model.objects`, managers and query sets of the repository, related managers of rows. */
import { basesOf, classOf, externalBases, findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import { membersOf, type ClassRef, type FnRef, type SpecialValue, type Value } from '../../flow/value.js';
import { isManagerName, isQuerySetName } from './names.js';

/** The rows of one row's relationship. */
export interface Related { readonly owner: Model; readonly relationship: ModelRelationship }

export interface Manager { readonly model: Model; readonly related: Related | null; readonly classes: readonly ClassRef[] }

export function managerValue(model: Model, related: Related | null, classes: readonly ClassRef[]): SpecialValue {
  const key = `${model.id}:${related ? `${related.owner.id}.${related.relationship.name}` : ''}:${classes.map((cls) => cls.id).join(',')}`;
  return { k: 'special', dialect: 'django', tag: 'manager', data: { model, related, classes } satisfies Manager & Record<string, unknown>, key };
}

export function managerOf(value: Value | null): Manager | null {
  return value?.k === 'special' && value.dialect === 'django' && value.tag === 'manager' ? (value.data as unknown as Manager) : null;
}

/** A manager that is not yet bound to a model: `QuerySet.as_manager()`, `Manager.from_queryset(QuerySet)`. */
export function unbound(tag: 'manager-class' | 'manager-instance', classes: readonly ClassRef[]): SpecialValue {
  return { k: 'special', dialect: 'django', tag, data: { classes }, key: classes.map((cls) => cls.id).join(',') };
}

/** The classes of an unbound manager, or of a class of managers and query sets; null for anything else. */
export function managerClasses(flow: Flow, value: Value): readonly ClassRef[] | null {
  if (value.k === 'special' && value.dialect === 'django' && (value.tag === 'manager-class' || value.tag === 'manager-instance'))
    return value.data['classes'] as readonly ClassRef[];
  if (value.k === 'object' && isManagerClass(flow, value.cls)) return withQuerySets(flow, value.cls);
  if (value.k === 'term' && isManagerName(value.callee)) return [];
  return null;
}

/** Whether a class of the repository is a manager or a query set. */
export function isManagerClass(flow: Flow, cls: ClassRef): boolean {
  return flow.memo(
    'django-manager-class',
    cls,
    () =>
      externalBases(flow, cls)
        .flatMap(membersOf)
        .some((base) => isManagerName(base) || isQuerySetName(base) || (base.k === 'special' && base.tag === 'manager-class')),
    false,
  );
}

/** A manager class with the query sets that it and its bases are made from, and those it returns. */
function withQuerySets(flow: Flow, cls: ClassRef): readonly ClassRef[] {
  const made = lineage(flow, cls)
    .flatMap((each) => basesOf(flow, each))
    .flatMap(membersOf)
    .flatMap((base) => (base.k === 'special' && base.tag === 'manager-class' ? (base.data['classes'] as readonly ClassRef[]) : []));
  return [cls, ...made, ...querySetsOf(flow, cls)];
}

/** `def get_queryset(self): return ActiveQuerySet(self.model)`: the query set classes that the method names. */
function querySetsOf(flow: Flow, cls: ClassRef): readonly ClassRef[] {
  const method = findMember(flow, cls, 'get_queryset');
  if (method?.k !== 'method') return [];
  return method.fn.fn.body.flatMap((stmt) => {
    let expr = stmt.k === 'return' || stmt.k === 'set' ? stmt.value : undefined;
    while (expr?.k === 'call' && expr.fn.k === 'attr') expr = expr.fn.of;
    const callee = expr?.k === 'call' && expr.fn.k === 'name' ? flow.peek(expr.fn, method.fn.env) : null;
    const ref = callee?.k === 'class' ? classOf(callee) : null;
    return ref && isManagerClass(flow, ref) ? [ref] : [];
  });
}

export interface NamedManager { readonly name: string; readonly classes: readonly ClassRef[] }

/**
 * The managers a model declares or inherits, the default one first; `objects` where it declares none. https://docs.djangoproject.com/en/5.0/topics/db/managers/
 */
export function managersOf(flow: Flow, model: Model): readonly NamedManager[] {
  const implicit: readonly NamedManager[] = [{ name: 'objects', classes: [] }];
  if (!model.cls) return implicit;
  const { cls } = model;
  return flow.memo('django-managers', cls, () => {
    const found: NamedManager[] = [];
    for (const each of lineage(flow, cls)) for (const [name, member] of ownMembers(flow, each)) {
      if (member.k !== 'field' || !member.stmt.value || found.some((known) => known.name === name)) continue;
      const { value } = member.stmt;
      const classes = flow.quiet(() => membersOf(flow.expr(value, each.env)).map((made) => managerClasses(flow, made))).find((made) => made !== null);
      if (classes) found.push({ name, classes });
    }
    return found.some((each) => each.name === 'objects') || found.length ? found : implicit;
  }, implicit);
}

/** The manager of that name; library bases may bring an `objects` that is not seen. */
export function managerNamed(flow: Flow, model: Model, name: string): SpecialValue | null {
  const managers = managersOf(flow, model);
  if (name === '_default_manager' || name === '_base_manager') return managerValue(model, null, name === '_base_manager' ? [] : managers[0]?.classes ?? []);
  const found = managers.find((each) => each.name === name);
  if (found) return managerValue(model, null, found.classes);
  return name === 'objects' ? managerValue(model, null, []) : null;
}

/** A method that the repository's own managers and query sets of a model define; those of a query's class are not known, so that any of the model's count. */
export function customMethod(flow: Flow, model: Model, classes: readonly ClassRef[], name: string): FnRef | null {
  return methodOf(flow, [...classes, ...managersOf(flow, model).flatMap((each) => each.classes)], name);
}

/** The method of that name that one of the classes has. */
export function methodOf(flow: Flow, classes: readonly ClassRef[], name: string): FnRef | null {
  for (const cls of new Set(classes)) {
    const member = findMember(flow, cls, name);
    if (member?.k === 'method') return member.fn;
  }
  return null;
}

/** The models whose managers are of a class: what `self` may be while its methods are read by themselves. */
export function modelsManagedBy(flow: Flow, cls: ClassRef): readonly Model[] {
  const users = flow.memo('django-managed', '', () => {
    const all = new Map<string, Model[]>();
    for (const model of flow.modelsByClass.values()) {
      if (model.dialect !== 'django') continue;
      const classes = new Set(managersOf(flow, model).flatMap((each) => each.classes).flatMap((each) => lineage(flow, each)).map((each) => each.id));
      for (const id of classes) all.set(id, [...(all.get(id) ?? []), model]);
    }
    return all;
  }, new Map<string, Model[]>());
  return users.get(cls.id) ?? [];
}
