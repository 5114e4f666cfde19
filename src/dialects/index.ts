import type { Dialect } from './dialect.js';
import { sqlalchemy } from './sqlalchemy/index.js';

/** Every dialect, in the order they are asked. */
export const dialects: readonly Dialect[] = [
  sqlalchemy,
];
