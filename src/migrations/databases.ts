/** Histories in code that are about one database: packages of one repository, each with migrations of its own. */
import type { LocatedOp } from '../link/replay.js';
import type { CodeHistory } from './code.js';
import { keyOf, tableNames } from './order/tables.js';

/** Histories that build upon each other, told as one; those of one `database` share its tables, whichever of them makes a table. */
export interface CodeDatabase extends CodeHistory { readonly database: string; readonly told: string }

/** Puts a history that changes tables of another behind it, and one that only points at them beside it. */
export function codeDatabases(histories: readonly CodeHistory[]): readonly CodeDatabase[] {
  const names = new Map(histories.map((history) => [history, tableNames(history.ops.map(({ op }) => op))]));
  const bases = new Map<CodeHistory, CodeHistory>();
  const rootOf = (history: CodeHistory): CodeHistory => { const base = bases.get(history); return base ? rootOf(base) : history; };
  for (const history of histories) {
    const base = baseOf(history, names);
    if (base && rootOf(base) !== history) bases.set(history, base);
  }
  const found = new Map<CodeHistory, CodeDatabase>();
  const tell = (history: CodeHistory): CodeDatabase => {
    const known = found.get(history);
    if (known) return known;
    const base = bases.get(history);
    const own = { ...history, database: rootOf(history).root, told: toldOf(history) };
    const changes = base && [...names.get(history)!.needs].some((name) => names.get(base)!.creates.has(name));
    const before = changes ? tell(base) : null;
    const one = before
      ? {
          ...before,
          steps: before.steps + history.steps,
          told: `${before.told} and ${own.told}`,
          ops: [...before.ops, ...history.ops],
          failures: [...before.failures, ...history.failures],
        }
      : own;
    // Whoever comes next builds upon both.
    if (before) for (const [other, told] of found) if (told === before) found.set(other, one);
    found.set(history, one);
    return one;
  };
  for (const history of histories) tell(history);
  return [...new Set(found.values())];
}

type Names = ReadonlyMap<CodeHistory, ReturnType<typeof tableNames>>;

/** The history that makes most of the tables that this one changes or points at and does not make; it makes none of the same. */
function baseOf(history: CodeHistory, names: Names): CodeHistory | null {
  const { creates, needs, mentions } = names.get(history)!;
  const wanted = [...new Set([...needs, ...mentions])];
  let best: { readonly history: CodeHistory; readonly count: number } | null = null;
  for (const [other, theirs] of names) {
    if (other === history || [...theirs.creates].some((name) => creates.has(name))) continue;
    const count = wanted.filter((name) => theirs.creates.has(name)).length;
    if (count > 0 && count * 2 >= wanted.length && count > (best?.count ?? 0)) best = { history: other, count };
  }
  return best?.history ?? null;
}

/**
 * Whether a history goes on from a schema that an SQL file makes: it takes away tables that only the file has. A dump of what the
 * history leaves behind has none of those.
 */
export function goesOnFrom(history: CodeHistory, schema: readonly LocatedOp[]): boolean {
  const { creates } = tableNames(history.ops.map(({ op }) => op));
  const made = tableNames(schema.map(({ op }) => op)).creates;
  if ([...creates].some((name) => made.has(name))) return false;
  return history.ops.some(({ op }) => op.k === 'drop-table' && made.has(keyOf(op.table)));
}

function toldOf({ name, root, steps }: CodeHistory): string {
  return `the ${name} migrations${root ? ` of ${root}` : ''} (${steps} steps)`;
}
