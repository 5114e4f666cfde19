/** `Table(…)` objects, which describe tables apart from classes. https://docs.sqlalchemy.org/en/20/core/metadata.html */
import { spanStart } from '../../facts/span.js';
import { argument, entry, flag, positional, text } from '../../flow/arguments.js';
import type { Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import type { ForeignKeyDraft, IndexDraft, KeyDraft, TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { columnParts, type ColumnParts } from './columns.js';
import { addTableArgs, noTableArgs } from './table-args.js';
import { commentOf, nameOfCall, termNamed } from './terms.js';

/** A `Table` of a module, with the call that makes it. */
export interface DescribedTable { readonly draft: TableDraft; readonly term: Term }

/** A composite key written on its columns is one key. */
export function mergePrimary(keys: readonly KeyDraft[], place: TableDraft['place']): readonly KeyDraft[] {
  const primary = keys.filter((key) => key.k === 'primary');
  if (primary.length < 2) return keys;
  return [
    { k: 'primary', name: null, columns: [...new Set(primary.flatMap((key) => key.columns))], place: primary[0]?.place ?? place },
    ...keys.filter((key) => key.k !== 'primary'),
  ];
}

/** The table that a class names itself: `__table__ = Table(…)`. */
export function tableTerm(flow: Flow, own: ReadonlyMap<string, Member>): Term | null {
  const member = own.get('__table__');
  return member?.k === 'field' && member.stmt.value ? termNamed(flow.peek(member.stmt.value!, member.owner.env), 'Table') : null;
}

/** Module-level `Table(…)` objects. */
export function tables(program: ProgramView): readonly DescribedTable[] {
  const found: DescribedTable[] = [];
  for (const module of program.modules) {
    if (module.language !== 'python') continue;
    for (const [name, bindings] of module.bindings) for (const binding of bindings) {
      if (binding.k !== 'set' || binding.target.k !== 'name' || binding.stmt.value?.k !== 'call') continue;
      const { fn } = binding.stmt.value;
      if ((fn.k === 'name' ? fn.id : fn.k === 'attr' ? fn.name : '') !== 'Table') continue;
      const term = termNamed(program.flow.peek(binding.stmt.value!, module.env), 'Table');
      const draft = term ? tableDraft(program.flow, name, term, commentOf(binding.stmt.note)) : null;
      if (term && draft) found.push({ draft, term });
    }
  }
  return found;
}

function tableDraft(flow: Flow, variable: string, term: Term, comment: string | null): TableDraft | null {
  const name = text(argument(term.args, 0));
  const parts = tableColumns(flow, term);
  if (name === null || parts.length === 0) return null;
  const args = noTableArgs();
  for (const arg of positional(term.args)) addTableArgs(flow, arg.value, args, () => null);
  const keys: KeyDraft[] = [...parts.flatMap((part) => part.keys), ...args.keys];
  const indexes: IndexDraft[] = [...parts.flatMap((part) => part.indexes), ...args.indexes];
  const foreignKeys: ForeignKeyDraft[] = [...parts.flatMap((part) => part.foreignKeys), ...args.foreignKeys];
  return {
    dialect: 'sqlalchemy',
    kind: 'model',
    tableKind: flag(entry(argument(term.args, -1, 'info'), 'is_view')) === true ? 'view' : 'table',
    name,
    schema: text(argument(term.args, -1, 'schema')),
    partition: '',
    model: variable,
    cls: null,
    site: `${term.place.path}:${spanStart(term.place.at)}`,
    base: null,
    place: term.place,
    extent: term.place,
    columns: parts.map((part) => part.column),
    keys: mergePrimary(keys, term.place),
    indexes,
    foreignKeys,
    checks: [...parts.flatMap((part) => part.checks), ...args.checks],
    exclusions: args.exclusions,
    relationships: [],
    comment,
    declaresRelationships: false,
    usesAttributeNames: true,
    ...(isOfLibrary(argument(term.args, 1)) ? { isAmongOthers: true } : {}),
  };
}

/** `Model.metadata` of a library, in which it has tables of its own. */
const isOfLibrary = (metadata: Value | null): boolean =>
  metadata?.k === 'ext' && metadata.name?.endsWith('.metadata') === true && !/^(sqlalchemy|sqlmodel|flask_sqlalchemy)\b/.test(metadata.module);

/** The columns that a `Table(…)` is given. */
export function tableColumns(flow: Flow, term: Term): readonly ColumnParts[] {
  return positional(term.args).flatMap((arg) => membersOf(arg.value)).flatMap((value) => {
    if (value.k !== 'term' || nameOfCall(value) !== 'Column') return [];
    const name = text(argument(value.args, 0));
    return name === null
      ? []
      : [
          columnParts(flow, {
            attribute: text(argument(value.args, -1, 'key')) ?? name,
            term: value,
            annotation: null,
            stmt: null,
            place: value.place,
            inheritedFrom: null,
            owner: null,
          }),
        ];
  });
}
