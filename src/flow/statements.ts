/** Statements of one scope in order: assignments, branches that join again, what tests tell of a looked-up row. */
import type { Span, Stmt } from '../facts/code.js';
import { elementOf, rowsIn } from './access.js';
import { assign, runSet } from './assign.js';
import { noteRetries } from './chosen.js';
import { entered } from './contexts.js';
import { outcome } from './decide.js';
import { defineClass, defineFunction } from './definitions.js';
import { neverReturns } from './endings.js';
import type { Flow } from './evaluate.js';
import { isSure } from './expressions.js';
import { noteGuards } from './guards.js';
import { joinValues } from './joins.js';
import { narrow, narrowForGood } from './narrow.js';
import { passOn } from './pass-on.js';
import { bindPattern } from './patterns.js';
import type { Env } from './program.js';
import { noteTolerated } from './several.js';
import { testOf } from './tests.js';
import { ANY, membersOf, type Value } from './value.js';

/**
 * What evaluating statements, from the one at `from` on, leaves behind: returned and yielded values are pushed to `returned`. True when the end is not reached.
 */
export function runStatements(flow: Flow, body: readonly Stmt[], env: Env, returned: ReturnedValue[], from = 0): boolean {
  for (let index = from; index < body.length; index++) {
    const stmt = body[index]!;
    if (stmt.k === 'if') return runIf(flow, stmt, env, returned, body, index + 1);
    if (runStatement(flow, stmt, env, returned)) return true;
  }
  return false;
}

export interface ReturnedValue { readonly value: Value; readonly at: Span; readonly isYield: boolean }

export function runStatement(flow: Flow, stmt: Stmt, env: Env, returned: ReturnedValue[]): boolean {
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
      const test = stmt.test && !stmt.isTestLast ? testOf(flow, stmt.test, env) : null;
      const before = env.vars;
      const body = (env.vars = before.branch());
      const around = flow.loop;
      flow.loop = stmt;
      runBranch(flow, stmt.body, env, returned);
      flow.loop = around;
      noteRetries(flow, stmt, test, env);
      env.vars = before;
      if (element && isSure(element)) before.take(body);
      else before.takeEither(body, before.branch(), joinValues);
      return false;
    }
    case 'try': {
      const before = env.vars;
      let after = (env.vars = before.branch());
      const ended = runStatements(flow, stmt.body, env, returned);
      noteTolerated(flow.record, stmt, env.module.path);
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

/** An `if` whose branches join again; then the statements of `body` from `next` on follow. */
function runIf(flow: Flow, stmt: Stmt & { k: 'if' }, env: Env, returned: ReturnedValue[], body: readonly Stmt[], next: number): boolean {
  const test = testOf(flow, stmt.test, env);
  const decided = outcome(flow, stmt.test, env);
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
  if (thenEnds !== elseEnds) { before.take(thenEnds ? afterElse : afterThen); narrowForGood(env, stmt.test, elseEnds); }
  else before.takeEither(afterElse, afterThen, joinValues);
  const ended = (thenEnds && elseEnds) || runStatements(flow, body, env, returned, next);
  if (test.lookups.length > 0)
    noteGuards(flow, stmt, test.lookups, { start: clock, then: thenClock, else: elseClock }, { then: thenEnds, else: elseEnds }, body.slice(next), env);
  return ended;
}
