/** What runs where a method is called on something known by an interface or an abstract class alone: the methods of the classes that stand for it. */
import type { Expr, Func } from '../facts/code.js';
import { classOf, findMember, lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import { membersOf, type ClassRef, type FnValue, type ObjectValue } from './value.js';

/** A port has a class or two that stand for it; what more classes share is a shape that says nothing of any of them. */
const LIMIT = 3;

/** The methods of that name that may run; none where the class has the method itself. */
export function implementationsOf(flow: Flow, receiver: ObjectValue, name: string): readonly FnValue[] {
  const { cls } = receiver;
  if (cls.cls.form === 'class' && cls.module.language === 'typescript' && cls.cls.isAbstract !== true) return NONE;
  const own = findMember(flow, cls, name);
  if (own === null || (own.k === 'method' && !isAbstract(own.fn.fn, own.owner)) || (own.k === 'field' && (cls.cls.form !== 'interface' || own.stmt.value))) return NONE;
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
  return module.language === 'python' ? decorators.some((decorator) => /^abstract/.test(decorator.k === 'name' ? decorator.id : decorator.k === 'attr' ? decorator.name : '')) : cls.isAbstract === true && body.length === 0;
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
  return membersOf(flow.peek(shape.k === 'item' ? shape.of : shape, env.parent ?? env)).flatMap((value) => { const cls = classOf(value); return cls ? lineage(flow, cls) : []; });
}
