/** `update().set()`, `insert().into().values()`, `delete().from()` of a query builder. https://typeorm.io/docs/query-builder/update-query-builder */
import type { Flow } from '../../../flow/evaluate.js';
import { ANY, NULL, argument, argumentOf, entry, text, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { lookupBy } from '../../shared/lookups.js';
import { attributeOf } from '../../shared/object-queries.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { setRoot } from '../../shared/query-builder.js';
import type { Builder } from './builder.js';
import { entityArgument } from './receivers.js';

export function changeStep(flow: Flow, site: CallSite, builder: Builder): void {
  const first = argument(site.args, 0);
  const model = entityArgument(flow, first);
  const place = flow.place(site.env, site.at);
  switch (site.name) {
    case 'from': case 'into': if (model) setRoot(builder, model, site.name === 'from' ? text(argument(site.args, 1)) : null); else builder.isPartial = true; return;
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
    case 'values': if (builder.root) insertObject(flow, builder.root, first, site.env, site.at); return;
    case 'softDelete': case 'restore': {
      builder.verb = 'update';
      const column = builder.root?.table.columns.find((each) => each.role === 'soft-delete');
      const attribute = builder.root && column ? attributeOf(builder.root, column) : null;
      if (builder.root && attribute) flow.record.column(builder.root, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn, { value: site.name === 'restore' ? NULL : ANY });
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
  flow.record.insert(builder.root, new Map(), flow.place(site.env, site.at), { isOpen: true, isUpsert: true });
  const target = argumentOf(site.args, 1);
  const given = target?.value ?? entry(argument(site.args, 0), 'conflict_target');
  const names = given?.k === 'list' ? given.items.map(text).filter((name) => name !== null) : [];
  const attributes = names.map((name) => { const column = builder.root!.table.columns.find((each) => each.name === name); return column ? attributeOf(builder.root!, column) ?? name : name; });
  lookupBy(flow, site.env, builder.root, attributes, target?.at ?? site.at);
}
