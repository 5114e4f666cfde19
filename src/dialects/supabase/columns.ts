/** What `select('*, contacts(name)')` reads: columns of the table, and related rows, each of which is a query of its own. */
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { ColumnRef, SqlCondition, SqlQuery } from '../../facts/sql.js';
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { SqlOutcome } from '../../flow/sql.js';
import type { EvaluatedArg, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { noParts, selectUnknown, type Parts } from '../shared/drafts/draft.js';
import { mappedName } from '../shared/drafts/names.js';
import { relationOf, type Relation } from './relations.js';
import { selectedIn, type Selected } from './select.js';

/** A related table that is selected with the rows, by the name that the rows have it under. */
export interface Embed { readonly name: string; readonly model: Model; readonly isInner: boolean; readonly value: Value }

/** `parts` has the columns that are named, `embeds` what hangs on each row. */
export interface Selection { readonly outputs: SqlQuery['outputs']; readonly parts: Parts; readonly embeds: readonly Embed[] }

/** Where the text of an argument begins, if it is written there; null where it stands elsewhere. */
export function textStart({ expr, at, value }: Pick<EvaluatedArg, 'expr' | 'at' | 'value'>): number | null {
  const written = text(value);
  if (written === null || (expr.k !== 'lit' && expr.k !== 'tpl')) return null;
  return spanEnd(at) - spanStart(at) === written.length + 2 ? spanStart(at) + 1 : null;
}

const placeIn = (start: number | null, at: Span, offset: number, length: number): Span =>
  start === null ? at : makeSpan(start + offset, start + offset + length);

/** What the text of `select` names. Without one all columns are meant. */
export function selectionOf(flow: Flow, site: CallSite, arg: EvaluatedArg | null, model: Model | null, kind: 'read' | 'returning'): Selection {
  const given = arg ? text(arg.value) : '*';
  const items = given === null ? null : selectedIn(given === '' ? '*' : given);
  if (!items) { const parts = noParts(); selectUnknown(parts, arg?.at ?? site.nameAt); return { outputs: [], parts, embeds: [] }; }
  return selectionIn(flow, site, items, { model, kind, start: arg ? textStart(arg) : null, at: arg?.at ?? site.nameAt });
}

interface Around { readonly model: Model | null; readonly kind: 'read' | 'returning'; readonly start: number | null; readonly at: Span }

function selectionIn(flow: Flow, site: CallSite, items: readonly Selected[], { model, kind, start, at }: Around): Selection {
  const parts = noParts();
  const embeds: Embed[] = [];
  const outputs: SqlQuery['outputs'][number][] = [];
  for (const item of items) {
    const place = placeIn(start, at, item.offset, item.name.length);
    if (item.embed) {
      const embed = model && embedOf(flow, site, item, item.embed, { model, kind, start, at: place });
      if (embed) embeds.push(embed);
      else parts.isOpen = true;
      continue;
    }
    if (item.aggregate === 'count' && item.name === 'count') { parts.aggregates = true; outputs.push({ name: item.alias ?? 'count' }); continue; }
    const column: ColumnRef = { name: item.name === '*' ? '*' : mappedName(flow, item.name), at: place, kind };
    parts.columns.push(column);
    parts.aggregates ||= item.aggregate !== null;
    outputs.push({ name: item.alias ?? item.aggregate ?? item.name, ...(item.isPart || item.aggregate ? {} : { column }) });
  }
  return { outputs, parts, embeds };
}

function embedOf(
  flow: Flow,
  site: CallSite,
  { name, alias }: Selected,
  embed: NonNullable<Selected['embed']>,
  around: Around & { readonly model: Model },
): Embed | null {
  const relation = relationOf(flow, around.model, name, embed.hint);
  if (!relation) return named(flow, site, name, around.at);
  const { model } = relation;
  const inner = selectionIn(flow, site, embed.items, { ...around, model, kind: 'read', at: around.at });
  const place = flow.place(site.env, around.at);
  for (const column of relation.local) flow.record.column(around.model, column.name, 'join', place, flow.currentFn);
  const outcome = related(flow, site, relation, inner, around.at);
  const row = withEmbeds(outcome, model, inner.embeds);
  return {
    name: alias ?? name,
    model,
    isInner: embed.isInner,
    value: relation.many ? { k: 'many', of: row } : row.k === 'row' ? { ...row, mayBeNull: true } : row,
  };
}

/** A table that no key leads to: a view, or a function of the row. */
function named(flow: Flow, site: CallSite, name: string, at: Span): Embed | null {
  const model = flow.queries!.modelOf({ name });
  if (!model) return null;
  flow.record.exposure({ model, name: 'select()', columns: model.table.columns, all: true, place: flow.place(site.env, at), schema: null });
  flow.record.table(model, 'select', flow.place(site.env, at));
  return { name, model, isInner: false, value: { k: 'row', model } };
}

/** The related rows are looked up by the key, for all rows at once. */
function related(flow: Flow, site: CallSite, { model, remote, through }: Relation, { outputs, parts }: Selection, at: Span): SqlOutcome {
  const equal = (column: string, qualifier?: string): SqlCondition => ({
    column: { name: column, at, ...(qualifier ? { qualifier } : {}) },
    op: '=',
    value: { k: 'parameter' },
    on: 'where',
  });
  const tableOf = ({ table }: Model) => ({ table: { name: table.name, ...(table.schema === null ? {} : { schema: table.schema }) }, at });
  const from = [tableOf(model), ...(through ? [{ ...tableOf(through.model), join: 'inner' as const }] : [])];
  const joins = through
    ? through.toOther.map((column, index): SqlCondition => ({
        column: { name: remote[index]!.name, qualifier: model.table.name, at },
        op: '=',
        value: { k: 'column', column: { name: column.name, qualifier: through.model.table.name, at } },
        on: 'join',
      }))
    : [];
  const conditions = through
    ? [...joins, ...through.toOwn.map((column) => equal(column.name, through.model.table.name))]
    : remote.map((column) => equal(column.name));
  const qualified = through
    ? outputs.map((output) => ({ ...output, ...(output.column ? { column: { ...output.column, qualifier: model.table.name } } : {}) }))
    : outputs;
  const columns = through ? parts.columns.map((column) => ({ ...column, qualifier: model.table.name })) : parts.columns;
  return flow.queries!.run(
    flow,
    {
      verb: 'select',
      from,
      ctes: [],
      subqueries: [],
      columns,
      outputs: qualified,
      conditions,
      sorts: [],
      groups: [],
      assigns: [],
      aggregates: parts.aggregates,
      at,
    },
    site.env.module.path,
    () => null,
    parts.isOpen,
  );
}

/** The row that a query gives, with the related rows on it. */
export function withEmbeds({ item }: SqlOutcome, model: Model | null, embeds: readonly Embed[]): Value {
  if (embeds.length === 0) return item;
  const row: Value | null =
    item.k === 'row' ? item : model ? { k: 'row', model, result: { id: `supabase:${model.id}`, columns: new Map(), isOpen: false } } : null;
  return row?.k === 'row' ? { ...row, loaded: new Map([...(row.loaded ?? []), ...embeds.map((embed) => [embed.name, embed.value] as const)]) } : item;
}
