/** Relations, which Drizzle declares apart from tables and keys. https://orm.drizzle.team/docs/relations https://orm.drizzle.team/docs/relations-v2 */
import { argument, entry, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type DictValue, type ModuleValue, type Term, type Value } from '../../flow/value.js';
import type { ForeignKeyDraft, RelationshipDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { DIALECT, drizzleName, siteOf, tableTerm } from './names.js';
import { asDeclaredColumn } from './sql-text.js';
import type { DeclaredTable } from './tables.js';

export interface RelationsCall { readonly term: Term; readonly place: Place }

/** One side of a relation, columns by their attributes. */
interface Side {
  readonly owner: string;
  readonly name: string;
  readonly target: string;
  readonly many: boolean;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly alias: string | null;
  readonly through: string | null;
  readonly place: Place;
}

export interface Relations { readonly relationships: readonly RelationshipDraft[]; readonly foreignKeys: readonly ForeignKeyDraft[] }

/** The relationships of each table, by its site, and the keys that only they tell of. */
export function relationsOf(flow: Flow, calls: readonly RelationsCall[], tables: ReadonlyMap<string, DeclaredTable>): ReadonlyMap<string, Relations> {
  const sides = calls.flatMap(({ term }) => (drizzleName(term.callee) === 'relations' ? firstVersion(flow, term) : secondVersion(flow, term)));
  const byOwner = new Map<string, { relationships: RelationshipDraft[]; foreignKeys: ForeignKeyDraft[] }>();
  for (const side of sides) {
    if (!tables.has(side.owner)) continue;
    const back = counterpart(side, sides);
    const named = (site: string, attributes: readonly string[]): readonly string[] =>
      attributes.map((attribute) => tables.get(site)?.nameOf(attribute) ?? attribute);
    // A side without columns is joined the way its other side says.
    const remote = side.from.length ? [] : back?.from ?? [];
    const draft: RelationshipDraft = {
      name: side.name, target: { k: 'site', site: side.target }, many: side.many, place: side.place, inverse: back?.name ?? null,
      ...(side.from.length && !side.many ? { localColumns: named(side.owner, side.from) } : {}),
      ...(side.to.length ? { remoteColumns: named(side.target, side.to) } : remote.length ? { remoteColumns: named(side.target, remote) } : {}),
      ...(side.through ? { through: { k: 'site' as const, site: side.through } } : {}),
    };
    const own = byOwner.get(side.owner) ?? { relationships: [], foreignKeys: [] };
    byOwner.set(side.owner, own);
    own.relationships.push(draft);
    const key = keyBehind(side, tables, own.foreignKeys);
    if (key)
      own.foreignKeys.push({
        name: null,
        columns: named(side.owner, side.from),
        target: { k: 'site', site: side.target },
        targetColumns: named(side.target, side.to),
        isEnforced: false,
        isUndeclared: true,
        place: side.place,
      });
  }
  return byOwner;
}

/** Whether a relation leads to the key of its target over columns that no constraint holds: the application alone knows that reference. */
function keyBehind(side: Side, tables: ReadonlyMap<string, DeclaredTable>, known: readonly ForeignKeyDraft[]): boolean {
  const [owner, target] = [tables.get(side.owner), tables.get(side.target)];
  if (!owner || !target || side.many || side.from.length === 0 || side.from.length !== side.to.length) return false;
  const columns = side.from.map(owner.nameOf);
  const same = (names: readonly string[], others: readonly string[]): boolean => names.length === others.length && names.every((name) => others.includes(name));
  if ([...owner.draft.foreignKeys, ...known].some((key) => same(key.columns, columns))) return false;
  const to = side.to.map(target.nameOf);
  // A composite key that ties a copy to its source holds the reference among others.
  const isPart = (key: ForeignKeyDraft): boolean =>
    key.target.k === 'site' &&
    key.target.site === side.target &&
    columns.every((column, index) => {
      const at = key.columns.indexOf(column);
      return at !== -1 && target.nameOf(key.targetColumns[at] ?? '') === to[index];
    });
  if (owner.draft.foreignKeys.some(isPart)) return false;
  const isKey =
    target.draft.keys.some((key) => same(key.columns, to)) ||
    target.draft.indexes.some(
      (index) =>
        index.unique &&
        !index.predicate &&
        same(
          index.parts.map((part) => part.column ?? ''),
          to,
        ),
    );
  return isKey && !owner.draft.keys.some((key) => key.k === 'primary' && same(key.columns, columns));
}

/** The side that leads back: of the same `relationName` or alias, or over the same columns; null where there are several. */
function counterpart(side: Side, all: readonly Side[]): Side | null {
  const back = all.filter(
    (other) =>
      other !== side &&
      other.owner === side.target &&
      other.target === side.owner &&
      other.alias === side.alias &&
      !(side.many && other.many && !side.through) &&
      (other.through ?? null) === (side.through ?? null),
  );
  const same = side.from.length ? back.filter((other) => other.from.join() === side.to.join() && other.to.join() === side.from.join()) : [];
  return same.length === 1 ? same[0]! : back.length === 1 ? back[0]! : null;
}

/** `relations(users, ({ one, many }) => ({ posts: many(posts) }))`. */
function firstVersion(flow: Flow, term: Term): readonly Side[] {
  const owner = tableTerm(argument(term.args, 0));
  const callback = argument(term.args, 1);
  if (!owner || callback?.k !== 'fn') return [];
  const helper = (name: string): Value => ({ k: 'ext', module: 'drizzle-orm', name });
  const helpers: DictValue = { k: 'dict', entries: new Map([['one', helper('one')], ['many', helper('many')]]), rest: null };
  return relationsIn(flow.callFn(callback, [unwritten(helpers, term.place.at)])).flatMap(({ name, value, place }): Side[] => {
    if (value.k !== 'term') return [];
    const kind = drizzleName(value.callee);
    const target = tableTerm(argument(value.args, 0));
    if ((kind !== 'one' && kind !== 'many') || !target) return [];
    const options = argument(value.args, 1);
    return [
      {
        owner: siteOf(owner),
        name,
        target: siteOf(target),
        many: kind === 'many',
        from: attributesIn(entry(options, 'fields')),
        to: attributesIn(entry(options, 'references')),
        alias: text(entry(options, 'relationName')),
        through: null,
        place: place ?? value.place,
      },
    ];
  });
}

function relationsIn(value: Value): readonly { readonly name: string; readonly value: Value; readonly place: Place | undefined }[] {
  return membersOf(value).flatMap((member) =>
    member.k === 'dict' ? [...member.entries].map(([name, inner]) => ({ name, value: inner, place: member.places?.get(name) })) : [],
  );
}

function attributesIn(value: Value | null): readonly string[] {
  const items = value?.k === 'list' ? value.items : value ? [value] : [];
  return items.map((item) => asDeclaredColumn(item)?.attribute ?? null).filter((name) => name !== null);
}

/** `defineRelations(schema, (r) => ({ users: { posts: r.many.posts({ from: r.users.id, to: r.posts.authorId }) } }))`. */
function secondVersion(flow: Flow, term: Term): readonly Side[] {
  const schema = argument(term.args, 0);
  const callback = argument(term.args, 1);
  if ((schema?.k !== 'dict' && schema?.k !== 'module') || callback?.k !== 'fn') return [];
  const result = flow.callFn(callback, [unwritten(relationsHelper(schema, null), term.place.at)]);
  return relationsIn(result).flatMap(({ name, value }) => {
    const owner = tableNamed(flow, schema, name);
    return owner ? relationsIn(value).flatMap((each): Side[] => {
      const made =
        each.value.k === 'special' && each.value.tag === 'relation'
          ? (each.value.data as unknown as { readonly many: boolean; readonly target: Term; readonly options: Value | null; readonly place: Place })
          : null;
      if (!made) return [];
      const from = entry(made.options, 'from');
      const first = asDeclaredColumn(from?.k === 'list' ? from.items[0] : from);
      return [
        {
          owner: siteOf(owner),
          name: each.name,
          target: siteOf(made.target),
          many: made.many,
          from: attributesIn(from),
          to: attributesIn(entry(made.options, 'to')),
          alias: text(entry(made.options, 'alias')),
          through: first?.through?.site ?? null,
          place: each.place ?? made.place,
        },
      ];
    }) : [];
  });
}

/** The `r` of `defineRelations`: `r.one`, `r.many`, and the tables with their columns. */
export function relationsHelper(schema: DictValue | ModuleValue, kind: 'one' | 'many' | null): Value {
  return { k: 'special', dialect: DIALECT, tag: 'relations', data: { schema, kind }, key: `${schema.k === 'module' ? schema.module.path : ''}:${kind ?? ''}` };
}

/** An attribute of that helper; undefined when there is no such thing. */
export function helperAttribute(flow: Flow, helper: Value & { k: 'special' }, name: string): Value | undefined {
  const { schema, kind } = helper.data as unknown as { readonly schema: DictValue | ModuleValue; readonly kind: 'one' | 'many' | null };
  if (kind === null && (name === 'one' || name === 'many')) return relationsHelper(schema, name);
  const table = tableNamed(flow, schema, name);
  if (!table) return undefined;
  return kind === null
    ? table
    : { k: 'special', dialect: DIALECT, tag: 'relation-builder', data: { many: kind === 'many', target: table }, key: `${kind}:${siteOf(table)}` };
}

function tableNamed(flow: Flow, schema: DictValue | ModuleValue, name: string): Term | null {
  const value = schema.k === 'dict' ? schema.entries.get(name) ?? null : flow.moduleName(schema.module, name);
  return value ? membersOf(value).map(tableTerm).find((term) => term !== null) ?? null : null;
}
