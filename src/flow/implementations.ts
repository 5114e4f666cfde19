/** What runs where a method is called on something known by an interface or an abstract class alone: the methods of the classes that stand for it. */
import type { Expr, Func } from '../facts/code.js';
import { classOf, findMember, lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import { isClassLike } from './reflection.js';
import { union } from './unions.js';
import { membersOf, type ClassRef, type FnValue, type ObjectValue, type Value } from './value.js';

/** A port has a class or two that stand for it; what more classes share is a shape that says nothing of any of them. */
const LIMIT = 3;

/** The methods of that name that may run; none where the class has the method itself. */
export function implementationsOf(flow: Flow, receiver: ObjectValue, name: string): readonly FnValue[] {
  const { cls } = receiver;
  if (cls.cls.form === 'class' && cls.module.language === 'typescript' && cls.cls.isAbstract !== true) return NONE;
  const own = findMember(flow, cls, name);
  if (own === null || (own.k === 'method' && !isAbstract(own.fn.fn, own.owner)) || (own.k === 'field' && (cls.cls.form !== 'interface' || own.stmt.value)))
    return NONE;
  return flow.memoOf<readonly FnValue[]>('implementations', cls, name, () => methodsOf(flow, cls, name), NONE);
}

const NONE: readonly FnValue[] = [];

function methodsOf(flow: Flow, cls: ClassRef, name: string): readonly FnValue[] {
  const standing = standingFor(flow).get(cls.id) ?? [];
  if (standing.length > LIMIT) return NONE;
  return standing.flatMap((one): FnValue[] => {
    const member = findMember(flow, one, name);
    return member?.k === 'method' && !isAbstract(member.fn.fn, member.owner) ? [{ k: 'fn', fn: member.fn, self: { k: 'object', cls: one } }] : [];
  });
}

/** A method that others have to write: it says so, or its class does and there is nothing in it. */
function isAbstract({ decorators, body }: Func, { cls, module }: ClassRef): boolean {
  if (module.language !== 'python') return cls.isAbstract === true && body.length === 0;
  return (
    decorators.some((decorator) => /^abstract/.test(decorator.k === 'name' ? decorator.id : decorator.k === 'attr' ? decorator.name : '')) || isLeftOpen(body)
  );
}

/** `raise NotImplementedError` and nothing else: https://docs.python.org/3/library/exceptions.html#NotImplementedError */
function isLeftOpen(body: Func['body']): boolean {
  const last = body.at(-1);
  if (last?.k !== 'raise' || !body.slice(0, -1).every((stmt) => stmt.k === 'expr' && stmt.value.k === 'lit')) return false;
  const raised = last.value?.k === 'call' ? last.value.fn : last.value;
  return raised?.k === 'name' && raised.id === 'NotImplementedError';
}

/**
 * What the classes that descend from one say of a field that it leaves open (`model = None`), where each of them names a class or model:
 * code that is given one of them, by a registry say, means whichever it is.
 */
export function leftToHeirs(flow: Flow, cls: ClassRef, name: string): Value | null {
  if (cls.module.language !== 'python') return null;
  return flow.memoOf<Value | null>('left-to-heirs', cls, name, () => {
    const own = findMember(flow, cls, name);
    if (own?.k !== 'field' || (own.stmt.value && !(own.stmt.value.k === 'lit' && own.stmt.value.v === null))) return null;
    const values = (standingFor(flow).get(cls.id) ?? [])
      .map((heir) => findMember(flow, heir, name))
      .flatMap((member) =>
        member?.k === 'field' && member.owner.id !== own.owner.id && member.stmt.value ? [flow.peek(member.stmt.value, member.owner.env)] : [],
      );
    return values.length > 0 && values.every(isClassLike) ? union(values) : null;
  }, null);
}

/** The classes whose instances may stand for an interface or abstract class, by its id. */
function standingFor(flow: Flow): ReadonlyMap<string, readonly ClassRef[]> {
  return flow.memo('standing-for', 'all', () => flow.quiet(() => gather(flow)), new Map<string, readonly ClassRef[]>());
}

function gather(flow: Flow): ReadonlyMap<string, readonly ClassRef[]> {
  const found = new Map<string, ClassRef[]>();
  for (const module of flow.modules) for (const stmt of module.code) {
    if (stmt.k !== 'class' || stmt.cls.form !== 'class' || stmt.cls.isAbstract) continue;
    const cls = flow.classRef(stmt.cls, module.env);
    for (const shape of new Set(shapesOf(flow, cls))) if (shape !== cls.id) {
      const known = found.get(shape);
      if (known) known.push(cls);
      else found.set(shape, [cls]);
    }
  }
  return found;
}

/** The ids of what a class descends from and of the interfaces that it or its bases say they have. */
function shapesOf(flow: Flow, cls: ClassRef): readonly string[] {
  return lineage(flow, cls).flatMap((each) => [each, ...(each.cls.implements ?? []).flatMap((shape) => interfacesIn(flow, shape, each))]).map(({ id }) => id);
}

function interfacesIn(flow: Flow, shape: Expr, { env }: ClassRef): readonly ClassRef[] {
  return membersOf(flow.peek(shape.k === 'item' ? shape.of : shape, env.parent ?? env)).flatMap((value) => {
    const cls = classOf(value);
    return cls ? lineage(flow, cls) : [];
  });
}
