/** What a config makes of paths: the role of their code, and how deep they are read. */
import type { Config } from './config/config.js';
import { matcher } from './config/match.js';
import type { Depth } from './facts/store.js';
import { roleOf } from './link/context.js';
import type { Role } from './model/usage.js';

/** How deep each path is read, by its role. Tests are read for their words alone: nothing they declare is part of the schema. */
export function depths(roles: (path: string) => Role): (path: string) => Depth {
  return (path) => (roles(path) === 'test' ? 'words' : 'facts');
}

/** The role of each path under a config. */
export function roleIndex(config: Config): (path: string) => Role {
  const isTest = matcher(config.tests, config);
  const isMigration = matcher(config.migrations, config);
  const isApplication = matcher([...config.models, ...config.entryPoints], config);
  const known = new Map<string, Role>();
  return (path) => {
    let role = known.get(path);
    if (!role) known.set(path, (role = roleOf(path, { isTest, isMigration, isApplication })));
    return role;
  };
}
