/** Which `MetaData` tables belong to. https://docs.sqlalchemy.org/en/20/core/metadata.html */
import { spanStart } from '../../facts/span.js';
import { argument } from '../../flow/arguments.js';
import { basesOf, externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { Connection } from '../../link/draft.js';
import { folderOf } from '../shared/paths.js';
import type { DescribedTable } from './tables.js';
import { nameOfCall } from './terms.js';

/**
 * Marks tables of a `MetaData` that no model belongs to and none of whose tables has a primary or foreign key: they describe another
 * system's tables for queries, and nothing here creates them. Where there are no models, the tables are the application's own.
 */
export function markDescribed(flow: Flow, models: readonly ClassRef[], tables: readonly DescribedTable[]): readonly DescribedTable[] {
  const own = new Set(models.flatMap((cls) => siteOfMetadata(metadataOf(flow, cls)) ?? []));
  const keyed = new Set<string>();
  const sites = tables.map(({ draft, term }) => {
    const site = siteOfMetadata(argument(term.args, 1));
    if (site !== null && (draft.foreignKeys.length > 0 || draft.keys.some((key) => key.k === 'primary'))) keyed.add(site);
    return site;
  });
  return tables.map((table, index) => {
    const site = sites[index];
    return models.length > 0 && site !== null && !own.has(site) && !keyed.has(site) ? { ...table, draft: { ...table.draft, isExternal: true } } : table;
  });
}

/** The MetaData of a model's base: its attribute, or what `declarative_base` is called with. */
function metadataOf(flow: Flow, cls: ClassRef): Value | null {
  const member = findMember(flow, cls, 'metadata');
  if (member?.k === 'field' && member.stmt.value) return flow.peek(member.stmt.value!, member.owner.module.env);
  return externalBases(flow, cls).map((base) => (base.k === 'term' ? argument(base.args, -1, 'metadata') : null)).find((value) => value !== null) ?? null;
}

/** The declarative base of a model, which keeps its tables in one MetaData; null for those of libraries. */
export function registryOf(flow: Flow, line: readonly ClassRef[]): Connection | null {
  for (const each of line) for (const base of basesOf(flow, each)) {
    if (base.k === 'ext' && /(^|\.)DeclarativeBase(NoMeta)?$/.test(base.name ?? '')) return { address: each.id, folder: folderOf(each.module.path) };
    if (base.k === 'term' && nameOfCall(base) === 'declarative_base')
      return { address: `${base.place.path}:${spanStart(base.place.at)}`, folder: folderOf(base.place.path) };
  }
  return null;
}

function siteOfMetadata(value: Value | null): string | null {
  return value?.k === 'term' && nameOfCall(value) === 'MetaData' ? `${value.place.path}:${spanStart(value.place.at)}` : null;
}
