/**
 * Authentication libraries that read and write tables of the application by an adapter: which ones is known by their names alone.
 * https://authjs.dev/concepts/database-models, https://www.better-auth.com/docs/concepts/database
 */
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { importsFrom } from '../../flow/program.js';
import type { Place } from '../../model/schema.js';
import type { Dialect } from '../dialect.js';

/** Tables that belong to the libraries as a whole, without underscores and in singular. */
const CORE = new Set(['account', 'session', 'verificationtoken', 'authenticator', 'verification']);
/** What express-session keeps by the store of an ORM. https://github.com/kleydon/prisma-session-store */
const SESSIONS = new Set(['session']);
/** Those that better-auth has by its plugins. */
const OF_PLUGINS = new Set([
  'twofactor', 'passkey', 'apikey', 'jwk', 'jwks', 'member', 'invitation', 'team', 'teammember', 'organizationrole', 'ssoprovider', 'devicecode', 'ratelimit',
  'walletaddress', 'scimprovider',
]);
/** What the libraries keep on the application's users. */
const USER_COLUMNS = new Set([
  'name', 'email', 'emailverified', 'image', 'username', 'displayusername', 'phonenumber', 'phonenumberverified', 'isanonymous', 'twofactorenabled', 'role',
  'banned', 'banreason', 'banexpires', 'lastloginmethod',
]);

export const auth: Dialect = {
  id: 'auth',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k !== 'ext') return undefined;
      const [, orm, kind] = /^(prisma|drizzle|typeorm|mikroorm|sequelize|kysely)(adapter|sessionstore)$/i.exec(lastName(site.callee)) ?? [];
      if (!orm || !kind) return undefined;
      const tables = /^s/i.test(kind) ? SESSIONS : CORE;
      noteTables(
        flow,
        { name: lastName(site.callee), dialect: DIALECTS[orm.toLowerCase()] ?? orm.toLowerCase(), tables },
        tables === CORE && mayHavePlugins(flow, site.callee.module),
        flow.place(site.env, site.at),
      );
      return undefined;
    },
  },
};

/** What is called, and the dialect of the models that it can work with. */
interface Adapter { readonly name: string; readonly dialect: string; readonly tables: ReadonlySet<string> }

/** Where an adapter's dialect is called otherwise than the adapter. */
const DIALECTS: Readonly<Record<string, string>> = { mikroorm: 'mikro-orm' };

function noteTables(flow: Flow, { name: adapter, dialect, tables }: Adapter, withPlugins: boolean, place: Place): void {
  const isOwn = (name: string): boolean => tables.has(name) || (withPlugins && (OF_PLUGINS.has(name) || name.startsWith('oauth')));
  const models = [...new Set([...flow.modelsByName.values()].flat())];
  // Kysely works with tables that Prisma declares, or another ORM.
  const ofDialect = models.filter((model) => model.dialect === dialect);
  for (const model of ofDialect.length > 0 ? ofDialect : models) {
    const name = plain(model.name).replace(/s$/, '');
    if (isOwn(name) || isOwn(plain(model.name))) noteAccess(flow, model, null, adapter, place);
    else if (name === 'user' && tables === CORE)
      for (const [attribute, column] of model.columns) if (USER_COLUMNS.has(plain(attribute))) noteAccess(flow, model, column, adapter, place);
  }
}

/** Auth.js has none, better-auth those that the code imports. */
function mayHavePlugins(flow: Flow, module: string): boolean {
  if (/^(@auth\/|next-auth\b)/.test(module)) return false;
  if (!/^better-auth\b/.test(module)) return true;
  const isPlugin = (from: string): boolean => /^(better-auth\/plugins\b|@better-auth\/|better-auth-)/.test(from);
  return flow.memo('auth-plugins', '', () => flow.modules.some((one) => one.language === 'typescript' && importsFrom(one, isPlugin)), true);
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

function noteAccess(flow: Flow, model: Model, column: Parameters<Flow['record']['gap']>[0]['column'], adapter: string, place: Place): void {
  flow.record.gap({
    kind: 'dynamic-access',
    model,
    column,
    place,
    detail: `${adapter} reads and writes ${model.name}`,
    ...(column === null ? { isShaped: true } : {}),
  });
}
