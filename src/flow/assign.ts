/** What is stored under names, attributes and items. */
import type { Expr, Span, Stmt } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { isSetElsewhere } from './access.js';
import { text } from './arguments.js';
import { isAssigned } from './ask.js';
import { leaveOut, putInto } from './collections.js';
import { namesOf, namesake, writeKeys } from './computed.js';
import { absorbOwn } from './counted.js';
import { withEntry, withKey } from './dicts.js';
import { writeEmbedded, writeOfEmbeddable } from './embedded.js';
import type { Flow } from './evaluate.js';
import { handOut, keep } from './hand-out.js';
import { handedOn } from './handed-on.js';
import { attributeFor, keyColumns, keyOfRow } from './keys.js';
import { evaluateFor, jump } from './moves.js';
import { noteFilled } from './new-rows.js';
import { isExport, passOn } from './pass-on.js';
import { bindPattern } from './patterns.js';
import type { Env } from './program.js';
import { isOfRows, noteRowType } from './row-types.js';
import { attributeBehind, runSetter } from './setters.js';
import { added, joinParts } from './sql-parts.js';
import { sqlTexts } from './sql.js';
import { asRow } from './taken.js';
import { preferKnown, union } from './unions.js';
import { ANY, membersOf, type RowValue, type Value } from './value.js';

/** An assignment, a declaration with a type, or `target op= value`. */
export function runSet(flow: Flow, stmt: Stmt & { k: 'set' }, env: Env): void {
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
  return declared.k === 'row' && !flow.isPlain(declared) && value.k === 'dict' && value.entries.size === 0 && !value.rest
    ? declared
    : preferKnown(declared, value);
}

/** `target op= value`: a write that reads. */
function compound(flow: Flow, stmt: Stmt & { k: 'set' }, value: Value, env: Env): void {
  if (stmt.target.k === 'attr') {
    const of = flow.expr(stmt.target.of, env);
    for (const member of membersOf(of)) {
      if (member.k === 'embedded')
        flow.record.column(member.model, `${member.path}.${stmt.target.name}`, 'write', flow.place(env, stmt.target.at), flow.currentFn, {
          value: ANY,
          isCompound: true,
        });
      if (member.k === 'row' && !isSetElsewhere(flow, member, stmt.target.name, env, stmt.target.at))
        flow.record.column(member.model, stmt.target.name, 'write', flow.place(env, stmt.target.at), flow.currentFn, { value: ANY, isCompound: true });
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
      else if (name !== null) {
        if (env.module.language === 'typescript') flow.carried.note(of, name, value, target.of);
        leave(flow, of, name, value, env, place, target.of);
      } else if (of.k === 'row' && key.k !== 'const') storeComputed(flow, of, key, value, env, target.key.at);
      for (const member of membersOf(of))
        if (member.k === 'special')
          flow.ask('assign', env.module.language, (api) => (api.assign!(flow, member, '[]', value, env, target.key.at) ? true : undefined));
      const holder = withoutCast(target.of);
      if (of.k === 'dict' && holder.k === 'name') env.vars.set(holder.id, withKey(of, key, value, place));
      return;
    }
    default: bindPattern(flow, target, value, env, written);
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
  flow.carried.note(of, name, value, env.module.language === 'typescript' ? written : undefined);
  if (isPropertyOf(of, name)) {
    const behind = attributeBehind(flow, of, name);
    if (behind !== null) { store(flow, of, behind, value, env, at, written); return; }
    if (runSetter(flow, of, name, value, at)) { flow.record.resolve(place); return; }
  }
  if (of.k === 'object') { writeOfEmbeddable(flow, of, name, value, place); (of.fields as Map<string, Value> | undefined)?.set(name, value); return; }
  leave(flow, of, name, value, env, place, written);
  const path = of.k === 'embedded' ? `${of.path}.${name}` : name;
  if (of.k === 'embedded' || (of.k === 'row' && of.model.embedded.has(name))) {
    writeEmbedded(flow, of.model, path, value, place, { atInsert: of.isNew === true });
    return;
  }
  if (of.k !== 'row') return;
  asRow(flow, of, place);
  const relationship = of.model.relationships.get(name);
  if (relationship) {
    // A collection that takes the place of another one is compared with it.
    flow.record.relationship(of.model, relationship, place, flow.currentFn, relationship.many && !of.isNew && flow.isLazy(of.model) ? 'lazy' : 'set');
    if (!of.isNew) leaveOut(flow, relationship, place);
    putInto(flow, of, relationship, value, place);
    for (const [column, remote] of keyColumns(of.model, relationship))
      flow.record.column(of.model, attributeFor(of.model, column), 'write', place, flow.currentFn, { value: keyOfRow(value, remote, place) });
    return;
  }
  flow.record.column(of.model, name, 'write', place, flow.currentFn, {
    value,
    ...(of.isHooked ? { atInsert: true } : {}),
    ...(of.link ? { reachedFrom: of.link.model } : {}),
  });
}

/** Neither a column nor a relationship, so that it may be a property. */
const isPropertyOf = (of: Value, name: string): boolean =>
  of.k === 'object' || (of.k === 'row' && !of.model.columns.has(name) && !of.model.relationships.has(name) && !of.model.embedded.has(name));

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
