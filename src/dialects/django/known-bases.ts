/** Columns of model bases that Django and a few libraries bring, where their documentation fixes them. */
import type { TypeRef } from '../../facts/ddl.js';

export interface KnownField {
  readonly name: string;
  readonly type: TypeRef;
  readonly nullable?: true;
  readonly isKey?: true;
  readonly isUnique?: true;
  readonly hasDefault?: true;
  readonly isIndexed?: true;
  /** The base makes an index that starts with it and goes on with these. */
  readonly indexedWith?: readonly string[];
  readonly role?: 'created-at' | 'updated-at';
}

const chars = (length: number): TypeRef => ({ name: 'character varying', args: [length] });
const MOMENT: TypeRef = { name: 'timestamp with time zone' };
const BOOLEAN: TypeRef = { name: 'boolean' };

const LOGIN: readonly KnownField[] = [{ name: 'password', type: chars(128) }, { name: 'last_login', type: MOMENT, nullable: true }];
const PERMISSIONS: readonly KnownField[] = [{ name: 'is_superuser', type: BOOLEAN, hasDefault: true }];
const USER: readonly KnownField[] = [
  ...LOGIN,
  ...PERMISSIONS,
  { name: 'username', type: chars(150), isUnique: true },
  { name: 'first_name', type: chars(150) },
  { name: 'last_name', type: chars(150) },
  { name: 'email', type: chars(254) },
  { name: 'is_staff', type: BOOLEAN, hasDefault: true },
  { name: 'is_active', type: BOOLEAN, hasDefault: true },
  { name: 'date_joined', type: MOMENT, hasDefault: true },
];
const stamps = (created: string, updated: string): readonly KnownField[] => [
  { name: created, type: MOMENT, hasDefault: true, role: 'created-at' },
  { name: updated, type: MOMENT, hasDefault: true, role: 'updated-at' },
];
const SESSION: readonly KnownField[] = [
  { name: 'session_key', type: chars(40), isKey: true },
  { name: 'session_data', type: { name: 'text' } },
  { name: 'expire_date', type: MOMENT, isIndexed: true },
];
const TREE: readonly KnownField[] = ['lft', 'rght', 'tree_id', 'level'].map((name) => ({
  name,
  type: { name: 'integer' },
  hasDefault: true,
  ...(name === 'tree_id' ? { isIndexed: true as const, indexedWith: ['lft'] } : {}),
}));

/**
 * https://docs.djangoproject.com/en/5.0/topics/auth/customizing/, https://django-model-utils.readthedocs.io/en/latest/models.html,
 * https://django-extensions.readthedocs.io/en/latest/model_extensions.html, https://django-mptt.readthedocs.io/en/latest/models.html
 */
export const KNOWN_BASES: Readonly<Record<string, readonly KnownField[]>> = {
  'django.contrib.auth.models.AbstractUser': USER,
  'django.contrib.auth.models.AbstractBaseUser': LOGIN,
  'django.contrib.auth.base_user.AbstractBaseUser': LOGIN,
  'django.contrib.auth.models.PermissionsMixin': PERMISSIONS,
  'django.contrib.sessions.base_session.AbstractBaseSession': SESSION,
  'model_utils.models.TimeStampedModel': stamps('created', 'modified'),
  'django_extensions.db.models.TimeStampedModel': stamps('created', 'modified'),
  'mptt.models.MPTTModel': TREE,
};

const LOGIN_FLAGS: readonly string[] = ['is_active', 'is_staff', 'is_superuser'];

/**
 * Columns that a base's library asks for whether the base or the model declares them: who may log in, and who may see the administration
 * site. https://docs.djangoproject.com/en/5.0/topics/auth/customizing/#custom-users-and-django-contrib-admin
 */
export const READ_OF_MODELS: Readonly<Record<string, readonly string[]>> = {
  'django.contrib.auth.models.AbstractBaseUser': LOGIN_FLAGS,
  'django.contrib.auth.base_user.AbstractBaseUser': LOGIN_FLAGS,
  'django.contrib.auth.models.AbstractUser': LOGIN_FLAGS,
};

/** Many-to-many fields of such a base, with the names of their other side. */
export interface KnownMany { readonly name: string; readonly to: string; readonly inverse: string; readonly queryName: string }

const GROUPS: readonly KnownMany[] = [
  { name: 'groups', to: 'auth.Group' },
  { name: 'user_permissions', to: 'auth.Permission' },
].map((many) => ({ ...many, inverse: 'user_set', queryName: 'user' }));

/** https://docs.djangoproject.com/en/5.0/ref/contrib/auth/#django.contrib.auth.models.User.groups */
export const MANY_OF_BASES: Readonly<Record<string, readonly KnownMany[]>> = {
  'django.contrib.auth.models.AbstractUser': GROUPS,
  'django.contrib.auth.models.PermissionsMixin': GROUPS,
};

/** Tables of Django's own applications, by the label and name their models go by. */
export interface KnownModel { readonly label: string; readonly model: string; readonly module: string; readonly fields: readonly KnownField[] }

const NAMED: readonly KnownField[] = [{ name: 'name', type: chars(150), isUnique: true }];
export const KNOWN_MODELS: readonly KnownModel[] = [
  { label: 'auth', model: 'User', module: 'django.contrib.auth.models', fields: USER },
  { label: 'auth', model: 'Group', module: 'django.contrib.auth.models', fields: NAMED },
  {
    label: 'auth',
    model: 'Permission',
    module: 'django.contrib.auth.models',
    fields: [
      { name: 'name', type: chars(255) },
      { name: 'content_type_id', type: { name: 'integer' } },
      { name: 'codename', type: chars(100) },
    ],
  },
  {
    label: 'contenttypes',
    model: 'ContentType',
    module: 'django.contrib.contenttypes.models',
    fields: [
      { name: 'app_label', type: chars(100) },
      { name: 'model', type: chars(100) },
    ],
  },
  {
    label: 'sites',
    model: 'Site',
    module: 'django.contrib.sites.models',
    fields: [
      { name: 'domain', type: chars(100), isUnique: true },
      { name: 'name', type: chars(50) },
    ],
  },
  { label: 'sessions', model: 'Session', module: 'django.contrib.sessions.models', fields: SESSION },
];
