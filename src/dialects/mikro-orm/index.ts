import type { Dialect } from '../dialect.js';
import { declare } from './declare.js';
import { DIALECT } from './names.js';

/** MikroORM 5 to 7. */
export const mikroOrm: Dialect = { id: DIALECT, language: 'typescript', declare };
