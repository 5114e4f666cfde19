/** Templates that code renders: what they read of the values they are given, as code would. */
import type { CallSite } from '../dialects/dialect.js';
import type { FileFacts } from '../facts/file.js';
import { NO_SPAN } from '../facts/span.js';
import { elementOf } from './access.js';
import { argument, text, unwritten } from './arguments.js';
import type { Flow } from './evaluate.js';
import { makeModule, type Env } from './program.js';
import { union } from './unions.js';
import { ANY, membersOf, type EvaluatedArg, type FnValue, type Value } from './value.js';

/** The templates of a repository by the last part of their paths. */
export class Pages {
  private readonly byName = new Map<string, { readonly path: string; readonly page: NonNullable<FileFacts['page']> }[]>();
  private readonly made = new Map<string, FnValue>();

  constructor(files: ReadonlyMap<string, FileFacts>) {
    for (const [path, { page }] of files) {
      if (!page) continue;
      const name = path.slice(path.lastIndexOf('/') + 1);
      this.byName.set(name, [...(this.byName.get(name) ?? []), { path, page }]);
    }
  }

  /** The template of that name (`shop/order.html`) nearest to the file that renders it, as a function of its names. */
  find(flow: Flow, name: string, from: string): FnValue | null {
    const wanted = name.replace(/^\.?\//, '');
    const found = (this.byName.get(wanted.slice(wanted.lastIndexOf('/') + 1)) ?? []).filter(({ path }) => path === wanted || path.endsWith(`/${wanted}`));
    const [nearest] = found.sort((a, b) => sharedStart(b.path, from) - sharedStart(a.path, from) || a.path.length - b.path.length);
    if (!nearest) return null;
    let known = this.made.get(nearest.path);
    if (!known) {
      const { path, page: { params, body } } = nearest;
      const { env } = makeModule(path, 'python', [], false);
      const fn = {
        name: null,
        params: params.map((id) => ({ target: { k: 'name' as const, id, at: NO_SPAN } })),
        body,
        decorators: [],
        at: NO_SPAN,
        range: NO_SPAN,
      };
      this.made.set(path, (known = { k: 'fn', fn: flow.fnRef(fn, env, null) }));
    }
    return known;
  }
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Evaluates a template with the values of its context. */
export function renderPage(flow: Flow, name: string, context: (name: string) => Value | null, env: Env, at: CallSite['at']): void {
  const page = flow.pages?.find(flow, name, env.module.path);
  if (!page || flow.isQuiet) return;
  flow.callFn(page, page.fn.fn.params.flatMap(({ target }): EvaluatedArg[] => {
    const id = target.k === 'name' ? target.id : '';
    const value = context(id);
    return value ? [unwritten(value, at, id)] : [];
  }));
}

/** The entries of a context dict. */
export function entriesOf(value: Value | null): (name: string) => Value | null {
  const dicts = value ? membersOf(value).filter((member) => member.k === 'dict') : [];
  return (name) => { const found = dicts.flatMap((dict) => dict.entries.get(name) ?? []); return found.length > 0 ? union(found) : null; };
}

/** What the template language itself does: see `Page`. */
export function pageCall(flow: Flow, site: CallSite, name: string): Value {
  const [first] = site.args.list;
  const key = text(argument(site.args, name === '{get}' ? 1 : 0));
  if (name === '{filter}') return first?.value ?? ANY;
  if (key === null || !first) return ANY;
  if (name === '{get}') return union(membersOf(first.value).map((member) => partOf(flow, site, member, key)));
  renderPage(flow, key, (id) => argument(site.args, -1, id) ?? flow.lookup(id, site.env), site.env, site.at);
  return ANY;
}

/** `of.name`: an attribute, an entry, or what a method gives that needs no arguments. */
function partOf(flow: Flow, site: CallSite, of: Value, name: string): Value {
  const { at } = site.args.list[1]!;
  if (of.k === 'many' || of.k === 'list') return name === 'all' ? of : name === 'first' || name === 'last' ? elementOf(flow, of, site.env, at) : ANY;
  if (of.k === 'dict' && !of.entries.has(name) && /^(items|keys|values)$/.test(name)) return methodOf(flow, site, of, name) ?? ANY;
  if (of.k === 'special' || of.k === 'query' || (of.k === 'row' && /^get_\w+_display$/.test(name))) {
    const given = methodOf(flow, site, of, name);
    if (given !== undefined) return given;
  }
  const value = flow.attribute(of, name, site.env, at);
  return value.k === 'fn' ? flow.callFn(value, []) : value;
}

function methodOf(flow: Flow, site: CallSite, of: Value, name: string): Value | undefined {
  const { at } = site.args.list[1]!;
  const call: CallSite = { callee: ANY, receiver: of, name, args: { list: [] }, written: [], types: [], isNew: false, env: site.env, at, nameAt: at };
  if (of.k === 'dict') return { k: 'many', of: { k: 'key', of, part: name === 'values' ? 'value' : 'key' } };
  return flow.ask('call', 'python', (api) => api.call!(flow, call));
}
