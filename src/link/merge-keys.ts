/** The keys and indexes of a table, each once with every place that declares it. */
import { isSamePlace } from '../model/places.js';
import type { Column, Declaration, Index, Key } from '../model/schema.js';
import type { IndexDraft, KeyDraft, TableDraft } from './draft.js';
import { columnsNamed, sameSet, type Mutable, type MutableTable } from './mutable.js';

export function addKey(table: MutableTable, key: KeyDraft, draft: TableDraft): void {
  const columns = columnsNamed(table, key.columns, draft);
  if (!columns?.length) return;
  const declaration: Declaration = { kind: draft.kind, place: key.place };
  if (key.k === 'primary') {
    if (table.primaryKey) {
      (table.primaryKey.declarations as Declaration[]).push(declaration);
      // What an index over the key serves is told by the order that the database has.
      if (draft.kind !== 'model' && sameSet(table.primaryKey.columns, columns)) (table.primaryKey as Mutable<Key>).columns = [...columns];
    } else table.primaryKey = { name: key.name, columns, nullsNotDistinct: false, place: key.place, declarations: [declaration] };
    for (const column of columns) (column as Mutable<Column>).nullable = false;
    return;
  }
  const known = table.uniques.find((other) => sameSet(other.columns, columns));
  // One source that has a key twice makes the database keep it twice; two sources mean the same one.
  const isRepeated =
    known &&
    known.name !== key.name &&
    draft.keys.some((other) => other.k === 'unique' && isSamePlace(other.place, known.place)) &&
    !isSamePlace(known.place, key.place);
  if (known && !isRepeated) {
    (known.declarations as Declaration[]).push(declaration);
    if (key.isImplicit) (known as Mutable<Key>).isImplicit = true;
  } else
    table.uniques.push({
      name: key.name,
      columns,
      nullsNotDistinct: key.nullsNotDistinct ?? false,
      ...(key.isImplicit ? { isImplicit: true } : {}),
      ...(key.deferrable ? { deferrable: key.deferrable } : {}),
      place: key.place,
      declarations: [declaration],
    } satisfies Key);
}

export function addIndex(table: MutableTable, index: IndexDraft, draft: TableDraft): void {
  const parts = index.parts.map((part) => ({
    column: part.column === null ? null : (columnsNamed(table, [part.column], draft)?.[0] ?? null),
    expression: part.expression ?? null,
    desc: part.desc ?? false,
    ...(part.nulls ? { nulls: part.nulls } : {}),
    opclass: part.opclass ?? null,
    ...(part.collation ? { collation: part.collation } : {}),
  }));
  if (parts.some((part, position) => part.column === null && part.expression === null && index.parts[position]!.column !== null)) return;
  const declaration: Declaration = { kind: draft.kind, place: index.place };
  const built: Index = {
    table,
    name: index.name,
    parts,
    unique: index.unique,
    method: index.method ?? 'btree',
    include: index.include ?? [],
    predicate: index.predicate ?? null,
    ...(index.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
    isImplicit: index.isImplicit ?? false,
    place: index.place,
    declarations: [declaration],
  };
  // The same index as the other side declares it; two of one side stand apart, so that a duplicate can be seen. A database has one of a name: scripts create it
  // if it is not there, two models may declare one table.
  const known = table.indexes.find(
    (other) =>
      (sameIndex(other, built) || (other.name !== null && other.name === built.name)) &&
      (other.declarations.every((each) => (each.kind === 'model') !== (draft.kind === 'model')) ||
        (other.name !== null && other.name === built.name && sameIndex(other, built))),
  );
  if (known) (known.declarations as Declaration[]).push(declaration);
  else {
    // Another source declares as a key what this one makes an index; one source that has both makes the database keep both.
    const isKey = draft.kind !== 'model' && index.unique && !index.predicate && parts.every((part) => part.column);
    const key = isKey
      ? table.uniques.find(
          (other) =>
            sameSet(
              other.columns,
              parts.map((part) => part.column!),
            ) &&
            (other.name === index.name || !draft.keys.some((own) => isSamePlace(own.place, other.place))),
        )
      : undefined;
    if (key) (key.declarations as Declaration[]).push(declaration);
    else table.indexes.push(built);
  }
}

function sameIndex(a: Index, b: Index): boolean {
  return (
    a.parts.length === b.parts.length &&
    a.parts.every((part, position) => part.column === b.parts[position]!.column && (part.expression ?? '') === (b.parts[position]!.expression ?? '')) &&
    a.unique === b.unique &&
    (a.predicate === null) === (b.predicate === null)
  );
}
