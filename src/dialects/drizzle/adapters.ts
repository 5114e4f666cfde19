/** Tables that are handed to a library, which reads and writes them by itself. */
import type { Dict, Expr } from '../../facts/code.js';
import { flag, lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { modelOf, models } from './models.js';
import { drizzleName } from './names.js';

/** Names that better-auth and its plugins look tables up by. https://www.better-auth.com/docs/concepts/database#core-schema */
const BETTER_AUTH = new Set([
  'user', 'session', 'account', 'verification', 'organization', 'member', 'invitation', 'team', 'teamMember', 'organizationRole', 'apikey', 'apiKey',
  'twoFactor', 'passkey', 'jwks', 'rateLimit', 'deviceCode', 'ssoProvider', 'scimProvider', 'oauthApplication', 'oauthAccessToken', 'oauthConsent',
  'oauthClient', 'oauthRefreshToken', 'walletAddress', 'subscription',
]);

/** Libraries that say what the tables they are handed have to look like. */
const PRESCRIBES = /^(@auth\/|better-auth\b|@lucia-auth\/)/;

/**
 * `drizzleAdapter(db, { schema })`, `DrizzleAdapter(db, { usersTable: users })`, `seed(db, { users })`: tables given by name are used there in ways that are
 * not seen.
 */
export function handTables(flow: Flow, site: CallSite): void {
  const { callee } = site;
  if (callee.k !== 'ext' || callee.module === 'builtins' || drizzleName(callee) !== null) return;
  for (const arg of site.args.list) {
    for (const value of membersOf(arg.value)) if (value.k === 'dict') handNamed(flow, site, value, arg.expr, callee.module, 2);
    if (/^drizzleAdapter$/i.test(lastName(callee)) && /^(@)?better-auth\b/.test(callee.module)) handAuth(flow, site, arg.value);
  }
}

/** Tables under the keys that are written out; those of a spread or of a whole module are not meant one by one. */
function handNamed(flow: Flow, site: CallSite, value: Value & { k: 'dict' }, expr: Expr, module: string, depth: number): void {
  if (expr.k !== 'dict') return;
  for (const entry of (expr as Dict).entries) {
    const name = entry.key?.k === 'lit' ? String(entry.key.v) : null;
    const inner = name === null ? undefined : value.entries.get(name);
    const table = modelOf(inner);
    if (table) handOver(flow, site, table.model, module, PRESCRIBES.test(module));
    else if (inner?.k === 'dict' && depth > 1) handNamed(flow, site, inner, entry.value, module, depth - 1);
  }
}

/** What better-auth finds in the schema that it is given, which is all of the schema where it is given none. */
function handAuth(flow: Flow, site: CallSite, value: Value): void {
  for (const options of membersOf(value)) {
    if (options.k !== 'dict') continue;
    const schema = options.entries.get('schema');
    const isPlural = options.entries.get('usePlural');
    for (const name of BETTER_AUTH) for (const key of schema && !(isPlural && flag(isPlural) !== false) ? [name] : [name, `${name}s`]) {
      const table = schema?.k === 'dict' ? modelOf(schema.entries.get(key)) : schema?.k === 'module' ? modelOf(flow.moduleName(schema.module, key)) : null;
      const model = table?.model ?? (schema ? null : models(flow).get(key)?.[0] ?? null);
      if (model) handOver(flow, site, model, 'better-auth', true);
    }
  }
}

function handOver(flow: Flow, site: CallSite, model: Model, to: string, isShaped = false): void {
  const place = flow.place(site.env, site.at);
  flow.record.table(model, 'mention', place);
  flow.record.gap({
    kind: 'dynamic-access',
    model,
    column: null,
    place,
    detail: `${model.table.name} is handed to ${to}, which reads and writes it by itself`,
    ...(isShaped ? { isShaped: true } : {}),
  });
}
