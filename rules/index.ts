import type { Rule } from '../src/lint/rule.js';
import { derivableForeignKey } from './derivable-foreign-key.js';
import { duplicatedState } from './duplicated-state.js';
import { legacyColumn } from './legacy-column.js';
import { redundantIndex } from './redundant-index.js';
import { unpopulatedColumn } from './unpopulated-column.js';
import { unpopulatedModel } from './unpopulated-model.js';
import { unusedColumn } from './unused-column.js';
import { unusedModel } from './unused-model.js';
import { writeOnlyColumn } from './write-only-column.js';
import { writeOnlyModel } from './write-only-model.js';

/** Every rule, alphabetical, one line each. */
export const rules: readonly Rule<any>[] = [
  derivableForeignKey,
  duplicatedState,
  legacyColumn,
  redundantIndex,
  unpopulatedColumn,
  unpopulatedModel,
  unusedColumn,
  unusedModel,
  writeOnlyColumn,
  writeOnlyModel,
];
