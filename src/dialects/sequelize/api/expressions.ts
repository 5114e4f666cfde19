/** `fn`, `col`, `literal`, `where`, `cast`: expressions that name columns in strings. https://sequelize.org/docs/v6/core-concepts/raw-queries/ */
import type { Span } from '../../../facts/code.js';
import { spanStart } from '../../../facts/span.js';
import { argument, isExternal, lastName, positional, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import type { SpecialValue, Value } from '../../../flow/value.js';
import type { UseKind } from '../../../model/usage.js';
import type { CallSite } from '../../dialect.js';
import { DIALECT, isConnection, isSequelize } from '../names.js';

const NAMES = new Set(['fn', 'col', 'literal', 'where', 'cast', 'json']);

/** An expression made by a call; undefined for any other call. */
export function expressionCall(site: CallSite): Value | undefined {
  const { receiver, callee } = site;
  const name = receiver ? site.name ?? '' : callee.k === 'ext' && isSequelize(callee.module) ? lastName(callee) : '';
  if (!NAMES.has(name)) return undefined;
  if (
    receiver &&
    !isConnection(receiver) &&
    !(receiver.k === 'any' && name !== 'where' && name !== 'json') &&
    !isExternal(receiver, 'sequelize') &&
    !isExternal(receiver, 'sequelize-typescript')
  )
    return undefined;
  const parts = positional(site.args).map((arg) => arg.value);
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'expression',
    data: { name, parts, at: argument(site.args, 0) ? site.args.list[0]!.at : site.at, path: site.env.module.path },
    key: `${site.env.module.path}:${spanStart(site.at)}`,
  };
}

export const isExpression = (value: Value | null): value is SpecialValue => value?.k === 'special' && value.dialect === DIALECT && value.tag === 'expression';

/** Records the columns that expressions anywhere in `value` name, on a query over `model`. */
export function readExpressions(flow: Flow, model: Model, value: Value | null, kind: UseKind, env: Env, at: Span, depth = 5): boolean {
  if (!value || depth === 0) return false;
  switch (value.k) {
    case 'list': return value.items.map((item) => readExpressions(flow, model, item, kind, env, at, depth - 1)).includes(true);
    case 'many': return readExpressions(flow, model, value.of, kind, env, at, depth - 1);
    case 'union': return value.of.map((item) => readExpressions(flow, model, item, kind, env, at, depth - 1)).includes(true);
    case 'dict': return [...value.entries.values(), ...(value.rest ? [value.rest] : [])]
      .map((item) => readExpressions(flow, model, item, kind, env, at, depth - 1))
      .includes(true);
    case 'special': if (!isExpression(value)) return false; readOne(flow, model, value, kind); return true;
    default: return false;
  }
}

function readOne(flow: Flow, model: Model, value: SpecialValue, kind: UseKind): void {
  const { name, parts, at, path } = value.data as { name: string; parts: readonly Value[]; at: Span; path: string };
  const place = { path, at };
  const first = text(parts[0]);
  if (name === 'col' && first !== null) { recordPath(flow, model, first, kind, place); return; }
  if (name === 'literal' && first !== null) { for (const word of first.matchAll(/[A-Za-z_][\w.]*/g)) recordPath(flow, model, word[0], kind, place); return; }
  for (const part of parts) if (isExpression(part)) readOne(flow, model, part, kind);
}

/** `name`, `Posts.title`, `"Posts".title`: a column of the model or of one that an association leads to. */
export function recordPath(flow: Flow, model: Model, written: string, kind: UseKind, place: { readonly path: string; readonly at: Span }): void {
  const path = written.replace(/["`$]/g, '').split(/\.|->/);
  let current = model;
  for (const part of path.slice(0, -1)) {
    const relationship = current.relationships.get(part);
    if (!relationship) { if (part === model.name || part === model.table.name) continue; return; }
    flow.record.relationship(current, relationship, place, flow.currentFn);
    current = relationship.target;
  }
  const last = path[path.length - 1]!;
  const attribute = attributeNamed(current, last);
  if (attribute !== null) flow.record.column(current, attribute, kind, place, flow.currentFn);
}

/** The attribute of that name, or whose column has it. */
export function attributeNamed(model: Model, name: string): string | null {
  if (model.columns.has(name)) return name;
  for (const [attribute, column] of model.columns) if (column.name === name) return attribute;
  return null;
}
