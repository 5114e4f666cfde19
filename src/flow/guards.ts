/** What an `if` over a looked-up row tells: rows are inserted when there is none, or refused when there is one. */
import type { CallSite } from '../dialects/dialect.js';
import type { Expr, Span, Stmt } from '../facts/code.js';
import type { Column, Place } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import type { Env } from './program.js';
import { noteChosen } from './chosen.js';
import { noteKept } from './prefetched.js';
import { makesSeveral, repeatsAsked } from './several.js';
import type { TestedLookup } from './tests.js';
import { membersOf, type Value } from './value.js';

/**
 * What the words of a refusal say: that there is such a row, that its name is taken or in some use, only that something is in the way, or nothing of the kind.
 */
type Said = 'exists' | 'used' | 'conflict' | 'nothing';

interface Sides<T> { readonly then: T; readonly else: T }

/**
 * A branch that answers that the row is there: which words it has for it, and from which to which clock (null: to the end of the function) the code does what
 * it does otherwise.
 */
export interface Refusal {
  readonly lookup: string;
  readonly model: Model;
  readonly place: Place;
  readonly says: Said;
  readonly otherwise: readonly (readonly [since: number, until: number | null])[];
}

/** `clocks` are those of the recorder before the branches and after each of them; `ends` says which of them leave the function, `after` what follows. */
export function noteGuards(
  flow: Flow,
  stmt: Stmt & { k: 'if' },
  lookups: readonly TestedLookup[],
  clocks: Sides<number> & { readonly start: number },
  ends: Sides<boolean>,
  after: readonly Stmt[],
  env: Env,
): void {
  for (const { id, holdsIfPresent, kept, isOfSome, isListed } of lookups) {
    const model = flow.record.rootOf(id);
    if (!model) continue;
    if (kept) {
      const isNoted = holdsIfPresent ? noteKept(flow, kept, clocks.then, clocks.else) : noteKept(flow, kept, clocks.start, clocks.then);
      if (!isNoted && (holdsIfPresent ? ends.then : ends.else)) noteKept(flow, kept, clocks.else);
      continue;
    }
    const [present, absent] = holdsIfPresent ? [stmt.then, stmt.else] : [stmt.else, stmt.then];
    const [inThen, inElse] = [flow.record.insertsOf(model, clocks.start, clocks.then), flow.record.insertsOf(model, clocks.then, clocks.else)];
    const [inPresent, inAbsent] = holdsIfPresent ? [inThen, inElse] : [inElse, inThen];
    const presentEnds = holdsIfPresent ? ends.then : ends.else;
    const following = inAbsent.length === 0 && presentEnds ? flow.record.insertsOf(model, clocks.else) : [];
    const insert = inAbsent[0] ?? following[0];
    // Whoever makes another one where there is one, or several where there is none, expects several.
    const another = repeatsAsked(
      flow.record,
      id,
      presentEnds || inAbsent.length > 0 ? inPresent : [...inPresent, ...flow.record.insertsOf(model, clocks.else)],
    );
    if (another || makesSeveral(following.length > 0 ? after : absent, [...inAbsent, ...following], flow.record.askedBy(id), env.module.path)) {
      flow.record.guard(id, { k: 'several' });
      continue;
    }
    // A row that has run out, say, is there, and another one is made all the same.
    if (isOfSome) {
      if (insert && repeatsAsked(flow.record, id, [insert])) flow.record.guard(id, { k: 'several' });
      continue;
    }
    const refused = refusal(present, presentEnds, [...flow.record.askedBy(id).keys()]);
    const refusedAt = refused?.at ?? present.find((inner) => inner.k === 'raise')?.at;
    if (insert && refusedAt) flow.record.guard(id, { k: 'refuse-if-present', place: flow.place(env, refusedAt), insert: insert.place });
    // Who lists rows before the first one is made may well make others: only who refuses another one says that there is to be none.
    else if (isListed && !refusedAt) continue;
    else if (insert) flow.record.guard(id, { k: 'insert-if-absent', place: insert.place });
    else if (!refusedAt) noteChosen(flow, stmt, id, { present, absent, after }, env);
    else
      refuse(flow, {
        lookup: id,
        model,
        place: flow.place(env, refusedAt),
        says: refused?.says ?? 'nothing',
        otherwise: holdsIfPresent
          ? [[clocks.then, null]]
          : [
              [clocks.start, clocks.then],
              [clocks.else, null],
            ],
      });
  }
}

/** What the function does to the end is known only there. */
function refuse(flow: Flow, refusal: Refusal): void {
  if (flow.refusals) flow.refusals.push(refusal);
  else settleRefusal(flow, refusal);
}

/**
 * A refusal forbids a second row where the code otherwise inserts one or sets what it looked for. Where it empties that or changes something else, as the
 * parent that is deleted only when it is empty, it does not, unless its words say that the row exists; where nothing is seen to change, they
 * must at least say what it is used for.
 */
export function settleRefusal({ record }: Flow, { lookup, model, place, says, otherwise }: Refusal): void {
  const changes = otherwise.flatMap(([since, until]) => record.changes.between(since, until ?? undefined));
  const key = record.askedBy(lookup);
  const made = changes.filter((change) => change.model.table === model.table);
  const insert = made.find((change) => change.insert !== null);
  if (insert) record.guard(lookup, { k: 'refuse-if-present', place, insert: record.inserts.get(insert.insert!)!.place });
  const isSaid = says === 'exists' || (says === 'used' && changes.length === 0);
  const isSet = made.some(({ column, isEmptied }) => column !== null && !isEmptied && key.has(column));
  if (!insert && (isSaid || isSet)) record.guard(lookup, { k: 'refuse-if-present', place });
}

/**
 * Where a branch raises or returns an error that says that there is one already; null where none of its statements does. `ends`: its last statement leaves the
 * function; `asked`: the columns that the row was looked up by.
 */
function refusal(body: readonly Stmt[], ends: boolean, asked: readonly Column[]): { readonly at: Span; readonly says: Said } | null {
  for (const stmt of body) {
    const said = spoken(stmt, ends && stmt === body.at(-1));
    if (said && saysTaken(said.value, CONFLICT)) return { at: said.at, says: saidBy(said.value) };
    if (said && saysTaken(said.value, another(asked))) return { at: said.at, says: 'used' };
  }
  return null;
}

function saidBy(answer: Expr): Said {
  if (saysTaken(answer, EXISTS)) return 'exists';
  // `Conflict("Event already favourited")`
  return saysTaken(answer, USED) || saysTaken(answer, ALREADY) ? 'used' : 'conflict';
}

/** What a statement that refuses says, if it is one. */
function spoken(stmt: Stmt, isLast: boolean): { readonly value: Expr; readonly at: Span } | null {
  if (stmt.k === 'raise' || stmt.k === 'return') return stmt.value ? { value: stmt.value, at: stmt.at } : null;
  // `errors["name"] = "… already exists"`, `self.add_error("name", …)`, `errors.append(…)`: refused when all is looked at.
  if (stmt.k === 'set' && stmt.value && stmt.target.k === 'item' && ERRORS.test(nameOf(stmt.target.of))) return { value: stmt.value, at: stmt.at };
  if (stmt.k !== 'expr') return null;
  const isNoted = stmt.value.k === 'call' && stmt.value.fn.k === 'attr' && /^(add_?error|fail|push|append)$/i.test(stmt.value.fn.name);
  return isLast || isNoted ? { value: stmt.value, at: stmt.at } : null;
}

const ERRORS = /err|problem|violation|invalid/i;
const nameOf = (expr: Expr): string => (expr.k === 'name' ? expr.id : expr.k === 'attr' ? expr.name : '');

/** The words and names of an answer; 409 is what HTTP calls a conflict: https://www.rfc-editor.org/rfc/rfc9110#name-409-conflict */
interface Answer { readonly text: RegExp; readonly name: RegExp; readonly status: number | null }

const EXISTS: Answer = {
  text: /\balready (exists?|taken|registered)\b|\b(is|are|been) (already )?taken\b|\bduplicated?\b|\b(must|should) be unique\b|\b(is|are) not unique\b|\bwith (this|that|the same|such an?)( \w+){1,3} exists\b/i,
  name: /already_?exist|already_?(taken|registered|in_?use)|^duplicated?(_|[A-Z]|$)|_duplicated?$|Duplicated?(Error|Exception|Entry)?$|not_?unique|^unique$/i,
  status: null,
};
const USED: Answer = {
  ...EXISTS,
  text: /\balready (used|(been )?(recorded|added|imported|used|registered|invited|enrolled|subscribed|assigned|followed|joined|linked|connected)|in (use|the|this|your)|a member|an? \w+ (with|for|in)|has an?|have an?)\b/i,
};
const NOTHING = /$^/;
const ALREADY: Answer = { text: /\balready\b/i, name: NOTHING, status: null };
/** Any conflict with what is there. */
const CONFLICT: Answer = {
  text: new RegExp(`${EXISTS.text.source}|${USED.text.source}|\\b(is|are|been) (already )?(in use|registered)\\b`, 'i'),
  name: new RegExp(`${EXISTS.name.source}|(^|_)Conflict(Error|Exception)?$|_CONFLICT$`, 'i'),
  status: 409,
};

/** `Please choose a different username`, where the row was looked up by its `username`. */
function another(asked: readonly Column[]): Answer {
  const names = asked.map(({ name }) => name.split('_').join('[ _-]?'));
  return { text: names.length > 0 ? new RegExp(`\\b(?:another|different) (?:${names.join('|')})\\b`, 'i') : NOTHING, name: NOTHING, status: null };
}

function saysTaken(expr: Expr, answer: Answer): boolean {
  const isSaid = (part: Expr): boolean => saysTaken(part, answer);
  switch (expr.k) {
    case 'lit':
      return (answer.status !== null && expr.v === answer.status) || (typeof expr.v === 'string' && (answer.text.test(expr.v) || answer.name.test(expr.v)));
    case 'tpl': return answer.text.test(expr.parts.map((part) => (part.k === 'text' ? part.v : 'x')).join(''));
    case 'name': return answer.name.test(expr.id);
    case 'attr': return answer.name.test(expr.name) || isSaid(expr.of);
    case 'call': return isSaid(expr.fn) || expr.args.some((arg) => isSaid(arg.value));
    case 'list': return expr.items.some(isSaid);
    case 'dict': return expr.entries.some((entry) => isSaid(entry.value));
    case 'op': case 'other': return (expr.k === 'op' ? expr.args : expr.parts).some(isSaid);
    case 'item': return isSaid(expr.of) || isSaid(expr.key);
    default: return false;
  }
}

/**
 * `.test('unique', 'name already exists', async (name) => !(await find(name)))`: a validator that holds only where there is no such row, beside the words for
 * when it does not.
 */
export function noteValidator(flow: Flow, answer: Value, site: CallSite): void {
  for (const member of membersOf(answer)) {
    const lookup = member.k === 'special' && member.tag === 'exists' && member.data['isNegated'] === true ? member.data['lookup'] : undefined;
    if (typeof lookup === 'string' && site.args.list.some(({ expr }) => saysTaken(expr, CONFLICT)))
      flow.record.guard(lookup, { k: 'refuse-if-present', place: flow.place(site.env, site.at) });
  }
}

/** `found ?? create()`, `found ? found : create()`: rows are inserted instead of the one that was looked up, by what was evaluated since `clock`. */
export function noteAlternative(flow: Flow, lookups: readonly TestedLookup[], clock: number): void {
  for (const { id, kept } of lookups) {
    if (kept) { noteKept(flow, kept, clock); continue; }
    const model = flow.record.rootOf(id);
    const insert = model ? flow.record.insertsOf(model, clock)[0] : undefined;
    if (insert) flow.record.guard(id, { k: 'insert-if-absent', place: insert.place });
  }
}
