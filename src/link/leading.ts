/** Which of several models of one table leads: a table is named, placed and mended as that one declares it. */
import type { TableDraft } from './draft.js';

/**
 * Where a database has models in several places (those of an API, and those that a dashboard has pulled from its database), the models of
 * the place that says most of the tables they share lead, for all of these tables: what one remedy names then stands in one place.
 */
export function fullestFirst(groups: readonly TableDraft[][], packageOf: (path: string) => string): TableDraft[][] {
  const placeOf = (draft: TableDraft): string => `${draft.dialect} ${packageOf(draft.place.path)}`;
  const isRoot = (draft: TableDraft): boolean => draft.kind === 'model' && draft.base === null;
  const isShared = (group: readonly TableDraft[]): boolean => new Set(group.filter(isRoot).map(placeOf)).size > 1;
  const said = new Map<string, number>();
  for (const draft of groups.filter(isShared).flat().filter(isRoot))
    said.set(placeOf(draft), (said.get(placeOf(draft)) ?? 0) + draft.columns.length + draft.foreignKeys.length);
  return groups.map((group) =>
    isShared(group)
      ? [...group.filter(isRoot).sort((a, b) => said.get(placeOf(b))! - said.get(placeOf(a))!), ...group.filter((draft) => !isRoot(draft))]
      : group,
  );
}
