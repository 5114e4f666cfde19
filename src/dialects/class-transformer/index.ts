/** class-transformer and Nest's mapped types: classes that say what of a row is seen or set. https://github.com/typestack/class-transformer */
import type { Expr } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { rowsIn } from '../../flow/access.js';
import { argument, entry, flag, isExternal, lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { handOut } from '../../flow/hand-out.js';
import type { Env } from '../../flow/program.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { exposeFields, type SchemaShape } from '../shared/exposures.js';
import { insertObject } from '../shared/object-writes.js';
import { targetOf } from '../shared/targets.js';

const INTO_CLASS = new Set(['plainToInstance', 'plainToClass']);
const FROM_CLASS = new Set(['instanceToPlain', 'classToPlain', 'serialize']);
/** https://docs.nestjs.com/openapi/mapped-types */
const MAPPED = new Set(['PartialType', 'OmitType', 'PickType', 'IntersectionType']);

export const classTransformer: Dialect = {
  id: 'class-transformer',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k !== 'ext' || site.receiver) return undefined;
      const name = lastName(site.callee);
      if (MAPPED.has(name) && /^@nestjs\//.test(site.callee.module))
        return name === 'IntersectionType' ? union(site.args.list.map((arg) => arg.value)) : (argument(site.args, 0) ?? undefined);
      if (!isTransformer(site.callee)) return undefined;
      if (INTO_CLASS.has(name)) return intoClass(flow, site);
      if (!FROM_CLASS.has(name)) return undefined;
      const value = argument(site.args, 0) ?? ANY;
      handOut(flow, value, name, flow.place(site.env, site.at));
      return { k: 'any', id: `${site.env.module.path}:${spanStart(site.at)}` };
    },
  },
};

const isTransformer = (value: Value): boolean => isExternal(value, 'class-transformer') || isExternal(value, '@nestjs/class-transformer');

/** `plainToInstance(UserDto, user, options)`: a row seen through a class, or a row made of a request. */
function intoClass(flow: Flow, site: CallSite): Value | undefined {
  const target = argument(site.args, 0);
  const value = argument(site.args, 1) ?? ANY;
  const isList = value.k === 'list' || value.k === 'many';
  const wrap = (one: Value): Value => (isList ? { k: 'many', of: one } : one);
  for (const member of target ? membersOf(target) : []) {
    if (member.k === 'model') {
      for (const given of membersOf(value)) insertObject(flow, member.model, given, site.env, site.at);
      return wrap({ k: 'row', model: member.model, isNew: true });
    }
    if (member.k !== 'class') continue;
    // A class that is excluded as a whole gives away only the fields that say so themselves.
    const isStrict =
      flag(entry(argument(site.args, 2), 'excludeExtraneousValues')) === true ||
      marks(flow, member.cls.cls.decorators, member.cls.env.parent ?? member.cls.env, 'Exclude');
    const models = new Set(rowsIn(value, 2).map((row) => row.model));
    for (const model of models) exposeFields(flow, model, member.cls, shapeOf(flow, isStrict));
    // Without that option what the class does not name is handed on as it is.
    if (!isStrict && models.size) handOut(flow, value, member.cls.name, flow.place(site.env, site.at));
    return wrap({ k: 'object', cls: member.cls });
  }
  return undefined;
}

function shapeOf(flow: Flow, isStrict: boolean): SchemaShape {
  return {
    isExposed(field, owner) {
      const has = (name: string): boolean => marks(flow, field.stmt.decorators, owner.env, name);
      if (has('Exclude')) return false;
      return has('Expose') || !(isStrict || marks(flow, owner.cls.decorators, owner.env.parent ?? owner.env, 'Exclude'));
    },
    nested(field, owner) {
      const typed = field.stmt.decorators?.find((decorator) => marks(flow, [decorator], owner.env, 'Type'));
      const given = typed?.k === 'call' && typed.args[0] ? targetOf(flow, flow.peek(typed.args[0]!.value, owner.env)) : null;
      if (given?.k === 'class') return [given.cls];
      return field.stmt.type ? classesIn(flow.type(field.stmt.type, owner.env)) : [];
    },
  };
}

function marks(flow: Flow, decorators: readonly Expr[] | undefined, env: Env, name: string): boolean {
  return (decorators ?? []).some((decorator) => {
    const of = flow.peek(decorator.k === 'call' ? decorator.fn : decorator, env);
    return of.k === 'ext' && isTransformer(of) && lastName(of) === name;
  });
}

function classesIn(value: Value): readonly ClassRef[] {
  return membersOf(value).flatMap((member) => (member.k === 'object' ? [member.cls] : member.k === 'many' ? classesIn(member.of) : []));
}
