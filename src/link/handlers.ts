/** What makes a function one that is called from outside: its decorators, what it is given to, the class or the file it stands in. */
import type { Call, Class, Dict, Entry as DictEntry, Expr, Func, Stmt } from '../facts/code.js';
import type { Context } from '../model/usage.js';

export type Entry = Context['entry'];

const ROUTE_METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'route', 'all', 'use', 'websocket', 'api_route', 'query', 'mutation', 'mutate']);
const VERBS = /^(get|post|put|patch|delete|all)$/;
const WORKER_METHODS = /^(process|work|addJob|add_job|defineJob|createWorker|createFunction|schedule|scheduleJob|cron)$/;
const WORKER_NAMES = /^(Worker|CronJob|Cron|cron)$/;
/** Makers of tasks, whose code is an option. https://trigger.dev/docs/tasks/overview https://nitro.build/guide/tasks */
const TASK_NAMES = /^(task|schemaTask|defineTask)$/;
/** Makers of handlers of requests. https://h3.dev/guide/basics/handler */
const HANDLER_NAMES = /^(defineEventHandler|eventHandler|define(Lazy|Cached)EventHandler|cachedEventHandler)$/;
/** Methods by which a bot is told what to answer: `bot.command('start', reply)`. https://grammy.dev https://telegraf.js.org */
const BOT_METHODS = /^(command|hears|callbackQuery|inlineQuery|onText)$/;
const LISTENER_METHODS = /^(on|once|addListener)$/;
/** What a consumer is given: https://kafka.js.org/docs/consuming */
const LISTENER_OPTIONS: ReadonlySet<string> = new Set(['eachMessage', 'eachBatch']);
/** What happens to a connection, a stream or the process itself. */
const LIFECYCLE =
  /^(error|close|end|exit|finish|drain|ready|open|connect|connected|connection|disconnect|listening|init|beforeExit|uncaughtException|unhandledRejection|warning|SIG[A-Z]+)$/;

/**
 * What calls the functions that a call is given: a router's requests, messages and events that are listened for, a queue's or a clock's jobs; null of any other
 * call.
 */
export function takerOf({ fn, args }: Call): Entry {
  const [first] = args;
  if (!first) return null;
  if (fn.k === 'name' && HANDLER_NAMES.test(fn.id)) return 'route';
  if (fn.k === 'name') return WORKER_NAMES.test(fn.id) || (TASK_NAMES.test(fn.id) && first.value.k === 'dict') ? 'worker' : null;
  if (fn.k !== 'attr') return null;
  const { name, of } = fn;
  // `router.route('/users').get(list)`: the path stands before.
  if (
    ROUTE_METHODS.has(name) &&
    (isPath(first.value) || ((name === 'query' || name === 'mutation') && args.length === 1) || (VERBS.test(name) && isRouteOfPath(of)))
  )
    return 'route';
  // `app.openapi(route, handler)`, `fastify.route({ url, handler })`
  if ((name === 'openapi' && args.length > 1) || (name === 'route' && first.value.k === 'dict')) return 'route';
  const last = args[args.length - 1]!;
  if (BOT_METHODS.test(name) && args.length === 2 && last.value.k !== 'lit') return 'route';
  if (LISTENER_METHODS.test(name) && args.length > 1 && isMessage(first.value)) return 'message';
  // `channel.consume(queue, (message) => …)` https://amqp-node.github.io/amqplib/channel_api.html#channel_consume
  if (name === 'consume') return 'message';
  if ((TASK_NAMES.test(name) || name === 'run') && first.value.k === 'dict' && handlerOptions(first.value).length > 0)
    return first.value.entries.some(({ key }) => key?.k === 'lit' && LISTENER_OPTIONS.has(String(key.v))) ? 'message' : 'worker';
  return WORKER_METHODS.test(name) || (name === 'define' && args.length > 1 && isFunction(last.value)) ? 'worker' : null;
}

const isPath = (expr: Expr): boolean => (expr.k === 'lit' && typeof expr.v === 'string' && expr.v.startsWith('/')) || expr.k === 'tpl';
/** `'messageCreate'`, `Events.MessageCreate`: something that comes in from outside. */
const isMessage = (expr: Expr): boolean =>
  expr.k === 'lit' ? typeof expr.v === 'string' && !LIFECYCLE.test(expr.v) : expr.k === 'attr' && !LIFECYCLE.test(expr.name.toLowerCase());
const isFunction = (expr: Expr): boolean => expr.k === 'fn';

function isRouteOfPath(expr: Expr): boolean {
  if (expr.k !== 'call' || expr.fn.k !== 'attr') return false;
  return (expr.fn.name === 'route' && expr.args.length === 1 && isPath(expr.args[0]!.value)) || isRouteOfPath(expr.fn.of);
}

/** The functions an argument is, bare, in a wrapper (`asyncHandler(async (req, res) => …)`) or as the handler among options. */
export function handlersIn(expr: Expr, depth = 3): readonly Func[] {
  if (expr.k === 'fn') return [expr.fn];
  if (expr.k === 'dict') return handlerOptions(expr).flatMap((value) => handlersIn(value, depth));
  return expr.k === 'call' && depth > 0 ? expr.args.flatMap((arg) => handlersIn(arg.value, depth - 1)) : [];
}

/** `{ method: 'GET', url: '/', handler: list }`, `{ id: 'report', run: async () => … }`: the handler. */
export function handlerOptions(expr: Expr): readonly Expr[] {
  return expr.k === 'dict' ? expr.entries.flatMap(({ key, value }) => (key?.k === 'lit' && HANDLER_OPTIONS.has(String(key.v)) ? [value] : [])) : [];
}
const HANDLER_OPTIONS: ReadonlySet<string> = new Set(['handler', 'run', ...LISTENER_OPTIONS]);

/** `{ Query: { posts, post: (_, args) => … } }`: what GraphQL's root types are resolved by. https://www.apollographql.com/docs/apollo-server/data/resolvers */
export function isResolverMap(entry: DictEntry): entry is DictEntry & { readonly value: Dict } {
  const { key, value } = entry;
  return key?.k === 'lit' && /^(Query|Mutation|Subscription)$/.test(String(key.v)) && value.k === 'dict';
}

/**
 * A function that a framework calls by its name for a page that is asked for. https://nextjs.org/docs/pages/api-reference/functions/get-server-side-props
 * https://remix.run/docs/en/main/route/loader
 */
export function isLoader(name: string, path: string): boolean {
  return name === 'getServerSideProps' || ((name === 'loader' || name === 'action') && /(^|\/)routes\//.test(path));
}

/** What calls the methods of a class: a view of Django's or a framework of its kind answers requests with them, a processor takes jobs, a handler events. */
export function entryOfClass(cls: Class): Entry {
  for (const name of cls.decorators.map(calledName)) if (name === 'Processor' || name === 'EventsHandler') return name === 'Processor' ? 'worker' : 'message';
  return cls.bases.some(({ value }) => /(View|ViewSet|Viewset|^Resource|^HTTPEndpoint|^RequestHandler)$/.test(lastNameOf(value))) &&
    cls.body.some((stmt) => stmt.k === 'def' && VIEW_METHODS.has(stmt.fn.name ?? ''))
    ? 'route'
    : null;
}
const VIEW_METHODS = new Set([
  'get', 'post', 'put', 'patch', 'delete', 'list', 'retrieve', 'create', 'update', 'destroy', 'get_queryset', 'get_object', 'get_context_data', 'dispatch',
  'form_valid', 'perform_create', 'perform_update',
]);

const lastNameOf = (expr: Expr): string => (expr.k === 'attr' ? expr.name : expr.k === 'name' ? expr.id : '');
const calledName = (decorator: Expr): string => lastNameOf(decorator.k === 'call' ? decorator.fn : decorator);

/**
 * Decorators by which a bot is told what to answer, of an object that stands for it. https://docs.aiogram.dev https://docs.slack.dev/tools/bolt-python
 * https://discordpy.readthedocs.io
 */
const BOT_DECORATORS =
  /^(message|edited_message|callback_query|inline_query|(\w+_)?(message|query)_handler|on_message|on_callback_query|slash_command|hybrid_command|event|listener|shortcut|view)$/;

/** A file of a program's commands, which may be functions that wait as well. https://typer.tiangolo.com https://click.palletsprojects.com */
export function isOfCommands(code: readonly Stmt[]): boolean {
  return code.some((stmt) => stmt.k === 'import' && /^(typer|click|asyncclick|asyncer|rich_click|cyclopts|flask\.cli)(\.|$)/.test(stmt.module));
}

/** What a function's decorators make it: a route, a listener, a job, a command; `isInCommands` where its file is one of a program's commands. */
export function entryOfDecorators({ decorators, isAsync }: Pick<Func, 'decorators' | 'isAsync'>, isInCommands: boolean): Entry {
  for (const decorator of decorators) {
    const name = calledName(decorator);
    const isOfOther = decorator.k === 'attr' || (decorator.k === 'call' && decorator.fn.k === 'attr');
    // What waits for its answers is no program that somebody starts, but a bot's.
    if (/^(command|cli|group)$/.test(name)) return isAsync && isOfOther && !isInCommands ? 'route' : 'command';
    if (isOfOther && BOT_DECORATORS.test(name)) return 'route';
    // https://discordpy.readthedocs.io/en/stable/ext/tasks/
    if (name === 'loop' && isOfOther) return 'worker';
    if (/^(task|shared_task|periodic_task|job|scheduled_job|cron|actor|on_event|scheduled|Cron|Process|Processor|Interval)$/.test(name)) return 'worker';
    if (/^(EventPattern|OnEvent|SubscribeMessage)$/.test(name)) return 'message';
    if (ROUTE_METHODS.has(name) && (isOfOther || decorator.k === 'call')) return 'route';
    if (
      /^(Get|Post|Put|Patch|Delete|All|Query|Mutation|ResolveField|FieldResolver|api_view|action|require_http_methods|route|Subscription|MessagePattern)$/.test(
        name,
      )
    )
      return 'route';
  }
  return null;
}

/** `'use server'` at the head of a file or function: a page's forms and buttons call it. */
export function isServerAction(body: readonly Stmt[]): boolean {
  const [first] = body;
  return first?.k === 'expr' && first.value.k === 'lit' && first.value.v === 'use server';
}

/** What a file's path says of its functions; `isSure` where a framework calls files of that path, and no folder of a domain is called so. */
export function entryOfPath(path: string): { readonly entry: Entry; readonly isSure: boolean } {
  if (/(^|\/)(route|\+server|\+(page|layout)\.server)\.[jt]sx?$/.test(path) || /(^|\/)pages\/api\//.test(path)) return { entry: 'route', isSure: true };
  if (/(^|\/)app\/(.*\/)?(page|layout)\.[jt]sx?$/.test(path)) return { entry: 'route', isSure: true };
  // Django's URLs name functions and classes of these files, which are not told by a decorator.
  if (/(^|\/)(views|viewsets)(\/[^/]+)?\.py$/.test(path)) return { entry: 'route', isSure: true };
  if (/(^|\/)crons?\//i.test(path)) return { entry: 'worker', isSure: true };
  if (/(^|\/)(workers?|jobs?|tasks|queues?)\//i.test(path) || /(^|\/)processors?\/[^]*\.[cm]?[jt]s$/i.test(path)) return { entry: 'worker', isSure: false };
  if (/(^|\/)(management\/commands|scripts|bin)\//.test(path)) return { entry: 'command', isSure: false };
  return { entry: null, isSure: false };
}
