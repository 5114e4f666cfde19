/** `RunPython`: rows that a migration puts in through the models as they were, and SQL that it runs. */
import type { CallSite } from '../../dialects/dialect.js';
import { argument, argumentOf, text } from '../../flow/arguments.js';
import { ANY, membersOf, type SpecialValue, type Term, type Value } from '../../flow/value.js';
import { insertRows } from '../steps/rows.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';
import type { Site } from './operations.js';
import { columnIn, keyOf, type ModelState } from './state.js';

const CREATES = new Set(['create', 'get_or_create', 'update_or_create', 'acreate']);

export const djangoTool: Tool = {
  id: 'django',
  call(walk, of, site) {
    if (of.tag === 'apps') return historicalModel(of, site);
    const model = of.data['model'] as ModelState | undefined;
    if (!model) return ANY;
    // `Model(name=…)` is saved sooner or later.
    if (site.receiver === null || CREATES.has(site.name ?? '')) insert(walk, site, model, namedArguments(site));
    else if (site.name === 'bulk_create') insertRows(walk, site, model.table.name, null);
    return ANY;
  },
  attribute: (of, name) => (of.tag === 'model' && (name === 'objects' || name === '_default_manager' || name === '_base_manager') ? of : undefined),
};

/** Runs the function that goes forward; the other one takes the step back. */
export function runPython(site: Site, term: Term): void {
  const reverse = argumentOf(term.args, 1, 'reverse_code');
  for (const member of reverse ? membersOf(reverse.value) : [])
    if (member.k === 'fn' && member.fn.module === site.owner.module) site.down.push(member.fn.fn.range);
  const code = argument(term.args, 0, 'code');
  if (site.isReal) site.walk.callback(code, [toolValue(djangoTool, 'apps', { models: site.models }), ANY], term.place.at);
}

/** `apps.get_model("shop", "Order")`, `apps.get_model("shop.Order")` */
function historicalModel(of: SpecialValue, site: CallSite): Value {
  if (site.name !== 'get_model') return ANY;
  const [label, name] = [text(argument(site.args, 0, 'app_label')), text(argument(site.args, 1, 'model_name'))];
  const model = (of.data['models'] as ReadonlyMap<string, ModelState>).get(name === null ? (label ?? '').toLowerCase() : keyOf(label ?? '', name));
  return model ? toolValue(djangoTool, 'model', { model }) : ANY;
}

function namedArguments(site: CallSite): readonly string[] {
  return site.args.list.flatMap((arg) =>
    arg.name === null ? [] : arg.name === 'defaults' && arg.value.k === 'dict' ? [...arg.value.entries.keys()] : [arg.name],
  );
}

function insert(walk: Walk, site: CallSite, model: ModelState, fields: readonly string[]): void {
  const columns = fields.map((field) => columnIn(model)(field) ?? field);
  insertRows(walk, site, model.table.name, { k: 'dict', entries: new Map(columns.map((column) => [column, ANY])), rest: null });
}
