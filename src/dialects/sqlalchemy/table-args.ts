/** Table-level declarations: `__table_args__` and the arguments of `Table(…)`. https://docs.sqlalchemy.org/en/20/core/constraints.html */
import type { Expr } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, argumentOf, entry, flag, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type EvaluatedArg, type Term, type Value } from '../../flow/value.js';
import type { ForeignKeyDraft, IndexDraft, KeyDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { actionOf, targetOfText } from './columns.js';
import { nameOfCall, predicateText } from './terms.js';

export interface TableArgs {
  readonly keys: KeyDraft[]; readonly indexes: IndexDraft[]; readonly foreignKeys: ForeignKeyDraft[];
  readonly checks: { readonly name: string | null; readonly expression: string; readonly columns: readonly string[]; readonly place: Place }[];
  readonly exclusions: { readonly columns: readonly string[]; readonly place: Place }[];
  schema: string | null; comment: string | null;
  /** `info={"is_view": True}`, by which Alembic is told to make no table. https://alembic.sqlalchemy.org/en/latest/cookbook.html */
  isView: boolean;
  /** There is more than could be read. */
  hasUnread: boolean;
}

export const noTableArgs = (): TableArgs => ({
  keys: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  exclusions: [],
  schema: null,
  comment: null,
  isView: false,
  hasUnread: false,
});

/** Adds one value of `__table_args__`: a tuple of constraints, a dict of options, or both. `columnAt` names the column declared at a site. */
export function addTableArgs(flow: Flow, value: Value, into: TableArgs, columnAt: (site: string) => string | null): void {
  for (const member of membersOf(value)) {
    if (member.k === 'list') for (const item of member.items) addTableArgs(flow, item, into, columnAt);
    else if (member.k === 'many') addTableArgs(flow, member.of, into, columnAt);
    else if (member.k === 'dict') {
      into.schema = text(entry(member, 'schema')) ?? into.schema;
      into.comment = text(entry(member, 'comment')) ?? into.comment;
      into.isView ||= flag(entry(entry(member, 'info'), 'is_view')) === true;
      if (member.rest !== null) into.hasUnread = true;
    } else if (member.k === 'term') { if (!addConstraint(member, into, columnAt)) into.hasUnread = true; }
    else if (member.k !== 'const') into.hasUnread = true;
  }
}

/** Adds one constraint or index; returns false when the term is none. */
export function addConstraint(term: Term, into: TableArgs, columnAt: (site: string) => string | null): boolean {
  const { place } = term;
  const name = text(argument(term.args, -1, 'name'));
  switch (nameOfCall(term)) {
    case 'UniqueConstraint': {
      const columns = positional(term.args).map((arg) => columnName(arg, columnAt)).filter((column) => column !== null);
      into.keys.push({ k: 'unique', name, columns, nullsNotDistinct: flag(argument(term.args, -1, 'postgresql_nulls_not_distinct')) === true, place });
      return true;
    }
    case 'PrimaryKeyConstraint':
      into.keys.push({ k: 'primary', name, columns: positional(term.args).map((arg) => columnName(arg, columnAt)).filter((column) => column !== null), place });
      return true;
    case 'ForeignKeyConstraint': {
      const list = (value: Value | null): readonly string[] =>
        value?.k === 'list' ? value.items.map((item) => text(item) ?? (item.k === 'term' ? columnAt(siteOf(item)) : null)).filter((each) => each !== null) : [];
      const targets = list(argument(term.args, 1, 'refcolumns')).map(targetOfText);
      if (targets[0])
        into.foreignKeys.push({
          name,
          columns: list(argument(term.args, 0, 'columns')),
          target: targets[0].target,
          targetColumns: targets.flatMap((target) => target.targetColumns),
          onDelete: actionOf(argument(term.args, -1, 'ondelete')),
          place,
        });
      return true;
    }
    case 'CheckConstraint': {
      const expression = text(argument(term.args, 0)) ?? (term.args.list[0] ? predicateText(term.args.list[0].expr) : '');
      into.checks.push({ name, expression: text(textOf(argument(term.args, 0))) ?? expression, columns: [], place });
      return true;
    }
    case 'ExcludeConstraint': into.exclusions.push({
      columns: positional(term.args)
        .flatMap((arg) => (arg.value.k === 'list' ? [text(arg.value.items[0] ?? null) ?? ''] : []))
        .filter(Boolean),
      place,
    });
    return true;
    case 'Index': into.indexes.push(indexOf(term, columnAt)); return true;
    default: return false;
  }
}

const textOf = (value: Value | null): Value | null => (value?.k === 'term' && nameOfCall(value) === 'text' ? argument(value.args, 0) : value);
const siteOf = (term: Term): string => `${term.place.path}:${spanStart(term.place.at)}`;

/** `postgresql_ops={"name": "gin_trgm_ops"}`: operator classes by the names of columns. */
export function opclassesOf(value: Value | null): ReadonlyMap<string, string> {
  return new Map(value?.k === 'dict' ? [...value.entries].flatMap(([name, given]) => (text(given) === null ? [] : [[name, text(given)!] as const])) : []);
}

/** The same part with the operator class of its column. */
export function withOpclass<P extends { readonly column: string | null }>(part: P, classes: ReadonlyMap<string, string>): P {
  const opclass = part.column === null ? undefined : classes.get(part.column);
  return opclass === undefined ? part : { ...part, opclass };
}

function indexOf(term: Term, columnAt: (site: string) => string | null): IndexDraft {
  const given = positional(term.args);
  const named = text(given[0]?.value ?? null) !== null || (given[0]?.value.k === 'const') ? given.slice(1) : given;
  const where = argumentOf(term.args, -1, 'postgresql_where') ?? argumentOf(term.args, -1, 'sqlite_where') ?? argumentOf(term.args, -1, 'mssql_where');
  const include = argument(term.args, -1, 'postgresql_include');
  const opclass = opclassesOf(argument(term.args, -1, 'postgresql_ops'));
  return {
    name: text(given[0]?.value ?? null) ?? text(argument(term.args, -1, 'name')),
    parts: named.map((arg) => withOpclass(partOf(arg.value, arg.expr, columnAt), opclass)),
    unique: flag(argument(term.args, -1, 'unique')) === true,
    method: text(argument(term.args, -1, 'postgresql_using')) ?? 'btree',
    predicate: where ? predicateText(where.expr) : null,
    ...(flag(argument(term.args, -1, 'postgresql_nulls_not_distinct')) === true ? { nullsNotDistinct: true } : {}),
    include: include?.k === 'list' ? include.items.map((item) => text(item)).filter((item) => item !== null) : [],
    place: term.place,
  };
}

/** A column by name, by its declaration in the same class, or an expression over columns. */
export function partOf(value: Value, expr: Expr, columnAt: (site: string) => string | null): IndexDraft['parts'][number] {
  const name = text(value);
  if (name !== null) return { column: name };
  if (value.k === 'term') {
    const declared = columnAt(siteOf(value));
    if (declared !== null) return { column: declared };
    const called = nameOfCall(value);
    if ((called === 'desc' || called === 'asc') && (value.of ?? argument(value.args, 0))) {
      const inner = partOf(value.of ?? argument(value.args, 0)!, expr.k === 'call' && expr.fn.k === 'attr' ? expr.fn.of : expr, columnAt);
      return { ...inner, desc: called === 'desc' };
    }
    if (called === 'text') {
      const sql = text(argument(value.args, 0)) ?? '';
      const plain = /^\s*"?(\w+)"?\s*(asc|desc)?\s*(nulls\s+(first|last))?\s*$/i.exec(sql);
      return plain ? { column: plain[1]!, desc: plain[2]?.toLowerCase() === 'desc' } : { column: null, expression: sql };
    }
  }
  if (expr.k === 'name') return { column: expr.id };
  if (expr.k === 'attr' && expr.of.k !== 'call') return { column: expr.name };
  return { column: null, expression: predicateText(expr) };
}

function columnName(arg: EvaluatedArg, columnAt: (site: string) => string | null): string | null {
  return partOf(arg.value, arg.expr, columnAt).column;
}
