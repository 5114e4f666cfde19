/** Which level and options a rule has for which subject: the config's `rules`, then its `overrides` in order. */
import type { Config, Override, RuleLevel, RuleSetting } from '../config/config.js';
import { globs, matcher } from '../config/match.js';
import type { RuleInfo } from './own-rules.js';
import type { Level } from './rule.js';

export interface Effective { readonly level: RuleLevel; readonly options: object }
export interface RuleSettings {
  /** Every set of options the rule must run with; empty when it is off everywhere. */
  readonly variants: readonly object[];
  /** What holds for a subject; `options` is one of `variants`. */
  at(path: string, table: string | null): Effective;
}

type ConfigPart = Pick<Config, 'rules' | 'overrides' | 'base'>;

/** Resolves the settings of one rule. Pure. */
export function settingsOf(rule: RuleInfo, config: ConfigPart): RuleSettings {
  const global = merge({ level: rule.isOff ? 'off' : 'on', options: defaultsOf(rule.options) }, config.rules[rule.id], rule);
  let reachable: Effective[] = [global];
  const steps = config.overrides.flatMap((override) => {
    const setting = override.rules[rule.id];
    if (!setting) return [];
    const from = reachable;
    const merged = new Map(from.map((before) => [before, merge(before, setting, rule)]));
    reachable = [...from, ...merged.values()];
    return [{ applies: scopeOf(override, config), merged }];
  });
  return {
    variants: [...new Set(reachable.filter((one) => one.level !== 'off').map((one) => one.options))],
    at: (path, table) => steps.reduce((now, step) => (step.applies(path, table) ? step.merged.get(now)! : now), global),
  };
}

/** The level a finding gets: the config's when it names one, else the finding's own, else the rule's. */
export function levelOf(effective: Effective, rule: RuleInfo, own: Level | undefined): Level {
  return effective.level === 'on' || effective.level === 'off' ? own ?? rule.level : effective.level;
}

function merge(before: Effective, setting: RuleSetting | undefined, rule: RuleInfo): Effective {
  if (!setting) return before;
  return { level: setting.level, options: setting.options ? { ...defaultsOf(rule.options), ...setting.options } : before.options };
}

function scopeOf(override: Override, config: ConfigPart): (path: string, table: string | null) => boolean {
  const inFiles = matcher(override.files, config);
  const onTable = globs(override.tables);
  return (path, table) => (override.files.length === 0 || inFiles(path)) && (override.tables.length === 0 || (table !== null && onTable(table)));
}

/** The defaults that an options schema states. */
function defaultsOf(schema: object | undefined): object {
  const properties = (schema as { properties?: Record<string, { default?: unknown }> } | undefined)?.properties ?? {};
  return Object.fromEntries(Object.entries(properties).flatMap(([key, property]) => ('default' in property ? [[key, property.default]] : [])));
}
