/**
 * What a class of Python tells of itself while the program runs: the types its bases were given, and what they store on each class that extends them.
 * https://docs.python.org/3/reference/datamodel.html#object.__init_subclass__, https://docs.python.org/3/library/typing.html#typing.get_args
 */
import { findMember, lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import { membersOf, type ClassRef, type EvaluatedArg, type Value } from './value.js';

/** `cls.__orig_bases__`, `Alias.__args__`, `self.__orig_class__`; null for other names. */
export function reflected(flow: Flow, of: Value & { k: 'class' | 'object' }, name: string): Value | null {
  switch (name) {
    case '__orig_bases__': return basesAsWritten(flow, of.cls);
    case '__class__': return of.k === 'object' ? flow.classValueOf(of) : null;
    case '__orig_class__': return { k: 'class', cls: of.cls, ...(of.args ? { args: of.args } : {}) };
    case '__args__': return typesGiven(flow, of);
    default: return null;
  }
}

/** The bases of the nearest class that gives types to some of its own. */
export function basesAsWritten(flow: Flow, cls: ClassRef): Value {
  const nearest = lineage(flow, cls).find((each) => each.cls.bases.some((base) => base.value.k === 'item')) ?? cls;
  return {
    k: 'list',
    items: nearest.cls.bases.filter((base) => base.name === undefined && !base.spread).map((base) => flow.peek(base.value, nearest.env.parent ?? nearest.env)),
  };
}

/** The types that a generic class was given, each as the class that it is. */
export function typesGiven(flow: Flow, of: Value): Value {
  const args = membersOf(of).flatMap((member) => (member.k === 'class' || member.k === 'object' ? member.args ?? [] : []));
  return { k: 'list', items: args.map((arg) => flow.classValueOf(arg)) };
}

/** What `__init_subclass__` of its bases stores on a class, with what the class statement gives them: `class Orders(Service, model=Order)`. */
export function subclassFields(flow: Flow, cls: ClassRef): ReadonlyMap<string, Value> {
  if (cls.module.language !== 'python') return NO_FIELDS;
  return flow.memo('subclass-fields', cls, () => (findMember(flow, cls, HOOK) ? flow.quiet(() => runHooks(flow, cls)) : NO_FIELDS), NO_FIELDS);
}
const HOOK = '__init_subclass__';
const NO_FIELDS: ReadonlyMap<string, Value> = new Map();

function runHooks(flow: Flow, cls: ClassRef): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>();
  for (const each of [...lineage(flow, cls)].reverse()) {
    const hook = lineage(flow, each).slice(1).map((base) => findMember(flow, base, HOOK)).find((member) => member !== null);
    if (hook?.k === 'method') flow.callFn({ k: 'fn', fn: hook.fn, self: { k: 'object', cls: each, fields } }, givenTo(flow, each));
  }
  return fields;
}

function givenTo(flow: Flow, cls: ClassRef): readonly EvaluatedArg[] {
  const env = cls.env.parent ?? cls.env;
  return cls.cls.bases.flatMap((base): EvaluatedArg[] =>
    base.name === undefined || base.name === 'metaclass'
      ? []
      : [{ name: base.name, value: flow.peek(base.value, env), expr: base.value, spread: null, at: base.value.at }],
  );
}

/** Whether a value is a class or model: what a base expects its subclasses to say. */
export const isClassLike = (value: Value): boolean => value.k === 'model' || value.k === 'class';
