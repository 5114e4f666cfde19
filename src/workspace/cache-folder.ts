import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The cache of one project: below the user's own cache folder, so that nothing is left in the project.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheFile(root: string, env: Readonly<Record<string, string | undefined>>, location?: string): string {
  const folder = location ?? join(env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || join(homedir(), '.cache'), 'schemalint');
  return join(folder, `${createHash('sha1').update(root).digest('hex').slice(0, 20)}.facts`);
}
