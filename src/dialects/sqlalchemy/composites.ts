/** Objects that are made of several columns: `address = composite(Address, "street", "city")`. https://docs.sqlalchemy.org/en/20/orm/composites.html */
import type { Expr } from '../../facts/code.js';
import { isExternal, positional, text } from '../../flow/arguments.js';
import { decoratorName, externalBases, findMember, lineage, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import { COLUMN_CALLS, columnParts, type ColumnParts } from './columns.js';
import { dataFields } from './data-classes.js';
import { termNamed } from './terms.js';
import { annotationOf } from './types.js';

export interface Composite {
  readonly attribute: string;
  /** The class of the object; null where it does not show. */
  readonly cls: ClassRef | null;
  /** The column of each of its fields, in the class's order. */
  readonly parts: readonly { readonly field: string | null; readonly column: string }[];
  /** Columns that it declares itself. */
  readonly columns: readonly ColumnParts[];
}

/** The composite that a class declares under this name; null for other members. */
export function compositeOf(flow: Flow, cls: ClassRef, source: ClassRef, name: string, member: Member): Composite | null {
  if (member.k !== 'field' || member.stmt.value?.k !== 'call') return null;
  const { fn } = member.stmt.value;
  if ((fn.k === 'name' ? fn.id : fn.k === 'attr' ? fn.name : '') !== 'composite') return null;
  const term = termNamed(flow.peek(member.stmt.value!, source.env), 'composite');
  if (!term) return null;
  const type = member.stmt.type?.k === 'item' ? member.stmt.type.key : null;
  const declared = type ? flow.quiet(() => flow.type(type, source.env)) : null;
  return compositeFrom(flow, name, positional(term.args), declared, { cls, source });
}

/** A composite from the arguments of its call, and what an annotation says that it is. */
export function compositeFrom(
  flow: Flow,
  attribute: string,
  args: readonly EvaluatedArg[],
  declared: Value | null,
  owner: { readonly cls: ClassRef; readonly source: ClassRef },
): Composite {
  const [first] = args;
  const made = first && !isColumn(first) ? first.value : null;
  const cls = (made ? classesOf(made) : classesOf(declared))[0] ?? null;
  const fields = cls ? fieldsOf(flow, cls) : [];
  const given = made ? args.slice(1) : args;
  const columns: ColumnParts[] = [];
  const parts = (given.length > 0 ? given : fields.map(() => null)).map((arg, index) => {
    const field = fields[index]?.name ?? null;
    const name = arg ? columnNamed(arg) : null;
    if (name !== null) return { field, column: name };
    const term = arg ? termNamed(arg.value, ...COLUMN_CALLS) : null;
    const type = fields[index]?.type ?? null;
    const part = columnParts(flow, {
      attribute: field ?? `${attribute}_${index}`,
      term,
      annotation: type && cls ? annotationOf(flow, type, cls.env) : null,
      stmt: null,
      place: { path: owner.source.module.path, at: arg?.at ?? owner.source.cls.at },
      inheritedFrom: owner.source.id === owner.cls.id ? null : owner.source.name,
      owner: owner.cls,
    });
    // Under the table's name for it, whatever the object calls it.
    columns.push({ ...part, column: { ...part.column, attribute: part.column.name } });
    return { field, column: part.column.name };
  });
  return { attribute, cls, parts: parts.length === fields.length ? parts : parts.map((part) => ({ ...part, field: null })), columns };
}

/** Whether an argument is a column; what makes the object may stand before the first one. */
function isColumn({ value, expr }: EvaluatedArg): boolean {
  return (
    text(value) !== null || termNamed(value, ...COLUMN_CALLS) !== null || (expr.k === 'attr' && expr.of.k === 'attr' && /^(c|columns)$/.test(expr.of.name))
  );
}

/** `"street"`, `street` in the body of the class, `addresses.c.street`; null for a column that is declared there. */
function columnNamed({ value, expr }: EvaluatedArg): string | null {
  return text(value) ?? (expr.k === 'name' ? expr.id : expr.k === 'attr' ? expr.name : null);
}

/** `Point`, `Point.from_row`: what makes the object is the class or a function of it. */
function classesOf(value: Value | null): readonly ClassRef[] {
  return (value ? membersOf(value) : []).flatMap((member) =>
    member.k === 'class' || member.k === 'object' ? [member.cls] : member.k === 'fn' ? (member.fn.owner ?? []) : [],
  );
}

interface Field { readonly name: string; readonly type: Expr | null }

/** What the columns are called in the object, in their order: as it says itself, as the fields of a data class, or as its constructor takes them. */
function fieldsOf(flow: Flow, cls: ClassRef): readonly Field[] {
  const told = findMember(flow, cls, '__composite_values__');
  const last = told?.k === 'method' ? told.fn.fn.body.at(-1) : undefined;
  if (last?.k === 'return' && last.value?.k === 'list')
    return last.value.items.flatMap((item) => (item.k === 'attr' ? [{ name: item.name, type: typeOfField(flow, cls, item.name) }] : []));
  const isData =
    lineage(flow, cls).some((each) => each.cls.decorators.some((decorator) => decoratorName(decorator) === 'dataclass')) ||
    externalBases(flow, cls).some((base) => isExternal(base, 'typing', 'NamedTuple'));
  if (isData) return dataFields(flow, cls).map(({ name, stmt }) => ({ name, type: stmt.type ?? null }));
  const constructor = findMember(flow, cls, '__init__');
  return constructor?.k === 'method'
    ? constructor.fn.fn.params.slice(1).flatMap(({ target, type }) => (target.k === 'name' ? [{ name: target.id, type: type ?? null }] : []))
    : [];
}

function typeOfField(flow: Flow, cls: ClassRef, name: string): Expr | null {
  const member = findMember(flow, cls, name);
  return (member?.k === 'field' && member.stmt.type) || null;
}

/** What composites add to a draft: the columns under the paths that lead to them (`address.street`), and the classes of the objects. */
export function withComposites(composites: readonly Composite[], synonyms: ReadonlyMap<string, string>): Pick<TableDraft, 'synonyms' | 'embedded'> {
  const told = composites.filter(({ parts }) => parts.some(({ field }) => field !== null));
  const paths = told.flatMap(({ attribute, parts }) => parts.map(({ field, column }) => [`${attribute}.${field}`, column] as const));
  const all = new Map([...synonyms, ...paths]);
  return {
    ...(all.size > 0 ? { synonyms: all } : {}),
    ...(told.length > 0 ? { embedded: new Map(told.map(({ attribute, cls }) => [attribute, cls ? [cls] : []])) } : {}),
  };
}
