/** What stands in the holes of a statement: `update ${orders} set …` is about the table whose model is put there, `select ${columns}` reads those. */
import type { QName } from '../../facts/ddl.js';
import type { ColumnRef, Source, SqlAssign, SqlCondition, SqlQuery } from '../../facts/sql.js';
import { heldTexts } from '../../flow/sql.js';
import { namesIn, type SqlName } from '../../flow/sql-names.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { PlacedAssign } from './writes.js';

const HOLE = /^__hole_(\d+)$/;

/** Whether a name is that of a hole. */
export const isHoleName = (name: string): boolean => name.startsWith('__hole');

/** The statement with names in the place of holes for them, the values of its holes with those that the names brought, and where the names are written. */
export interface Filled { readonly query: SqlQuery; readonly holes: readonly Value[]; readonly places: readonly Place[] }

/**
 * Puts the names that holes hold into a statement. Where a hole brings columns and is no value that the statement compares or writes,
 * there are more conditions than it tells. `isBound`: texts in holes are values.
 */
export function withHoles(query: SqlQuery, values: readonly Value[], isBound: boolean): Filled {
  if (values.length === 0) return { query, holes: values, places: NOWHERE };
  const written = writtenOf(query);
  const hasMore = values.some((value, index) => bringsColumns(value) && namesIn(value, true) === null && !written.includes(`"parameter":"hole:${index + 1}"`));
  const filler = written.includes('"__hole_') ? new Filler(values, isBound) : null;
  const filled = filler ? filler.query(query) : query;
  return { query: hasMore ? { ...filled, isPartial: true } : filled, holes: filler ? filler.holes : values, places: filler ? filler.places() : NOWHERE };
}

const NOWHERE: readonly Place[] = [];

const texts = new WeakMap<SqlQuery, string>();

function writtenOf(query: SqlQuery): string {
  let text = texts.get(query);
  if (text === undefined) texts.set(query, (text = JSON.stringify(query)));
  return text;
}

/** A column, a condition, or more SQL of a builder's. */
function bringsColumns(value: Value): boolean {
  return membersOf(value).some((member) => member.k === 'column' || member.k === 'predicate' || (member.k === 'special' && heldTexts(member).length === 0));
}

class Filler {
  readonly holes: Value[];
  private readonly known = new Map<number, readonly SqlName[] | null>();

  constructor(values: readonly Value[], private readonly isBound: boolean) {
    this.holes = [...values];
  }

  query(of: SqlQuery): SqlQuery {
    return {
      ...of,
      ...(of.target ? { target: this.source(of.target) } : {}),
      from: of.from.map((source) => this.source(source)),
      ctes: of.ctes.map((cte) => ({ ...cte, query: this.query(cte.query) })),
      subqueries: of.subqueries.map((each) => this.query(each)),
      columns: of.columns.flatMap((ref) => this.refs(ref)),
      outputs: of.outputs.flatMap((output) => (output.column ? this.outputs(output.name, output.column) : [output])),
      conditions: of.conditions.map((condition) => this.condition(condition)),
      sorts: of.sorts.flatMap((sort) => this.named(sort.column).map(({ ref, alias }) => ({ column: ref, desc: sort.desc || alias === 'desc' }))),
      groups: of.groups.flatMap((ref) => this.refs(ref)),
      assigns: of.assigns.flatMap((assign) => this.assigns(assign)),
      ...(of.conflict ? { conflict: of.conflict.flatMap((name) => this.names(name)?.map(({ path }) => path.at(-1)!) ?? [name]) } : {}),
    };
  }

  places(): readonly Place[] {
    return [...this.known.values()].flatMap((names) => (names ?? []).flatMap(({ place }) => place ?? []));
  }

  /** The names in the hole that a name stands for; null for another name, and where they are not known. */
  private names(name: string): readonly SqlName[] | null {
    const number = HOLE.exec(name)?.[1];
    if (number === undefined) return null;
    const index = Number(number) - 1;
    if (!this.known.has(index)) { const value = this.holes[index]; this.known.set(index, value ? namesIn(value, this.isBound) : null); }
    return this.known.get(index)!;
  }

  private one(name: string): SqlName | null {
    const names = this.names(name);
    return names?.length === 1 ? names[0]! : null;
  }

  private source(of: Source): Source {
    if (of.query) return { ...of, query: this.query(of.query) };
    const found = of.table ? this.one(of.table.name) : null;
    if (found) return { ...of, table: tableOf(found.path), ...(of.alias === undefined && found.alias !== undefined ? { alias: found.alias } : {}) };
    const schema = of.table?.schema === undefined ? null : this.one(of.table.schema);
    return schema ? { ...of, table: { ...of.table!, schema: schema.path.at(-1)! } } : of;
  }

  private refs(ref: ColumnRef): readonly ColumnRef[] {
    return this.named(ref).map((each) => each.ref);
  }

  private outputs(name: string | null, column: ColumnRef): SqlQuery['outputs'] {
    return this.named(column).map(({ ref, alias }) => ({ name: alias ?? (name === column.name ? ref.name : name), column: ref }));
  }

  /** The references that one stands for. */
  private named(ref: ColumnRef): readonly { readonly ref: ColumnRef; readonly alias?: string }[] {
    // A qualifier is the table's name alone.
    const table = ref.qualifier === undefined ? null : this.one(ref.qualifier);
    const own = table ? { ...ref, qualifier: table.path.at(-1)! } : ref;
    const names = this.names(ref.name);
    return (
      names?.map(({ path, alias }) => ({
        ref: { ...own, ...(path.length > 1 ? { qualifier: path.slice(0, -1).join('.') } : {}), name: path.at(-1)! },
        ...(alias === undefined ? {} : { alias }),
      })) ?? [{ ref: own }]
    );
  }

  private condition(condition: SqlCondition): SqlCondition {
    const [column, ...others] = this.refs(condition.column);
    const value =
      condition.value.k === 'column'
        ? this.refs(condition.value.column)
        : condition.value.k === 'parameter' && condition.op !== 'in'
          ? this.columnGiven(condition.value.parameter, condition.column)
          : null;
    return {
      ...condition,
      ...(column && others.length === 0 ? { column } : {}),
      ...(value?.length === 1 ? { value: { k: 'column', column: value[0]! } } : {}),
    };
  }

  /** The column that a hole holds in the place of a value: a name that is made for statements, never a mere text. */
  private columnGiven(parameter: string | undefined, { at }: ColumnRef): readonly ColumnRef[] | null {
    const index = /^hole:(\d+)$/.exec(parameter ?? '')?.[1];
    const value = index === undefined ? undefined : this.holes[Number(index) - 1];
    const names = value ? namesIn(value, true) : null;
    return names?.map(({ path }) => ({ ...(path.length > 1 ? { qualifier: path.slice(0, -1).join('.') } : {}), name: path.at(-1)!, at })) ?? null;
  }

  /** `(${columns}) values (${values})`: what each column gets is known where its name comes with it. */
  private assigns(assign: SqlAssign): readonly SqlAssign[] {
    const from = assign.from ? this.refs(assign.from) : [];
    const own: SqlAssign = from.length === 1 ? { ...assign, from: from[0]! } : assign;
    const names = this.names(assign.column);
    if (!names) return [own];
    const { parameter, ...rest } = own;
    return names.map(({ path, value, place }): PlacedAssign => {
      const isItsOwn = names.length === 1 && (value === undefined || value === ANY);
      return {
        ...(isItsOwn ? own : rest),
        column: path.at(-1)!,
        ...(value && !isItsOwn ? { parameter: `hole:${this.holes.push(value)}` } : {}),
        ...(place ? { place } : {}),
      };
    });
  }
}

function tableOf(path: readonly string[]): QName {
  return { ...(path.length > 1 ? { schema: path.at(-2)! } : {}), name: path.at(-1)! };
}
