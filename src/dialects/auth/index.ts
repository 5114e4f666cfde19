/**
 * Authentication libraries that read and write tables of the application by an adapter: which ones is known by their names alone.
 * https://authjs.dev/concepts/database-models, https://www.better-auth.com/docs/concepts/database
 */
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { lastName } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Dialect } from '../dialect.js';

/** Tables that belong to the libraries as a whole, without underscores and in singular. */
const CORE = new Set(['account', 'session', 'verificationtoken', 'authenticator', 'verification']);
/** Those that better-auth has by its plugins. */
const OF_PLUGINS = new Set(['twofactor', 'passkey', 'apikey', 'jwk', 'jwks', 'member', 'invitation', 'team', 'teammember', 'organizationrole', 'ssoprovider', 'devicecode', 'ratelimit', 'walletaddress', 'scimprovider']);
/** What the libraries keep on the application's users. */
const USER_COLUMNS = new Set(['name', 'email', 'emailverified', 'image', 'username', 'displayusername', 'phonenumber', 'phonenumberverified', 'isanonymous', 'twofactorenabled', 'role', 'banned', 'banreason', 'banexpires', 'lastloginmethod']);

export const auth: Dialect = {
  id: 'auth',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k === 'ext' && /^(prisma|drizzle|typeorm|mikroorm|sequelize|kysely)adapter$/i.test(lastName(site.callee))) noteTables(flow, lastName(site.callee), mayHavePlugins(flow, site.callee.module), flow.place(site.env, site.at));
      return undefined;
    },
  },
};

function noteTables(flow: Flow, adapter: string, withPlugins: boolean, place: Place): void {
  const isOwn = (name: string): boolean => CORE.has(name) || (withPlugins && (OF_PLUGINS.has(name) || name.startsWith('oauth')));
  for (const model of new Set([...flow.modelsByName.values()].flat())) {
    const name = plain(model.name).replace(/s$/, '');
    if (isOwn(name) || isOwn(plain(model.name))) noteAccess(flow, model, null, adapter, place);
    else if (name === 'user') for (const [attribute, column] of model.columns) if (USER_COLUMNS.has(plain(attribute))) noteAccess(flow, model, column, adapter, place);
  }
}

/** Auth.js has none, better-auth those that the code imports. */
function mayHavePlugins(flow: Flow, module: string): boolean {
  if (/^(@auth\/|next-auth\b)/.test(module)) return false;
  if (!/^better-auth\b/.test(module)) return true;
  const isPlugin = (from: string): boolean => /^(better-auth\/plugins\b|@better-auth\/|better-auth-)/.test(from);
  return flow.memo('auth-plugins', '', () => flow.modules.some((one) => one.language === 'typescript' && [...one.bindings.values()].flat().some((binding) => binding.k === 'import' && isPlugin(binding.stmt.module))), true);
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

function noteAccess(flow: Flow, model: Model, column: Parameters<Flow['record']['gap']>[0]['column'], adapter: string, place: Place): void {
  flow.record.gap({ kind: 'dynamic-access', model, column, place, detail: `${adapter} reads and writes ${model.name}`, ...(column === null ? { isShaped: true } : {}) });
}
