/** TypeORM's query builder. https://typeorm.io/docs/query-builder/select-query-builder */
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { SpecialValue, Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import { notDeleted } from '../../shared/object-queries.js';
import * as shared from '../../shared/query-builder.js';

export type Builder = shared.Builder;

export const makeBuilder = (flow: Flow, place: Place, root: Model | null, alias: string | null, isForeign = false): SpecialValue =>
  shared.makeBuilder(flow, 'typeorm', notDeleted, place, root, alias, isForeign);

export const builderOf = (value: Value | null | undefined): Builder | null => shared.builderOf(value, 'typeorm');
