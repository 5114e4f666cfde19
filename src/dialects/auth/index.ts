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
const OWN = new Set(['account', 'session', 'verificationtoken', 'authenticator', 'verification', 'twofactor', 'passkey', 'apikey', 'jwk', 'jwks', 'member', 'invitation', 'team', 'teammember', 'organizationrole', 'ssoprovider', 'devicecode', 'ratelimit', 'walletaddress', 'scimprovider']);
/** What the libraries keep on the application's users. */
const USER_COLUMNS = new Set(['name', 'email', 'emailverified', 'image', 'username', 'displayusername', 'phonenumber', 'phonenumberverified', 'isanonymous', 'twofactorenabled', 'role', 'banned', 'banreason', 'banexpires', 'lastloginmethod']);

export const auth: Dialect = {
  id: 'auth',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.callee.k === 'ext' && /^(prisma|drizzle|typeorm|mikroorm|sequelize|kysely)adapter$/i.test(lastName(site.callee))) noteTables(flow, lastName(site.callee), flow.place(site.env, site.at));
      return undefined;
    },
  },
};

function noteTables(flow: Flow, adapter: string, place: Place): void {
  for (const model of new Set([...flow.modelsByName.values()].flat())) {
    const name = plain(model.name).replace(/s$/, '');
    if (OWN.has(name) || OWN.has(plain(model.name)) || name.startsWith('oauth')) noteAccess(flow, model, null, adapter, place);
    else if (name === 'user') for (const [attribute, column] of model.columns) if (USER_COLUMNS.has(plain(attribute))) noteAccess(flow, model, column, adapter, place);
  }
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

function noteAccess(flow: Flow, model: Model, column: Parameters<Flow['record']['gap']>[0]['column'], adapter: string, place: Place): void {
  flow.record.gap({ kind: 'dynamic-access', model, column, place, detail: `${adapter} reads and writes ${model.name}`, ...(column === null ? { isShaped: true } : {}) });
}
