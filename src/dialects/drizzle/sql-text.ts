/** `sql` templates of declarations as SQL text: predicates, checks, defaults, expressions. https://orm.drizzle.team/docs/sql */
import type { Template } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Args, type Value } from '../../flow/value.js';
import { DIALECT } from './names.js';

/** A column of a table that is being declared, named by its attribute; `site` tells the table where it is another one. */
export interface DeclaredColumn {
  readonly attribute: string;
  readonly site: string;
  readonly desc: boolean;
  readonly opclass: string | null;
  readonly through: DeclaredColumn | null;
}

export function declaredColumn(column: DeclaredColumn): Value {
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'declared-column',
    data: { column },
    key: `${column.site}.${column.attribute}:${column.desc}:${column.opclass ?? ''}:${column.through?.attribute ?? ''}`,
  };
}

export function asDeclaredColumn(value: Value | null | undefined): DeclaredColumn | null {
  return value?.k === 'special' && value.dialect === DIALECT && value.tag === 'declared-column' ? (value.data['column'] as DeclaredColumn) : null;
}

/** A `sql` template with the values of its holes, and where it stands. */
export interface SqlTemplate { readonly template: Template; readonly values: readonly Value[]; readonly env: Env }

export function sqlValue(template: Template, args: Args, env: Env): Value {
  const key = `${env.module.path}:${spanStart(template.at)}`;
  return { k: 'special', dialect: DIALECT, tag: 'sql', data: { sql: { template, values: args.list.map((arg) => arg.value), env } satisfies SqlTemplate }, key };
}

export function asSql(value: Value | null | undefined): SqlTemplate | null {
  return value?.k === 'special' && value.dialect === DIALECT && value.tag === 'sql' ? (value.data['sql'] as SqlTemplate) : null;
}

/** The text of a template; `write` gives what stands in a hole, null leaves a `?`. */
export function textOf(sql: SqlTemplate, write: (value: Value) => string | null): string {
  let hole = 0;
  return sql.template.parts.map((part) => (part.k === 'text' ? part.v : write(sql.values[hole++]!) ?? '?')).join('').trim();
}

/** SQL text of a value in a declaration: a template, a condition as text, a constant; `nameOf` gives a column's physical name. */
export function declaredText(value: Value | null, nameOf: (attribute: string) => string): string | null {
  for (const member of value ? membersOf(value) : []) {
    const sql = asSql(member);
    if (sql) return textOf(sql, (hole) => declaredText(hole, nameOf));
    const column = asDeclaredColumn(member);
    if (column) return nameOf(column.attribute);
    if (member.k === 'const') return member.v === null ? 'NULL' : typeof member.v === 'string' ? `'${member.v.replaceAll("'", "''")}'` : String(member.v);
    if (member.k === 'term') {
      const written = conditionText(member.callee.k === 'ext' ? member.callee.name ?? '' : '', member.args, nameOf);
      if (written !== null) return written;
    }
  }
  return null;
}

const OPERATORS: Readonly<Record<string, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=', like: 'LIKE', ilike: 'ILIKE' };

/** `isNull(t.deletedAt)`, `eq(t.status, 'open')` as SQL; null for what is no condition. */
function conditionText(name: string, args: Args, nameOf: (attribute: string) => string): string | null {
  const parts = args.list.map((arg) => declaredText(arg.value, nameOf));
  if (name === 'isNull' || name === 'isNotNull') return parts[0] ? `${parts[0]} IS ${name === 'isNull' ? '' : 'NOT '}NULL` : null;
  if (OPERATORS[name]) return parts[0] && parts[1] ? `${parts[0]} ${OPERATORS[name]} ${parts[1]}` : null;
  if (name === 'and' || name === 'or')
    return parts.every((part) => part !== null) ? parts.map((part) => `(${part})`).join(name === 'and' ? ' AND ' : ' OR ') : null;
  return null;
}

/** The attributes of declared columns anywhere in a value. */
export function columnsIn(value: Value | null, depth = 4): readonly string[] {
  if (!value || depth === 0) return [];
  return membersOf(value).flatMap((member) => {
    const column = asDeclaredColumn(member);
    if (column) return [column.attribute];
    const sql = asSql(member);
    if (sql) return sql.values.flatMap((inner) => columnsIn(inner, depth - 1));
    return member.k === 'term'
      ? member.args.list.flatMap((arg) => columnsIn(arg.value, depth - 1))
      : member.k === 'list'
        ? member.items.flatMap((inner) => columnsIn(inner, depth - 1))
        : [];
  });
}
