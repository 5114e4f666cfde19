/** What is kept of a program's Django models between their declaration and the evaluation of their use. */
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { ClassRef } from '../../flow/value.js';
import type { Place, Table } from '../../model/schema.js';
import type { Apps } from './apps.js';

export interface Generic { readonly contentType: string; readonly objectId: string }

export interface ModelInfo {
  readonly cls: ClassRef | null;
  readonly label: string;
  readonly name: string;
  /** Attribute of the primary key's column. */
  readonly key: string;
  /** `class Meta: ordering`, as written. */
  readonly ordering: readonly string[];
  /** `class Meta: get_latest_by`. */
  readonly latestBy: readonly string[];
  /** Generic foreign keys by name. */
  readonly generics: ReadonlyMap<string, Generic>;
  /** Its `GenericRelation`s by name: the columns of the other side. */
  readonly genericRelations: ReadonlyMap<string, Generic>;
  /** Attributes that no form, serialiser or administration page takes in: https://docs.djangoproject.com/en/5.0/ref/models/fields/#editable */
  readonly uneditable: ReadonlySet<string>;
  /** Something of the model cannot be seen: bases of libraries. */
  readonly unseen: readonly { readonly name: string; readonly place: Place }[];
}

export interface State {
  readonly apps: Apps;
  readonly classes: readonly ClassRef[];
  readonly models: readonly ModelInfo[];
  readonly byClass: ReadonlyMap<string, ModelInfo>;
  /** Sites of models that no class of the repository declares, by their library's dotted name and by `label.model`. */
  readonly sites: ReadonlyMap<string, string>;
  readonly bySite: ReadonlyMap<string, ModelInfo>;
  /** Models by `label.model` in lower case. */
  readonly byLabel: ReadonlyMap<string, ModelInfo>;
  /** `related_query_name`s that differ from the accessor, as accessor by query name. */
  readonly queryNames: ReadonlyMap<string, string>;
  /** Recorders that the declared uses have been given to. */
  readonly told: WeakSet<object>;
  byTable: Map<Table, Model> | null;
}

const states = new WeakMap<Flow, State>();

export function keepState(flow: Flow, state: State): void {
  states.set(flow, state);
}

/** The state once models are registered; null while declarations are read, and where the repository has no Django model. */
export function stateOf(flow: Flow): State | null {
  const state = states.get(flow);
  return state && flow.modelsByClass.size + flow.modelsBySite.size > 0 ? state : null;
}

export function infoOf(state: State, model: Model): ModelInfo | null {
  if (model.cls) return state.byClass.get(model.cls.id) ?? null;
  for (const [site, info] of state.bySite) if (model.id === `django:${site}`) return info;
  return null;
}

/** The model of `app.Model`, as settings and string references name it. */
export function modelNamed(flow: Flow, state: State, name: string): Model | null {
  const info = state.byLabel.get(name.toLowerCase());
  if (info?.cls) return flow.modelsByClass.get(info.cls.id) ?? null;
  const site = state.sites.get(name.toLowerCase());
  return site ? flow.modelsBySite.get(site) ?? null : null;
}

/** The model behind a library's class, such as `django.contrib.auth.models.User`. */
export function libraryModel(flow: Flow, state: State, dotted: string): Model | null {
  const site = state.sites.get(dotted);
  return site ? flow.modelsBySite.get(site) ?? null : null;
}

/** The model that stands for a table; several classes of one table share the first. */
export function modelOfTable(flow: Flow, state: State, table: Table): Model | null {
  if (!state.byTable) {
    state.byTable = new Map();
    for (const model of [...flow.modelsByClass.values(), ...flow.modelsBySite.values()])
      if (!state.byTable.has(model.table)) state.byTable.set(model.table, model);
  }
  return state.byTable.get(table) ?? null;
}
