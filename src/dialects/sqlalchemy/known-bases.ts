/** Base classes of libraries that bring a table's name and key with them. https://fastapi-users.github.io/fastapi-users/latest/configuration/databases/sqlalchemy/ */
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef } from '../../flow/value.js';

export interface KnownBase { readonly table: string; readonly key: string; readonly keyType: string }

const KNOWN: readonly (readonly [RegExp, KnownBase])[] = [
  [/^SQLAlchemyBaseUserTable/, { table: 'user', key: 'id', keyType: 'uuid' }],
  [/^SQLAlchemyBaseOAuthAccountTable/, { table: 'oauth_account', key: 'id', keyType: 'uuid' }],
  [/^SQLAlchemyBaseAccessTokenTable/, { table: 'accesstoken', key: 'token', keyType: 'character varying' }],
];

/** What the library's base of a class brings; null when it has none that is known. The key's type is unknown where the base leaves it open. */
export function knownBaseOf(flow: Flow, cls: ClassRef): KnownBase | null {
  for (const base of externalBases(flow, cls).flatMap(membersOf)) {
    const name = base.k === 'ext' || base.k === 'extobj' ? base.name?.split('.').pop() ?? '' : '';
    const known = KNOWN.find(([pattern]) => pattern.test(name))?.[1];
    if (known) return known.keyType === 'uuid' && !name.endsWith('UUID') ? { ...known, keyType: 'unknown' } : known;
  }
  return null;
}
