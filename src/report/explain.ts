/** All that is known of one table or column, as text. */
import { tableName } from '../lint/draft.js';
import type { Finding, Locate } from '../lint/finding.js';
import { possibleTableUses } from '../model/liveness.js';
import type { Project } from '../model/project.js';
import type { Column, Declaration, Place, Table } from '../model/schema.js';
import type { Context, PossibleUse } from '../model/usage.js';
import { typeText } from './schema-type.js';
import { counted } from './words.js';

export interface Verdict {
  readonly rule: string;
  readonly isOff: boolean;
  readonly reported: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly hidden: readonly Finding[];
}

type Where = (place: Place) => string;
const POSSIBLE_SHOWN = 20;

/** Declarations, keys, every use with its place and kind, every gap, and what each rule makes of it. */
export function explainSubject(project: Project, subject: Table | Column, verdicts: readonly Verdict[], locate: Locate): string {
  const where: Where = (place) => { const { path, startLine, startColumn } = locate(place); return `${path}:${startLine}:${startColumn}`; };
  const parts = 'table' in subject ? aboutColumn(project, subject, where) : aboutTable(project, subject, where);
  const gaps = ('table' in subject ? [...project.gapsOf(subject), ...project.gapsOf(subject.table)] : project.gapsOf(subject)).map(
    (gap) => `${gap.kind}: ${gap.detail}${gap.place ? `  ${where(gap.place)}` : ''}`,
  );
  const all = [...parts, section('Gaps', gaps, 'nothing was out of sight'), section('Rules', verdicts.flatMap(verdictLines))];
  return `${all.map(([title, ...lines]) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n')}\n`;
}

type Section = readonly [title: string, ...lines: string[]];

function section(title: string, lines: readonly string[], empty = 'none'): Section {
  return [title, ...(lines.length > 0 ? lines : [empty])];
}

function aboutColumn(project: Project, column: Column, where: Where): Section[] {
  const { table } = column;
  const has = (columns: readonly (Column | null)[]) => columns.includes(column);
  const keys = [
    ...(table.primaryKey && has(table.primaryKey.columns) ? [`primary key ${listed(table.primaryKey.columns)}`] : []),
    ...table.uniques.filter((key) => has(key.columns)).map((key) => `unique ${listed(key.columns)}  ${where(key.place)}`),
    ...table.indexes
      .filter((index) => has(index.parts.map((part) => part.column)))
      .map(
        (index) =>
          `${index.unique ? 'unique ' : ''}index (${index.parts.map((part) => part.column?.name ?? part.expression).join(', ')})  ${where(index.place)}`,
      ),
    ...table.foreignKeys
      .filter((key) => has(key.columns))
      .map((key) => `foreign key ${listed(key.columns)} to ${tableName(key.target)} ${listed(key.targetColumns)}  ${where(key.place)}`),
    ...referring(project, table)
      .filter((key) => has(key.targetColumns))
      .map((key) => `referred to by ${tableName(key.table)} ${listed(key.columns)}  ${where(key.place)}`),
  ];
  const filled = [
    column.databaseDefault !== null ? `default ${column.databaseDefault}` : null,
    column.hasClientDefault ? 'default of the ORM' : null,
    column.onUpdate ? `set on update by the ${column.onUpdate}` : null,
    column.isGenerated ? 'generated' : null,
    column.isIdentity ? 'identity' : null,
  ].filter(Boolean);
  return [
    [
      `${tableName(table)}.${column.name}  ${typeText(column.type)}${column.nullable ? '' : ' not null'}${filled.length > 0 ? `, ${filled.join(', ')}` : ''}`,
      ...(column.comment ? [column.comment] : []),
      ...(column.inheritedFrom ? [`from ${column.inheritedFrom}`] : []),
    ],
    section('Declared', declared(column.declarations, where)),
    section('Keys', keys),
    section(
      'Uses',
      project
        .usesOf(column)
        .map(
          (use) =>
            `${use.kind}${use.via === 'code' ? '' : ` (${use.via})`}${use.atInsert ? ' at insert' : ''}  ${where(use.place)}${circumstances(use.context)}`,
        ),
    ),
    section(
      'Copied',
      project
        .copiesOf(column)
        .map(
          (copy) =>
            `${tableName(copy.from.table)}.${copy.from.name} to ${tableName(copy.to.table)}.${copy.to.name} (${copy.via})  ${where(copy.place)}${circumstances(copy.context)}`,
        ),
    ),
    possibleUses(
      project.possibleUsesOf(column).map((use) => [use.kind, use]),
      where,
    ),
  ];
}

function aboutTable(project: Project, table: Table, where: Where): Section[] {
  const keys = [
    ...(table.primaryKey ? [`primary key ${listed(table.primaryKey.columns)}`] : []),
    ...table.uniques.map((key) => `unique ${listed(key.columns)}  ${where(key.place)}`),
    ...table.indexes.map(
      (index) =>
        `${index.unique ? 'unique ' : ''}index (${index.parts.map((part) => part.column?.name ?? part.expression).join(', ')})${index.predicate ? ` where ${index.predicate}` : ''}${index.isImplicit ? ', made by the ORM' : ''}  ${where(index.place)}`,
    ),
    ...table.foreignKeys.map((key) => `foreign key ${listed(key.columns)} to ${tableName(key.target)} ${listed(key.targetColumns)}  ${where(key.place)}`),
    ...referring(project, table).map((key) => `referred to by ${tableName(key.table)} ${listed(key.columns)}  ${where(key.place)}`),
  ];
  const columns = table.columns.map(
    (column) => `${column.name}  ${typeText(column.type)}${column.nullable ? '' : ' not null'}  ${counted(project.usesOf(column).length, 'use')}`,
  );
  return [
    [
      `${tableName(table)}  ${table.kind}${table.model ? `, model ${[table.model, ...table.submodels].join(', ')}` : ''}`,
      ...(table.comment ? table.comment.split('\n') : []),
    ],
    section('Declared', declared(table.declarations, where)),
    section('Columns', columns),
    section('Keys and indexes', keys),
    section(
      'Relationships',
      table.relationships.map(
        (one) => `${one.name} to ${one.many ? 'many ' : ''}${tableName(one.target)}${one.inverse ? `, inverse ${one.inverse}` : ''}  ${where(one.place)}`,
      ),
    ),
    section(
      'Uses',
      project.tableUsesOf(table).map((use) => `${use.kind}  ${where(use.place)}${circumstances(use.context)}`),
    ),
    section(
      'Queries',
      project.queriesOf(table).map(
        (query) =>
          `${query.verb} by (${query.conditions
            .filter((one) => one.source.table === table && !one.isJoin)
            .map((one) => `${one.column.name} ${one.op}`)
            .join(
              ', ',
            )})${query.sorts.length > 0 ? ` sorted by ${query.sorts.map((sort) => sort.column.name + (sort.desc ? ' desc' : '')).join(', ')}` : ''}  ${where(query.place)}${circumstances(query.context)}`,
      ),
    ),
    section(
      'Handed out',
      project
        .exposuresOf(table)
        .map((one) => `${one.name}${one.all ? ', all columns' : `: ${one.columns.map((column) => column.name).join(', ')}`}  ${where(one.place)}`),
    ),
    possibleUses(
      possibleTableUses(project, table).map((use) => [`${use.kind} ${use.name}`, use]),
      where,
    ),
  ];
}

function possibleUses(uses: readonly (readonly [what: string, use: PossibleUse])[], where: Where): Section {
  const shown = uses.slice(0, POSSIBLE_SHOWN).map(([what, { place, role }]) => `${what}  ${where(place)}${role === 'application' ? '' : `  ${role}`}`);
  return section('Possible uses, known by the name only', [...shown, ...(uses.length > POSSIBLE_SHOWN ? [`and ${uses.length - POSSIBLE_SHOWN} more`] : [])]);
}

function referring(project: Project, table: Table) {
  return project.schema.tables.flatMap((other) => other.foreignKeys.filter((key) => key.target === table));
}

function declared(declarations: readonly Declaration[], where: Where): string[] {
  return declarations.map(({ kind, place }) => `${kind}  ${where(place)}`);
}

function circumstances({ fn, role, entry, inLoop, isSwallowed, isClient }: Context): string {
  const parts = [
    fn ? `in ${fn}` : null,
    role === 'application' ? null : role,
    entry,
    inLoop ? 'in a loop' : null,
    isSwallowed ? 'errors swallowed' : null,
    isClient ? 'client' : null,
  ].filter(Boolean);
  return parts.length > 0 ? `  ${parts.join(', ')}` : '';
}

function listed(columns: readonly Column[]): string {
  return `(${columns.map((column) => column.name).join(', ')})`;
}

function verdictLines({ rule, isOff, reported, suppressed, hidden }: Verdict): string[] {
  if (isOff) return [`${rule}: off`];
  const lines = [
    ...reported.map((finding) => `${rule}: reported, ${finding.level}, ${finding.confidence} confidence: ${finding.message}`),
    ...suppressed.map((finding) => `${rule}: found, hidden by ${finding.suppressed?.kind === 'baseline' ? 'the baseline' : 'a comment'}: ${finding.message}`),
    ...hidden.map((finding) => `${rule}: found, not shown at ${finding.confidence} confidence: ${finding.message}`),
  ];
  return lines.length > 0 ? lines : [`${rule}: nothing found`];
}
