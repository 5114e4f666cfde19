/** Parameters that Django fills: requests of views, rows of signals, of serialiser and administration methods. */
import type { Expr, FnStmt, Func, Param } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { importsFrom, type Env, type ModuleRef } from '../../flow/program.js';
import { union } from '../../flow/unions.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { adminModels, isAdmin, modelsIn } from './admin.js';
import { savedData } from './intake.js';
import { qualified } from './names.js';
import { madeFrom } from './serializers.js';
import { modelNamed, type State } from './state.js';
import { isView, isWriter, metaModel, writerClass } from './views.js';

export const REQUEST: Value = { k: 'special', dialect: 'django', tag: 'request', data: {}, key: '' };
/**
 * What resolvers are given of the query: its `context` is the request, or holds it.
 * https://docs.graphene-python.org/projects/django/en/latest/authorization/#user-based-queryset-filtering
 * https://strawberry.rocks/docs/types/resolvers#accessing-execution-information
 */
const RESOLVED: Value = { k: 'special', dialect: 'django', tag: 'resolved', data: {}, key: '' };

/** The value of an annotation that names a request of Django or of Django REST framework, or what Strawberry tells its resolvers. */
export function annotated(name: Value): Value | undefined {
  const full = qualified(name) ?? '';
  return full === 'django.http.HttpRequest' || full === 'django.http.request.HttpRequest' || full === 'rest_framework.request.Request'
    ? REQUEST
    : /^strawberry\.(?:types\.(?:info\.)?)?Info$/.test(full)
      ? RESOLVED
      : undefined;
}

/** The value of a parameter that nobody passes. */
export function parameterValue(flow: Flow, state: State, param: Param, declared: Value, env: Env): Value | undefined {
  if (declared.k !== 'any' || param.target.k !== 'name' || env.module.language !== 'python') return undefined;
  const name = param.target.id;
  if (name === 'request') return imports(env, REQUESTS) || isMiddleware(env) ? REQUEST : undefined;
  if (name === 'info' && imports(env, RESOLVERS)) return RESOLVED;
  if (env.owner) return methodParameter(flow, env.owner, param, name);
  return name === 'instance' || name === 'sender' ? signalled(flow, state, env, param, name) : undefined;
}

/** Libraries whose views are given a request of Django's, and those whose resolvers have it as the context of their query. */
const REQUESTS = /^(django|rest_framework|ninja)\b/;
const RESOLVERS = /^(graphene|graphene_django|ariadne)\b/;

const imports = ({ module }: Env, libraries: RegExp): boolean => importsFrom(module, (library) => libraries.test(library));

/**
 * Inside of what is made for the next in turn: `def middleware(get_response)`, `def __init__(self, get_response)`.
 * https://docs.djangoproject.com/en/5.0/topics/http/middleware/#writing-your-own-middleware
 */
function isMiddleware(env: Env): boolean {
  const takesNext = ({ params }: Func) => params.some(({ target }) => target.k === 'name' && target.id === 'get_response');
  if (env.owner?.cls.body.some((stmt) => stmt.k === 'def' && stmt.fn.name === '__init__' && takesNext(stmt.fn))) return true;
  for (let scope: Env | null = env; scope; scope = scope.parent) if (scope.fn && takesNext(scope.fn)) return true;
  return false;
}

/** `get_total(self, obj)` of a serialiser or an administration class, `update(self, instance, …)`. */
function methodParameter(flow: Flow, owner: ClassRef, param: Param, name: string): Value | undefined {
  if (name === 'serializer' || name === 'form') return writerGiven(flow, owner, param);
  const method = owner.cls.body.find((stmt): stmt is FnStmt => stmt.k === 'def' && stmt.fn.params.includes(param));
  if (!method || method.fn.params.indexOf(param) === 0) return undefined;
  if (TAKES_DATA[method.fn.name ?? ''] === method.fn.params.indexOf(param) && isWriter(flow, owner)) return savedData(flow, owner) ?? undefined;
  if (name !== 'obj' && name !== 'instance') return undefined;
  if (madeFrom(flow, owner) === 'serializer') { const model = metaModel(flow, owner); return model ? { k: 'row', model } : undefined; }
  if (!isAdmin(flow, owner)) return undefined;
  const models = adminModels(flow, owner);
  return models.length === 1 ? { k: 'row', model: models[0]! } : undefined;
}

/**
 * Methods of serialisers that are given what a request holds, with the parameter that it is.
 * https://www.django-rest-framework.org/api-guide/serializers/#saving-instances
 */
const TAKES_DATA: Readonly<Record<string, number>> = { create: 1, update: 2, validate: 1 };

/** Methods that a generic view calls with a form or serialiser once it is valid. */
const GIVEN_WRITERS = new Set(['perform_create', 'perform_update', 'form_valid']);

/**
 * `perform_update(self, serializer)`, `form_valid(self, form)` of a view that names the class.
 * https://www.django-rest-framework.org/api-guide/generic-views/#methods
 */
function writerGiven(flow: Flow, owner: ClassRef, param: Param): Value | undefined {
  const method = owner.cls.body.find((stmt): stmt is FnStmt => stmt.k === 'def' && stmt.fn.params.includes(param));
  if (!method || !GIVEN_WRITERS.has(method.fn.name ?? '') || method.fn.params.indexOf(param) !== 1 || !isView(flow, owner)) return undefined;
  const cls = writerClass(flow, owner);
  if (!cls || !metaModel(flow, cls)) return undefined;
  // One that was given no row makes one.
  return { k: 'object', cls, ...(method.fn.name === 'perform_create' ? { fields: new Map() } : {}) };
}

/** `@receiver(post_save, sender=Model)`: the sender itself, and the row it is about. A handler may listen to several. */
function signalled(flow: Flow, state: State, env: Env, param: Param, name: 'instance' | 'sender'): Value | undefined {
  const stmt = functions(env.module).find(({ fn }) => fn.params.includes(param));
  const models = stmt ? sendersOf(stmt.fn).flatMap((sender) => senderModel(flow, state, flow.peek(sender, env.module.env)) ?? []) : [];
  return models.length > 0 ? union(models.map((model) => (name === 'sender' ? { k: 'model', model } : { k: 'row', model }))) : undefined;
}

/** `receiver(signal, sender=Model)` above a function that takes the row by its name: what it does with the row is seen there. */
export function isSeenReceiver(site: CallSite): boolean {
  const full = qualified(site.callee);
  if (full !== 'django.dispatch.receiver' && full !== 'django.dispatch.dispatcher.receiver') return false;
  const stmt = functions(site.env.module).find(({ fn }) => fn.decorators.some((decorator) => spanStart(decorator.at) === spanStart(site.at)));
  return stmt !== undefined && stmt.fn.params.some(({ target }) => target.k === 'name' && target.id === 'instance');
}

const functions = (module: ModuleRef): readonly FnStmt[] => module.code.filter((stmt): stmt is FnStmt => stmt.k === 'def');

/** A sender is a model, or `"app.Model"` where it is not loaded yet. https://docs.djangoproject.com/en/5.0/ref/signals/#module-django.db.models.signals */
function senderModel(flow: Flow, state: State, sender: Value): Model | null {
  const name = qualified(sender)?.endsWith('.AUTH_USER_MODEL') ? state.apps.userModel : text(sender);
  return name === null ? modelsIn([sender])[0] ?? null : modelNamed(flow, state, name);
}

/** `post_save.connect(handler, sender=Model)`: the handler runs with rows of the sender. */
export function connected(flow: Flow, state: State, site: CallSite): void {
  const [handler, sender] = [argument(site.args, 0, 'receiver'), argument(site.args, 1, 'sender')];
  const model = sender ? senderModel(flow, state, sender) : null;
  if (handler?.k !== 'fn' || !model) return;
  const { expr, at } = site.args.list[0]!;
  flow.callFn(handler, [
    { name: 'sender', value: { k: 'model', model }, expr, spread: null, at },
    { name: 'instance', value: { k: 'row', model }, expr, spread: null, at },
  ]);
}

function sendersOf(fn: Func): readonly Expr[] {
  return fn.decorators.flatMap((decorator) => {
    if (decorator.k !== 'call' || (decorator.fn.k === 'name' ? decorator.fn.id : decorator.fn.k === 'attr' ? decorator.fn.name : '') !== 'receiver') return [];
    return decorator.args.filter((arg) => arg.name === 'sender').map((arg) => arg.value);
  });
}

/** `request.user`: a row of the user model. What Strawberry calls the context holds the request. */
export function requestAttribute(flow: Flow, state: State, name: string): Value | undefined {
  if (name === 'request') return REQUEST;
  if (name !== 'user' && name !== 'auser') return undefined;
  const model = modelNamed(flow, state, state.apps.userModel);
  return model ? { k: 'row', model } : undefined;
}
