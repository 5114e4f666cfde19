/** Types that stand for rows, and schemas that are made of tables. https://orm.drizzle.team/docs/goodies#type-api https://orm.drizzle.team/docs/zod */
import type { Expr } from '../../../facts/code.js';
import { argument, isExternal, lastName } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import { ANY, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { Column } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import { parsedBy } from '../../shared/schemas.js';
import { modelOf } from '../models.js';
import { DIALECT } from '../names.js';

/** `InferSelectModel<typeof users>`; what is inserted may lack any column, so it stays unknown. */
export function typeNamed(flow: Flow, name: Value, args: readonly Expr[], env: Env): Value | undefined {
  if (name.k === 'ext' && name.module !== 'builtins' && lastName(name) === 'infer' && args[0]) return inferred(flow.quiet(() => flow.type(args[0]!, env)));
  if (!isExternal(name, 'drizzle-orm', 'InferSelectModel', 'InferModel', 'InferInsertModel') || !args[0] || name.k !== 'ext') return undefined;
  const table = modelOf(flow.quiet(() => flow.type(args[0]!, env)));
  const isInsert = lastName(name) === 'InferInsertModel' || (args[1]?.k === 'lit' && args[1].v === 'insert');
  return table ? (isInsert ? ANY : { k: 'row', model: table.model }) : undefined;
}

/** `z.infer<typeof selectUserSchema>` is a row, of an insert's schema an object with the columns. */
function inferred(schema: Value): Value | undefined {
  for (const member of membersOf(schema)) if (isTableSchema(member)) return valueOf(member);
  return undefined;
}

/** `more` are fields that no column has, or that are declared anew; `isChanged` when what comes out is something else. */
interface TableSchema {
  readonly model: Model;
  readonly attributes: readonly string[];
  readonly isInput: boolean;
  readonly isPicked: boolean;
  readonly isPartial: boolean;
  readonly isChanged: boolean;
  readonly more: ReadonlyMap<string, Value>;
}

function tableSchema(schema: TableSchema): Value {
  const key = `${schema.model.id}:${schema.isInput}:${schema.isPartial}:${schema.isChanged}:${schema.attributes.join()}:${[...schema.more.keys()].join()}`;
  return { k: 'special', dialect: DIALECT, tag: 'table-schema', data: { schema, parsed: fieldsOf(schema, key) }, key };
}

/** What such a schema lets through. Columns that no code picks are given as the request has them. */
function fieldsOf({ model, attributes, isPicked, isPartial, isChanged, more }: TableSchema, key: string): Value {
  if (isChanged) return ANY;
  const field = (attribute: string): Value => ({
    k: 'any',
    id: `${key}.${attribute}`,
    ...(isPartial || model.columns.get(attribute)?.nullable ? { mayBeNull: true } : {}),
    ...(isPicked ? {} : { isOneOfAll: true }),
  });
  return { k: 'dict', entries: new Map([...attributes.map((attribute) => [attribute, field(attribute)] as const), ...more]), rest: null };
}

/** What a schema gives: a request's fields, or a row of which it lets some columns through. */
function valueOf(value: Value & { k: 'special' }): Value {
  const { model, attributes, isInput } = schemaOf(value);
  if (isInput) return parsedBy(value);
  return attributes.length < attributesOf(model, false).length ? { k: 'row', model, only: new Set(attributes) } : { k: 'row', model };
}

export const isTableSchema = (value: Value): value is Value & { k: 'special' } =>
  value.k === 'special' && value.dialect === DIALECT && value.tag === 'table-schema';
const schemaOf = (value: Value & { k: 'special' }): TableSchema => value.data['schema'] as TableSchema;

/** The packages that make schemas of tables. */
const PACKAGES = /^drizzle-(zod|valibot|typebox|arktype|orm\/(zod|valibot|typebox|arktype))/;

/** `createSelectSchema(users)`, which uses no row of the table; undefined for other calls. */
export function makeSchema(flow: Flow, site: CallSite): Value | undefined {
  const { callee } = site;
  if (callee.k !== 'ext' || !PACKAGES.test(callee.module)) return undefined;
  const match = /^create(Select|Insert|Update)Schema$/.exec(lastName(callee));
  const table = modelOf(argument(site.args, 0));
  if (match && table) flow.record.unmention(table.model, flow.place(site.env, site.args.list[0]!.at));
  return match && table
    ? tableSchema({
        model: table.model,
        attributes: attributesOf(table.model, match[1] !== 'Select'),
        isInput: match[1] !== 'Select',
        isPicked: false,
        isPartial: match[1] === 'Update',
        isChanged: false,
        more: new Map(),
      })
    : undefined;
}

/** Nobody gives a generated column. */
function attributesOf({ columns }: Model, isInput: boolean): readonly string[] {
  return [...columns].filter(([attribute, column]) => column.attribute === attribute && !(isInput && column.isGenerated)).map(([attribute]) => attribute);
}

/** Methods that keep the fields. */
const KEEPS = new Set([
  'required', 'strict', 'strip', 'refine', 'superRefine', 'check', 'default', 'catch', 'describe', 'meta', 'brand', 'readonly', 'openapi', 'register', 'clone',
  'optional', 'nullable', 'nullish',
]);
const LOADS = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'assert', 'decode']);

/** A method of such a schema: parts are picked or left out, values are read by it. */
export function schemaStep(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }): Value {
  const schema = schemaOf(receiver);
  const keys = (value: Value | null): readonly string[] =>
    value?.k === 'dict' ? [...value.entries].filter(([, wanted]) => !(wanted.k === 'const' && wanted.v === false)).map(([name]) => name) : [];
  const named = keys(argument(site.args, 0));
  const given = argument(site.args, 0);
  switch (site.name) {
    case 'pick': case 'omit':
      if (given?.k === 'dict') for (const name of named) { const place = given.places?.get(name); if (place) flow.record.resolve(place); }
      return tableSchema({
        ...schema,
        attributes: schema.attributes.filter((name) => named.includes(name) === (site.name === 'pick')),
        isPicked: schema.isPicked || site.name === 'pick',
      });
    case 'partial': case 'deepPartial': return tableSchema({ ...schema, isPartial: true });
    case 'extend': case 'safeExtend': case 'merge': {
      const added =
        given?.k === 'dict'
          ? new Map([...given.entries].map(([name, inner]) => [name, parsedBy(inner)]))
          : given && parsedBy(given).k === 'dict'
            ? (parsedBy(given) as DictValue).entries
            : null;
      return tableSchema(
        added
          ? { ...schema, attributes: schema.attributes.filter((name) => !added.has(name)), more: new Map([...schema.more, ...added]) }
          : { ...schema, isChanged: true },
      );
    }
    default:
  }
  if (LOADS.has(site.name ?? '')) {
    if (!schema.isInput) expose(flow, receiver, site);
    const parsed = valueOf(receiver);
    return /^safe/.test(site.name!) ? { k: 'dict', entries: new Map([['data', parsed], ['success', ANY], ['error', ANY]]), rest: null } : parsed;
  }
  return KEEPS.has(site.name ?? '') ? receiver : tableSchema({ ...schema, isChanged: true });
}

/** A schema of a table that is handed to something, as an output of a procedure or inside another schema: it hands the columns out. */
export function exposeGiven(flow: Flow, site: CallSite): void {
  for (const arg of site.args.list) for (const member of membersOf(arg.value)) {
    if (isTableSchema(member)) expose(flow, member, site);
    else if (member.k === 'dict') for (const inner of member.entries.values()) if (isTableSchema(inner)) expose(flow, inner, site);
  }
}

function expose(flow: Flow, value: Value & { k: 'special' }, site: CallSite): void {
  const { model, attributes, isInput, isPicked } = schemaOf(value);
  if (isInput) return;
  const columns = [...new Set(attributes.map((name) => model.columns.get(name)).filter((column): column is Column => column !== undefined))];
  flow.record.exposure({ model, name: `schema of ${model.name}`, columns, all: !isPicked, place: flow.place(site.env, site.at), schema: null });
}
