/** The `where` of an index or check as SQL text. https://sequelize.org/docs/v6/core-concepts/model-querying-basics/#operators */
import { spanStart } from '../../facts/span.js';
import { argument, text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';

const COMPARISONS: Readonly<Record<string, string>> = { $eq: '=', $gt: '>', $gte: '>=', $lt: '<', $lte: '<=', $like: 'LIKE' };

/** Simple conditions as they are in SQL; others become a text that equals only itself. */
export function predicateOf(value: Value): string {
  if (value.k === 'term') return text(argument(value.args, 0)) ?? `condition at ${value.place.path}:${spanStart(value.place.at)}`;
  if (value.k === 'list') return value.items.map(predicateOf).join(' AND ');
  if (value.k !== 'dict') return text(value) ?? 'condition';
  const parts = [...value.entries].map(([column, wanted]) => conditionOf(column, wanted));
  return [...parts, ...(value.rest ? ['condition'] : [])].join(' AND ');
}

function conditionOf(column: string, wanted: Value): string {
  if (column === '$and') return predicateOf(wanted);
  if (column === '$or' && wanted.k === 'list') return `(${wanted.items.map(predicateOf).join(' OR ')})`;
  const name = /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column}"`;
  if (wanted.k === 'const') return wanted.v === null ? `${name} IS NULL` : `${name} = ${sqlConstant(wanted)}`;
  if (wanted.k === 'list') return `${name} IN (${wanted.items.map((item) => sqlConstant(item) ?? '?').join(', ')})`;
  if (wanted.k !== 'dict' || wanted.entries.size !== 1) return `${name} ?`;
  const [operator, inner] = [...wanted.entries][0]!;
  if (inner.k === 'const' && inner.v === null) return operator === '$eq' || operator === '$is' ? `${name} IS NULL` : `${name} IS NOT NULL`;
  const constant = sqlConstant(inner);
  if (operator === '$ne' && constant !== null) return `${name} <> ${constant}`;
  if (operator === '$in' && inner.k === 'list') return `${name} IN (${inner.items.map((item) => sqlConstant(item) ?? '?').join(', ')})`;
  return COMPARISONS[operator] && constant !== null ? `${name} ${COMPARISONS[operator]} ${constant}` : `${name} ? ${constant ?? ''}`.trim();
}
