/** Values that are chosen such that no row has them yet: `while (await exists(code)) code = next()`. Whoever does wants no two rows with one. */
import type { Expr, LoopStmt, Stmt } from '../facts/code.js';
import { namesIn } from '../facts/walk.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import { testOf, type Test } from './tests.js';

/**
 * A loop that goes on as long as there is a row with the value, which its body changes. `first` is what its test asks before the body runs, null where it is
 * asked only afterwards.
 */
export function noteRetries(flow: Flow, loop: LoopStmt, first: Test | null, env: Env): void {
  const { test } = loop;
  if (!test) return;
  const isChanged = namesSet(loop.body).some((name) => namesIn(test).has(name));
  if (!isChanged) { if (!first) testOf(flow, test, env); return; }
  // `while (taken) { code = next(); taken = await find(code) }` asks for the row in its body.
  const { lookups } = first && !isFlag(test) ? first : testOf(flow, test, env);
  for (const { id, holdsIfPresent, kept } of lookups)
    if (holdsIfPresent && !kept) flow.record.guard(id, { k: 'choose-if-absent', place: flow.place(env, test.at) });
}

const isFlag = (test: Expr): boolean => test.k === 'name' || (test.k === 'op' && test.op === 'not' && isFlag(test.args[0]!));

/**
 * An `if` in the body of a loop, or of a function that calls itself, which goes on with the value where no row has it: `if (!taken) return code`.
 * `present` and `absent` are what it does where there is a row and where there is none, `after` what follows.
 */
export function noteChosen(
  flow: Flow,
  stmt: Stmt & { k: 'if' },
  lookup: string,
  { present, absent, after }: Readonly<Record<'present' | 'absent' | 'after', readonly Stmt[]>>,
  env: Env,
): void {
  const last = absent.at(-1) ?? after.at(-1);
  if (!last || last.k === 'def' || last.k === 'class') return;
  const loop = flow.loop?.body.includes(stmt) ? flow.loop : null;
  const isTriedAgain = loop !== null || callsItself(present.at(-1) ?? after.at(-1), env);
  if (isTriedAgain && leavesWith(last, loop, askedNames(stmt.test, loop?.body ?? env.fn?.body ?? []), loop ? namesMade(loop) : namesSet(env.fn?.body ?? [])))
    flow.record.guard(lookup, { k: 'choose-if-absent', place: flow.place(env, last.at) });
}

/** A statement that returns the value that was asked for, or ends the loop in which it was made: by leaving it, or by setting what it is asked for. */
function leavesWith(last: Stmt, loop: LoopStmt | null, asked: readonly string[], made: readonly string[]): boolean {
  const chosen = asked.filter((name) => made.includes(name));
  switch (last.k) {
    case 'return': return last.value?.k === 'name' && chosen.includes(last.value.id);
    case 'jump': return loop !== null && last.isBreak === true && chosen.length > 0;
    case 'set': return loop?.test !== undefined && isFlag(loop.test) && last.target.k === 'name' && namesIn(loop.test).has(last.target.id) && chosen.length > 0;
    default: return false;
  }
}

/** `return this.codeFor(order)` in `codeFor`. */
function callsItself(stmt: Stmt | undefined, env: Env): boolean {
  if (stmt?.k !== 'return' || stmt.value?.k !== 'call' || !env.fn?.name) return false;
  const { fn } = stmt.value;
  return fn.k === 'name' ? fn.id === env.fn.name : fn.k === 'attr' && fn.name === env.fn.name;
}

/**
 * The names that a loop's body gives a value which is made there, and not taken from what the loop goes through; a number that is counted up is none of that.
 */
function namesMade(loop: LoopStmt): readonly string[] {
  const target = loop.target?.k === 'name' && !isCount(loop.iter) ? loop.target.id : null;
  return loop.body.flatMap((stmt) =>
    stmt.k === 'set' && stmt.target.k === 'name' && stmt.value && (target === null || !namesIn(stmt.value).has(target)) ? [stmt.target.id] : [],
  );
}

/** `range(10)`, `itertools.count()` */
function isCount(iter: Expr | undefined): boolean {
  return iter?.k === 'call' && (iter.fn.k === 'name' ? iter.fn.id === 'range' || iter.fn.id === 'count' : iter.fn.k === 'attr' && iter.fn.name === 'count');
}

/** The names in a test, and those in what its names were set to. */
function askedNames(test: Expr, body: readonly Stmt[]): readonly string[] {
  const direct = namesIn(test);
  return [
    ...direct,
    ...body.flatMap((stmt) => (stmt.k === 'set' && stmt.target.k === 'name' && direct.has(stmt.target.id) && stmt.value ? [...namesIn(stmt.value)] : [])),
  ];
}

function namesSet(body: readonly Stmt[]): readonly string[] {
  return body.flatMap((stmt) => (stmt.k === 'set' && stmt.target.k === 'name' ? [stmt.target.id] : []));
}
