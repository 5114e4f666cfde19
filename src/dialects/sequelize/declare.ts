/** Models of Sequelize 5 and 6, in all the ways in which they are declared. https://sequelize.org/docs/v6/core-concepts/model-basics/ */
import type { Call, Func } from '../../facts/code.js';
import { ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { importsFrom, type Env, type ModuleRef } from '../../flow/program.js';
import { runStatements } from '../../flow/statements.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import { Vars } from '../../flow/vars.js';
import type { TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { snakeCase } from '../shared/script-names.js';
import { collecting, declaringArguments, type Collection } from './collect.js';
import { defaultsOf, UNDERSCORED } from './connections.js';
import { decoratedEntity } from './decorated.js';
import { draftsOf } from './drafts.js';
import type { Entity } from './entity.js';
import { constantNames, rememberNames } from './model-names.js';
import { isSequelize } from './names.js';
import { rememberScopes } from './scopes.js';

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  const modules = program.modules.filter((module) => module.language === 'typescript');
  if (!modules.some(importsSequelize)) return [];
  const found = new Map(modules.map((module) => [module, declaringCode(module)]));
  let constants: ReadonlyMap<string, string> = new Map();
  const collection = collecting(flow, (collection) => {
    for (const [module, { functions }] of found) if (functions.size) callFunctions(flow, module, functions);
    for (const cls of program.classes) callStatics(flow, cls, found.get(cls.module)?.functions ?? new Map());
    for (const [module, { isDeclaring }] of found) if (isDeclaring) runTop(flow, module);
    tellAssociations(flow, collection, found);
    constants = constantNames(flow, [...found].flatMap(([module, { isDeclaring }]) => (isDeclaring ? [module] : [])));
  });
  const entitiesWith = (defaults: readonly Value[]): readonly Entity[] =>
    merged([
      ...[...collection.made.values()].map((make) => make(defaults)),
      ...program.classes.flatMap((cls) => decoratedEntity(flow, cls, defaults) ?? []),
    ]).map((entity) => (collection.keyless.has(entity.cls?.id ?? entity.site!) ? { ...entity, isKeyless: true } : entity));
  const defaults = defaultsOf(collection.connections);
  const read = entitiesWith(defaults);
  const entities = read.some(showsUnderscores) ? entitiesWith([...defaults, UNDERSCORED]) : read;
  rememberScopes(flow, entities);
  rememberNames(flow, entities, constants);
  return draftsOf(
    entities,
    [...collection.associations.values(), ...entities.flatMap((entity) => entity.associations)],
    constants,
    [...found.values()].some((each) => each.syncs),
  );
}

/** Where nothing says how columns are spelled, an index that names the column of an attribute with underscores does. */
function showsUnderscores({ options, attributes, indexes }: Entity): boolean {
  return (
    !options.hasKnownNames &&
    indexes.some((index) =>
      index.fields.some(
        ({ name }) => !attributes.has(name) && [...attributes.values()].some((attribute) => attribute.field === null && snakeCase(attribute.name) === name),
      ),
    )
  );
}

/** A model that is declared twice is the first of its name in its file. */
function merged(entities: readonly Entity[]): readonly Entity[] {
  const seen = new Set<string>();
  return entities.filter((entity) => { const key = entity.cls?.id ?? entity.site!; return !seen.has(key) && seen.add(key); });
}

function importsSequelize(module: ModuleRef): boolean {
  return importsFrom(module, isSequelize);
}

/** What a module's code declares by calls: whether it does, and in which functions; true where models are made. `syncs`: it makes tables from models. */
interface Declaring { isDeclaring: boolean; readonly functions: Map<Func, boolean>; syncs: boolean }

function declaringCode(module: ModuleRef): Declaring {
  const found: Declaring = { isDeclaring: false, functions: new Map(), syncs: false };
  // Components of pages declare no models.
  if (!/\.[jt]sx$/.test(module.path)) found.isDeclaring = visit(module.code, found) !== null;
  return found;
}

/** Null: nothing; false: associations; true: models. */
function visit(node: object, into: Declaring): boolean | null {
  let found: boolean | null = null;
  if ((node as Call).k === 'call') {
    const call = node as Call;
    found = declares(call);
    into.syncs ||= isSync(call);
  }
  for (const key in node) {
    if (key === 'at' || key === 'range' || key === 'note') continue;
    const value = (node as Record<string, unknown>)[key];
    if (typeof value !== 'object' || value === null) continue;
    const inner = visit(value, into);
    if (inner !== null) found = found === true || inner;
  }
  if (found !== null && 'params' in node && 'decorators' in node && !('form' in node)) into.functions.set(node as Func, found);
  return found;
}

/** `sequelize.sync()`. https://sequelize.org/docs/v6/core-concepts/model-basics/#model-synchronization */
function isSync({ fn }: Call): boolean {
  if (fn.k !== 'attr' || fn.name !== 'sync') return false;
  const { of } = fn;
  return (of.k === 'name' || of.k === 'attr') && /sequelize|connection|^db$|database/i.test(of.k === 'name' ? of.id : of.name);
}

function declares(call: Call): boolean | null {
  const [first, second] = call.args;
  const name = call.fn.k === 'attr' ? call.fn.name : call.fn.k === 'name' ? call.fn.id : '';
  if (call.isNew === true) return /Sequelize$/.test(name) ? true : null;
  if (call.fn.k !== 'attr') return null;
  if (name === 'define') return second && (first!.value.k === 'lit' || first!.value.k === 'name') ? true : null;
  if (name === 'init') return second || first?.value.k === 'dict' ? true : null;
  return first && /^(belongsTo|hasOne|hasMany|belongsToMany|removeAttribute)$/.test(name) ? false : null;
}

/** Functions that make models from a connection they are given: `module.exports = (sequelize, DataTypes) => …`. */
function callFunctions(flow: Flow, module: ModuleRef, functions: ReadonlyMap<Func, boolean>): void {
  for (const name of module.bindings.keys()) for (const value of membersOf(flow.moduleName(module, name) ?? { k: 'any' })) {
    const makes = value.k === 'fn' ? functions.get(value.fn.fn) : undefined;
    if (value.k === 'fn' && makes !== undefined) flow.callFn(value, declaringArguments(value.fn.fn, makes));
  }
}

/** `static initialize(sequelize)`, `static associate(models)` of classes. */
function callStatics(flow: Flow, cls: ClassRef, functions: ReadonlyMap<Func, boolean>): void {
  for (const member of ownMembers(flow, cls).values()) {
    const makes = member.k === 'method' && member.fn.fn.isStatic ? functions.get(member.fn.fn) : undefined;
    if (member.k === 'method' && makes !== undefined)
      flow.callFn({ k: 'fn', fn: member.fn, self: { k: 'class', cls } }, declaringArguments(member.fn.fn, makes));
  }
}

function runTop(flow: Flow, module: ModuleRef): void {
  const env: Env = { module, parent: module.env, vars: new Vars(), owner: null, kind: 'function' };
  runStatements(flow, module.code, env, []);
}

/** Associations that classes inside functions, or models made by `define`, tell when they are asked. */
function tellAssociations(flow: Flow, collection: Collection, found: ReadonlyMap<ModuleRef, Declaring>): void {
  for (const make of [...collection.made.values()]) {
    const { cls } = make([]);
    if (cls) callStatics(flow, cls, found.get(cls.module)?.functions ?? new Map());
  }
  for (const fn of [...collection.pending.values()]) flow.callFn(fn, declaringArguments(fn.fn.fn, false));
}
