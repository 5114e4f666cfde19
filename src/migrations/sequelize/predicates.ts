/** The `where` of an index or check as SQL text. https://sequelize.org/docs/v6/core-concepts/model-querying-basics/#operators */
import { argument, text, type Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';

/** Simple conditions as they are in SQL; others become a text that equals only itself. */
export function predicateOf(value: Value): string {
  if (value.k === 'term') return text(argument(value.args, 0)) ?? `condition at ${value.place.path}:${value.place.at[0]}`;
  if (value.k !== 'dict') return text(value) ?? 'condition';
  const parts = [...value.entries].map(([column, wanted]) => conditionOf(column, wanted));
  return [...parts, ...(value.rest ? ['condition'] : [])].join(' AND ');
}

function conditionOf(column: string, wanted: Value): string {
  const name = /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column}"`;
  if (wanted.k === 'const') return wanted.v === null ? `${name} IS NULL` : `${name} = ${sqlConstant(wanted)}`;
  if (wanted.k === 'list') return `${name} IN (${wanted.items.map((item) => sqlConstant(item) ?? '?').join(', ')})`;
  // `{ [Op.ne]: null }`: computed keys leave only their values.
  const inner = wanted.k === 'dict' ? wanted.rest ?? [...wanted.entries.values()][0] : null;
  return inner?.k === 'const' && inner.v === null ? `${name} IS NOT NULL` : `${name} ? ${inner ? sqlConstant(inner) ?? '' : ''}`.trim();
}
