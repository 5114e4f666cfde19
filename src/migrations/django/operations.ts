/** Django's operations, one by one. https://docs.djangoproject.com/en/5.0/ref/migration-operations/ */
import { metaParts } from '../../dialects/django/constraints.js';
import { groups } from '../../dialects/django/meta.js';
import { shortName } from '../../dialects/django/names.js';
import type { Expr } from '../../facts/code.js';
import type { DdlOp, QName } from '../../facts/ddl.js';
import { makeSpan, type Span } from '../../facts/span.js';
import { argument, argumentOf, entry, flag, text } from '../../flow/arguments.js';
import type { Term, Value } from '../../flow/value.js';
import { addColumnOps, indexDef, keyDef } from '../steps/declared.js';
import { runStatement } from '../steps/sql.js';
import type { Walk } from '../steps/walk.js';
import { alterField } from './alter.js';
import { runPython } from './data.js';
import { readField, type FieldContext, type GivenField, type ReadField } from './fields.js';
import { columnIn, copyModels, keyOf, type ModelState } from './state.js';

export interface Site extends FieldContext {
  readonly walk: Walk;
  /** Spans of what takes steps back. */
  readonly down: Span[];
  /** False where only the state of the models changes. */
  readonly isReal: boolean;
}

/** Applies one operation to the models and to the database. */
export function operate(site: Site, value: Value): void {
  if (value.k !== 'term') { if (value.k !== 'object' && value.k !== 'const') unknown(site, 'an operation that cannot be told', makeSpan(0, 1)); return; }
  const name = shortName(value.callee);
  const { at } = value.place;
  const arg = (index: number, keyword: string): Value | null => argument(value.args, index, keyword);
  const string = (index: number, keyword: string): string => text(arg(index, keyword)) ?? '';
  const model = name === 'CreateModel' ? null : site.models.get(keyOf(site.label, text(argument(value.args, 0, 'model_name')) ?? string(0, 'name'))) ?? null;
  switch (name) {
    case 'CreateModel': createModel(site, value); return;
    case 'DeleteModel': if (model) { deleteModel(site, model, at); site.models.delete(keyOf(model.label, model.name)); } return;
    case 'RenameModel': renameModel(site, string(0, 'old_name'), string(1, 'new_name'), at); return;
    case 'AlterModelTable': if (model) setTable(site, model, text(arg(1, 'table')), at); return;
    case 'AddField': if (model) addField(site, model, string(1, 'name'), argumentOf(value.args, 2, 'field'), at); return;
    case 'RemoveField': if (model) removeField(site, model, string(1, 'name'), at); return;
    case 'AlterField': if (model) {
      const field = argumentOf(value.args, 2, 'field');
      const read = field && readField(site, model, string(1, 'name'), field);
      if (read) alterField(site, model, string(1, 'name'), read, at);
      else unknown(site, `the field ${string(1, 'name')} of ${model.name}`, at, model);
    }
    return;
    case 'RenameField': if (model) renameField(site, model, string(1, 'old_name'), string(2, 'new_name'), at); return;
    case 'AlterUniqueTogether': if (model) setTogether(site, model, 'unique', groups(arg(1, 'unique_together')), at); return;
    case 'AlterIndexTogether': if (model) setTogether(site, model, 'index', groups(arg(1, 'index_together')), at); return;
    case 'AddIndex': case 'AddIndexConcurrently': addMeta(site, model, 'indexes', arg(1, 'index'), at); return;
    case 'AddConstraint': case 'AddConstraintNotValid': addMeta(site, model, 'constraints', arg(1, 'constraint'), at); return;
    case 'AlterConstraint': case 'ValidateConstraint': case 'AlterModelOptions': case 'AlterModelManagers': case 'AlterModelTableComment': return;
    case 'RemoveIndex': case 'RemoveIndexConcurrently':
      if (model) emit(site, model, [{ k: 'drop-index', name: { name: string(1, 'name') }, table: model.table, at }]);
    return;
    case 'RenameIndex': {
      const to = string(1, 'new_name');
      const from = text(argument(value.args, -1, 'old_name'));
      if (model && from !== null) emit(site, model, [{ k: 'rename-index', name: { name: from }, to, at }]);
      return;
    }
    case 'RemoveConstraint': if (model) emit(site, model, [{ k: 'drop-constraint', table: model.table, name: string(1, 'name'), at }]); return;
    case 'AlterOrderWithRespectTo': if (model && arg(1, 'order_with_respect_to')?.k === 'const' && string(1, 'order_with_respect_to'))
      emit(site, model, [
        {
          k: 'add-column',
          table: model.table,
          column: { name: '_order', type: { name: 'integer' }, nullable: false, at },
          constraints: [],
          ifNotExists: true,
          at,
        },
      ]);
    return;
    case 'RunSQL': runStatements(site, value); return;
    case 'RunPython': runPython(site, value); return;
    case 'SeparateDatabaseAndState': separate(site, value); return;
    default: if (!isHarmless(value)) unknown(site, `the operation ${name || 'of the project'}`, at, model);
  }
}

/** Extensions and collations make no tables; operations of a library that only move data neither. */
function isHarmless(value: Term): boolean {
  return /Extension$|Collation$|^RunPython|^SetDefault|^Validate/.test(shortName(value.callee)) || value.callee.k === 'any';
}

/** A step that cannot be followed. Of one that is given a model only that model's table is in doubt. */
export function unknown(site: Site, what: string, at: Span, model: ModelState | null = null): void {
  if (!site.isReal) return;
  if (model) { if (model.isManaged) site.walk.doubt(what, [model.table], { path: site.owner.module.path, at }); }
  else site.walk.fail(`This step cannot be followed: ${what}`, { path: site.owner.module.path, at });
}

/** Adds operations on a model's table, unless nothing happens in the database. */
export function emit(site: Site, model: ModelState, ops: readonly DdlOp[]): void {
  if (site.isReal && model.isManaged) for (const op of ops) site.walk.add(op, site.owner.module.path);
}

function createModel(site: Site, term: Term): void {
  const name = text(argument(term.args, 0, 'name'));
  const fields = argument(term.args, 1, 'fields');
  const options = argument(term.args, 2, 'options');
  const { at } = argumentOf(term.args, 0, 'name') ?? term.place;
  if (name === null || fields?.k !== 'list') { unknown(site, 'a model whose fields cannot be told', at); return; }
  const given = givenFields(fields.items, argumentOf(term.args, 1, 'fields')?.expr ?? null);
  const isProxy = flag(entry(options, 'proxy')) === true;
  const parent = isProxy ? parentOf(site, argument(term.args, 3, 'bases')) : null;
  const written = text(entry(options, 'db_table'));
  const model: ModelState = {
    label: site.label,
    name,
    table: parent?.table ?? tableOf(written ?? `${site.label}_${name.toLowerCase()}`),
    isNamed: written !== null,
    isManaged: !isProxy && flag(entry(options, 'managed')) !== false,
    fields: parent?.fields ?? new Map(),
    key: parent?.key ?? keyColumn(given),
    together: new Map(),
  };
  site.models.set(keyOf(site.label, name), model);
  if (isProxy) return;
  const read = given.map(([field, one]) => { const made = readField(site, model, field, one); if (made) model.fields.set(field, made.state); return made; });
  const known = read.filter((field) => field !== null);
  const composite = given.flatMap(([, { value }]) =>
    value.k === 'term' && shortName(value.callee) === 'CompositePrimaryKey'
      ? value.args.list.flatMap((arg) => (arg.name === null ? (columnIn(model)(text(arg.value) ?? '') ?? []) : []))
      : [],
  );
  const primary = [...composite, ...known.filter((field) => field.isPrimary).map((field) => field.column!.name)];
  const meta = metaOf(model, options);
  emit(site, model, [
    {
      k: 'create-table',
      table: model.table,
      columns: known.flatMap((field) => field.column ?? []),
      constraints: [...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []), ...known.flatMap((field) => field.constraints)],
      at,
    },
    ...known.flatMap((field) => field.indexes).map((index): DdlOp => ({ k: 'create-index', table: model.table, index, at: index.at })),
    ...known.flatMap((field) => field.tables),
    ...meta,
  ]);
  for (const [index, [field]] of given.entries()) if (!read[index]) unknown(site, `the field ${field} of ${name}`, at, model);
  model.together.set('unique', groups(entry(options, 'unique_together')));
  model.together.set('index', groups(entry(options, 'index_together')));
}

/** The model among the bases: mixins may stand before it. */
function parentOf(site: Site, bases: Value | null): ModelState | null {
  for (const base of bases?.k === 'list' ? bases.items : []) {
    const name = text(base);
    const model = name === null ? undefined : site.models.get(name.toLowerCase()) ?? site.models.get(keyOf(site.label, name));
    if (model) return model;
  }
  return null;
}

/** `"schema"."table"` is how a schema is put into `db_table`. */
function tableOf(written: string): QName {
  const match = /^"?([^".]+)"?\."?([^".]+)"?$/.exec(written);
  return match ? { schema: match[1]!, name: match[2]! } : { name: written };
}

/** `[("name", models.CharField()), …]` */
function givenFields(items: readonly Value[], expr: Expr | null): readonly (readonly [string, GivenField])[] {
  return items.flatMap((item, index) => {
    const name = item.k === 'list' ? text(item.items[0]) : null;
    const written = expr?.k === 'list' ? expr.items[index] : undefined;
    return item.k === 'list' && name !== null && item.items[1]
      ? [[name, { value: item.items[1], expr: written?.k === 'list' ? (written.items[1] ?? null) : null }] as const]
      : [];
  });
}

function keyColumn(fields: readonly (readonly [string, GivenField])[]): string {
  for (const [name, { value }] of fields) {
    if (value.k !== 'term' || flag(argument(value.args, -1, 'primary_key')) !== true) continue;
    return text(argument(value.args, -1, 'db_column')) ?? (/ForeignKey$|OneToOneField$/.test(shortName(value.callee)) ? `${name}_id` : name);
  }
  return 'id';
}

/** Keys, indexes and checks among a model's options. */
function metaOf(model: ModelState, options: Value | null): DdlOp[] {
  if (options?.k !== 'dict') return [];
  const place = (name: string) => options.places?.get(name) ?? { path: '', at: makeSpan(0, 1) };
  const { keys, indexes, checks } = metaParts(
    new Map([...options.entries].map(([name, value]) => [name, { value, place: place(name) }])),
    columnIn(model),
    (name) => name.replace('%(app_label)s', model.label).replace('%(class)s', model.name.toLowerCase()),
  );
  const { table } = model;
  return [
    ...keys.map((key): DdlOp => ({ k: 'add-constraint', table, constraint: keyDef(key, key.place.at), at: key.place.at })),
    ...indexes.map((index): DdlOp => ({ k: 'create-index', table, index: indexDef(index, index.place.at), at: index.place.at })),
    ...checks.map((check): DdlOp => ({
      k: 'add-constraint',
      table,
      constraint: {
        k: 'check',
        ...(check.name === null ? {} : { name: check.name }),
        expression: check.expression,
        columns: check.columns,
        at: check.place.at,
      },
      at: check.place.at,
    })),
  ];
}

function addMeta(site: Site, model: ModelState | null, kind: 'indexes' | 'constraints', value: Value | null, at: Span): void {
  if (!model) return;
  if (value?.k !== 'term') { unknown(site, `${kind} of ${model.name} that cannot be told`, at, model); return; }
  emit(
    site,
    model,
    metaOf(model, {
      k: 'dict',
      entries: new Map([[kind, { k: 'list', items: [value] }]]),
      rest: null,
      places: new Map([[kind, { path: site.owner.module.path, at }]]),
    }),
  );
}

function deleteModel(site: Site, model: ModelState, at: Span): void {
  const between = [...model.fields.values()].flatMap((field) => field.between ?? []);
  emit(site, model, [...between.map((name): DdlOp => ({ k: 'drop-table', table: { name }, at })), { k: 'drop-table', table: model.table, at }]);
}

function addField(site: Site, model: ModelState, name: string, given: GivenField | null, at: Span): void {
  const read: ReadField | null = given ? readField(site, model, name, given) : null;
  if (!read) { unknown(site, `the field ${name} of ${model.name}`, at, model); return; }
  model.fields.set(name, read.state);
  if (read.tables.length) emit(site, model, read.tables);
  if (read.column) emit(site, model, addColumnOps(model.table, read.column, read.constraints, read.indexes));
}

function removeField(site: Site, model: ModelState, name: string, at: Span): void {
  const field = model.fields.get(name);
  model.fields.delete(name);
  if (field?.between) emit(site, model, [{ k: 'drop-table', table: { name: field.between }, at }]);
  if (field?.column) emit(site, model, [{ k: 'drop-column', table: model.table, column: field.column, at }]);
}

function renameField(site: Site, model: ModelState, from: string, to: string, at: Span): void {
  const field = model.fields.get(from);
  if (!field) return;
  model.fields.delete(from);
  const column = field.column === from ? to : field.column === `${from}_id` ? `${to}_id` : field.column;
  const between = field.between === `${model.table.name}_${from}` ? `${model.table.name}_${to}` : field.between;
  model.fields.set(to, { ...field, column, between });
  for (const [kind, lists] of model.together) model.together.set(kind, lists.map((list) => list.map((name) => (name === from ? to : name))));
  if (field.column && column !== field.column) emit(site, model, [{ k: 'rename-column', table: model.table, column: field.column, to: column!, at }]);
  if (field.between && between !== field.between) emit(site, model, [{ k: 'rename-table', table: { name: field.between }, to: between!, at }]);
}

function renameModel(site: Site, from: string, to: string, at: Span): void {
  const model = site.models.get(keyOf(site.label, from));
  if (!model) return;
  site.models.delete(keyOf(site.label, from));
  const renamed: ModelState = { ...model, name: to };
  site.models.set(keyOf(site.label, to), renamed);
  for (const field of renamed.fields.values())
    if (field.between)
      emit(site, model, [{ k: 'rename-column', table: { name: field.between }, column: `${from.toLowerCase()}_id`, to: `${to.toLowerCase()}_id`, at }]);
  if (!model.isNamed) setTable(site, renamed, `${model.label}_${to.toLowerCase()}`, at);
}

/** Gives a model another table name, and with it those tables between two models that are named after it. */
function setTable(site: Site, model: ModelState, written: string | null, at: Span): void {
  const old = model.table.name;
  const table = tableOf(written ?? `${model.label}_${model.name.toLowerCase()}`);
  const fields = new Map([...model.fields].map(([name, field]) => {
    const between = field.between === `${old}_${name}` ? `${table.name}_${name}` : field.between;
    if (between !== field.between) emit(site, model, [{ k: 'rename-table', table: { name: field.between! }, to: between!, at }]);
    return [name, { ...field, between }];
  }));
  if (table.name !== old) emit(site, model, [{ k: 'rename-table', table: model.table, to: table.name, at }]);
  site.models.set(keyOf(model.label, model.name), { ...model, table, fields });
}

function setTogether(site: Site, model: ModelState, kind: 'unique' | 'index', lists: readonly (readonly string[])[], at: Span): void {
  const columns = (list: readonly string[]): readonly string[] => list.map((name) => columnIn(model)(name) ?? name);
  const before = model.together.get(kind) ?? [];
  const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();
  const { table } = model;
  const dropped = before
    .filter((list) => !lists.some((other) => same(other, list)))
    .map((list): DdlOp =>
      kind === 'unique'
        ? { k: 'drop-constraint', table, name: '', kind: 'unique', columns: columns(list), at }
        : { k: 'drop-index', name: { name: '' }, table, columns: columns(list), at },
    );
  const added = lists
    .filter((list) => !before.some((other) => same(other, list)))
    .map((list): DdlOp =>
      kind === 'unique'
        ? { k: 'add-constraint', table, constraint: { k: 'unique', columns: columns(list), at }, at }
        : { k: 'create-index', table, index: { parts: columns(list).map((column) => ({ column })), unique: false, method: 'btree', at }, at },
    );
  emit(site, model, [...dropped, ...added]);
  model.together.set(kind, lists);
}

function runStatements(site: Site, term: Term): void {
  const sql = argumentOf(term.args, 0, 'sql');
  const reverse = argumentOf(term.args, 1, 'reverse_sql');
  if (reverse) site.down.push(reverse.expr.at);
  if (sql && site.isReal) runStatement(site.walk, { env: term.env, at: term.place.at }, sql);
  const states = argument(term.args, -1, 'state_operations');
  if (states?.k === 'list') for (const item of states.items) operate({ ...site, isReal: false }, item);
}

/** What happens in the database and what happens to the models, told apart. */
function separate(site: Site, term: Term): void {
  const real = argument(term.args, 0, 'database_operations');
  const states = argument(term.args, 1, 'state_operations');
  const models = copyModels(site.models);
  if (real?.k === 'list') for (const item of real.items) operate({ ...site, models }, item);
  if (states?.k === 'list') for (const item of states.items) operate({ ...site, isReal: false }, item);
}
