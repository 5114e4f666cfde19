/** Models, and what reads and writes their rows, that are given to code we do not see: it may do anything with them. */
import type { CallSite } from '../dialects/dialect.js';
import type { Class, Dict, Expr, Span } from '../facts/code.js';
import { lastName } from './arguments.js';
import { externalBases, findMember } from './classes.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import type { Env } from './program.js';
import { membersOf, type ClassRef, type Value } from './value.js';

const HARMLESS = new Set([
  'isinstance', 'issubclass', 'cast', 'type', 'repr', 'str', 'print', 'joinedload', 'selectinload', 'contains_eager', 'inspect', 'get_type_hints',
  'InjectRepository', 'getRepositoryToken', 'InjectModel', 'forwardRef', 'isArray', 'getPrototypeOf',
  // Of tests, which look at a repository and put another in its place.
  'spyOn',
  'expect',
  'stub',
  'mocked',
]);

/** Libraries whose options wire an application together, open its database, or say what stands in a body; none of them uses the rows of what it is given. */
const WIRING =
  /^(builtins|typeorm|@nestjs\/.*|@mikro-orm\/.*|sequelize|sequelize-typescript|drizzle-orm(\/.*)?|class-transformer|type-graphql|typedi|tsyringe|inversify)$/;

/** Whose signal it is tells receivers apart. https://docs.djangoproject.com/en/5.0/topics/signals/ */
const SIGNALLING = /(^|\.)(a?send(_robust)?|connect|disconnect)$/;

/**
 * Functions of SQLAlchemy take a model to say which rows a listener, an option or an alias is about; Pyramid's to say for which resource a view is:
 * https://docs.pylonsproject.org/projects/pyramid/en/latest/narr/viewconfig.html
 */
const isToldApart = (callee: Value): boolean => callee.k === 'ext' && /^(sqlalchemy|sqlmodel|pyramid)(\.|$)/.test(callee.module);

/** Options under which models are registered. */
const REGISTRIES = /^(entities|models|imports|exports|providers|controllers)$/;

/** Objects and lists inside the options of a call that are looked into. */
const DEPTH_LIMIT = 3;

/**
 * A model given to code as a class may be created, queried and written there in ways that are not seen; so may one whose repository is given, or that stands in
 * the options of a library.
 */
export function handOver(flow: Flow, site: CallSite, to: string): void {
  if (HARMLESS.has(to.slice(to.lastIndexOf('.') + 1)) || isToldApart(site.callee)) return;
  for (const arg of site.args.list) {
    if (arg.name === 'sender' && SIGNALLING.test(to)) continue;
    for (const value of isSeenWhole(flow, site.callee) ? [] : membersOf(arg.value)) {
      if (value.k === 'model' && !isItsOwn(flow, site.callee, value.model))
        flow.record.gap({
          kind: 'dynamic-access',
          model: value.model,
          column: null,
          place: flow.place(site.env, arg.at),
          detail: `${value.model.name} is handed to ${to || 'a call'} as a class`,
        });
    }
    // What a class of the repository does with it is seen.
    if (site.callee.k === 'class') continue;
    for (const value of membersOf(arg.value)) { const model = flow.handledBy(value, site.env); if (model) note(flow, site.env, site.at, model, to); }
    if ((arg.expr.k === 'dict' || arg.expr.k === 'list') && !isWiring(site)) handOptions(flow, site, arg.value, arg.expr, to, DEPTH_LIMIT);
  }
}

function note(flow: Flow, env: Env, at: Span, model: Model, to: string): void {
  const place = flow.place(env, at);
  flow.record.table(model, 'mention', place);
  flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `${model.name} is handed to ${to || 'a call'}, which may read and write it` });
}

function isWiring({ callee, receiver }: CallSite): boolean {
  const from = callee.k === 'ext' || callee.k === 'extobj' ? callee : receiver;
  return (from?.k === 'ext' || from?.k === 'extobj') && WIRING.test(from.module);
}

/** `{ resource: User }`, `{ adapters: [users] }` as written in the call. */
function handOptions(flow: Flow, site: CallSite, value: Value, expr: Expr, to: string, depth: number): void {
  if (depth === 0) return;
  if (expr.k === 'dict' && value.k === 'dict') {
    for (const [key, inner] of written(expr)) {
      const given = value.entries.get(key);
      if (given && !REGISTRIES.test(key)) handOption(flow, site, given, inner, to, depth);
    }
  } else if (expr.k === 'list' && value.k === 'list' && expr.items.length === value.items.length) {
    value.items.forEach((given, index) => { if (depth < DEPTH_LIMIT || given.k === 'dict') handOption(flow, site, given, expr.items[index]!, to, depth); });
  }
}

function handOption(flow: Flow, site: CallSite, given: Value, expr: Expr, to: string, depth: number): void {
  const model = given.k === 'model' ? given.model : flow.handledBy(given, site.env);
  if (model) note(flow, site.env, site.at, model, to);
  else handOptions(flow, site, given, expr, to, depth - 1);
}

/** The entries whose names are written out; those of a spread are not meant one by one. */
function written(dict: Dict): readonly (readonly [string, Expr])[] {
  return dict.entries.flatMap(({ key, value }) => (key?.k === 'lit' ? [[String(key.v), value] as const] : []));
}

/**
 * `new DeviceRepository(em, Device)`, `super(Device, em)`: a class over `Repository<Device>`, a library's or the repository's own, says itself which rows it is
 * about.
 */
function isItsOwn(flow: Flow, callee: Value, model: Model): boolean {
  const isOf = (args: readonly Value[] | undefined): boolean => args?.some((arg) => (arg.k === 'row' || arg.k === 'model') && arg.model === model) === true;
  const cls = callee.k === 'class' ? callee.cls : callee.k === 'special' && callee.tag === 'super' ? callee.data['owner'] as ClassRef | null : null;
  return cls !== null && ((callee.k === 'class' && isOf(callee.args)) || cls.cls.bases.some((base) => {
    const parent = flow.quiet(() => flow.type(base.value, cls.env.parent ?? cls.env));
    return (parent.k === 'extobj' || parent.k === 'object') && isOf(parent.args);
  }));
}

/**
 * A class of the repository whose constructor and bases are there to be read, and whose type parameters say that it is made for whatever it is given: what it
 * does with a model is seen.
 */
function isSeenWhole(flow: Flow, callee: Value): boolean {
  if (callee.k !== 'class') return false;
  const { cls } = callee;
  const isGeneric = cls.cls.bases.some(({ value }) => value.k === 'item') || (cls.cls.params ?? []).length > 0;
  return (
    isGeneric &&
    (findMember(flow, cls, '__init__') ?? findMember(flow, cls, 'constructor'))?.k === 'method' &&
    externalBases(flow, cls).every((base) => base.k === 'ext' && /^(typing|abc|builtins)$/.test(base.module))
  );
}

/** What a class inherits out of sight may use models: `extends CrudService<Post>` of a library that no dialect knows, `extends Service({ Post, Comment })`. */
export function handToBases(flow: Flow, cls: ClassRef, env: Env): void {
  for (const { value: base, name } of cls.cls.bases) {
    if (name !== undefined) continue;
    if (base.k === 'call') handToMaker(flow, base, env);
    else if (base.k === 'item') handToGeneric(flow, cls, base, env);
  }
  handFields(flow, cls);
}

/** Libraries whose classes are read by what dialects know of them, or that do nothing with the rows of a model. */
const READ_ELSEWHERE =
  /^(typing\w*|collections|abc|enum|dataclasses|unittest|pytest|sqlalchemy|sqlmodel|pydantic\w*|django\w*|rest_framework|ninja\w*|graphene\w*|strawberry\w*|\w*marshmallow\w*|factory|\w*wtf\w*|flask_admin|sqladmin|starlette_admin|fastcrud|advanced_alchemy|litestar|import_export|polyfactory)(\.|$)/;

/** `data_layer = {"session": db.session, "model": Order}` in a class over one of a library's: the library may make, read and write its rows. */
function handFields(flow: Flow, cls: ClassRef): void {
  if (flow.isQuiet || flow.modelsByClass.has(cls.id) || cls.cls.form !== 'class' || cls.cls.bases.length === 0) return;
  const library = externalBases(flow, cls).find(
    (base) => base.k === 'ext' && base.module !== 'builtins' && !WIRING.test(base.module) && !READ_ELSEWHERE.test(base.module),
  );
  if (library?.k !== 'ext') return;
  for (const stmt of cls.cls.body) {
    if (stmt.k !== 'set' || !stmt.value) continue;
    for (const expr of stmt.value.k === 'dict' ? written(stmt.value).map(([, value]) => value) : [stmt.value]) {
      const given = expr.k === 'name' ? flow.peek(expr, cls.env) : null;
      if (given?.k === 'model') note(flow, cls.env, expr.at, given.model, lastName(library));
    }
  }
}

function handToMaker(flow: Flow, call: Expr & { k: 'call' }, env: Env): void {
  for (const arg of call.args) for (const given of membersOf(flow.peek(arg.value, env))) {
    if (given.k !== 'dict') continue;
    for (const value of given.entries.values())
      if (value.k === 'model')
        flow.record.gap({
          kind: 'dynamic-access',
          model: value.model,
          column: null,
          place: flow.place(env, arg.value.at),
          detail: `${value.model.name} is handed to the maker of a base class`,
        });
  }
}

/** The model has to be the first of the type arguments: what comes later is what something else is turned into. */
function handToGeneric(flow: Flow, cls: ClassRef, base: Class['bases'][number]['value'] & { k: 'item' }, env: Env): void {
  const generic = flow.peek(base.of, env);
  if (
    generic.k !== 'ext' ||
    WIRING.test(generic.module) ||
    /^(typing|collections|sqlalchemy|sqlmodel|pydantic|django)\b/.test(generic.module) ||
    flow.handledBy({ k: 'object', cls }, env)
  )
    return;
  const first = base.key.k === 'list' ? base.key.items[0] : base.key;
  const given = first ? flow.quiet(() => flow.type(first, env)) : null;
  if (given?.k === 'row') note(flow, env, first!.at, given.model, lastName(generic));
}
