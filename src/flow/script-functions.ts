/** The functions of JavaScript and the static methods of its own classes. */
import type { CallSite } from '../dialects/dialect.js';
import type { Expr, TemplateText } from '../facts/code.js';
import { elementOf, isSetElsewhere, noteTest, touch } from './access.js';
import { argument, text } from './arguments.js';
import { callWith } from './callbacks.js';
import { enumMembers, isEnum } from './classes.js';
import { readAny } from './computed.js';
import { DictBuilder } from './dicts.js';
import { writeEmbedded } from './embedded.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import { handOut } from './hand-out.js';
import { notePairs } from './keyed.js';
import { newMap } from './maps.js';
import { whetherThere } from './operators.js';
import { namedEntries, ofKey } from './sql-names.js';
import { union } from './unions.js';
import { ANY, membersOf, type DictValue, type Value } from './value.js';

/** The path of `__dirname + '/../x'`, `path.join(__dirname, '..', 'x')`; null for others. */
function besideModule(expr: Expr | undefined): string | null {
  const isHere = (part: Expr | undefined): boolean => part?.k === 'name' && part.id === '__dirname';
  const textOf = (part: Expr | TemplateText): string | null => (part.k === 'text' || part.k === 'lit' ? String(part.v) : null);
  const parts: readonly (Expr | TemplateText)[] =
    expr?.k === 'tpl'
      ? expr.parts
      : expr?.k === 'op' && expr.op === '+'
        ? expr.args
        : expr?.k === 'call' && expr.fn.k === 'attr' && /^(join|resolve)$/.test(expr.fn.name)
          ? expr.args.map((arg) => arg.value)
          : [];
  const rest = parts.slice(1).map(textOf);
  if (!isHere(parts[0] as Expr | undefined) || rest.length === 0 || rest.includes(null)) return null;
  return `./${rest.join(expr!.k === 'call' ? '/' : '')}`;
}

/** What a function of that name gives; null where JavaScript has none that is known here. */
export function scriptFunction(flow: Flow, site: CallSite, name: string): Value | null {
  const first = argument(site.args, 0);
  if (name === 'Boolean' && first && first.k !== 'field') return whetherThere(flow, first, site.args.list[0]!.expr, site.env, site.at);
  if (name === 'String' || name === 'Number' || name === 'Boolean' || name === 'parseInt' || name === 'BigInt') {
    touch(flow, first);
    return first?.k === 'field' ? first : ANY;
  }
  if (name === 'Map' || name === 'WeakMap') return newMap(flow, site);
  if (name === 'Set') return first ? { k: 'many', of: elementOf(flow, first, site.env, site.at) } : ANY;
  if (name === 'require') {
    const module = text(first) ?? besideModule(site.args.list[0]?.expr);
    return module === null ? ANY : flow.imported(site.env.module, module, '*');
  }
  if (name === 'import') { const module = text(first); return module === null ? ANY : flow.imported(site.env.module, module, '*'); }
  if (name === 'super') return ANY;
  if (name === 'structuredClone') return first ?? ANY;
  return null;
}

/** What `of.name(…)` gives. */
export function scriptStatic(flow: Flow, site: CallSite, of: string, name: string): Value | null {
  const first = argument(site.args, 0) ?? ANY;
  const item = (): Value => elementOf(flow, first, site.env, site.at);
  // All that they hold is read; of entries some may be left out by their names.
  if (of === 'Object' && (name === 'values' || name === 'entries')) for (const member of membersOf(first)) {
    if (member.k === 'row' && name === 'values') readAny(flow, member, flow.place(site.env, site.at));
    else if (member.k === 'row' || member.k === 'embedded') handOut(flow, member, `Object.${name}`, flow.place(site.env, site.at));

    // What is left of a row, or a copy of it with something beside it.
    else if (member.k === 'dict')
      handOut(
        flow,
        { ...member, entries: new Map([...member.entries].filter(([, entry]) => entry.k === 'field')), rest: null },
        `Object.${name}`,
        flow.place(site.env, site.at),
      );
  }
  switch (`${of}.${name}`) {
    case 'Promise.all': case 'Promise.allSettled': return first;
    case 'Promise.resolve': case 'Object.freeze': case 'Object.seal': return first;
    case 'Object.assign': return assignAll(flow, site);
    // https://tc39.es/ecma262/#sec-object.getownpropertydescriptors
    case 'Object.getOwnPropertyDescriptors': {
      const given = first.k === 'object' ? fieldsOf(flow, first) : first;
      return given.k === 'dict'
        ? {
            ...given,
            entries: new Map([...given.entries].map(([key, value]) => [key, { k: 'dict', entries: new Map([['value', value]]), rest: null }])),
            rest: given.rest && ANY,
          }
        : ANY;
    }
    case 'Object.keys': return first.k === 'dict' ? { k: 'many', of: { k: 'key', of: first, part: 'key' } } : ANY;
    case 'Object.entries':
      return first.k === 'dict' ? { k: 'many', of: { k: 'key', of: first, part: 'key' } } : { k: 'many', of: { k: 'list', items: [ANY, item()] } };
    case 'Object.values': return first.k === 'class' && isEnum(flow, first.cls)
      ? { k: 'list', items: [...enumMembers(flow, first.cls).values()] }
      : first.k === 'dict'
        ? { k: 'many', of: union([...first.entries.values(), ...(first.rest ? [first.rest] : [])]) }
        : ANY;
    case 'Object.fromEntries': { notePairs(flow, first, flow.place(site.env, site.at)); return fromPairs(item()); }
    case 'Object.groupBy': case 'Map.groupBy': {
      const values = item();
      const callback = argument(site.args, 1);
      if (callback?.k === 'fn') callWith(flow, callback, [values], site);
      const group: Value = { k: 'many', of: values };
      return of === 'Map' ? { k: 'many', of: { k: 'list', items: [ANY, group] }, isMap: true } : { k: 'dict', entries: new Map(), rest: group };
    }
    case 'Array.from': {
      const values = { k: 'many' as const, of: item() };
      const callback = argument(site.args, 1);
      return callback?.k === 'fn' ? { k: 'many', of: callWith(flow, callback, [values.of], site) } : values;
    }
    case 'Array.isArray': noteTest(flow, first); return ANY;
    case 'JSON.parse': return ANY;
    case 'JSON.stringify': touch(flow, first); handOut(flow, first, 'JSON.stringify', flow.place(site.env, site.at)); return ANY;
    case 'Date.now': return ANY;
    default: return null;
  }
}

/** What pairs make: of those made of the entries of a dict there is one for each of its keys. */
function fromPairs(item: Value): DictValue {
  const pairs = membersOf(item).map((pair) => (pair.k === 'list' ? pair.items : []));
  const [key, value] = pairs.length === 1 ? pairs[0]! : [];
  if (key?.k === 'key' && key.part === 'key' && key.of.rest === null && value)
    return {
      k: 'dict',
      entries: new Map([...key.of.entries.keys()].map((name) => [name, ofKey(value, name)])),
      rest: null,
      ...(key.of.places ? { places: key.of.places } : {}),
    };
  return (key && value && namedEntries(key, value)) ?? { k: 'dict', entries: new Map(), rest: union(pairs.map((pair) => pair[1] ?? ANY)) };
}

/** `Object.assign(row, changes)` writes every key; of an object it makes one that has them all. */
function assignAll(flow: Flow, site: CallSite): Value {
  const target = argument(site.args, 0) ?? ANY;
  if (target.k === 'dict') {
    const dict = new DictBuilder();
    for (const arg of site.args.list) dict.spread(flow, arg.value, flow.place(site.env, arg.at));
    const made = dict.made();
    const [into] = site.args.list;
    if (into?.expr.k === 'name') site.env.vars.set(into.expr.id, made);
    return made;
  }
  for (const arg of site.args.list.slice(1)) for (const source of membersOf(arg.value)) for (const member of membersOf(target)) {
    if (member.k === 'embedded') writeEmbedded(flow, member.model, member.path, source, flow.place(site.env, arg.at), { atInsert: member.isNew === true });
    if (member.k !== 'row' || isSetElsewhere(flow, member, '', site.env, arg.at)) continue;
    const given = source.k === 'object' ? fieldsOf(flow, source) : source;
    if (given.k === 'dict') flow.record.writeAll(member.model, given, flow.place(site.env, arg.at), flow.currentFn, member.isNew === true);
    if (given.k !== 'dict' || given.rest)
      flow.record.gap({
        kind: 'dynamic-access',
        model: member.model,
        column: null,
        place: flow.place(site.env, arg.at),
        detail: `attributes of ${member.model.name} are assigned from an object whose keys are not known`,
        does: 'write',
      });
  }
  return target;
}
