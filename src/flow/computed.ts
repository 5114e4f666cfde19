/** Members that are named by a computed name. */
import type { Expr } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import { text } from './arguments.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import type { Env, ModuleRef } from './program.js';
import { union } from './unions.js';
import { ANY, membersOf, type DictValue, type KeyValue, type RowValue, type Value } from './value.js';

/** The names that a value may be, where it is one of a few that are known (`for name in ("a", "b")`); null where it may be any. */
export function namesOf(value: Value | null): readonly string[] | null {
  const names = (value ? membersOf(value) : []).flatMap((member) =>
    member.k === 'key' && member.part === 'value' && member.of.rest === null ? [...member.of.entries.values()].map(text) : [text(member)],
  );
  return names.length > 0 && names.every((name) => name !== null) ? names : null;
}

/** The names that a value is one of, also as any key of a dict; null where it may be others. */
export function keysOf(value: Value): readonly string[] | null {
  const names = value.k === 'key' && value.part === 'key' && value.of.rest === null ? [...value.of.entries.keys()] : namesOf(value);
  return names && names.length > 0 ? names : null;
}

/** Any of these names. */
export function anyOf(names: readonly string[]): KeyValue {
  return { k: 'key', of: { k: 'dict', entries: new Map(names.map((name) => [name, ANY])), rest: null }, part: 'key' };
}

/** A template names little by one character: `f"a{n}"` may be any of many. */
const TELLING_LENGTH = 2;

/** The attributes of a model's columns that a template may name (`f"phone{number}"`); null where it may name any, or none of them. */
export function namesLike({ columns }: Model, key: Expr | undefined): readonly string[] | null {
  const parts = key ? partsOf(key) : [];
  if (!parts.some((part) => part !== null && part.length >= TELLING_LENGTH)) return null;
  const pattern = new RegExp(`^${parts.map((part) => part?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') ?? '\\w*').join('')}$`);
  const names = [...columns.keys()].filter((name) => pattern.test(name));
  return names.length > 0 ? names : null;
}

/** The parts of a text that is put together; null for one that is not written out. */
function partsOf(expr: Expr): readonly (string | null)[] {
  if (expr.k === 'tpl' && !expr.tag) return expr.parts.map((part) => (part.k === 'text' ? part.v : null));
  if (expr.k === 'op' && expr.op === '+') return expr.args.flatMap(partsOf);
  return [expr.k === 'lit' && typeof expr.v === 'string' ? expr.v : null];
}

/** Of what was read under one of several names the part that goes by this one: `setattr(a, name, getattr(b, name))` moves each to its like. */
export function namesake(value: Value, name: string): Value {
  if (value.k !== 'union') return value;
  return value.of.find((member) => member.k === 'field' && member.attribute === name) ?? ANY;
}

/** Reads of the columns that go by the keys of a dict. */
export function readKeys(flow: Flow, of: Value, dict: DictValue, place: Place): Value {
  for (const member of membersOf(of))
    if (member.k === 'row') for (const name of dict.entries.keys()) flow.record.column(member.model, name, 'read', place, flow.currentFn);
  return ANY;
}

/** `row[name]` where the name may be any: whatever the row holds is looked at. */
export function readAny(flow: Flow, { model, only }: RowValue, place: Place): void {
  const columns = only ? [...only].flatMap((attribute) => model.columns.get(attribute) ?? []) : [...new Set(model.columns.values())];
  if (columns.length > 0) flow.record.exposure({ model, name: 'a computed name', columns, all: only === undefined, isComputed: true, place, schema: null });
}

/** `row[name] = value`, `setattr(row, name, value)` where the name is any key of a dict, or any at all. */
export function writeKeys(flow: Flow, row: RowValue, key: Value, value: Value, place: Place): void {
  const any = (): void =>
    flow.record.gap({
      kind: 'dynamic-access',
      model: row.model,
      column: null,
      place,
      detail: `attributes of ${row.model.name} are set by computed names`,
      does: 'write',
    });
  for (const member of membersOf(key)) {
    if (member.k === 'key' && member.part === 'key' && !(isWholeOf(row, member.of) && value.k !== 'key')) {
      flow.record.writeAll(row.model, member.of, place, flow.currentFn, false);
      if (member.of.rest) any();
    } else if (member.k !== 'const') any();
  }
}

/** `setattr(row, name, changes[name])`: the names are those that `changes` has, wherever the name was taken from; null where it may have any. */
export function takenFrom(flow: Flow, key: Value, name: Expr, value: Expr | undefined, env: Env): KeyValue | null {
  if (name.k !== 'name' || value?.k !== 'item' || value.key.k !== 'name' || value.key.id !== name.id) return null;
  const of = flow.peek(value.of, env);
  if (of.k !== 'dict' || of.rest !== null || of.entries.size === 0) return null;
  const names = key.k === 'key' && key.of.rest === null ? key.of.entries : of.entries;
  return { k: 'key', of: { ...of, entries: new Map([...of.entries].filter(([each]) => names.has(each))) }, part: 'key' };
}

/** A dict of what the row itself has: that something goes by one of its keys tells nothing of which. */
function isWholeOf({ model }: RowValue, { entries }: DictValue): boolean {
  return entries.size > 0 && [...entries.values()].every((value) => value.k === 'field' && value.model === model);
}

/** What a module exports as a whole where that is an object, `module.exports = { … }` or a file of JSON; null where it exports names. */
export function wholeExport(flow: Flow, module: ModuleRef): DictValue | null {
  const whole = module.language === 'typescript' && module.bindings.has('default') ? flow.moduleName(module, 'default') : null;
  return whole?.k === 'dict' ? whole : null;
}

/** `config[env]`, `schema[name]`: any of what the module exports as a whole; where that is not known, any of its models may be meant. */
export function anyMember(flow: Flow, module: ModuleRef, place: Place): Value {
  const whole = wholeExport(flow, module);
  if (whole) return union([...whole.entries.values(), ...(whole.rest ? [whole.rest] : [])]);
  noteAnyModel(flow, module, place);
  return ANY;
}

/** `getattr(models, name)`, `schema[name]`: any model of that module may be meant, for whatever purpose. */
export function noteAnyModel(flow: Flow, module: ModuleRef, place: Place): void {
  for (const model of modelsWithin(flow, module))
    flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `${model.name} may be named by a computed name` });
}

/** The models that a module declares; those of its whole folder where it stands for the folder. */
function modelsWithin(flow: Flow, { path }: ModuleRef): readonly Model[] {
  const folder = /^(.*\/)?(?:__init__\.py|index\.[cm]?[jt]s)$/.exec(path)?.[1];
  const isWithin = (other: string): boolean => other === path || (folder !== undefined && other.startsWith(folder));
  const ofClasses = [...flow.modelsByClass.values()].filter((model) => model.cls !== null && isWithin(model.cls.module.path));
  const ofSites = [...flow.modelsBySite].flatMap(([site, model]) => (isWithin(site.replace(/(:\d+)+$/, '')) ? [model] : []));
  return [...new Set([...ofClasses, ...ofSites])];
}
