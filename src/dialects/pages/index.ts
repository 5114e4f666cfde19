/** Functions of web frameworks that render a template of the repository: Django, Flask, Starlette, Jinja itself. */
import { argument, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { entriesOf, renderPage } from '../../flow/pages.js';
import { membersOf, type Args, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';

/** By the function's dotted name: where the template's name and its context stand; null where the context is given by name. */
const RENDERERS: Readonly<Record<string, readonly [template: number, context: number | null]>> = {
  'django.shortcuts.render': [1, 2],
  'django.template.loader.render_to_string': [0, 1],
  'django.template.response.TemplateResponse': [1, 2],
  'django.template.response.SimpleTemplateResponse': [0, 1],
  'flask.render_template': [0, null],
  'flask.templating.render_template': [0, null],
  'quart.render_template': [0, null],
  'aiohttp_jinja2.render_template': [0, 2],
};

export const pages: Dialect = {
  id: 'pages',
  language: 'python',
  api: {
    call(flow, site) {
      render(flow, site);
      return undefined;
    },
  },
};

function render(flow: Flow, site: CallSite): void {
  const { callee, receiver, name, args } = site;
  if (receiver && name === 'TemplateResponse') {
    // `(name, context)` before Starlette 0.29, `(request, name, context)` since. https://www.starlette.io/templates/
    const [first] = args.list;
    const isOld = first?.name === null && text(first.value) !== null;
    renderWith(flow, site, argument(args, isOld ? 0 : 1, 'name'), entriesOf(argument(args, isOld ? 1 : 2, 'context')));
  } else if (receiver && (name === 'render' || name === 'render_async')) {
    const template = loadedBy(receiver);
    if (template) renderWith(flow, site, template, either(named(args), entriesOf(argument(args, 0))));
  } else if (!receiver && callee.k === 'ext') {
    const where = RENDERERS[`${callee.module}.${callee.name ?? ''}`];
    if (!where) return;
    const [template, context] = where;
    const given = context === null ? named(args) : entriesOf(argument(args, context, 'context'));
    const request = argument(args, template - 1, 'request');
    renderWith(
      flow,
      site,
      argument(args, template, 'template_name'),
      template === 1 && request
        ? either(given, (id) => (id === 'request' ? request : id === 'user' ? flow.quiet(() => flow.attribute(request, 'user', site.env, site.at)) : null))
        : given,
    );
  }
}

type Context = (name: string) => Value | null;

const either = (a: Context, b: Context): Context => (name) => a(name) ?? b(name);

/** Values given by name, or spread from a dict (`**context`). */
function named(args: Args): Context {
  const spread = args.list.filter((arg) => arg.spread === '**').map((arg) => entriesOf(arg.value));
  return (name) => argument(args, -1, name) ?? spread.reduce<Value | null>((found, entries) => found ?? entries(name), null);
}

function renderWith(flow: Flow, site: CallSite, template: Value | null, context: Context): void {
  const names = template?.k === 'list' ? template.items : template ? membersOf(template) : [];
  for (const name of names) { const written = text(name); if (written !== null) renderPage(flow, written, context, site.env, site.at); }
}

/** The name in `get_template("order.html")`. */
function loadedBy(receiver: Value): Value | null {
  if (receiver.k !== 'term') return null;
  const called = receiver.name ?? (receiver.callee.k === 'ext' ? lastName(receiver.callee) : '');
  return called === 'get_template' || called === 'select_template' ? argument(receiver.args, 0, 'template_name') : null;
}
