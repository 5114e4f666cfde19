/** Calls of SQLAlchemy's declarations, however they are imported (`Column`, `sa.Column`, `db.Column`). */
import type { Expr, Note } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { lastName } from '../../flow/arguments.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';

/** The name of what a term calls: `Column` for `db.Column(…)`. */
export function nameOfCall(term: Term): string {
  if (term.callee.k === 'ext') return lastName(term.callee);
  if (term.name) return term.name;
  return term.callee.k === 'class' ? term.callee.cls.name : '';
}

/** The first member of a value that is a call of one of these names. */
export function termNamed(value: Value, ...names: readonly string[]): Term | null {
  for (const member of membersOf(value)) if (member.k === 'term' && names.includes(nameOfCall(member))) return member;
  return null;
}

/** The comment of a declaration: the block above and the one at its end. */
export function commentOf(note: Note | undefined): string | null {
  const parts = [note?.lead, note?.trail].filter((part) => part);
  return parts.length ? parts.join('\n') : null;
}

/** A condition as SQL text where it is simple enough to tell, else a placeholder that equals only itself. */
export function predicateText(expr: Expr): string {
  switch (expr.k) {
    case 'call': {
      const first = expr.args[0]?.value;
      const name = expr.fn.k === 'name' ? expr.fn.id : expr.fn.k === 'attr' ? expr.fn.name : '';
      if (name === 'text' && first?.k === 'lit') return String(first.v);
      if (expr.fn.k === 'attr' && (name === 'is_' || name === 'is_not' || name === 'isnot'))
        return `${predicateText(expr.fn.of)} IS ${name === 'is_' ? '' : 'NOT '}${first ? predicateText(first) : 'NULL'}`;
      if (expr.fn.k === 'attr' && name === 'in_') return `${predicateText(expr.fn.of)} IN (${first ? predicateText(first) : ''})`;
      if (name === 'and_' || name === 'or_') return expr.args.map((arg) => predicateText(arg.value)).join(name === 'and_' ? ' AND ' : ' OR ');
      return `${name}(${expr.args.map((arg) => predicateText(arg.value)).join(', ')})`;
    }
    case 'lit': return expr.v === null ? 'NULL' : typeof expr.v === 'string' ? (/[\s=<>]/.test(expr.v) ? expr.v : `'${expr.v}'`) : String(expr.v);
    case 'attr': return expr.name;
    case 'name': return expr.id;
    case 'op':
      return expr.args.length === 1 ? `NOT ${predicateText(expr.args[0]!)}` : expr.args.map(predicateText).join(` ${SQL_OPERATORS[expr.op] ?? expr.op} `);
    case 'list': return expr.items.map(predicateText).join(', ');
    default: return `?${spanStart(expr.at)}`;
  }
}
const SQL_OPERATORS: Readonly<Record<string, string>> = { '==': '=', '!=': '<>', is: 'IS', 'is-not': 'IS NOT', and: 'AND', or: 'OR', '&': 'AND', '|': 'OR' };
