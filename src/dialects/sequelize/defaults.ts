/** Defaults and referential actions as attributes of models and migrations give them. */
import type { ReferentialAction } from '../../facts/ddl.js';
import { argument, lastName, text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';

/** `'CASCADE'`, in whatever case; null when it is none that SQL knows. */
export function actionOf(value: Value | null | undefined): ReferentialAction | null {
  const action = text(value)?.toLowerCase();
  return action === 'cascade' || action === 'set null' || action === 'restrict' || action === 'set default' || action === 'no action' ? action : null;
}

/**
 * A default as SQL text. `NOW` and `UUIDV4` are filled in by the library: https://github.com/sequelize/sequelize/blob/v6/src/utils.js (defaultValueSchemable)
 */
export function defaultOf(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  if (value.k === 'const') return sqlConstant(value);
  if (value.k === 'ext' || value.k === 'fn') return null;
  if (value.k !== 'term') return 'default';
  const name = value.callee.k === 'ext' ? lastName(value.callee) : value.name ?? '';
  const first = text(argument(value.args, 0));
  if (name === 'literal') return first ?? 'default';
  return name === 'fn' ? `${first ?? 'default'}()` : 'default';
}
