/** The methods of Kysely's table, column and index builders. https://kysely-org.github.io/kysely-apidoc/classes/CreateTableBuilder.html */
import type { CallSite } from '../../dialects/dialect.js';
import { actionOf } from '../../dialects/sequelize/defaults.js';
import { argument, argumentOf, text, textsIn } from '../../flow/arguments.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import { IndexSketch, TableSketch, columnSketch, foreignOf, qualifiedName, type ColumnSketch, type ForeignSketch } from './table.js';

/** What a `sql` template says. */
export const sqlIn = (value: Value | null): string | null => (value?.k === 'special' && typeof value.data['sql'] === 'string' ? value.data['sql'] : null);

/** A call in the chain of `createTable` or `alterTable`. */
export function tableCall(tool: Tool, walk: Walk, of: SpecialValue, site: CallSite): Value {
  const sketch = of.data['pending'] as TableSketch;
  const [first, second, third, fourth] = [0, 1, 2, 3].map((index) => argument(site.args, index) ?? null);
  const name = text(first);
  const at = site.args.list[0]?.at ?? site.at;
  const { table } = sketch;
  /** Columns and constraints need a name to be told. */
  const named = (make: (name: string) => void): Value => { if (name === null) sketch.isUnknown = true; else make(name); return of; };
  switch (site.name) {
    case 'addColumn': return named((column) => {
      const made = columnSketch(column, text(second) ?? sqlIn(second), at);
      walk.callback(third, [toolValue(tool, 'column', { column: made })], site.at);
      sketch.add(made);
    });
    case 'addPrimaryKeyConstraint': return named((constraint) => sketch.constrain({ k: 'primary', name: constraint, columns: textsIn(second), at }));
    case 'addUniqueConstraint': return named((constraint) => {
      const made = { nullsNotDistinct: false };
      walk.callback(third, [toolValue(tool, 'unique', { made })], site.at);
      sketch.constrain({ k: 'unique', name: constraint, columns: textsIn(second), ...(made.nullsNotDistinct ? { nullsNotDistinct: true } : {}), at });
    });
    case 'addForeignKeyConstraint': return named((constraint) => {
      if (text(third) === null) { sketch.isUnknown = true; return; }
      const key: ForeignSketch = {
        columns: textsIn(second),
        name: constraint,
        table: qualifiedName(text(third)!, null),
        refColumns: textsIn(fourth ?? null),
        onDelete: null,
        at,
      };
      const made = toolValue(tool, 'foreign', { key });
      walk.callback(argument(site.args, 4), [made], site.at);
      sketch.constrain(foreignOf(key));
      sketch.last = key;
    });
    // `alterTable(…).addForeignKeyConstraint(…).onDelete('cascade')`
    case 'onDelete': if (sketch.last)
      sketch.changes[sketch.changes.length - 1] = { k: 'add-constraint', table, constraint: foreignOf({ ...sketch.last, onDelete: actionOf(first) }), at };
    return of;
    case 'addCheckConstraint':
      return named((constraint) => sketch.constrain({ k: 'check', name: constraint, expression: sqlIn(second) ?? '', columns: [], at }));
    case 'dropColumn': return named((column) => sketch.changes.push({ k: 'drop-column', table, column, at }));
    case 'renameColumn': return named((column) => {
      if (text(second) === null) sketch.isUnknown = true;
      else sketch.changes.push({ k: 'rename-column', table, column, to: text(second)!, at });
    });
    case 'dropConstraint': return named((constraint) => sketch.changes.push({ k: 'drop-constraint', table, name: constraint, at }));
    case 'renameConstraint': return named((constraint) => {
      if (text(second) !== null) sketch.changes.push({ k: 'rename-constraint', table, name: constraint, to: text(second)!, at });
    });
    case 'renameTo': return named((to) => sketch.changes.push({ k: 'rename-table', table, to, at }));
    case 'setSchema': return named((toSchema) => sketch.changes.push({ k: 'move-table', table, toSchema, at }));
    case 'alterColumn': return named((column) => void walk.callback(second, [toolValue(tool, 'alter', { sketch, column })], site.at));
    case 'ifNotExists': sketch.ifNotExists = true; return of;
    case 'temporary': sketch.isTemporary = true; return of;
    // https://kysely-org.github.io/kysely-apidoc/classes/CreateTableBuilder.html#_call
    case '$call': case 'call': { const made = walk.callback(first, [of], site.at); return made === ANY ? of : made; }
    default: return of;
  }
}

/** A call in the callback of `addColumn`. */
export function columnCall(of: SpecialValue, site: CallSite): Value {
  const column = of.data['column'] as ColumnSketch;
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'notNull': column.nullable = false; break;
    case 'primaryKey': column.isPrimary = true; break;
    case 'unique': column.isUnique = true; break;
    case 'defaultTo': column.default = defaultOf(first); break;
    case 'references': {
      const parts = (text(first) ?? '').split('.');
      if (parts.length > 1)
        column.reference = {
          columns: [column.name],
          name: null,
          table: qualifiedName(parts.slice(0, -1).join('.'), null),
          refColumns: [parts.at(-1)!],
          onDelete: null,
          at: column.at,
        };
      break;
    }
    case 'onDelete': if (column.reference) column.reference.onDelete = actionOf(first); break;
    case 'generatedAlwaysAs': column.generated = sqlIn(first) ?? ''; break;
    case 'generatedAlwaysAsIdentity': case 'generatedByDefaultAsIdentity': case 'autoIncrement': case 'identity':
      Object.assign(column, { identity: true, nullable: false });
    break;
    case 'check': column.check = sqlIn(first) ?? ''; break;
    default: break;
  }
  return of;
}

/** A call in the callback of `addForeignKeyConstraint`. */
export function foreignCall(of: SpecialValue, site: CallSite): Value {
  if (site.name === 'onDelete') (of.data['key'] as ForeignSketch).onDelete = actionOf(argument(site.args, 0));
  return of;
}

/** A call in the callback of `alterColumn`. */
export function alterCall(of: SpecialValue, site: CallSite): Value {
  const sketch = of.data['sketch'] as TableSketch;
  const common = { k: 'alter-column' as const, table: sketch.table, column: of.data['column'] as string, at: site.at };
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'setDataType': {
      const type = columnSketch('', text(first) ?? sqlIn(first), site.at).type;
      if (type) sketch.changes.push({ ...common, type });
      else sketch.isUnknown = true;
      break;
    }
    case 'setDefault': sketch.changes.push({ ...common, default: defaultOf(first) }); break;
    case 'dropDefault': sketch.changes.push({ ...common, default: null }); break;
    case 'setNotNull': case 'dropNotNull': sketch.changes.push({ ...common, nullable: site.name === 'dropNotNull' }); break;
    default: break;
  }
  return of;
}

function defaultOf(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  return sqlIn(value) ?? (value.k === 'const' ? sqlConstant(value) : 'default');
}

/** A call in the chain of `createIndex`. */
export function indexCall(of: SpecialValue, site: CallSite): Value {
  const sketch = of.data['pending'] as IndexSketch;
  const first = argument(site.args, 0);
  switch (site.name) {
    case 'on': { const table = text(first); if (table !== null) sketch.table = qualifiedName(table, (of.data['schema'] as string | undefined) ?? null); break; }
    case 'column': case 'columns': case 'expression': for (const item of first?.k === 'list' ? first.items : [first]) addPart(sketch, item); break;
    case 'unique': sketch.isUnique = true; break;
    case 'using': sketch.method = (text(first) ?? sketch.method).toLowerCase(); break;
    case 'where': sketch.predicates.push(predicateOf(site)); break;
    case 'ifNotExists': sketch.ifNotExists = true; break;
    case 'nullsNotDistinct': sketch.nullsNotDistinct = true; break;
    default: break;
  }
  return of;
}

/**
 * `name`, `name desc`, a `sql` template. It is put between parentheses, so that one that closes them (`` sql`code) WHERE (code IS NOT NULL` ``) says a
 * condition too.
 */
function addPart(sketch: IndexSketch, item: Value | null): void {
  const closing = /^((?:[^()]|\([^()]*\))*?)\)\s*where\s*\(([^]*)$/i.exec(sqlIn(item) ?? '');
  const written = closing?.[1] ?? text(item) ?? sqlIn(item);
  if (written === null) { sketch.isUnknown = true; return; }
  const column = /^\s*"?(\w+)"?(?:\s+(asc|desc)\b.*)?\s*$/i.exec(written);
  if (column) sketch.parts.push({ column: column[1]!, ...(column[2]?.toLowerCase() === 'desc' ? { desc: true } : {}) });
  else sketch.parts.push({ column: null, expression: written, columnsInExpression: written.match(/\b[a-z_]\w*\b(?!\s*\()/gi) ?? [] });
  if (closing) sketch.predicates.push(closing[2]!);
}

/** `where('a', 'is', null)`, or a `sql` template. */
function predicateOf(site: CallSite): string {
  const [left, op, right] = [0, 1, 2].map((index) => argument(site.args, index));
  const column = text(left) ?? sqlIn(argumentOf(site.args, 0)?.value ?? null);
  return site.args.list.length < 3
    ? (column ?? '?')
    : `${column ?? '?'} ${(text(op) ?? '?').toUpperCase()} ${sqlConstant(right ?? null) ?? sqlIn(right ?? null) ?? '?'}`;
}
