/**
 * Administration pages whose class names its model: `class ArtistAdmin(ModelView, model=Artist)`, https://aminalaee.github.io/sqladmin/configurations/,
 * or is given it: `ArtistView(Artist, db.session)`, https://flask-admin.readthedocs.io/en/stable/api/mod_model/
 */
import { argumentOf, isExternal } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { UseKind } from '../../model/usage.js';
import type { CallSite } from '../dialect.js';
import { columnsNamed, type NamedColumn } from './named-columns.js';

const OPTIONS: Readonly<Record<string, UseKind>> = {
  column_list: 'read',
  column_details_list: 'read',
  column_export_list: 'read',
  column_labels: 'read',
  form_columns: 'read',
  column_searchable_list: 'filter',
  column_filters: 'filter',
  column_sortable_list: 'sort',
  column_default_sort: 'sort',
  column_editable_list: 'read',
};
/** What is named to be left out is not used. */
const EXCLUSIONS = ['column_exclude_list', 'column_details_exclude_list', 'column_export_exclude_list', 'form_excluded_columns'];
const TOLD: ReadonlySet<string> = new Set([...Object.keys(OPTIONS), ...EXCLUSIONS]);

/** Records what an administration page shows and lets people change; undefined where the class is none. */
export function tellPage(flow: Flow, cls: ClassRef): ReadonlySet<string> | undefined {
  const given = cls.cls.bases.find((base) => base.name === 'model');
  if (!given || !externalBases(flow, cls).some((base) => isExternal(base, 'sqladmin'))) return undefined;
  for (const value of membersOf(flow.peek(given.value, cls.env.parent ?? cls.env))) if (value.k === 'model') {
    flow.record.unmention(value.model, flow.place(cls.env, given.value.at));
    tell(flow, value.model, cls, { path: cls.module.path, at: cls.cls.at }, DETAILS);
  }
  return TOLD;
}

/** Records the same of a page that is made by a call; undefined where the call makes none. */
export function tellView(flow: Flow, site: CallSite): Value | undefined {
  const { callee } = site;
  const isView =
    callee.k === 'class' ? externalBases(flow, callee.cls).some((base) => isExternal(base, 'flask_admin')) : isExternal(callee, 'flask_admin', 'ModelView');
  const given = isView ? argumentOf(site.args, 0, 'model') : null;
  if (given?.value.k !== 'model') return undefined;
  const { model } = given.value;
  // To be administered is no use of its own.
  flow.record.unmention(model, flow.place(site.env, given.expr.at));
  tell(flow, model, callee.k === 'class' ? callee.cls : null, flow.place(site.env, site.at), LISTS_ALL);
  return ANY;
}

/** What is shown by default: sqladmin lists keys alone and shows the rest on the page of one row, Flask-Admin lists all. */
type Lists = readonly (readonly [string, string])[];
const FORM = ['form_columns', 'form_excluded_columns'] as const;
const DETAILS: Lists = [FORM, ['column_details_list', 'column_details_exclude_list']];
const LISTS_ALL: Lists = [FORM, ['column_list', 'column_exclude_list']];

function tell(flow: Flow, model: Model, cls: ClassRef | null, place: Place, lists: Lists): void {
  flow.record.table(model, 'mention', place, { isAdmin: true });
  for (const [option, kind] of Object.entries(OPTIONS)) {
    for (const named of namedBy(flow, model, cls, option) ?? []) flow.record.column(named.model, named.attribute, kind, named.place, null, { via: 'admin' });
  }
  for (const option of EXCLUSIONS) for (const { place: written } of namedBy(flow, model, cls, option) ?? []) flow.record.resolve(written);
  for (const attribute of shown(flow, model, cls, lists)) {
    flow.record.gap({
      kind: 'catch-all-serialiser',
      model,
      column: model.columns.get(attribute)!,
      place,
      detail: `the administration page of ${model.name} shows all its fields`,
    });
  }
}

/** What the page's parts have: what they list, else all but what they leave out. */
function shown(flow: Flow, model: Model, cls: ClassRef | null, lists: Lists): ReadonlySet<string> {
  const part = ([list, left]: Lists[number]): readonly string[] => {
    const listed = namedBy(flow, model, cls, list)?.map((named) => named.attribute);
    const without = new Set(namedBy(flow, model, cls, left)?.map((named) => named.attribute));
    return listed ?? [...model.columns.keys()].filter((attribute) => !without.has(attribute));
  };
  return new Set(lists.flatMap(part).filter((attribute) => model.columns.has(attribute)));
}

/** The columns that an option names, as attributes or in strings; null where the class does not have it. */
function namedBy(flow: Flow, model: Model, cls: ClassRef | null, option: string): readonly NamedColumn[] | null {
  const member = cls && findMember(flow, cls, option);
  if (member?.k !== 'field' || !member.stmt.value) return null;
  const inText = (written: string) => (model.columns.has(written) ? [{ model, attribute: written, at: 0 }] : []);
  return columnsNamed({ flow, env: member.owner.env, own: null, inText }, member.stmt.value);
}
