/** Objects that are kept in columns of their owner's table: `user.address.street` is a column of the user. */
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import type { Value } from '../../flow/value.js';
import type { Span } from '../../facts/code.js';

/** An attribute of a row, or of an object embedded in one, that leads to columns named `address.street`; undefined for others. */
export function embeddedAttribute(flow: Flow, of: Value, name: string, dialect: string, env: Env, at: Span): Value | undefined {
  const [model, path] = of.k === 'row' && of.model.dialect === dialect ? [of.model, name] : of.k === 'special' && of.dialect === dialect && of.tag === 'embedded' ? [of.data['model'] as Model, `${String(of.data['path'])}.${name}`] : [null, name];
  if (!model) return undefined;
  if (path !== name && model.columns.has(path)) {
    const place = flow.place(env, at);
    flow.record.column(model, path, 'read', place, flow.currentFn);
    return { k: 'field', model, attribute: path, place };
  }
  if (model.relationships.has(path) || model.columns.has(path) || ![...model.columns.keys()].some((attribute) => attribute.startsWith(`${path}.`))) return undefined;
  flow.record.resolve(flow.place(env, at));
  return { k: 'special', dialect, tag: 'embedded', data: { model, path }, key: `${model.id}.${path}` };
}
