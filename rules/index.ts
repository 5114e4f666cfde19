import type { Rule } from '../src/lint/rule.js';
import { allColumnsNullable } from './all-columns-nullable.js';
import { boundedVarchar } from './bounded-varchar.js';
import { brokenAssociation } from './broken-association.js';
import { cascadeMismatch } from './cascade-mismatch.js';
import { charType } from './char-type.js';
import { derivableForeignKey } from './derivable-foreign-key.js';
import { droppedButUsed } from './dropped-but-used.js';
import { duplicateConstraint } from './duplicate-constraint.js';
import { duplicatedState } from './duplicated-state.js';
import { floatMoney } from './float-money.js';
import { foreignKeyCycle } from './foreign-key-cycle.js';
import { foreignKeyTypeMismatch } from './foreign-key-type-mismatch.js';
import { identifierTooLong } from './identifier-too-long.js';
import { inconsistentNaming } from './inconsistent-naming.js';
import { inconsistentType } from './inconsistent-type.js';
import { isolatedTable } from './isolated-table.js';
import { jsonNotJsonb } from './json-not-jsonb.js';
import { legacyColumn } from './legacy-column.js';
import { missingBackReference } from './missing-back-reference.js';
import { missingComment } from './missing-comment.js';
import { missingForeignKey } from './missing-foreign-key.js';
import { missingIndex } from './missing-index.js';
import { missingNotNull } from './missing-not-null.js';
import { missingPrimaryKey } from './missing-primary-key.js';
import { missingRelationship } from './missing-relationship.js';
import { missingUnique } from './missing-unique.js';
import { naiveTimestamp } from './naive-timestamp.js';
import { nullableBoolean } from './nullable-boolean.js';
import { nullableTimestamp } from './nullable-timestamp.js';
import { nullableUnique } from './nullable-unique.js';
import { optionalForeignKey } from './optional-foreign-key.js';
import { redundantIndex } from './redundant-index.js';
import { repeatedColumns } from './repeated-columns.js';
import { requiredColumns } from './required-columns.js';
import { rowLevelSecurity } from './row-level-security.js';
import { schemaDrift } from './schema-drift.js';
import { serialNotIdentity } from './serial-not-identity.js';
import { shortPrimaryKey } from './short-primary-key.js';
import { unenforcedChoices } from './unenforced-choices.js';
import { unhelpfulIndex } from './unhelpful-index.js';
import { unindexedForeignKey } from './unindexed-foreign-key.js';
import { unknownTable } from './unknown-table.js';
import { unpopulatedColumn } from './unpopulated-column.js';
import { unpopulatedModel } from './unpopulated-model.js';
import { unusedColumn } from './unused-column.js';
import { unusedModel } from './unused-model.js';
import { wideTable } from './wide-table.js';
import { writeOnlyColumn } from './write-only-column.js';
import { writeOnlyModel } from './write-only-model.js';
import { writeWithoutWhere } from './write-without-where.js';

/** Every rule, alphabetical, one line each. */
export const rules: readonly Rule<any>[] = [
  allColumnsNullable, boundedVarchar, brokenAssociation, cascadeMismatch, charType, derivableForeignKey, droppedButUsed, duplicateConstraint, duplicatedState,
  floatMoney, foreignKeyCycle, foreignKeyTypeMismatch, identifierTooLong, inconsistentNaming, inconsistentType, isolatedTable, jsonNotJsonb, legacyColumn,
  missingBackReference, missingComment, missingForeignKey, missingIndex, missingNotNull, missingPrimaryKey, missingRelationship, missingUnique, naiveTimestamp,
  nullableBoolean, nullableTimestamp, nullableUnique, optionalForeignKey, redundantIndex, repeatedColumns, requiredColumns, rowLevelSecurity, schemaDrift,
  serialNotIdentity, shortPrimaryKey, unenforcedChoices, unhelpfulIndex, unindexedForeignKey, unknownTable, unpopulatedColumn, unpopulatedModel, unusedColumn,
  unusedModel, wideTable, writeOnlyColumn, writeOnlyModel, writeWithoutWhere,
];
