/** Properties of Python that code assigns to: their setters run with what is assigned. https://docs.python.org/3/library/functions.html#property */
import type { Expr, Span } from '../facts/code.js';
import { classOf, lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import type { ClassRef, FnRef, Value } from './value.js';

/** Runs the setter of a property that `of.name = value` assigns to; false where the class has none of that name. */
export function runSetter(flow: Flow, of: Value, name: string, value: Value, at: Span): boolean {
  const setter = setterOf(flow, of, name);
  if (!setter) return false;
  flow.callFn({ k: 'fn', fn: setter, self: of }, [{ name: null, value, expr: { k: 'name', id: name, at }, spread: null, at }]);
  return true;
}

/** `self._name = value` and nothing else: the attribute that assigning to the property means, as if the code had named it. Null for any other setter. */
export function attributeBehind(flow: Flow, of: Value, name: string): string | null {
  const setter = setterOf(flow, of, name);
  const [self, given] = setter?.fn.params ?? [];
  const [only, ...others] = setter?.fn.body.filter((stmt) => stmt.k !== 'expr' || stmt.value.k !== 'lit') ?? [];
  if (self?.target.k !== 'name' || given?.target.k !== 'name' || only?.k !== 'set' || others.length > 0 || only.op !== undefined || only.target.k !== 'attr')
    return null;
  const { target, value } = only;
  return target.of.k === 'name' && target.of.id === self.target.id && value?.k === 'name' && value.id === given.target.id && !setterOf(flow, of, target.name)
    ? target.name
    : null;
}

function setterOf(flow: Flow, of: Value, name: string): FnRef | null {
  const cls = classOf(of);
  return cls?.module.language === 'python' ? flow.memoOf<FnRef | null>('setter', cls, name, () => setterIn(flow, cls, name), null) : null;
}

function setterIn(flow: Flow, cls: ClassRef, name: string): FnRef | null {
  for (const each of lineage(flow, cls)) for (const stmt of each.cls.body) {
    if (stmt.k === 'def' && stmt.fn.decorators.some((decorator) => isSetterOf(decorator, name))) return flow.fnRef(stmt.fn, each.env, each);
  }
  return null;
}

/** `@price.setter`, `@price.inplace.setter`: the latter is a hybrid's, https://docs.sqlalchemy.org/en/20/orm/extensions/hybrid.html */
function isSetterOf(decorator: Expr, name: string): boolean {
  if (decorator.k !== 'attr' || decorator.name !== 'setter') return false;
  const of = decorator.of.k === 'attr' && decorator.of.name === 'inplace' ? decorator.of.of : decorator.of;
  return of.k === 'name' && of.id === name;
}
