/** `update().set()`, `insert().into().values()`, `delete().from()` of a query builder. https://typeorm.io/docs/query-builder/update-query-builder */
import { argument, argumentOf, entry, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model } from '../../../flow/model.js';
import { ANY, NULL, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { lookupBy } from '../../shared/lookups.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { setRoot } from '../../shared/query-builder.js';
import type { Builder } from './builder.js';
import { entityArgument } from './receivers.js';

export function changeStep(flow: Flow, site: CallSite, builder: Builder): void {
  const first = argument(site.args, 0);
  const model = entityArgument(flow, first);
  const place = flow.place(site.env, site.at);
  switch (site.name) {
    case 'from': case 'into': if (model) setRoot(builder, model, site.name === 'from' ? text(argument(site.args, 1)) : null);
    else builder.isPartial = true;
    return;
    case 'update': {
      builder.verb = 'update';
      if (model) setRoot(builder, model, null);
      const values = model ? argument(site.args, 1) : first;
      if (values) set(flow, site, builder, values);
      return;
    }
    case 'insert': builder.verb = 'insert'; return;
    case 'delete': builder.verb = 'delete'; if (builder.root) flow.record.table(builder.root, 'delete', place); return;
    case 'set': if (first) set(flow, site, builder, first); return;
    case 'values': if (builder.root) insertObject(flow, builder.root, first, site.env, (builder.inserted = site.at)); return;
    case 'softDelete': case 'restore': {
      builder.verb = 'update';
      const column = builder.root?.table.columns.find((each) => each.role === 'soft-delete');
      const attribute = builder.root && column ? attributeIn(builder.root, column) : null;
      if (builder.root && attribute)
        flow.record.column(builder.root, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn, {
          value: site.name === 'restore' ? NULL : ANY,
        });
      return;
    }
    case 'orUpdate': case 'onConflict': onConflict(flow, site, builder); return;
    default:
  }
}

function set(flow: Flow, site: CallSite, builder: Builder, values: Value): void {
  builder.verb = 'update';
  if (builder.root) updateObject(flow, builder.root, values, site.env, site.at);
}

/** `orUpdate(["name"], ["email"])` overwrites where the second columns are taken. */
function onConflict(flow: Flow, site: CallSite, builder: Builder): void {
  if (!builder.root) return;
  overwrite(flow, site, builder.root);
  flow.record.insert(builder.root, new Map(), flow.place(site.env, builder.inserted ?? site.at), { isOpen: builder.inserted === null, isUpsert: true });
  const target = argumentOf(site.args, 1);
  const given = target?.value ?? entry(argument(site.args, 0), 'conflict_target');
  lookupBy(flow, site.env, builder.root, namesIn(given).map((name) => attributeNamed(builder.root!, name)), target?.at ?? site.at);
}

/** The columns that are overwritten, with what was given for the insert. */
function overwrite(flow: Flow, site: CallSite, model: Model): void {
  const columns = argumentOf(site.args, 0);
  const written = columns?.value.k === 'dict' ? entry(columns.value, 'overwrite') : columns?.value ?? null;
  for (const name of namesIn(written))
    flow.record.column(model, attributeNamed(model, name), 'write', flow.place(site.env, columns!.at), flow.currentFn, { value: ANY });
  if (columns?.expr.k === 'list') for (const item of columns.expr.items) flow.record.resolve(flow.place(site.env, item.at));
}

const namesIn = (value: Value | null): readonly string[] => (value?.k === 'list' ? value.items.map(text).filter((name) => name !== null) : []);

/** Columns are given by their physical names. */
function attributeNamed(model: Model, name: string): string {
  const column = model.table.columns.find((each) => each.name === name);
  return (column ? attributeIn(model, column) : null) ?? name;
}
