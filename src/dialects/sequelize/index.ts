import type { Span } from '../../facts/code.js';
import { argument, lastName } from '../../flow/arguments.js';
import { classMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { ANY, type Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { decorationsOf, isOnlyBefore } from '../shared/decorations.js';
import { assignToNew } from '../shared/object-writes.js';
import { call } from './api/calls.js';
import { isUsed, modelIn, modelNamed } from './api/models.js';
import { build } from './api/writes.js';
import { declaringAssign, declaringAttribute, declaringCall, isCollecting } from './collect.js';
import { declare } from './declare.js';
import { addMethod, methodOf } from './methods.js';
import { CONNECTION, DIALECT, REGISTRY, isConnection, isSequelize } from './names.js';

/** Sequelize 5 and 6, and sequelize-typescript. */
export const sequelize: Dialect = {
  id: DIALECT,
  language: 'typescript',
  declare,
  newFlags: { isNewRecord: true },
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'typescript') return undefined;
      return declaringCall(flow, site) ?? call(flow, site);
    },
    attribute(flow, of, name, env, at) {
      // `Op.or` as a key of an object, as it was spelled before symbols.
      if (of.k === 'ext') return isSequelize(of.module) && lastName(of) === 'Op' ? { k: 'const', v: `$${name}` } : undefined;
      const method = methodOf(flow, of, name);
      if (method) return method;
      return (
        declaringAttribute(flow, of, name) ??
        (env.module.language === 'typescript' && isUsed(flow) ? known(flow, usedAttribute(flow, of, name, env), env, at) : undefined)
      );
    },
    annotation(flow, name, args, env) {
      if (name.k !== 'ext' || !isSequelize(name.module) || !args[0]) return undefined;
      if (/^(ModelStatic|ModelCtor)$/.test(lastName(name))) {
        const row = flow.type(args[0], env);
        return row.k === 'row' ? { k: 'model', model: row.model } : undefined;
      }
      return /^(NonAttribute|CreationOptional|ForeignKey|Attributes|CreationAttributes|InferAttributes)$/.test(lastName(name))
        ? flow.type(args[0], env)
        : undefined;
    },
    parameter(flow, param) {
      if (!isCollecting(flow) || param.target.k !== 'name') return undefined;
      const { id } = param.target;
      return id === 'sequelize' ? CONNECTION : id === 'DataTypes' ? { k: 'ext', module: 'sequelize', name: id } : id === 'models' ? REGISTRY : undefined;
    },
    insertHook: (flow, decorators, env) => isOnlyBefore(decorationsOf(flow, decorators, env, isSequelize), /^Before(Bulk)?Create$/),
    construct: (flow, model, site) => build(flow, site, model, argument(site.args, 0)),
    assign: (flow, of, name, value, env, at) =>
      declaringAssign(flow, of, name, value) || addMethod(flow, of, name, value) || assignToNew(flow, of, DIALECT, name, value, env, at),
  },
};

/** Attributes of the connection, of models and rows, and models by their name in whatever the folder of models exports. */
function usedAttribute(flow: Flow, of: Value, name: string, env: Env): Value | undefined {
  switch (of.k) {
    case 'model':
      if (of.model.dialect !== DIALECT) return undefined;
      if (name === 'sequelize') return CONNECTION;
      // Columns and associations are no properties of the class.
      return of.model.columns.has(name) || of.model.relationships.has(name)
        ? ((of.model.cls ? classMember(flow, of.model.cls, name, of) : null) ?? ANY)
        : undefined;
    case 'row':
      if (of.model.dialect !== DIALECT) return undefined;
      if (name === 'dataValues') return of;
      return name === 'sequelize' ? CONNECTION : name === 'constructor' ? { k: 'model', model: of.model } : undefined;
    case 'special': {
      if (of.dialect !== DIALECT) return undefined;
      if (of.tag === 'registry') return named(flow, name, env) ?? (name === 'sequelize' ? CONNECTION : undefined);
      if (of.tag !== 'scoped') return undefined;
      const model = modelIn(flow, of)!;
      return (model.cls ? classMember(flow, model.cls, name, of) : null) ?? undefined;
    }
    // An object that is filled where it cannot be followed.
    case 'dict': return of.entries.size === 0 && of.rest === null ? named(flow, name, env) ?? (name === 'sequelize' ? CONNECTION : undefined) : undefined;
    case 'any': return /^[A-Z]/.test(name) ? named(flow, name, env) : name === 'sequelize' ? CONNECTION : undefined;
    default: return isConnection(of) && name === 'models' ? REGISTRY : undefined;
  }
}

/** The name of a model that is known means that one and nothing else. */
function known(flow: Flow, value: Value | undefined, env: Env, at: Span): Value | undefined {
  if (value?.k === 'model') flow.record.resolve(flow.place(env, at));
  return value;
}

function named(flow: Flow, name: string, env: Env): Value | undefined {
  const model = modelNamed(flow, name, env.module.path);
  return model ? { k: 'model', model } : undefined;
}
