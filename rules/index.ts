import type { Rule } from '../src/lint/rule.js';

/** Every rule, alphabetical, one line each. */
export const rules: readonly Rule<any>[] = [
];
