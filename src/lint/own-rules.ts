import type { Rule } from './rule.js';

/** What reporters and the config know of a rule. */
export type RuleInfo = Pick<Rule, 'id' | 'summary' | 'level' | 'precision' | 'isOff' | 'options'>;

/** Rules about the linter itself. The engine reports them; they have pages and levels like any other. */
export const PARSE_ERROR: RuleInfo = { id: 'parse-error', summary: 'A file, or a part of it, could not be read', level: 'warning', precision: 'very-high' };
export const UNUSED_SUPPRESSION: RuleInfo = {
  id: 'unused-suppression',
  summary: 'A suppression comment hides nothing, or names a rule that does not exist',
  level: 'warning',
  precision: 'very-high',
};
export const OWN_RULES: readonly RuleInfo[] = [PARSE_ERROR, UNUSED_SUPPRESSION];

/** All rules with the linter's own, alphabetical. */
export function withOwnRules(rules: readonly RuleInfo[]): readonly RuleInfo[] {
  return [...rules, ...OWN_RULES].sort((a, b) => (a.id < b.id ? -1 : 1));
}
