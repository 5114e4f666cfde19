/**
 * Resolvers whose decorators say what they give: of a row that one returns, the fields of that type leave.
 * https://typegraphql.com/docs/types-and-fields.html https://docs.nestjs.com/graphql/resolvers#object-types
 */
import type { Expr } from '../../facts/code.js';
import { lastName } from '../../flow/arguments.js';
import { isClosed, lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { restricted } from '../shared/schemas.js';
import { annotatedTarget, targetOf } from '../shared/targets.js';

const RESOLVES = new Set(['Query', 'Mutation', 'Subscription', 'FieldResolver', 'ResolveField']);
/** Types inside types that are told apart. */
const DEPTH = 4;

export const graphql: Dialect = {
  id: 'graphql',
  language: 'typescript',
  api: {
    returned(flow, fn, value) {
      for (const decorator of fn.fn.decorators) {
        const library = decorator.k === 'call' ? libraryOf(flow, decorator.fn, fn.env, (name) => RESOLVES.has(name)) : null;
        const given = library ? typeGiven(flow, decorator, fn.env, library) : null;
        if (given) return restricted(value, given);
      }
      return undefined;
    },
  },
};

type Library = 'type-graphql' | '@nestjs/graphql';

/** The library that a decorator of such a name is of. */
function libraryOf(flow: Flow, decorator: Expr, env: Env, isName: (name: string) => boolean): Library | null {
  const of = flow.peek(decorator, env);
  return of.k === 'ext' && (of.module === 'type-graphql' || of.module === '@nestjs/graphql') && isName(lastName(of)) ? of.module : null;
}

/** What `@Query(() => Post)`, `@Field(() => [Comment])` lets through; null where the decorator does not say, unknown for what is no class. */
function typeGiven(flow: Flow, decorator: Expr, env: Env, library: Library, depth = DEPTH): Value | null {
  for (const { value } of decorator.k === 'call' ? decorator.args : []) for (const member of membersOf(flow.peek(value, env))) {
    if (member.k !== 'fn') continue;
    const given = flow.quiet(() => flow.callFn(member, []));
    const [item] = given.k === 'list' ? given.items : [];
    const target = targetOf(flow, item ?? member);
    const fields =
      target?.k === 'class'
        ? fieldsOf(flow, target.cls, library, depth)
        : (membersOf(item ?? given)
            .map((one) => (one.k === 'model' && one.model.cls ? fieldsOf(flow, one.model.cls, library, depth) : null))
            .find((one) => one !== null) ?? ANY);
    return item ? { k: 'many', of: fields } : fields;
  }
  return null;
}

/**
 * The fields of an object type. A class that is a table's model at the same time, or embedded in one, shows those that are decorated; whether Nest's plugin
 * decorates the others is said elsewhere. What a class of its own declares it takes from the row, for its resolvers if not for the client.
 */
function fieldsOf(flow: Flow, cls: ClassRef, library: Library, depth: number): Value {
  const isModel = flow.modelsByClass.has(cls.id) || flow.embeddings.has(cls.id);
  if (depth === 0 || (isModel ? library !== 'type-graphql' : !isClosed(flow, cls))) return ANY;
  const entries = new Map<string, Value>();
  for (const each of lineage(flow, cls)) for (const [name, member] of ownMembers(flow, each)) {
    const decorators = member.k === 'field' ? member.stmt.decorators ?? [] : member.k === 'method' ? member.fn.fn.decorators : [];
    const isNamed = (wanted: string) =>
      decorators.find((decorator) => libraryOf(flow, decorator.k === 'call' ? decorator.fn : decorator, each.env, (found) => found === wanted) !== null);
    const field = isNamed('Field');
    if (entries.has(name) || isNamed('HideField') || (isModel && !field)) continue;
    entries.set(name, (field && typeGiven(flow, field, each.env, library, depth - 1)) ?? typed(flow, member, each, library, depth - 1));
  }
  return entries.size > 0 ? { k: 'dict', entries, rest: null } : ANY;
}

/** What the type of a property says of it. */
function typed(flow: Flow, member: Member, owner: ClassRef, library: Library, depth: number): Value {
  const target = member.k === 'field' ? annotatedTarget(flow, member.stmt.type, owner.env) : null;
  return target?.k === 'class' ? fieldsOf(flow, target.cls, library, depth) : ANY;
}
