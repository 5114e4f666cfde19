/** The third argument of a table: indexes, keys, checks, policies, as a list or as an object. https://orm.drizzle.team/docs/indexes-constraints */
import { argument, entry, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import type { ForeignKeyDraft, IndexDraft, KeyDraft, TableDraft } from '../../link/draft.js';
import type { Place, Policy } from '../../model/schema.js';
import { actionOf } from './columns.js';
import { chainOf, drizzleName } from './names.js';
import { asDeclaredColumn, asSql, columnsIn, declaredText } from './sql-text.js';

export interface Extras {
  readonly keys: KeyDraft[]; readonly indexes: IndexDraft[]; readonly foreignKeys: ForeignKeyDraft[];
  readonly checks: TableDraft['checks'][number][]; readonly policies: Policy[];
}

export const noExtras = (): Extras => ({ keys: [], indexes: [], foreignKeys: [], checks: [], policies: [] });

/** Reads what the callback of a table returned. `nameOf` gives the physical name of an attribute. */
export function readExtras(flow: Flow, value: Value, nameOf: (attribute: string) => string): Extras {
  const extras = noExtras();
  for (const item of itemsOf(value)) for (const member of membersOf(item)) if (member.k === 'term') readExtra(flow, member, nameOf, extras);
  return extras;
}

function itemsOf(value: Value): readonly Value[] {
  return membersOf(value).flatMap((member) =>
    member.k === 'list' ? member.items : member.k === 'many' ? membersOf(member.of) : member.k === 'dict' ? [...member.entries.values()] : [],
  );
}

function readExtra(flow: Flow, term: Term, nameOf: (attribute: string) => string, into: Extras): void {
  const { root, steps } = chainOf(term);
  const name = text(argument(root.args, 0));
  const { place } = root;
  switch (drizzleName(root.callee)) {
    case 'index': case 'uniqueIndex': into.indexes.push(indexOf(root, steps, drizzleName(root.callee) === 'uniqueIndex', name, nameOf)); return;
    case 'unique': {
      const columns = attributesOf(steps.find((step) => step.name === 'on'));
      if (columns.length) into.keys.push({ k: 'unique', name, columns, nullsNotDistinct: steps.some((step) => step.name === 'nullsNotDistinct'), place });
      return;
    }
    case 'primaryKey': {
      const options = argument(root.args, 0);
      const columns = options?.k === 'dict' ? namesIn(entry(options, 'columns')) : attributesOf(root);
      if (columns.length) into.keys.push({ k: 'primary', name: text(entry(options, 'name')), columns, place });
      return;
    }
    case 'foreignKey': {
      const first = argument(root.args, 0);
      const options = first?.k === 'fn' ? flow.callFn(first, []) : first;
      const target = entry(options, 'foreignColumns');
      const foreign = (target?.k === 'list' ? target.items : []).map(asDeclaredColumn).filter((column) => column !== null);
      const columns = namesIn(entry(options, 'columns'));
      if (foreign.length === 0 || columns.length === 0) return;
      const onDelete = steps.find((step) => step.name === 'onDelete');
      into.foreignKeys.push({
        name: text(entry(options, 'name')),
        columns,
        target: { k: 'site', site: foreign[0]!.site },
        targetColumns: foreign.map((column) => column.attribute),
        onDelete: actionOf(onDelete ? argument(onDelete.args, 0) : null),
        place,
      });
      return;
    }
    case 'check': {
      const condition = argument(root.args, 1);
      into.checks.push({ name, expression: declaredText(condition, nameOf) ?? '?', columns: [...new Set(columnsIn(condition))], place });
      return;
    }
    case 'pgPolicy': {
      const options = argument(root.args, 1);
      const written = (key: string): string | null => declaredText(entry(options, key), nameOf);
      into.policies.push({
        name: name ?? '',
        command: text(entry(options, 'for')) ?? 'all',
        using: written('using'),
        check: written('withCheck'),
        columns: [...new Set(['using', 'withCheck'].flatMap((key) => columnsIn(entry(options, key))))].map(nameOf),
        place,
      });
      return;
    }
    default:
  }
}

/** `index('x').on(t.a.desc()).where(sql`…`)`, `index('x').using('gin', t.a)`. */
function indexOf(root: Term, steps: readonly Term[], unique: boolean, name: string | null, nameOf: (attribute: string) => string): IndexDraft {
  const on = steps.find((step) => step.name === 'on' || step.name === 'onOnly' || step.name === 'using');
  const method = on?.name === 'using' ? text(argument(on.args, 0)) : null;
  const parts = (on ? positional(on.args) : []).slice(method === null ? 0 : 1).flatMap((arg): IndexDraft['parts'] => {
    const column = asDeclaredColumn(arg.value);
    if (column) return [{ column: column.attribute, desc: column.desc, opclass: column.opclass }];
    // A column's name inside a template with nothing but an order (`sql`${t.at} DESC``) is that column.
    const sql = asSql(arg.value);
    const written = declaredText(arg.value, nameOf);
    if (written === null) return [];
    const plain = sql?.values.length === 1 ? asDeclaredColumn(sql.values[0]) : null;
    const rest = plain ? /^(\S+)((?:\s+(?:asc|desc|nulls\s+(?:first|last)))*)$/i.exec(written) : null;
    if (plain && rest && rest[1] === nameOf(plain.attribute)) return [{ column: plain.attribute, desc: /desc/i.test(rest[2]!) }];
    return [{ column: null, expression: written }];
  });
  const where = steps.find((step) => step.name === 'where');
  return { name, parts, unique, ...(method ? { method } : {}), predicate: where ? declaredText(argument(where.args, 0), nameOf) : null, place: root.place };
}

function attributesOf(step: Term | undefined): readonly string[] {
  return step ? positional(step.args).flatMap((arg) => namesIn(arg.value.k === 'list' ? arg.value : { k: 'list', items: [arg.value] })) : [];
}

function namesIn(value: Value | null): readonly string[] {
  return value?.k === 'list' ? value.items.map((item) => asDeclaredColumn(item)?.attribute ?? null).filter((name) => name !== null) : [];
}

/** Whether the policies' table has row security on: a policy turns it on. https://orm.drizzle.team/docs/rls */
export function rowSecurity(policies: readonly Policy[], enabled: Place | null): TableDraft['rowSecurity'] {
  return enabled || policies.length ? { enabled: enabled ?? policies[0]!.place, policies } : { enabled: null, policies: [] };
}
