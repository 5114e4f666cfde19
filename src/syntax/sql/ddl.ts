import type { ColumnDef, ConstraintDef, DdlOp, LikeDef, QName } from '../../facts/ddl.js';
import type { SqlQuery } from '../../facts/sql.js';
import type { Tree } from './parse.js';
import { alterTable } from './alter.js';
import { columnOf } from './columns.js';
import { constraintOf, parenText } from './constraints.js';
import { findKeyword, findName, relationSpan, wholeSpan, type Context } from './context.js';
import { drops } from './drops.js';
import { createIndex, partitionColumns, partitionText, pathOf } from './indexes.js';
import { columnNames, dottedName, kindOf, relationName, strings, walk } from './node.js';
import { queryOf } from './query.js';
import { renames } from './renames.js';
import { typeOf } from './types.js';

type Handler = (ctx: Context, node: Tree) => DdlOp[];

/** The operations of a statement that changes the schema; none for one that does not, or not in a way that is modelled. */
export function ddlOf(ctx: Context, node: Tree): DdlOp[] {
  const kind = kindOf(node);
  return HANDLERS[kind]?.(ctx, node[kind] ?? {}) ?? [];
}

/** Whether a query's rows become a table (`CREATE TABLE AS`, `SELECT INTO`): then the operation that makes it. */
export function tableFromQuery(ctx: Context, into: Tree, query: SqlQuery | null, ifNotExists: boolean): DdlOp {
  const range = into.rel ?? {};
  const table = relationName(range);
  const at = relationSpan(ctx, range);
  const names = strings(into.colNames);
  const outputs = query?.outputs ?? [];
  if (!outputs.length || outputs.some((output, index) => output.name === '*' || (output.name ?? names[index]) == null)) {
    return { k: 'unknown-step', what: `CREATE TABLE ${table.name} AS`, at };
  }
  const columns = outputs.map((output, index): ColumnDef => {
    return { name: names[index] ?? output.name!, type: null, nullable: true, at: output.column?.at ?? at };
  });
  return {
    k: 'create-table',
    table,
    columns,
    constraints: [],
    temporary: range.relpersistence === 't' ? true : undefined,
    ifNotExists: ifNotExists ? true : undefined,
    at,
  };
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  CreateStmt: (ctx, node) =>
    node.ofTypename ? [{ k: 'unknown-step', what: 'CREATE TABLE … OF a type', at: wholeSpan(ctx) }] : [createTable(ctx, node, false)],
  CreateForeignTableStmt: (ctx, node) => [createTable(ctx, node.base ?? node.baseStmt ?? {}, true)],
  AlterTableStmt: alterTable,
  IndexStmt: (ctx, node) => [createIndex(ctx, node)],
  DropStmt: drops,
  RenameStmt: renames,
  AlterObjectSchemaStmt: moves,
  ViewStmt: (ctx, node) => [createView(ctx, node.view ?? {}, node.aliases, node.query, false)],
  CreateEnumStmt: (ctx, node) => {
    const name = dottedName(strings(node.typeName));
    return [{ k: 'create-enum', name, values: strings(node.vals), at: findName(ctx, name.name) }];
  },
  AlterEnumStmt: alterEnum,
  CompositeTypeStmt: (ctx, node) => [createType(ctx, relationName(node.typevar ?? {}))],
  CreateRangeStmt: (ctx, node) => [createType(ctx, dottedName(strings(node.typeName)))],
  DefineStmt: (ctx, node) => (node.kind === 'OBJECT_TYPE' ? [createType(ctx, dottedName(strings(node.defnames)))] : []),
  CreateExtensionStmt: createExtension,
  CreateDomainStmt: createDomain,
  CommentStmt: comments,
  CreateTrigStmt: createTrigger,
  CreatePolicyStmt: createPolicy,
  AlterPolicyStmt: alterPolicy,
  VariableSetStmt: (ctx, node) =>
    node.name === 'search_path' ? [{ k: 'search-path', schemas: node.kind === 'VAR_SET_VALUE' ? pathOf(node.args) : ['public'], at: wholeSpan(ctx) }] : [],
  CreateSchemaStmt: (ctx, node) => ((node.schemaElts ?? []) as Tree[]).flatMap((element) => ddlOf(ctx, inSchema(element, node.schemaname))),
  ImportForeignSchemaStmt: (ctx) => [{ k: 'unknown-step', what: 'IMPORT FOREIGN SCHEMA', at: wholeSpan(ctx) }],
};

/** CREATE [MATERIALIZED] VIEW. */
export function createView(ctx: Context, range: Tree, aliases: readonly Tree[] | undefined, query: Tree | undefined, materialized: boolean): DdlOp {
  const facts = query ? queryOf(ctx, query) : null;
  return { k: 'create-view', view: relationName(range), materialized, columns: strings(aliases as Tree[]), query: facts, at: relationSpan(ctx, range) };
}

function createTable(ctx: Context, node: Tree, foreign: boolean): DdlOp {
  const range = node.relation ?? {};
  const table = relationName(range);
  const columns: ColumnDef[] = [];
  const constraints: ConstraintDef[] = [];
  const like: LikeDef[] = [];
  for (const element of [...(node.tableElts ?? []), ...(node.constraints ?? [])] as Tree[]) {
    if (element.ColumnDef) {
      const made = columnOf(ctx, element.ColumnDef, table);
      columns.push(made.column);
      constraints.push(...made.constraints);
    } else if (element.Constraint) {
      const constraint = constraintOf(ctx, element.Constraint, null);
      if (constraint) constraints.push(constraint);
    } else if (element.TableLikeClause) like.push(likeOf(element.TableLikeClause));
  }
  const parents = ((node.inhRelations ?? []) as Tree[]).map((parent) => relationName(parent.RangeVar ?? {}));
  return {
    k: 'create-table', table,
    columns: withKeysNotNull(columns, constraints, node.tableElts ?? []),
    constraints,
    ifNotExists: node.if_not_exists ? true : undefined,
    inherits: parents.length && !node.partbound ? parents : undefined,
    like: like.length ? like : undefined,
    partitionOf: node.partbound ? parents[0] : undefined,
    partitionBy: partitionColumns(columnNames, node.partspec),
    partitionSpec: partitionText(ctx, node.partspec),
    foreign: foreign ? true : undefined,
    temporary: range.relpersistence === 't' ? true : undefined,
    at: relationSpan(ctx, range),
  };
}

/** Bits of TableLikeOption: https://github.com/postgres/postgres/blob/master/src/include/nodes/parsenodes.h */
const LIKE_OPTIONS = [[1, 'comments'], [4, 'constraints'], [8, 'defaults'], [16, 'generated'], [32, 'identity'], [64, 'indexes']] as const;

function likeOf(node: Tree): LikeDef {
  const including = LIKE_OPTIONS.flatMap(([bit, name]) => ((node.options ?? 0) & bit ? [name] : []));
  return { table: relationName(node.relation ?? {}), ...(including.length > 0 ? { including } : {}) };
}

/** A primary key makes its columns NOT NULL, and so does PostgreSQL 18's `CONSTRAINT n NOT NULL a`. */
function withKeysNotNull(columns: readonly ColumnDef[], constraints: readonly ConstraintDef[], elements: readonly Tree[]): ColumnDef[] {
  const keys = new Set(constraints.flatMap((constraint) => (constraint.k === 'primary' ? constraint.columns : [])));
  for (const { Constraint: constraint } of elements) {
    if (constraint?.contype === 'CONSTR_NOTNULL') for (const name of strings(constraint.keys)) keys.add(name);
  }
  return columns.map((column) => (keys.has(column.name) && column.nullable ? { ...column, nullable: false } : column));
}

function moves(ctx: Context, node: Tree): DdlOp[] {
  const range = node.relation;
  if (!range) {
    const name = dottedName(strings(node.object?.List?.items));
    return node.objectType === 'OBJECT_TYPE' || node.objectType === 'OBJECT_DOMAIN'
      ? [{ k: 'move-type', name, toSchema: node.newschema ?? '', at: findName(ctx, name.name) }]
      : [];
  }
  if (node.objectType === 'OBJECT_SEQUENCE') return [];
  return [{ k: 'move-table', table: relationName(range), toSchema: node.newschema ?? '', at: relationSpan(ctx, range) }];
}

function alterEnum(ctx: Context, node: Tree): DdlOp[] {
  const name = dottedName(strings(node.typeName));
  const at = findName(ctx, name.name);
  if (node.oldVal) return [{ k: 'rename-enum-value', name, value: node.oldVal, to: node.newVal ?? '', at }];
  const beside = node.newValNeighbor === undefined ? {} : node.newValIsAfter ? { after: node.newValNeighbor } : { before: node.newValNeighbor };
  return [{ k: 'add-enum-value', name, value: node.newVal ?? '', ...beside, at }];
}

function createType(ctx: Context, name: QName): DdlOp {
  return { k: 'create-type', name, extent: wholeSpan(ctx), at: findName(ctx, name.name) };
}

function createExtension(ctx: Context, node: Tree): DdlOp[] {
  const name = node.extname as string;
  const schema = ((node.options ?? []) as Tree[]).find((option) => option.DefElem?.defname === 'schema')?.DefElem.arg?.String?.sval as string | undefined;
  return [{ k: 'create-extension', name, ...(schema === undefined ? {} : { schema }), at: findName(ctx, name) }];
}

function createDomain(ctx: Context, node: Tree): DdlOp[] {
  const name = dottedName(strings(node.domainname));
  const type = typeOf(node.typeName);
  if (!type) return [];
  const notNull = ((node.constraints ?? []) as Tree[]).some((part) => part.Constraint?.contype === 'CONSTR_NOTNULL');
  return [{ k: 'create-domain', name, type, notNull, at: findName(ctx, name.name) }];
}

function comments(ctx: Context, node: Tree): DdlOp[] {
  const parts = strings(node.object?.List?.items);
  const text = (node.comment as string | undefined) ?? null;
  const at = findName(ctx, parts.at(-1) ?? '');
  if (node.objtype === 'OBJECT_COLUMN') return [{ k: 'comment', on: 'column', table: dottedName(parts.slice(0, -1)), column: parts.at(-1), text, at }];
  if (node.objtype === 'OBJECT_TABLE' || node.objtype === 'OBJECT_FOREIGN_TABLE') return [{ k: 'comment', on: 'table', table: dottedName(parts), text, at }];
  if (node.objtype === 'OBJECT_VIEW' || node.objtype === 'OBJECT_MATVIEW') return [{ k: 'comment', on: 'view', table: dottedName(parts), text, at }];
  return [];
}

/** Bits of pg_trigger.tgtype: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_trigger.h */
const EVENTS = [[4, 'insert'], [16, 'update'], [8, 'delete'], [32, 'truncate']] as const;

function createTrigger(ctx: Context, node: Tree): DdlOp[] {
  const timing = node.timing & 2 ? 'before' : node.timing & 64 ? 'instead' : 'after';
  const events = EVENTS.flatMap(([bit, name]) => ((node.events ?? 0) & bit ? [name] : []));
  const columns = strings(node.columns);
  const name = (node.trigname ?? '') as string;
  return [
    {
      k: 'create-trigger',
      name,
      table: relationName(node.relation ?? {}),
      fn: dottedName(strings(node.funcname)),
      timing,
      events,
      columns: columns.length ? columns : undefined,
      ...(asksColumns(node.whenClause) ? { asksColumns: true as const } : {}),
      at: findName(ctx, name),
    },
  ];
}

/** `WHEN (OLD.state IS DISTINCT FROM NEW.state)`: of the row only some columns. */
function asksColumns(condition: unknown): boolean {
  let asksAll = false;
  let asksSome = false;
  walk(condition, (kind, body) => {
    if (kind === 'ColumnRef') {
      if ((body.fields as Tree[]).length > 1 && !(body.fields as Tree[]).some((field) => field.A_Star)) asksSome = true;
      else asksAll = true;
    }
    return true;
  });
  return asksSome && !asksAll;
}

function createPolicy(ctx: Context, node: Tree): DdlOp[] {
  const roles = rolesOf(node);
  return [
    {
      k: 'create-policy',
      ...policyBody(ctx, node),
      command: node.cmd_name ?? 'all',
      ...(roles.length > 0 ? { roles } : {}),
      ...(node.permissive === true ? {} : { isRestrictive: true as const }),
    },
  ];
}

function alterPolicy(ctx: Context, node: Tree): DdlOp[] {
  return [{ k: 'alter-policy', ...policyBody(ctx, node), ...(node.roles ? { roles: rolesOf(node) } : {}) }];
}

function policyBody(ctx: Context, node: Tree) {
  const name = (node.policy_name ?? '') as string;
  const after = ctx.offset(node.table?.location ?? 0);
  const using = node.qual ? findKeyword(ctx, 'using', after) : null;
  const check = node.with_check ? findKeyword(ctx, 'check', after) : null;
  return {
    name, table: relationName(node.table ?? {}), using: using ? parenText(ctx, using.end) : undefined, check: check ? parenText(ctx, check.end) : undefined,
    columns: columnNames([node.qual, node.with_check]), at: findName(ctx, name),
  };
}

/** The roles a policy names. `PUBLIC` and the session's own user stand for nobody by name. */
function rolesOf(node: Tree): string[] {
  return ((node.roles ?? []) as Tree[]).flatMap((role) => role.RoleSpec?.rolename ?? []) as string[];
}

/** Elements of CREATE SCHEMA belong to it. */
function inSchema(element: Tree, schema: string): Tree {
  const kind = kindOf(element);
  const body = element[kind] ?? {};
  const key = body.relation ? 'relation' : body.view ? 'view' : null;
  return key ? { [kind]: { ...body, [key]: { ...body[key], schemaname: body[key].schemaname ?? schema } } } : element;
}

