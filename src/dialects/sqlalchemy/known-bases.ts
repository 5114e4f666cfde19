/**
 * Base classes of libraries that bring columns, and some a table's name, with them.
 * https://fastapi-users.github.io/fastapi-users/latest/configuration/databases/sqlalchemy/,
 * https://docs.advanced-alchemy.litestar.dev/latest/usage/modeling.html
 */
import { lastName } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import type { ColumnParts } from './columns.js';

export interface KnownBase {
  /** Null where the table is called by its class. */
  readonly table: string | null;
  readonly key: string;
  readonly keyType: string;
  /** Its classes are mapped without another base, and it brings nothing but the key and, audited, when rows are made and changed. */
  readonly isWhole: boolean;
  readonly isAudited: boolean;
}

/** What the login of a library brings beside the key is not told here: it asks for its columns itself. */
const LOGINS: readonly (readonly [RegExp, Pick<KnownBase, 'table' | 'key' | 'keyType'>])[] = [
  [/^SQLAlchemyBaseUserTable/, { table: 'user', key: 'id', keyType: 'uuid' }],
  [/^SQLAlchemyBaseOAuthAccountTable/, { table: 'oauth_account', key: 'id', keyType: 'uuid' }],
  [/^SQLAlchemyBaseAccessTokenTable/, { table: 'accesstoken', key: 'token', keyType: 'character varying' }],
];

/** The key of each family of bases of Advanced Alchemy, which Litestar gives on under the same names. */
const KEYED: readonly (readonly [RegExp, string])[] = [
  [/^UUID(v[67])?(Audit)?Base$/, 'uuid'],
  [/^(BigInt|Identity)(Audit)?Base$/, 'bigint'],
  [/^NanoID(Audit)?Base$/, 'character varying'],
];
const isKeyed = (base: Value): base is Value & { k: 'ext' } => base.k === 'ext' && /^(advanced_alchemy|litestar)\b/.test(base.module);

/** What the library's base of a class brings; null when it has none that is known. The key's type is unknown where the base leaves it open. */
export function knownBaseOf(flow: Flow, cls: ClassRef): KnownBase | null {
  for (const base of externalBases(flow, cls).flatMap(membersOf)) {
    const known = knownBase(base);
    if (known) return known;
  }
  return null;
}

/** What a base of a library brings; null where it is not known. */
export function knownBase(base: Value): KnownBase | null {
  const name = base.k === 'ext' || base.k === 'extobj' ? base.name?.split('.').pop() ?? '' : '';
  const login = LOGINS.find(([pattern]) => pattern.test(name))?.[1];
  if (login) return { ...login, ...(login.keyType === 'uuid' && !name.endsWith('UUID') ? { keyType: 'unknown' } : {}), isWhole: false, isAudited: false };
  const keyType = isKeyed(base) ? KEYED.find(([pattern]) => pattern.test(lastName(base)))?.[1] : undefined;
  return keyType ? { table: null, key: 'id', keyType, isWhole: true, isAudited: name.includes('Audit') } : null;
}

/** The columns that such a base brings, by attribute. */
export function libraryColumns({ key, keyType, isAudited }: KnownBase, place: TableDraft['place']): ReadonlyMap<string, ColumnParts> {
  const parts = { keys: [], indexes: [], foreignKeys: [], checks: [], isPrimary: false };
  const column = (name: string, type: string) => ({
    name,
    attribute: name,
    type: { name: type },
    nullable: false,
    hasClientDefault: true,
    inheritedFrom: 'library',
    place,
  });
  const columns = new Map<string, ColumnParts>([
    [key, { ...parts, column: column(key, keyType), keys: [{ k: 'primary', name: null, columns: [key], place }], isPrimary: true }],
  ]);
  if (!isAudited) return columns;
  columns.set('created_at', { ...parts, column: { ...column('created_at', 'timestamp with time zone'), role: 'created-at' } });
  columns.set('updated_at', { ...parts, column: { ...column('updated_at', 'timestamp with time zone'), role: 'updated-at', onUpdate: 'orm' } });
  return columns;
}
