/** Python's own functions: `getattr`, `sorted`, `dict`, and those of its standard library that pass values on. */
import type { CallSite } from '../dialects/dialect.js';
import type { Expr } from '../facts/code.js';
import { spanStart, type Span } from '../facts/span.js';
import { elementOf, noteTest, touch } from './access.js';
import { argument } from './arguments.js';
import { store } from './assign.js';
import { callWith } from './callbacks.js';
import { dispatch } from './calls.js';
import { namesLike, namesOf, namesake, noteAnyModel, readAny, readKeys, takenFrom, writeKeys } from './computed.js';
import { DictBuilder } from './dicts.js';
import type { Flow } from './evaluate.js';
import { notePairs } from './keyed.js';
import { whetherThere } from './operators.js';
import type { Env } from './program.js';
import { basesAsWritten, typesGiven } from './reflection.js';
import { union } from './unions.js';
import { ANY, membersOf, type ColumnValue, type DictValue, type EvaluatedArg, type KeyedColumns, type ModelValue, type RowValue, type Value } from './value.js';

const SAME = new Set(['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed', 'iter', 'filter', 'deepcopy', 'copy', 'aiter']);

/** `getattr(row, f"phone{number}")`: what the name may be. */
function readSome(flow: Flow, row: RowValue, key: EvaluatedArg, env: Env, at: Span): void {
  const names = namesLike(row.model, key.expr);
  if (names) attributesOf(flow, row, names, env, key.at);
  else readAny(flow, row, flow.place(env, at));
}

function writeSome(flow: Flow, row: RowValue, key: Value, value: Value, written: Expr, env: Env, at: Span): void {
  const names = namesLike(row.model, written);
  if (!names) writeKeys(flow, row, key, value, flow.place(env, at));
  else for (const name of names) store(flow, row, name, ANY, env, at);
}

/** Functions that ask each item for what it is told by: `sorted(rows, key=lambda row: row.code)`. */
const BY_KEY = new Set(['sorted', 'max', 'min']);

/** What a function of that name gives; null where Python has none that is known here. */
export function pythonFunction(flow: Flow, site: CallSite, name: string): Value | null {
  const { args, env, at } = site;
  const first = argument(args, 0);
  const attributes = namesOf(argument(args, 1));
  const by = BY_KEY.has(name) ? argument(args, -1, 'key') : null;
  if (by?.k === 'fn' && first) callWith(flow, by, [elementOf(flow, first, env, at)], site);
  switch (name) {
    case 'getattr': {
      if (!first) return ANY;
      if (attributes) { flow.record.resolve(flow.place(env, args.list[1]!.at)); return attributesOf(flow, first, attributes, env, args.list[1]!.at); }
      const key = argument(args, 1);
      if (key?.k === 'const') return ANY;
      if (key?.k === 'key') return first.k === 'model' ? columnsOf(flow, first, key.of, site) : readKeys(flow, first, key.of, flow.place(env, at));
      for (const member of membersOf(first))
        if (member.k === 'row') readSome(flow, member, args.list[1]!, env, at);
        else if (member.k === 'model')
          flow.record.gap({
            kind: 'dynamic-access',
            model: member.model,
            column: null,
            place: flow.place(env, at),
            detail: `a column of ${member.model.name} is named by a computed name`,
            does: 'read',
          });
        else if (member.k === 'module') noteAnyModel(flow, member.module, flow.place(env, at));
      return ANY;
    }
    case 'setattr': {
      const key = argument(args, 1);
      const value = argument(args, 2) ?? ANY;
      for (const member of first ? membersOf(first) : []) {
        if (attributes) {
          flow.record.resolve(flow.place(env, args.list[1]!.at));
          for (const attribute of attributes) store(flow, member, attribute, attributes.length > 1 ? namesake(value, attribute) : value, env, args.list[1]!.at);
        } else if (member.k === 'row' && key)
          writeSome(flow, member, takenFrom(flow, key, args.list[1]!.expr, args.list[2]?.expr, env) ?? key, value, args.list[1]!.expr, env, at);
      }
      return ANY;
    }
    // Whoever asks of what kind a value is asks whether there is one.
    case 'isinstance': if (first) noteTest(flow, first); return ANY;
    case 'hasattr': case 'issubclass': return ANY;
    case 'cast': return argument(args, 1) && site.args.list[0] ? preferType(flow, site) : ANY;
    case 'next': case 'max': case 'min': return first ? elementOf(flow, first, env, at) : ANY;
    case 'len': case 'any': case 'all': case 'sum': case 'print': if (first && name !== 'print') elementOf(flow, first, env, at); return ANY;
    case 'bool': return first ? whetherThere(flow, first, args.list[0]!.expr, env, at) : ANY;
    case 'zip': return { k: 'many', of: { k: 'list', items: elementsOf(flow, args.list, site) } };
    case 'enumerate': return { k: 'many', of: { k: 'list', items: [ANY, first ? elementOf(flow, first, env, at) : ANY] } };
    case 'map': return {
      k: 'many',
      of:
        first?.k === 'ext'
          ? dispatch(flow, {
              ...site,
              callee: first,
              receiver: null,
              name: null,
              args: { list: elementsOf(flow, args.list.slice(1), site).map((value, index) => ({ ...args.list[index + 1]!, value })) },
            })
          : callWith(flow, first, elementsOf(flow, args.list.slice(1), site), site),
    };
    case 'dict': if (first) notePairs(flow, first, flow.place(env, at)); return dictOf(flow, site, first);
    case 'vars': return first ?? ANY;
    case 'str': case 'int': case 'float': case 'bytes': case 'repr': case 'round': case 'abs': case 'UUID': touch(flow, first);
    return first?.k === 'field' || first?.k === 'any' || (name === 'str' && first?.k === 'key') ? first : ANY;
    case 'gather': return { k: 'list', items: args.list.map((arg) => arg.value) };
    case 'chain': return { k: 'many', of: union(elementsOf(flow, args.list, site)) };
    case 'partial': return first?.k === 'ext' && args.list.length > 1
      ? { k: 'special', dialect: 'core', tag: 'partial', data: { callee: first, args: args.list.slice(1) }, key: `${env.module.path}:${spanStart(at)}` }
      : (first ?? ANY);
    case 'get_args': return first ? typesGiven(flow, first) : ANY;
    case 'get_original_bases': return first?.k === 'class' || first?.k === 'object' ? basesAsWritten(flow, first.cls) : ANY;
    case 'super': return superOf(flow, site);
    case 'type': return first ? flow.classValueOf(first) : ANY;
    default: return SAME.has(name) ? collectionOf(flow, (name === 'filter' ? argument(args, 1) : first) ?? ANY, site) : null;
  }
}

function elementsOf(flow: Flow, args: readonly EvaluatedArg[], site: CallSite): readonly Value[] {
  return args.map((arg) => elementOf(flow, arg.value, site.env, site.at));
}

function attributesOf(flow: Flow, of: Value, names: readonly string[], env: Env, at: Span): Value {
  return union(names.map((name) => flow.attribute(of, name, env, at)));
}

function preferType(flow: Flow, site: CallSite): Value {
  const declared = flow.type(site.args.list[0]!.expr, site.env);
  return declared.k === 'any' ? argument(site.args, 1)! : declared;
}

/** `super()`: the receiver, looked at from its bases. */
function superOf(flow: Flow, site: CallSite): Value {
  const self = flow.lookup('self', site.env) ?? flow.lookup('cls', site.env);
  return { k: 'special', dialect: 'core', tag: 'super', data: { self: self ?? ANY, owner: site.env.owner }, key: site.env.owner?.id ?? '' };
}

/** `dict(a=1)`, `dict(other, a=1)`: what `{ **other, "a": 1 }` is. */
function dictOf(flow: Flow, { args, env, at }: CallSite, first: Value | null): Value {
  if (first && args.list.length === 1 && args.list[0]!.name === null)
    return first.k === 'dict' ? first : first.k === 'row' ? first : { k: 'dict', entries: new Map(), rest: ANY };
  const made = new DictBuilder();
  for (const arg of args.list) {
    if (arg.name !== null) made.set(arg.name, arg.value, flow.place(env, arg.at));
    else if (arg.value.k === 'dict') made.spread(flow, arg.value, flow.place(env, at));
    else made.rest = ANY;
  }
  return made.made();
}

function collectionOf(flow: Flow, value: Value, site: CallSite): Value {
  if (value.k === 'list' || value.k === 'many') return value;
  return { k: 'many', of: elementOf(flow, value, site.env, site.at) };
}

/** `getattr(Model, name)` where `name` is any key of a dict. */
function columnsOf(flow: Flow, { model, alias }: ModelValue, dict: DictValue, site: CallSite): Value {
  const place = flow.place(site.env, site.at);
  if (dict.rest)
    flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `a column of ${model.name} is named by a computed name`, does: 'read' });
  const columns = [...dict.entries.keys()]
    .filter((name) => model.columns.has(name))
    .map((attribute): ColumnValue => ({ k: 'column', model, attribute, place: dict.places?.get(attribute) ?? place, ...(alias ? { alias } : {}) }));
  for (const column of columns) flow.record.column(model, column.attribute, 'read', column.place, flow.currentFn);
  return {
    k: 'special',
    dialect: 'core',
    tag: 'columns',
    data: { columns, dict } satisfies KeyedColumns,
    key: columns.map((column) => `${model.id}.${column.attribute}`).join(),
  };
}
