import type { Config } from '../config/config.js';
import { UserError } from '../errors.js';
import type { RuleInfo } from '../lint/own-rules.js';
import { nearestName } from '../nearest.js';

/** The config with only the rules of `--rule` on (even those that are off), and those of `--ignore-rule` off. */
export function selectRules(config: Config, rules: readonly RuleInfo[], only: readonly string[], ignored: readonly string[]): Config {
  const ids = rules.map((rule) => rule.id);
  for (const id of [...only, ...ignored]) {
    if (ids.includes(id)) continue;
    const nearest = nearestName(id, ids);
    throw new UserError(`there is no rule '${id}'${nearest ? `; did you mean '${nearest}'?` : ''}`, '"schemalint rules" lists the rules');
  }
  const off = new Set(ids.filter((id) => ignored.includes(id) || (only.length > 0 && !only.includes(id))));
  if (off.size === 0 && only.length === 0) return config;
  const settings = Object.fromEntries(ids.map((id) => {
    const given = config.rules[id] ?? { level: 'on' as const, options: null };
    if (off.has(id)) return [id, { level: 'off' as const, options: null }];
    return [id, only.includes(id) && given.level === 'off' ? { ...given, level: 'on' as const } : config.rules[id] ?? (only.includes(id) ? given : undefined)];
  }).filter(([, setting]) => setting !== undefined));
  const overrides = config.overrides.map((override) => ({
    ...override,
    rules: Object.fromEntries(Object.entries(override.rules).filter(([id]) => !off.has(id))),
  }));
  return { ...config, rules: settings, overrides };
}
