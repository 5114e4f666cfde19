/**
 * Rows that are kept on an object which others have as well (`req.user = user`). They are handed out where somebody takes them whole
 * (`res.json(req.user)`), and where nobody here reads them: then it is the library whose object that is. Where the code only looks into
 * them (`req.user.email`), what it uses has a name.
 */
import type { Expr, Func, Stmt } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import { nameOf } from '../flow/handed-on.js';
import { PRINTS } from '../flow/hand-out.js';
import type { Flow } from '../flow/evaluate.js';
import type { Passed } from '../flow/records.js';
import { membersOf } from '../flow/value.js';

/** Forgets the exposures of rows that are kept somewhere and only looked into there; `isServer` tells the files that may have the object. */
export function forgetLookedInto(files: ReadonlyMap<string, FileFacts>, flow: Flow, isServer: (path: string) => boolean): void {
  const { record } = flow;
  const kept = [...record.exposures].filter(([, { on }]) => on !== undefined);
  if (kept.length === 0) return;
  const reads = new Reads(
    new Set(kept.map(([, { name }]) => name)),
    (written) => record.arguments.passed.get(written)?.every((to) => isSeenThrough(flow, to)) === true,
  );
  for (const [path, { code }] of files) if (code && isServer(path)) reads.visit(code, (offset) => record.isResolved(path, offset));
  for (const [key, { on, name }] of kept) if (!reads.taken.has(name) && reads.lookedInto.has(`${called(on!)}.${name}`)) record.exposures.delete(key);
}

/** What becomes of a row is seen in a function that says what its parameter is, and in one that only looks into it. */
function isSeenThrough(flow: Flow, { fn, param }: Passed): boolean {
  if (param.target.k !== 'name') return param.target.k === 'dict' && param.target.entries.every(({ key }) => key !== null);
  const { type } = param;
  return (
    (type !== undefined && membersOf(flow.quiet(() => flow.type(type, fn.env))).some((member) => member.k === 'row')) ||
    isOnlyLookedInto(fn.fn, param.target.id)
  );
}

function isOnlyLookedInto({ body }: Func, name: string): boolean {
  const reads = new Reads(new Set([name]), () => false, name);
  reads.visit(body, () => false);
  return !reads.taken.has(name);
}

/** How the code reads attributes of these names, where nothing tells whose they are. */
class Reads {
  /** Those that are taken as a whole somewhere. */
  readonly taken = new Set<string>();
  /** Those of which a part is read, or whether they are there, with what they are read of: `req.user`. */
  readonly lookedInto = new Set<string>();
  /** `isSeenThrough` tells whether it is known what becomes of an argument in the function that is called; a `variable` is taken by its bare name. */
  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly isSeenThrough: (written: Expr) => boolean,
    private readonly variable: string | null = null,
  ) {}

  /** `isResolved` tells of an offset in the file whether the name there is known to mean something. */
  visit(code: readonly Stmt[], isResolved: (offset: number) => boolean): void {
    const note = (name: string | null, on: Expr, isWhole: boolean): void => {
      if (name === null || !this.names.has(name)) return;
      if (isWhole) this.taken.add(name);
      else this.lookedInto.add(`${called(nameOf(on) ?? '')}.${name}`);
    };
    const parts = (node: object): void => {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'target') bound(value as Expr);
        // `@OneToMany(() => Token, (token) => token.user)` declares.
        else if (key !== 'type' && key !== 'returns' && key !== 'decorators') each(value);
      }
    };
    const each = (node: unknown): void => {
      if (!node || typeof node !== 'object') return;
      if (Array.isArray(node)) for (const item of node) each(item);
      else if ('k' in node) read(node as Expr | Stmt, true);
      else parts(node);
    };
    /** What a pattern takes out is taken whole. */
    const bound = (target: Expr): void => {
      switch (target.k) {
        case 'attr':
          read(target.of, false);
          return;
        case 'item':
          read(target.of, false);
          read(target.key, true);
          return;
        case 'list':
          target.items.forEach(bound);
          return;
        case 'dict':
          for (const { key, value } of target.entries) {
            if (key?.k === 'lit' && value.k !== 'dict') note(String(key.v), target, !isResolved(spanStart(key.at)));
            bound(value);
          }
          return;
        case 'op':
          bound(target.args[0]!);
          target.args.slice(1).forEach((arg) => read(arg, true));
          return;
        case 'spread':
          bound(target.of);
          return;
        default:
      }
    };
    /** `isWhole`: whatever the expression gives goes on from here. */
    const read = (node: Expr | Stmt, isWhole: boolean): void => {
      switch (node.k) {
        case 'name':
          if (isWhole && node.id === this.variable) this.taken.add(node.id);
          return;
        // What becomes of it is seen where it is known what it is.
        case 'attr':
          note(node.name, node.of, isWhole && !isResolved(spanStart(node.at)));
          read(node.of, false);
          return;
        case 'item':
          note(nameOf(node), node.of, isWhole);
          read(node.of, node.key.k !== 'lit');
          read(node.key, true);
          return;
        case 'op':
          node.args.forEach((arg, index) => read(arg, node.op === 'and' && index === 0 ? false : GIVES_ON.has(node.op) ? isWhole : !ASKS.has(node.op)));
          return;
        case 'cond':
          read(node.test, false);
          read(node.then, isWhole);
          read(node.else, isWhole);
          return;
        case 'cast':
          read(node.of, isWhole);
          return;
        case 'call':
          read(node.fn, false);
          for (const { value } of node.args) read(value, !(node.fn.k === 'attr' && PRINTS.has(node.fn.name)) && !this.isSeenThrough(value));
          return;
        case 'if':
          read(node.test, false);
          each(node.then);
          each(node.else);
          return;
        case 'expr':
          read(node.value, false);
          return;
        case 'type':
        case 'import':
        case 'export':
          return;
        default:
          parts(node);
      }
    };
    each(code);
  }
}

/** A request has two names. */
const called = (on: string): string => (on === 'req' ? 'request' : on);

/** Operators that give one of their operands, and those that only ask something of them. */
const GIVES_ON: ReadonlySet<string> = new Set(['and', 'or', '??']);
const ASKS: ReadonlySet<string> = new Set(['not', '==', '!=', '===', '!==', 'is', 'is-not', 'typeof']);
