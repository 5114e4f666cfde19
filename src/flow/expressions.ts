/** The value of each kind of expression. */
import type { Attr, Dict, Expr, Item, Template } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import { elementOf, noteTest } from './access.js';
import { text } from './arguments.js';
import { assign } from './assign.js';
import { keysOf } from './computed.js';
import { outcome } from './decide.js';
import { DictBuilder, withEntry } from './dicts.js';
import type { Flow } from './evaluate.js';
import { noteAlternative } from './guards.js';
import { noteKeyed } from './keyed.js';
import { noteLiteral } from './literals.js';
import { jump } from './moves.js';
import { narrow } from './narrow.js';
import { orLeftOut } from './nulls.js';
import { operatorValue } from './operators.js';
import { bindPattern } from './patterns.js';
import { keptBy } from './prefetched.js';
import { childEnv, type Env, type ModuleRef } from './program.js';
import { isOfRows, noteRowType } from './row-types.js';
import { quotedKey } from './sql-names.js';
import { added } from './sql-parts.js';
import { rowGiven } from './sql-rows.js';
import { heldTexts, sqlTexts, withSql } from './sql.js';
import { testOf, type TestedLookup } from './tests.js';
import { union } from './unions.js';
import { ANY, NULL, membersOf, type DictValue, type Value } from './value.js';

export function exprValue(flow: Flow, expr: Expr, env: Env): Value {
  switch (expr.k) {
    case 'name': {
      const value = nameValue(flow, expr.id, env);
      if (value.k === 'model') flow.record.table(value.model, 'mention', flow.place(env, expr.at));
      return value;
    }
    case 'attr': {
      const of = ofChain(flow, subjectValue(flow, expr.of, env), expr);
      return (of.k === 'any' && env.module.language === 'typescript' ? keptOn(flow, expr, env) : null) ?? flow.attribute(of, expr.name, env, expr.at);
    }
    case 'item': {
      const value = flow.item(ofChain(flow, flow.expr(expr.of, env), expr), flow.expr(expr.key, env), env, expr.at);
      // A key that names a column is no word of its own.
      if (value.k === 'field') flow.record.resolve(flow.place(env, expr.key.at));
      return value;
    }
    case 'call': return flow.call(expr, env);
    case 'lit': return typeof expr.v === 'string' ? withSql(flow, { k: 'const', v: expr.v }, env, expr.at) : { k: 'const', v: expr.v };
    case 'tpl': return templateValue(flow, expr, env);
    case 'list': return listValue(flow, expr.items, env);
    case 'dict': return dictValue(flow, expr, env);
    case 'op': return operatorValue(flow, expr, env);
    case 'cond': return conditionalValue(flow, expr, env);
    case 'fn': {
      const fn = flow.fnRef(expr.fn, env, env.owner);
      noteLiteral(flow, fn);
      return { k: 'fn', fn };
    }
    case 'comp': {
      const inner = childEnv(env, 'function');
      const absent: TestedLookup[] = [];
      let isEach = expr.clauses.length === 1 && expr.clauses[0]!.ifs.length === 0;
      for (const clause of expr.clauses) {
        const element = elementOf(flow, flow.expr(clause.iter, inner), inner, clause.iter.at);
        isEach &&= isSure(element);
        bindPattern(flow, clause.target, element, inner);
        for (const test of clause.ifs) {
          absent.push(...testOf(flow, test, inner).lookups.filter((lookup) => !lookup.holdsIfPresent));
          narrow(flow, inner, test, true);
        }
      }
      const { clock } = flow.record.changes;
      const value = flow.expr(expr.value, inner);
      noteAlternative(flow, absent, clock);
      if (expr.key)
        return keyedValue(
          flow,
          flow.expr(expr.key, inner),
          expr.clauses.some(({ ifs }) => ifs.length > 0) ? orLeftOut(value) : value,
          flow.place(env, expr.at),
        );
      // What is said of any key of a dict is said of each of them.
      return isEach && value.k === 'predicate' ? { k: 'list', items: [value] } : { k: 'many', of: value };
    }
    case 'spread': return flow.expr(expr.of, env);
    case 'let': {
      const value = flow.expr(expr.value, env);
      assign(flow, expr.target, value, expr.value, env);
      return value;
    }
    case 'cast': {
      const value = flow.expr(expr.of, env);
      // Of the global object nothing is known but what the code says of it; `{} as Services` is filled later.
      const isToFill = value.k === 'dict' && value.entries.size === 0 && value.rest === null;
      if (value.k !== 'any' && value.k !== 'term' && !isToFill && !(value.k === 'ext' && value.module === 'builtins')) {
        if (isOfRows(value)) noteRowType(flow, flow.type(expr.type, env), value);
        return value;
      }
      const declared = flow.type(expr.type, env);
      if (isToFill && declared.k === 'extobj' && PLAIN_DATA.test(declared.name)) return value;
      return declared.k === 'any' || (declared.k === 'const') ? value : declared;
    }
    case 'other': for (const part of expr.parts) flow.expr(part, env); return ANY;
  }
}

/** A library's type of what is handed to it: `{} as Prisma.UserUpdateInput`. */
const PLAIN_DATA = /(Input|Where|Select|Include|OrderBy|Data|Args|Params|Options)$/;

function conditionalValue(flow: Flow, expr: Expr & { k: 'cond' }, env: Env): Value {
  const { lookups } = testOf(flow, expr.test, env);
  const decided = outcome(flow, expr.test, env);
  if (decided !== null) return flow.expr(decided ? expr.then : expr.else, env);
  const clock = flow.record.changes.clock;
  const then = flow.branch(() => flow.expr(expr.then, env));
  noteAlternative(flow, lookups.filter((lookup) => !lookup.holdsIfPresent), clock);
  const thenClock = flow.record.changes.clock;
  const other = flow.branch(() => flow.expr(expr.else, env));
  noteAlternative(flow, lookups.filter((lookup) => lookup.holdsIfPresent), thenClock);
  return union([then, other]);
}

/** `{row.code: row for row in rows}` */
function keyedValue(flow: Flow, key: Value, value: Value, place: Place): DictValue {
  noteKeyed(flow, key, value, place);
  const names = keysOf(key);
  if (names) return names.reduce((dict: DictValue, name) => withEntry(dict, name, value, place), { k: 'dict', entries: new Map(), rest: null });
  const kept = keptBy(key);
  return { k: 'dict', entries: new Map(), rest: value, ...(kept ? { kept } : {}) };
}

/** Any key of a dict whose keys are all known: a loop over it runs for each of them. */
export function isSure(element: Value): boolean {
  return element.k === 'key' && element.of.entries.size > 0 && element.of.rest === null;
}

/** What an attribute is taken of: naming a model only to name its column is no use of the model by itself. */
export function subjectValue(flow: Flow, expr: Expr, env: Env): Value {
  return expr.k === 'name' ? nameValue(flow, expr.id, env) : flow.expr(expr, env);
}

/** `req.user` of a request that has no type: what a middleware keeps there. */
function keptOn(flow: Flow, expr: Attr, env: Env): Value | null {
  const kept = flow.carried.readNamed(expr.of, expr.name);
  if (kept === null) return null;
  flow.record.resolve(flow.place(env, expr.at));
  return kept;
}

/** `of?.name` asks whether it is there. */
export function ofChain(flow: Flow, of: Value, expr: Attr | Item): Value {
  if (expr.maybe) noteTest(flow, of);
  return of;
}

function nameValue(flow: Flow, id: string, env: Env): Value {
  if (id === 'super' && env.module.language === 'typescript')
    return { k: 'special', dialect: 'core', tag: 'super', data: { self: flow.lookup('this', env) ?? ANY, owner: env.owner }, key: env.owner?.id ?? '' };
  return flow.lookup(id, env) ?? dottedImport(id, env) ?? { k: 'ext', module: 'builtins', name: id };
}

/** `import a.b` binds `a.b`: the name `a` is then the package. */
function dottedImport(id: string, env: Env): Value | null {
  if (env.module.language !== 'python') return null;
  let packages = packagesOf.get(env.module);
  if (!packages)
    packagesOf.set(
      env.module,
      (packages = new Set([...env.module.bindings.keys()].flatMap((name) => [...name.matchAll(/\./g)].map((dot) => name.slice(0, dot.index))))),
    );
  return packages.has(id) ? { k: 'ext', module: id, name: null } : null;
}

/** The packages that dotted imports of a module name. */
const packagesOf = new WeakMap<ModuleRef, ReadonlySet<string>>();

function templateValue(flow: Flow, expr: Template, env: Env): Value {
  const values = expr.parts.filter((part): part is Expr => part.k !== 'text').map((part) => flow.expr(part, env));
  if (expr.tag) {
    const tag = flow.expr(expr.tag, env);
    const own = withSql(flow, ANY, env, expr.at, givenTo(flow, expr, expr.tag, values, env), openParts(expr), true);
    const text = sqlTexts(grownText(flow, expr, values, own, env) ?? own)[0];
    const made = flow.ask('call', env.module.language, (api) =>
      api.call!(flow, {
        ...(text ? { sql: text } : {}),
        callee: tag,
        receiver: null,
        name: expr.tag!.k === 'attr' ? expr.tag!.name : null,
        args: {
          list: values.map((value, index) => ({
            name: null,
            value,
            expr: expr.parts.filter((part): part is Expr => part.k !== 'text')[index]!,
            spread: null,
            at: expr.at,
          })),
        },
        written: [],
        types: expr.types ?? [],
        isNew: false,
        env,
        at: expr.at,
        nameAt: expr.at,
        template: expr,
      }),
    );
    if (made !== undefined) return made;
    // `sql``: nothing is put in.
    if (flow.strings && expr.parts.every((part) => part.k === 'text' && part.v.trim() === '')) return { k: 'const', v: '' };
  }
  const quoted = expr.tag ? null : quotedKey(expr, values);
  if (quoted) return quoted;
  // A template of constants is a constant: names of columns are built that way.
  const parts = expr.parts.map((part, index) =>
    part.k === 'text' ? part.v : text(values[expr.parts.slice(0, index).filter((other) => other.k !== 'text').length]),
  );
  const value: Value = !expr.tag && parts.every((part) => part !== null) ? { k: 'const', v: parts.join('') } : ANY;
  const made = withSql(flow, value, env, expr.at, holesOf(expr, values), openParts(expr));
  return grownText(flow, expr, values, made, env) ?? made;
}

/** `${base} WHERE …`: the statement in the first hole, to which the rest is added. */
function grownText(flow: Flow, expr: Template, values: readonly Value[], made: Value, env: Env): Value | null {
  const lead = expr.parts[0];
  const first = lead === undefined || (lead.k === 'text' && lead.v.trim() !== '') ? undefined : values[0];
  const texts = first ? heldTexts(first) : [];
  return texts.length > 0 && !(made.k === 'any' && made.sql) ? added(texts, expr.parts.length > 1 ? made : NULL, flow.place(env, expr.at)) : null;
}

/** The values of a template's expressions but for constants, which are part of its text. */
function holesOf(expr: Template, values: readonly Value[]): readonly Value[] {
  const parts = expr.parts.filter((part): part is Expr => part.k !== 'text');
  return values.filter((_, index) => isHole(parts[index]!));
}

/** The values of the holes of a tagged template, with rows that the tag puts in. */
function givenTo(flow: Flow, expr: Template, tag: Expr, values: readonly Value[], env: Env): readonly Value[] {
  const holes = holesOf(expr, values);
  if (!flow.strings?.has(env.module.path, spanStart(expr.at))) return holes;
  return openParts(expr).map((part, index) => rowGiven(flow, part, tag, env) ?? holes[index]!);
}

const openParts = (expr: Template): readonly Expr[] => expr.parts.filter((part): part is Expr => part.k !== 'text' && isHole(part));
const isHole = (part: Expr): boolean => part.k !== 'lit' || (typeof part.v !== 'string' && typeof part.v !== 'number');

function listValue(flow: Flow, items: readonly Expr[], env: Env): Value {
  const values: Value[] = [];
  let spread: Value | null = null;
  for (const item of items) {
    const value = flow.expr(item, env);
    if (item.k !== 'spread') {
      values.push(value);
      if (value.k === 'model' && env.module.language === 'typescript') flow.record.unmention(value.model, flow.place(env, item.at));
    } else if (value.k === 'list') values.push(...value.items);
    else spread = union([...(spread ? [spread] : []), elementOf(flow, value, env, item.at)]);
  }
  return spread ? { k: 'many', of: union([spread, ...values]) } : { k: 'list', items: values };
}

/** A dict or object literal. */
function dictValue(flow: Flow, expr: Dict, env: Env): Value {
  const dict = new DictBuilder();
  for (const entry of expr.entries) {
    const value = flow.expr(entry.value, env);
    if (entry.key === null) {
      // `...(isLast && { stage })` adds its last operand or nothing.
      const isAdded = entry.value.k === 'op' && entry.value.op === 'and' && membersOf(value).some((member) => member.k === 'dict');
      dict.spread(flow, isAdded ? union(membersOf(value).filter((member) => member.k !== 'any')) : value, flow.place(env, entry.at));
      continue;
    }
    const key = flow.expr(entry.key, env);
    // `{Order.code: code}` are values by columns, for an update say.
    if (key.k === 'column') { dict.set(key.attribute, value, key.place); continue; }
    const name = entry.key.k === 'lit' ? String(entry.key.v) : text(key);
    if (name === null) { dict.rest = dict.rest ? union([dict.rest, value]) : value; continue; }
    if (value.k === 'model' && env.module.language === 'typescript') {
      flow.record.unmention(value.model, flow.place(env, entry.value.at));
      if (name === value.model.name) flow.record.resolve(flow.place(env, entry.key.at));
    }
    if (value.k === 'fn' && entry.value.k !== 'fn' && !flow.isQuiet) flow.called.give(value.fn, flow.place(env, entry.value.at));
    // What a column is called under its own name is a use that was told of where it was read.
    if (value.k === 'field' && value.model.columns.get(value.attribute)?.name === name) flow.record.resolve(flow.place(env, entry.key.at));
    dict.set(name, value, flow.place(env, entry.key.at));
    jump(flow, name, entry.value, flow.place(env, entry.key.at), flow.heading?.dict === expr ? flow.heading.into : null, env);
  }
  return dict.made();
}

/** `null` of any language. */
export const isNull = (value: Value): boolean => value === NULL || (value.k === 'const' && value.v === null);
