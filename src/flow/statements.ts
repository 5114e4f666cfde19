/** Statements of one scope in order: assignments, branches that join again, what tests tell of a looked-up row. */
import type { Expr, Span, Stmt } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { isAssigned } from './ask.js';
import { elementOf, isSetElsewhere, rowsIn } from './access.js';
import { lineage, ownMembers, typeParams } from './classes.js';
import type { Flow } from './evaluate.js';
import { embeddedEntries, writeEmbedded, writeOfEmbeddable } from './embedded.js';
import { namesake, namesOf, writeKeys } from './computed.js';
import { entered } from './contexts.js';
import { absorbOwn } from './counted.js';
import { decide } from './decide.js';
import { DictBuilder } from './dicts.js';
import { handOut, keep } from './hand-out.js';
import { handedOn } from './handed-on.js';
import { handToBases } from './hand-over.js';
import { noteGuards } from './guards.js';
import { isSure } from './expressions.js';
import { isExport, passOn } from './pass-on.js';
import { neverReturns } from './endings.js';
import { callHook, isInsertHook } from './insert-hooks.js';
import { fieldsOf } from './fields.js';
import { leaveOut, putInto } from './collections.js';
import { attributeFor, keyColumns, keyOfRow } from './keys.js';
import { filledTest } from './filled.js';
import { evaluateFor, jump } from './moves.js';
import { joinValues } from './joins.js';
import type { Env } from './program.js';
import { narrow } from './narrow.js';
import { noteFilled } from './new-rows.js';
import { withKey, withEntry } from './dicts.js';
import { sqlTexts } from './sql.js';
import { added, joinParts } from './sql-parts.js';
import { isOfRows, noteRowType } from './row-types.js';
import { asRow } from './taken.js';
import { testOf } from './tests.js';
import { ANY, membersOf, preferKnown, text, union, type ClassRef, type RowValue, type Value } from './value.js';

/** What evaluating statements, from the one at `from` on, leaves behind: returned and yielded values are pushed to `returned`. True when the end is not reached. */
export function runStatements(flow: Flow, body: readonly Stmt[], env: Env, returned: ReturnedValue[], from = 0): boolean {
  for (let index = from; index < body.length; index++) {
    const stmt = body[index]!;
    if (stmt.k === 'if') return runIf(flow, stmt, env, returned, body, index + 1);
    if (runStatement(flow, stmt, env, returned)) return true;
  }
  return false;
}

export interface ReturnedValue { readonly value: Value; readonly at: Span; readonly isYield: boolean }

function runStatement(flow: Flow, stmt: Stmt, env: Env, returned: ReturnedValue[]): boolean {
  switch (stmt.k) {
    case 'expr': flow.expr(stmt.value, env); return neverReturns(flow, stmt.value, env);
    case 'set': runSet(flow, stmt, env); return false;
    case 'return': {
      if (stmt.value) {
        const value = flow.expr(stmt.value, env);
        passOn(flow, stmt.value, value, env);
        if (value.k === 'model' && stmt.value.k === 'name') flow.record.table(value.model, 'mention', flow.place(env, stmt.value.at), { isGivenOn: true });
        noteReturned(flow, value);
        returned.push({ value, at: stmt.at, isYield: stmt.isYield === true });
      }
      return stmt.isYield !== true;
    }
    case 'loop': {
      const element = stmt.target && stmt.iter ? elementOf(flow, flow.expr(stmt.iter, env), env, stmt.iter.at) : null;
      if (stmt.target && element) bindPattern(flow, stmt.target, element, env);
      if (stmt.test) testOf(flow, stmt.test, env);
      const before = env.vars;
      const body = (env.vars = before.branch());
      runBranch(flow, stmt.body, env, returned);
      env.vars = before;
      if (element && isSure(element)) before.take(body);
      else before.takeEither(body, before.branch(), joinValues);
      return false;
    }
    case 'try': {
      const before = env.vars;
      let after = (env.vars = before.branch());
      const ended = runStatements(flow, stmt.body, env, returned);
      let allEnd = ended;
      for (const handler of stmt.handlers) {
        const handled = (env.vars = before.branch());
        if (handler.name) env.vars.set(handler.name, ANY);
        if (handler.type) flow.expr(handler.type, env);
        const handlerEnds = runBranch(flow, handler.body, env, returned);
        if (!handlerEnds) {
          const either = before.branch();
          either.takeEither(handled, after, joinValues);
          after = either;
        }
        allEnd &&= handlerEnds;
      }
      env.vars = before;
      before.take(after);
      if (!ended) runStatements(flow, stmt.else, env, returned);
      runStatements(flow, stmt.final, env, returned);
      return allEnd;
    }
    case 'with':
      for (const item of stmt.items) {
        const value = flow.expr(item.value, env);
        if (item.target) assign(flow, item.target, entered(flow, value), item.value, env);
      }
      return runStatements(flow, stmt.body, env, returned);
    case 'def': defineFunction(flow, stmt.fn, env); return false;
    case 'class': defineClass(flow, stmt.cls, env); return false;
    case 'raise': if (stmt.value) flow.expr(stmt.value, env); return true;
    case 'del': flow.expr(stmt.target, env); return false;
    case 'jump': return true;
    case 'import':
      if (env.kind === 'function') bindImported(flow, stmt, env);
      return false;
    case 'export': case 'type': return false;
    case 'if': return runIf(flow, stmt, env, returned, [], 0);
  }
}

/** Statements that run only sometimes. */
function runBranch(flow: Flow, body: readonly Stmt[], env: Env, returned: ReturnedValue[]): boolean {
  flow.enterBranch();
  const ended = runStatements(flow, body, env, returned);
  flow.leaveBranch();
  return ended;
}

function bindImported(flow: Flow, stmt: Stmt & { k: 'import' }, env: Env): void {
  for (const name of stmt.names) if (name.as !== '*') env.vars.set(name.as, flow.quiet(() => flow.imported(env.module, stmt.module, name.name)));
}

/** The row that a query found is returned, by itself or as a part of what is. */
function noteReturned(flow: Flow, value: Value): void {
  for (const member of membersOf(value)) {
    if (member.k === 'dict' && member.lookup) flow.record.guard(member.lookup, { k: 'returned' });
    const parts = member.k === 'object' ? [...(member.fields?.values() ?? [])] : [member];
    for (const part of parts) for (const row of rowsIn(part, 2)) if (row.lookup) flow.record.guard(row.lookup, { k: 'returned' });
    // Its key stands for the row.
    if (member.k === 'field' && member.lookup && isKey(member)) flow.record.guard(member.lookup, { k: 'returned' });
  }
}

function isKey({ model, attribute }: Value & { k: 'field' }): boolean {
  const key = model.table.primaryKey?.columns ?? [];
  return key.length === 1 && model.columns.get(attribute) === key[0];
}

function runSet(flow: Flow, stmt: Stmt & { k: 'set' }, env: Env): void {
  if (!stmt.value) {
    if (stmt.type && stmt.target.k === 'name') env.vars.set(stmt.target.id, flow.type(stmt.type, env));
    return;
  }
  const value = evaluateFor(flow, stmt.target, stmt.value, env);
  if (stmt.op) { compound(flow, stmt, value, env); return; }
  absorbOwn(flow, stmt.target, stmt.value, env);
  if (isExport(stmt.target)) passOn(flow, stmt.value, value, env);
  assign(flow, stmt.target, stmt.type ? declaredOrKnown(flow, flow.type(stmt.type, env), value) : value, stmt.value, env);
}

/** `const changes: Partial<Order> = {}` is filled as a row is. */
function declaredOrKnown(flow: Flow, declared: Value, value: Value): Value {
  if (isOfRows(value)) noteRowType(flow, declared, value);
  return declared.k === 'row' && !flow.isPlain(declared) && value.k === 'dict' && value.entries.size === 0 && !value.rest ? declared : preferKnown(declared, value);
}

/** `target op= value`: a write that reads. */
function compound(flow: Flow, stmt: Stmt & { k: 'set' }, value: Value, env: Env): void {
  if (stmt.target.k === 'attr') {
    const of = flow.expr(stmt.target.of, env);
    for (const member of membersOf(of)) {
      if (member.k === 'embedded') flow.record.column(member.model, `${member.path}.${stmt.target.name}`, 'write', flow.place(env, stmt.target.at), flow.currentFn, { value: ANY, isCompound: true });
      if (member.k === 'row' && !isSetElsewhere(flow, member, stmt.target.name, env, stmt.target.at)) flow.record.column(member.model, stmt.target.name, 'write', flow.place(env, stmt.target.at), flow.currentFn, { value: ANY, isCompound: true });
    }
    return;
  }
  const current = flow.expr(stmt.target, env);
  // `query += ' AND …'`
  const texts = stmt.op === '+' ? sqlTexts(current) : [];
  const parts = stmt.op === '+' && texts.length === 0 ? joinParts([current, value]) : null;
  if (stmt.target.k === 'name' && texts.length > 0) env.vars.set(stmt.target.id, added(texts, value));
  else if (stmt.target.k === 'name' && parts) env.vars.set(stmt.target.id, parts);
  else if (stmt.target.k === 'name') env.vars.set(stmt.target.id, stmt.op === '??' || stmt.op === 'or' || stmt.op === '+' ? union([current, value]) : current);
}

/** Binds or stores a value: names, attributes, items, patterns. */
export function assign(flow: Flow, target: Expr, value: Value, written: Expr | null, env: Env): void {
  switch (target.k) {
    case 'name': env.vars.set(target.id, value); return;
    case 'attr': {
      const of = flow.expr(target.of, env);
      const place = flow.place(env, target.at);
      // What a class is given (`User.associate = …`) is part of its declaration.
      for (const member of membersOf(of)) if (member.k === 'model') flow.record.unmention(member.model, flow.place(env, target.of.at));
      if (written) jump(flow, target.name, written, place, target.of, env);
      for (const member of membersOf(of)) store(flow, member, target.name, value, env, target.at, target.of);
      const holder = withoutCast(target.of);
      if (of.k === 'dict' && holder.k === 'name') env.vars.set(holder.id, withEntry(of, target.name, value, place));
      return;
    }
    case 'item': {
      const of = flow.expr(target.of, env);
      const key = flow.expr(target.key, env);
      const place = flow.place(env, target.key.at);
      const name = text(key);
      if (name !== null && written) jump(flow, name, written, place, target.of, env);
      if (of.k === 'row' && name !== null) store(flow, of, name, value, env, target.key.at);
      else if (name !== null) { if (env.module.language === 'typescript') flow.carried.note(of, name, value); leave(flow, of, name, value, env, place, target.of); }
      else if (of.k === 'row' && key.k !== 'const') storeComputed(flow, of, key, value, env, target.key.at);
      for (const member of membersOf(of)) if (member.k === 'special') flow.ask('assign', env.module.language, (api) => (api.assign!(flow, member, '[]', value, env, target.key.at) ? true : undefined));
      const holder = withoutCast(target.of);
      if (of.k === 'dict' && holder.k === 'name') env.vars.set(holder.id, withKey(of, key, value, place));
      return;
    }
    default: bindPattern(flow, target, value, env);
  }
}

/** `(data as any)` is `data`. */
const withoutCast = (expr: Expr): Expr => (expr.k === 'cast' ? withoutCast(expr.of) : expr);

/** `of.name = value`; `written` is what stands for `of` in the code. */
export function store(flow: Flow, of: Value, name: string, value: Value, env: Env, at: Span, written?: Expr): void {
  if (of.k === 'row' && of.built) noteFilled(flow, of, name, value, flow.place(env, at));
  if (isAssigned(flow, of, name, value, env, at)) return;
  const place: Place = flow.place(env, at);
  if (of.k === 'row' && flow.isPlain(of)) { flow.record.resolve(place); return; }
  flow.carried.note(of, name, value);
  if (of.k === 'object') { writeOfEmbeddable(flow, of, name, value, place); (of.fields as Map<string, Value> | undefined)?.set(name, value); return; }
  leave(flow, of, name, value, env, place, written);
  const path = of.k === 'embedded' ? `${of.path}.${name}` : name;
  if (of.k === 'embedded' || (of.k === 'row' && of.model.embedded.has(name))) { writeEmbedded(flow, of.model, path, value, place, { atInsert: of.isNew === true }); return; }
  if (of.k !== 'row') return;
  asRow(flow, of, place);
  const relationship = of.model.relationships.get(name);
  if (relationship) {
    // A collection that takes the place of another one is compared with it.
    flow.record.relationship(of.model, relationship, place, flow.currentFn, relationship.many && !of.isNew && flow.isLazy(of.model) ? 'lazy' : 'set');
    if (!of.isNew) leaveOut(flow, relationship, place);
    putInto(flow, of, relationship, value, place);
    for (const [column, remote] of keyColumns(of.model, relationship)) flow.record.column(of.model, attributeFor(of.model, column), 'write', place, flow.currentFn, { value: keyOfRow(value, remote, place) });
    return;
  }
  flow.record.column(of.model, name, 'write', place, flow.currentFn, { value, ...(of.isHooked ? { atInsert: true } : {}), ...(of.link ? { reachedFrom: of.link.model } : {}) });
}

/** What is kept on an object that nobody knows: others may have that object as well. */
function leave(flow: Flow, of: Value, name: string, value: Value, env: Env, place: Place, written?: Expr): void {
  if (env.module.language !== 'typescript') return;
  const on = written ? handedOn(of, written, env) : null;
  if (on !== null) keep(flow, value, on, name, place);
  else if (of.k === 'any') handOut(flow, value, name, place);
}

/** `of[name] = value` under a name that is not written there. */
function storeComputed(flow: Flow, of: RowValue, key: Value, value: Value, env: Env, at: Span): void {
  const names = namesOf(key);
  if (names) for (const name of names) store(flow, of, name, names.length > 1 ? namesake(value, name) : value, env, at);
  else if (!isSetElsewhere(flow, of, '', env, at)) writeKeys(flow, of, key, value, flow.place(env, at));
}

/** Binds the names of a pattern to the parts of a value. */
export function bindPattern(flow: Flow, target: Expr, value: Value, env: Env): void {
  switch (target.k) {
    case 'name': env.vars.set(target.id, value); return;
    case 'attr': case 'item': assign(flow, target, value, null, env); return;
    case 'list': {
      const [only] = target.items;
      // `const [row] = rows` asks for the first one.
      if (target.items.length === 1 && only!.k !== 'spread' && value.k === 'query') { bindPattern(flow, only!, flow.item(value, { k: 'const', v: 0 }, env, only!.at), env); return; }
      for (let index = 0; index < target.items.length; index++) {
        const item = target.items[index]!;
        if (item.k === 'spread') bindPattern(flow, item.of, { k: 'many', of: elementOf(flow, value, env, item.at) }, env);
        else bindPattern(flow, item, value.k === 'key' ? (index === 1 ? { ...value, part: 'value' } : value) : partOf(flow, value, index, env, item.at), env);
      }
      return;
    }
    case 'dict':
      for (const entry of target.entries) {
        if (entry.key === null) { bindPattern(flow, entry.value, restOf(flow, value, target.entries, flow.place(env, entry.at)), env); continue; }
        const name = entry.key.k === 'lit' ? String(entry.key.v) : text(flow.expr(entry.key, env));
        bindPattern(flow, entry.value, name === null ? ANY : flow.attribute(value, name, env, entry.key.at), env);
      }
      return;
    case 'op': if (target.op === '=') bindPattern(flow, target.args[0]!, union([value, flow.expr(target.args[1]!, env)]), env); return;
    case 'spread': bindPattern(flow, target.of, value, env); return;
    default:
  }
}

/** What `...rest` holds: the other columns of a row, the other entries of an object. */
function restOf(flow: Flow, value: Value, taken: readonly { readonly key: Expr | null }[], place: Place): Value {
  const names = new Set(taken.map((entry) => (entry.key?.k === 'lit' ? String(entry.key.v) : null)));
  if (value.k === 'row') {
    const all = new DictBuilder();
    all.spread(flow, value, place);
    return restOf(flow, all.made(), taken, place);
  }
  if (value.k === 'embedded') return { k: 'dict', entries: new Map([...embeddedEntries(value, place)].filter(([name]) => !names.has(name))), rest: null };
  if (value.k === 'dict') return { ...value, entries: new Map([...value.entries].filter(([name]) => !names.has(name))) };
  if (value.k === 'object') return restOf(flow, fieldsOf(flow, value), taken, place);
  return value.k === 'union' ? union(value.of.map((member) => restOf(flow, member, taken, place))) : ANY;
}

function partOf(flow: Flow, value: Value, index: number, env: Env, at: Span): Value {
  if (value.k === 'union') return union(value.of.map((member) => partOf(flow, member, index, env, at)));
  if (value.k === 'list') return value.items[index] ?? ANY;
  if (value.k === 'many' || value.k === 'query') return elementOf(flow, value, env, at);
  return flow.item(value, { k: 'const', v: index }, env, at);
}

/** An `if` whose branches join again; then the statements of `body` from `next` on follow. */
function runIf(flow: Flow, stmt: Stmt & { k: 'if' }, env: Env, returned: ReturnedValue[], body: readonly Stmt[], next: number): boolean {
  const test = testOf(flow, stmt.test, env);
  // A decorator that was called without an option does not do what it does with it.
  const decided = flow.applications ? decide(flow, stmt.test, env) : filledTest(flow, stmt.test, env);
  if (decided !== null) return runStatements(flow, decided ? stmt.then : stmt.else, env, returned) || runStatements(flow, body, env, returned, next);
  const before = env.vars;
  const clock = flow.record.changes.clock;
  const afterThen = (env.vars = before.branch());
  narrow(flow, env, stmt.test, true);
  const thenEnds = runBranch(flow, stmt.then, env, returned);
  const thenClock = flow.record.changes.clock;
  const afterElse = (env.vars = before.branch());
  narrow(flow, env, stmt.test, false);
  const elseEnds = runBranch(flow, stmt.else, env, returned);
  const elseClock = flow.record.changes.clock;
  env.vars = before;
  if (thenEnds !== elseEnds) before.take(thenEnds ? afterElse : afterThen);
  else before.takeEither(afterElse, afterThen, joinValues);
  const ended = (thenEnds && elseEnds) || runStatements(flow, body, env, returned, next);
  noteGuards(flow, stmt, test.lookups, { start: clock, then: thenClock, else: elseClock }, { then: thenEnds, else: elseEnds }, env);
  return ended;
}

function defineFunction(flow: Flow, fn: (Stmt & { k: 'def' })['fn'], env: Env): void {
  const ref = flow.fnRef(fn, env, env.kind === 'class' ? env.owner : null);
  const value: Value = { k: 'fn', fn: ref };
  if (fn.name && env.kind === 'function') env.vars.set(fn.name, value);
  if (flow.isQuiet) {
    if (flow.carried.isKeeper(fn)) flow.callFn(value, [], { isDefinition: true });
    return;
  }
  for (const decorator of fn.decorators) flow.expr(decorator, env);
  const outcome = isInsertHook(flow, ref) ? callHook(flow, ref) : flow.callFn(value, [], { isDefinition: true });
  flow.define(ref, outcome);
}

/** Runs a class body: its methods are evaluated once with the class itself as receiver. */
function defineClass(flow: Flow, cls: (Stmt & { k: 'class' })['cls'], env: Env): void {
  const isLocal = env.kind === 'function' && !isOfModule(cls, env);
  const ref = flow.classRef(cls, env.kind === 'function' && !isLocal ? env.module.env : env);
  for (const decorator of cls.decorators) flow.expr(decorator, env);
  handToBases(flow, ref, env);
  const model = flow.modelsByClass.get(ref.id);
  const self: Value = model ? { k: 'row', model } : { k: 'object', cls: ref };
  if (isLocal) env.vars.set(cls.name, flow.classValue(ref));
  const told = flow.isQuiet ? undefined : flow.ask('defineClass', env.module.language, (api) => api.defineClass!(flow, ref));
  for (const stmt of cls.body) {
    if (stmt.k === 'def') {
      for (const decorator of stmt.fn.decorators) flow.expr(decorator, ref.env);
      const fn = flow.fnRef(stmt.fn, ref.env, ref);
      const outcome = isInsertHook(flow, fn) ? callHook(flow, fn, self) : flow.callFn({ k: 'fn', fn, self }, [], { isDefinition: true });
      flow.define(fn, outcome);
    } else if (stmt.k === 'class') defineClass(flow, stmt.cls, ref.env);
    // `check = async (text: string) => …`: a method of a model all the same; its other fields are columns.
    else if (stmt.k === 'set' && stmt.value?.k === 'fn' && model) { const fn = flow.fnRef(stmt.value.fn, ref.env, ref); flow.define(fn, flow.callFn({ k: 'fn', fn, ...(stmt.isStatic ? {} : { self }) }, [], { isDefinition: true })); }
    else if (stmt.k === 'set' && stmt.value && !model && cls.form === 'class' && !(stmt.target.k === 'name' && told?.has(stmt.target.id))) flow.expr(stmt.value, ref.env);
    else if (stmt.k === 'if' || stmt.k === 'expr') runStatement(flow, stmt, ref.env, []);
  }
  if (!model && cls.form === 'class' && cls.isAbstract !== true) inheritGeneric(flow, ref, self);
}

/** What a generic base does is done once for each class that says what its types are. */
function inheritGeneric(flow: Flow, cls: ClassRef, self: Value): void {
  const [, ...bases] = lineage(flow, cls);
  const seen = new Set(ownMembers(flow, cls).keys());
  let isGeneric = false;
  for (const base of bases) isGeneric ||= typeParams(flow, base).length > 0;
  for (const base of isGeneric ? bases : []) for (const [name, member] of ownMembers(flow, base)) {
    if (seen.has(name) || member.k !== 'method') continue;
    seen.add(name);
    if (name === 'constructor' || name === '__init__') continue;
    const outcome = flow.callFn({ k: 'fn', fn: member.fn, self }, [], { isDefinition: true, isInherited: true });
    flow.define(member.fn, outcome);
  }
}

/** Top-level statements run in a scope of their own beside the module's; classes belong to the module's, those of functions to the function. */
function isOfModule(cls: (Stmt & { k: 'class' })['cls'], env: Env): boolean {
  return env.module.bindings.get(cls.name)?.some((binding) => binding.k === 'class' && binding.cls === cls) === true;
}
