/** Tables and views as their calls declare them, before they know of each other. https://orm.drizzle.team/docs/sql-schema-declaration */
import type { Expr, Note } from '../../facts/code.js';
import type { DatabaseEngine } from '../../facts/file.js';
import { argument, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type Term, type Value } from '../../flow/value.js';
import type { Connection, TableDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { commentOf } from '../shared/targets.js';
import type { Casing } from './casing.js';
import { namerOf, readColumns, type NoteAt } from './columns.js';
import { noExtras, readExtras, rowSecurity } from './extras.js';
import { DIALECT, chainOf, coreOf, declaredBy, rootCallee, siteOf } from './names.js';
import { declaredColumn } from './sql-text.js';
import { columnsOfView } from './views.js';

/** A table's draft with the columns' names by their attributes. */
export interface DeclaredTable { readonly draft: TableDraft; readonly site: string; readonly core: string; readonly nameOf: (attribute: string) => string }

/** The value that a table has while its own extras, or others that refer to it, are read: any attribute is a column of it. */
export function declaredTable(site: string): Value {
  return { k: 'special', dialect: DIALECT, tag: 'declared-table', data: { site }, key: site };
}

/** The column `name` of a table that is being declared. */
export function columnOfDeclared(site: string, name: string): Value {
  return declaredColumn({ attribute: name, site, desc: false, opclass: null, through: null });
}

export interface TableContext {
  readonly variable: string;
  readonly casing: Casing;
  readonly partition: string;
  readonly connection: Connection | null;
  readonly note: Note | undefined;
  readonly noteAt: NoteAt;
  readonly extent: Place;
}

/** Reads the table or view that `root` declares; `term` is the whole chain. Null when its name or columns cannot be told. */
export function readTable(flow: Flow, term: Term, root: Term, context: TableContext): DeclaredTable | null {
  const declared = declaredBy(root.callee, root.of, root.name)!;
  const site = siteOf(root);
  const name = tableName(flow, root, declared.k === 'table' ? declared.creator : null);
  if (name === null) return null;
  const core = coreOf(rootCallee(root));
  const nameColumn = namerOf(declared.k === 'table' && declared.casing ? declared.casing : context.casing);
  const { steps } = chainOf(term);
  const columns = declared.k === 'view' ? null : columnsArgument(flow, root);
  const parts = columns ? readColumns(flow, columns, nameColumn, context.noteAt) : columnsOfView(flow, root, steps, nameColumn, context.noteAt);
  const names = new Map(parts.map((part) => [part.column.attribute, part.column.name]));
  const nameOf = (attribute: string): string => names.get(attribute) ?? attribute;
  const extrasArgument = argument(root.args, 2);
  const extras =
    declared.k === 'table' && extrasArgument
      ? readExtras(flow, extrasArgument.k === 'fn' ? flow.callFn(extrasArgument, [unwritten(declaredTable(site), root.place.at)]) : extrasArgument, nameOf)
      : noExtras();
  const rls = steps.find((step) => step.name === 'enableRLS') ?? (root.callee.k === 'ext' && root.callee.name?.endsWith('.withRLS') ? root : null);
  const place = { path: root.place.path, at: nameSpan(root) };
  const draft: TableDraft = {
    dialect: DIALECT,
    kind: 'model',
    tableKind: declared.k === 'view' ? declared.kind : 'table',
    name,
    schema: schemaOf(root),
    partition: context.partition,
    connection: context.connection,
    engine: engineOf(core),
    model: context.variable,
    cls: null,
    site,
    base: null,
    place,
    extent: context.extent,
    columns: parts.map((part) => part.column),
    keys: [...parts.flatMap((part) => part.keys), ...extras.keys].map((key) => ({ ...key, columns: key.columns.map(nameOf) })),
    indexes: extras.indexes.map((index) => ({
      ...index,
      parts: index.parts.map((part) => (part.column === null ? part : { ...part, column: nameOf(part.column) })),
    })),
    foreignKeys: [...parts.flatMap((part) => part.foreignKeys), ...extras.foreignKeys].map((key) => ({ ...key, columns: key.columns.map(nameOf) })),
    checks: extras.checks.map((check) => ({ ...check, columns: check.columns.map(nameOf) })),
    exclusions: [],
    relationships: [],
    comment: commentOf(context.note),
    declaresRelationships: true,
    ...(columns && isOpen(columns, parts.length) ? { hasUnseenParts: true } : {}),
    rowSecurity: rowSecurity(extras.policies, rls?.place ?? null)!,
    // Tables that exist already, of an extension or a service. https://orm.drizzle.team/docs/views#declaring-existing-views
    ...(steps.some((step) => step.name === 'existing') && parts.length === 0 ? { isExternal: true } : {}),
  };
  return { draft, site, core, nameOf };
}

function engineOf(core: string): DatabaseEngine {
  return core === 'pg' || core === 'cockroach' || core === 'gel' ? 'postgres' : core === 'mysql' || core === 'sqlite' ? core : 'other';
}

/** Whether there are columns that were not read: in a spread, or made by a helper that is out of sight. */
function isOpen(columns: Value, read: number): boolean {
  return !membersOf(columns).some((member) => member.k === 'dict' && member.rest === null && member.entries.size === read);
}

/** The columns as an object, or what a callback makes of the builders it gets. https://orm.drizzle.team/docs/column-types/pg */
function columnsArgument(flow: Flow, root: Term): Value {
  const columns = argument(root.args, 1) ?? ANY;
  const callee = rootCallee(root);
  return columns.k === 'fn' && callee.k === 'ext' ? flow.callFn(columns, [unwritten({ k: 'ext', module: callee.module, name: null }, root.place.at)]) : columns;
}

/** The name as given, through the function of a table creator (`(name) => `app_${name}``). */
function tableName(flow: Flow, root: Term, creator: Term | null): string | null {
  const name = argument(root.args, 0);
  const rename = creator ? argument(creator.args, 0) : null;
  if (rename?.k === 'fn' && name) return text(flow.callFn(rename, [unwritten(name, root.place.at)])) ?? null;
  return text(name);
}

function schemaOf(root: Term): string | null {
  const schema = root.of?.k === 'term' ? text(argument(root.of.args, 0)) : null;
  return schema === 'public' ? null : schema;
}

/** The span of the table's name, else of the whole call. */
function nameSpan(root: Term): Place['at'] {
  const first = root.args.list[0];
  return first ? (first.expr as Expr).at : root.place.at;
}
