import type { ts } from 'ts-morph';
import type { Expr, IfStmt, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { compiler } from './compiler.js';
import { MAX_CHAIN, sayTooDeep, spanOf, startOf, type Context } from './context.js';
import { expr } from './expressions.js';
import { block, branch } from './statements.js';

interface Arm { readonly test: Expr; readonly then: readonly Stmt[]; readonly at: Span }

/** `if … else if … else`, however long. */
export function ifStmt(c: Context, node: ts.IfStatement): Stmt[] {
  const arms: Arm[] = [];
  let rest: ts.Statement | undefined = node;
  while (rest && compiler.isIfStatement(rest)) {
    arms.push({ test: expr(c, rest.expression), then: branch(c, rest.thenStatement), at: spanOf(c, rest) });
    rest = rest.elseStatement;
  }
  return chained(c, arms, rest ? branch(c, rest) : []);
}

/** `switch` as a chain of `if`; labels that share a body are joined by `or`, falling through otherwise is not followed. */
export function switchStmt(c: Context, node: ts.SwitchStatement): Stmt[] {
  const subject = expr(c, node.expression);
  const arms: Arm[] = [];
  let last: readonly Stmt[] = [];
  let labels: Expr[] = [];
  let hasDefault = false;
  let start = 0;
  for (const clause of node.caseBlock.clauses) {
    if (labels.length === 0 && !hasDefault) start = startOf(c, clause);
    if (compiler.isCaseClause(clause)) {
      const value = expr(c, clause.expression);
      labels.push({ k: 'op', op: '==', args: [subject, value], at: value.at });
    } else hasDefault = true;
    if (clause.statements.length === 0 && clause !== node.caseBlock.clauses.at(-1)) continue;
    const body = caseBody(c, clause.statements);
    if (hasDefault) last = [...labels.map((value): Stmt => ({ k: 'expr', value, at: value.at })), ...body];
    else arms.push({ test: anyOf(labels), then: body, at: makeSpan(start, clause.end) });
    labels = [];
    hasDefault = false;
  }
  if (arms.length > 0) return chained(c, arms, last);
  return [{ k: 'expr', value: subject, at: spanOf(c, node) }, ...last];
}

function anyOf(labels: readonly Expr[]): Expr {
  if (labels.length === 1) return labels[0];
  return { k: 'op', op: 'or', args: labels, at: makeSpan(spanStart(labels[0].at), spanEnd(labels[labels.length - 1].at)) };
}

/** A case's statements without the `break` that ends it, which would read as leaving a loop. */
function caseBody(c: Context, nodes: readonly ts.Statement[]): readonly Stmt[] {
  const flat = nodes.flatMap((node): readonly ts.Statement[] => (compiler.isBlock(node) ? node.statements : [node]));
  const last = flat.at(-1);
  return block(c, last && compiler.isBreakStatement(last) && !last.label ? flat.slice(0, -1) : flat);
}

/** Nests the arms into each other's `else`; those beyond the limit stand side by side. */
function chained(c: Context, arms: readonly Arm[], last: readonly Stmt[]): Stmt[] {
  let rest = last;
  if (arms.length > MAX_CHAIN) {
    sayTooDeep(c, arms[MAX_CHAIN].at);
    rest = [...arms.slice(MAX_CHAIN).map((arm): IfStmt => ({ k: 'if', ...arm, else: [] })), ...last];
  }
  for (let i = Math.min(arms.length, MAX_CHAIN) - 1; i >= 0; i--) rest = [{ k: 'if', ...arms[i], else: rest }];
  return [...rest];
}
