import type { Dialect } from '../dialect.js';
import { declare } from './declare.js';

/** TypeORM 0.2 and 0.3. */
export const typeorm: Dialect = {
  id: 'typeorm',
  language: 'typescript',
  declare,
  api: {},
};
