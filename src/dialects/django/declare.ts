/** Every Django model of a repository → drafts of tables. */
import type { ClassRef } from '../../flow/value.js';
import type { ColumnDraft, TableDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { ProgramView } from '../dialect.js';
import { readApps } from './apps.js';
import type { KnownField } from './known-bases.js';
import { isAbstract } from './meta.js';
import { isModelClass, labelOf } from './models.js';
import { keyColumn } from './relations.js';
import { keepState, type ModelInfo } from './state.js';
import { draftsOf } from './tables.js';
import { outsideTarget, type Declaring, type Outside } from './targets.js';

/** Reads every model, and adds the library tables that they point at. */
export function declare(view: ProgramView): readonly TableDraft[] {
  const { flow } = view;
  const python = view.classes.filter((cls) => cls.module.language === 'python');
  const models = python.filter((cls) => cls.cls.bases.length > 0 && isModelClass(flow, cls) && !isAbstract(flow, cls));
  if (models.length === 0) return [];
  const apps = readApps(view);
  const byLabel = new Map<string, ClassRef>(models.map((cls) => [`${labelOf(flow, apps, cls)}.${cls.name}`.toLowerCase(), cls]));
  const declaring: Declaring = { flow, apps, byLabel, outside: new Map<string, Outside>() };
  const drafts: TableDraft[] = [];
  const infos: ModelInfo[] = [];
  const queryNames = new Map<string, string>();
  for (const cls of models) {
    const made = draftsOf(declaring, cls);
    drafts.push(...made.drafts);
    infos.push(made.info);
    for (const [name, accessor] of made.queryNames) if (name !== accessor) queryNames.set(name, accessor);
  }
  // Code uses the library's user model without any relation to it.
  if (apps.userModel === 'auth.User' && python.length > 0) outsideTarget(declaring, 'auth', 'User', null);
  const at: Place = { path: models[0]!.module.path, at: models[0]!.cls.at };
  const bySite = new Map<string, ModelInfo>();
  const sites = new Map<string, string>();
  for (const outside of declaring.outside.values()) {
    drafts.push(
      outsideDraft(outside, drafts.find((draft) => draft.foreignKeys.some((key) => key.target.k === 'site' && key.target.site === outside.site))?.place ?? at),
    );
    bySite.set(outside.site, outsideInfo(outside));
    sites.set(`${outside.label}.${outside.model}`.toLowerCase(), outside.site);
    if (outside.dotted) sites.set(outside.dotted, outside.site);
  }
  keepState(flow, {
    apps, classes: python, models: infos, byClass: new Map(infos.map((info) => [info.cls!.id, info])), sites, bySite,
    byLabel: new Map(infos.map((info) => [`${info.label}.${info.name}`.toLowerCase(), info])), queryNames, told: new WeakSet(), byTable: null,
  });
  return drafts;
}

/** A table of a library: known to exist, with the columns its documentation fixes. */
function outsideDraft(outside: Outside, place: Place): TableDraft {
  const fields = outside.known?.fields ?? [];
  const hasKey = fields.some((field) => field.isKey);
  // The applications that come with Django keep their 32-bit keys: https://docs.djangoproject.com/en/5.0/ref/settings/#default-auto-field
  const id: readonly ColumnDraft[] = hasKey
    ? []
    : [outside.known ? keyColumn('AutoField', place) : { name: 'id', attribute: 'id', type: null, nullable: false, place }];
  return {
    dialect: 'django',
    kind: 'model',
    tableKind: 'table',
    name: tableName(outside),
    schema: null,
    partition: '',
    model: outside.model,
    cls: null,
    site: outside.site,
    base: null,
    place,
    extent: place,
    columns: [...id, ...fields.map((field) => columnOf(field, place))],
    keys: [
      { k: 'primary', name: null, columns: [fields.find((field) => field.isKey)?.name ?? 'id'], place },
      ...fields.filter((field) => field.isUnique).map((field) => ({ k: 'unique' as const, name: null, columns: [field.name], place })),
    ],
    indexes: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
    relationships: [],
    comment: null,
    declaresRelationships: false,
    isExternal: true,
  };
}

const FIXED_NAMES: Readonly<Record<string, string>> = {
  'contenttypes.contenttype': 'django_content_type',
  'sites.site': 'django_site',
  'sessions.session': 'django_session',
};
const tableName = (outside: Outside): string =>
  FIXED_NAMES[`${outside.label}.${outside.model}`.toLowerCase()] ?? `${outside.label}_${outside.model.toLowerCase()}`;

function columnOf(field: KnownField, place: Place): ColumnDraft {
  return {
    name: field.name,
    attribute: field.name,
    type: field.type,
    nullable: field.nullable ?? false,
    nullableIsExplicit: true,
    hasClientDefault: field.hasDefault ?? false,
    role: field.role ?? null,
    place,
  };
}

function outsideInfo(outside: Outside): ModelInfo {
  return {
    cls: null,
    label: outside.label,
    name: outside.model,
    key: outside.known?.fields.find((field) => field.isKey)?.name ?? 'id',
    ordering: [],
    latestBy: [],
    generics: new Map(),
    genericRelations: new Map(),
    uneditable: new Set(),
    unseen: [],
  };
}
