/** Tables between two models. https://sequelize.org/docs/v6/core-concepts/assocs/#many-to-many-relationships */
import type { ColumnDraft, KeyDraft, TableDraft } from '../../link/draft.js';
import type { Association } from './entity.js';
import { camelize, DIALECT, plural, underscoredIf } from './names.js';
import { keyColumn, nameOf, primaryAttribute, tableTarget, type Draft, type FindDraft } from './drafts.js';

/** A table in between; `draft` is the model that declares it, where one does. */
export interface Join { readonly name: string; readonly draft: Draft | null; readonly table: TableDraft }

/** Adds the relationship and the keys of one side; returns the table in between where no model declares it and no other side made it. */
export function joinTables(association: Association, find: FindDraft, made: readonly Join[], syncs: boolean): Join | null {
  const [source, target] = [find(association.source), find(association.target)];
  const { through } = association;
  if (!source || !target || !through) return null;
  const own = association.foreignKey ?? marked(find(through), source) ?? camelize(`${nameOf(source)}_${primaryAttribute(source)}`);
  const other = association.otherKey ?? marked(find(through), target) ?? camelize(`${nameOf(target)}_${primaryAttribute(target)}`);
  const draft = find(through);
  const name = association.as ?? target.entity.options.plural ?? plural(target.entity.model);
  if (draft) {
    addKeys(draft, source, target, own, other, association, syncs);
    source.relationships.push({ name, target: tableTarget(target), many: true, through: tableTarget(draft), place: association.place });
    return null;
  }
  const table = through.k === 'table' || through.k === 'model' ? through.name : null;
  if (table === null) return null;
  source.relationships.push({ name, target: tableTarget(target), many: true, through: { k: 'table', name: table }, place: association.place });
  return made.some((join) => join.name === table) ? null : { name: table, draft: null, table: implicit(table, source, target, own, other, association) };
}

/** The attribute of a model in between that is marked as the key to one side. */
function marked(through: Draft | null, side: Draft): string | null {
  return (
    through?.entity.marks.find(({ target }) =>
      target.k === 'class' ? target.cls.id === side.entity.cls?.id : target.k === 'model' && target.name === side.entity.model,
    )?.attribute ?? null
  );
}

/**
 * A model in between gets both keys, which are its primary key where it declares none; beside a key of its own they are unique in tables that Sequelize makes.
 */
function addKeys(draft: Draft, source: Draft, target: Draft, own: string, other: string, association: Association, syncs: boolean): void {
  const sides = [[own, source], [other, target]] as const;
  const columns = sides.map(([attribute]) => keyColumn(draft, attribute, { ...association, field: null, allowNull: null }));
  sides.forEach(([, side], index) => {
    const column = columns[index]!;
    if (!draft.foreignKeys.some((key) => key.columns.length === 1 && key.columns[0] === column.name))
      draft.foreignKeys.push({
        name: null,
        columns: [column.name],
        target: tableTarget(side),
        targetColumns: [],
        onDelete: association.onDelete,
        modelOnDelete: association.onDelete,
        isEnforced: association.isEnforced,
        place: column.place,
      });
  });
  const names = columns.map((column) => column.name);
  // Attributes keep the place at which the model declares them, and the key has them in that order.
  const inOrder = [...draft.columns.values()].flatMap(({ name }) => (names.includes(name) ? [name] : []));
  const hasOwnKey = [...draft.entity.attributes.values()].some((attribute) => attribute.isPrimary);
  const primary = draft.keys.findIndex((key) => key.k === 'primary');
  if (!hasOwnKey && draft.keys[primary]?.columns.join() === 'id') {
    draft.columns.delete('id');
    draft.keys.splice(primary, 1, { k: 'primary', name: null, columns: inOrder, ...(syncs ? {} : { isAssumed: true }), place: draft.entity.place });
    for (const column of columns) draft.columns.set(column.attribute, { ...draft.columns.get(column.attribute)!, nullable: false });
  } else if (syncs && hasOwnKey && !draft.keys.some((key) => key.columns.length === 2 && names.every((name) => key.columns.includes(name)))) {
    draft.keys.push({ k: 'unique', name: null, columns: names, place: association.place });
  }
}

function implicit(name: string, source: Draft, target: Draft, own: string, other: string, association: Association): TableDraft {
  const { place } = association;
  const { options } = source.entity;
  const named = (attribute: string): string => underscoredIf(attribute, options.underscored);
  const key = (attribute: string): ColumnDraft => ({ name: named(attribute), attribute, type: null, nullable: false, place });
  const stamp = (attribute: string, role: 'created-at' | 'updated-at'): ColumnDraft => ({
    name: named(attribute),
    attribute,
    type: { name: 'timestamp with time zone' },
    nullable: false,
    nullableIsExplicit: false,
    hasClientDefault: true,
    role,
    onUpdate: role === 'updated-at' ? 'orm' : null,
    place,
  });
  const keys: KeyDraft[] = [{ k: 'primary', name: null, columns: [named(own), named(other)], place }];
  return {
    dialect: DIALECT,
    kind: 'model',
    tableKind: 'table',
    name,
    schema: options.schema,
    partition: '',
    model: null,
    cls: null,
    site: null,
    base: null,
    place,
    extent: place,
    columns: [
      ...(options.createdAt && !association.hasNoStamps ? [stamp('createdAt', 'created-at')] : []),
      ...(options.updatedAt && !association.hasNoStamps ? [stamp('updatedAt', 'updated-at')] : []),
      key(own),
      key(other),
    ],
    keys,
    indexes: [],
    foreignKeys: [[own, source] as const, [other, target] as const].map(([column, side]) => ({
      name: null,
      columns: [named(column)],
      target: tableTarget(side),
      targetColumns: [],
      onDelete: 'cascade' as const,
      isEnforced: association.isEnforced,
      place,
    })),
    checks: [],
    exclusions: [],
    relationships: [],
    comment: null,
    declaresRelationships: false,
    isMadeByRelationship: true,
  };
}
