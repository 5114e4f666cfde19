/** What an `if` over a looked-up row tells: rows are inserted when there is none, or refused when there is one. */
import type { Expr, Span, Stmt } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import type { TestedLookup } from './tests.js';

interface Sides<T> { readonly then: T; readonly else: T }

/** `clocks` are those of the recorder before the branches and after each of them; `ends` says which of them leave the function. */
export function noteGuards(flow: Flow, stmt: Stmt & { k: 'if' }, lookups: readonly TestedLookup[], clocks: Sides<number> & { readonly start: number }, ends: Sides<boolean>, env: Env): void {
  for (const { id, holdsIfPresent } of lookups) {
    const model = flow.record.rootOf(id);
    if (!model) continue;
    const present = holdsIfPresent ? stmt.then : stmt.else;
    const inAbsent = holdsIfPresent ? flow.record.insertsOf(model, clocks.then, clocks.else) : flow.record.insertsOf(model, clocks.start, clocks.then);
    const presentEnds = holdsIfPresent ? ends.then : ends.else;
    const insert = inAbsent[0] ?? (presentEnds ? flow.record.insertsOf(model, clocks.else)[0] : undefined);
    const refused = refusal(present, presentEnds);
    if (insert) flow.record.guard(id, { k: present.some((inner) => inner.k === 'raise') ? 'refuse-if-present' : 'insert-if-absent', place: insert.place });
    else if (refused) flow.record.guard(id, { k: 'refuse-if-present', place: flow.place(env, refused) });
  }
}

/** Where a branch raises or returns an error that says that there is one already; null where none of its statements does. `ends`: its last statement leaves the function. */
function refusal(body: readonly Stmt[], ends: boolean): Span | null {
  for (const stmt of body) {
    if (ends && stmt === body.at(-1) && stmt.k === 'expr' && saysTaken(stmt.value)) return stmt.at;
    if ((stmt.k === 'raise' || stmt.k === 'return') && stmt.value && saysTaken(stmt.value)) return stmt.at;
    // `self.add_error("name", "… already exists")`, `errors.append(…)`: refused when all is looked at.
    if (stmt.k === 'expr' && stmt.value.k === 'call' && stmt.value.fn.k === 'attr' && /^(add_?error|fail|push|append)$/i.test(stmt.value.fn.name) && saysTaken(stmt.value)) return stmt.at;
  }
  return null;
}

const TAKEN = /\balready (exists?|taken|registered|used|(been )?(recorded|added|imported|used|registered|invited|enrolled|subscribed|assigned|followed|joined|linked|connected)|in (use|the|this|your)|a member|an? \w+ (with|for|in)|has an?|have an?)\b|\b(is|are|been) (already )?(taken|in use|registered)\b|\bduplicated?\b|\b(must|should) be unique\b|\b(is|are) not unique\b/i;
const TAKEN_NAME = /already_?exist|already_?(taken|registered|in_?use)|^duplicated?(_|[A-Z]|$)|_duplicated?$|Duplicated?(Error|Exception|Entry)?$|(^|_)Conflict(Error|Exception)?$|_CONFLICT$|not_?unique|^unique$/i;

function saysTaken(expr: Expr): boolean {
  switch (expr.k) {
    // 409 is what HTTP calls a conflict: https://www.rfc-editor.org/rfc/rfc9110#name-409-conflict
    case 'lit': return expr.v === 409 || (typeof expr.v === 'string' && (TAKEN.test(expr.v) || TAKEN_NAME.test(expr.v)));
    case 'tpl': return TAKEN.test(expr.parts.map((part) => (part.k === 'text' ? part.v : 'x')).join(''));
    case 'name': return TAKEN_NAME.test(expr.id);
    case 'attr': return TAKEN_NAME.test(expr.name) || saysTaken(expr.of);
    case 'call': return saysTaken(expr.fn) || expr.args.some((arg) => saysTaken(arg.value));
    case 'list': return expr.items.some(saysTaken);
    case 'dict': return expr.entries.some((entry) => saysTaken(entry.value));
    case 'op': case 'other': return (expr.k === 'op' ? expr.args : expr.parts).some(saysTaken);
    case 'item': return saysTaken(expr.of) || saysTaken(expr.key);
    default: return false;
  }
}

/** `found ?? create()`, `found ? found : create()`: rows are inserted instead of the one that was looked up, by what was evaluated since `clock`. */
export function noteAlternative(flow: Flow, lookups: readonly TestedLookup[], clock: number): void {
  for (const { id } of lookups) {
    const model = flow.record.rootOf(id);
    const insert = model ? flow.record.insertsOf(model, clock)[0] : undefined;
    if (insert) flow.record.guard(id, { k: 'insert-if-absent', place: insert.place });
  }
}
