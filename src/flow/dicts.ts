/** Dicts and objects that are made of entries and of others that are spread into them. */
import type { Place } from '../model/schema.js';
import { keysOf } from './computed.js';
import { embeddedEntries, rowEntries } from './embedded.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import { withAny } from './prefetched.js';
import type { Binding, ModuleRef } from './program.js';
import { resultFields } from './sql.js';
import { union } from './unions.js';
import { ANY, isDeclaredEntry, membersOf, type DictValue, type Value } from './value.js';

/** Spreads of dicts with known keys are merged; unknown values leave the dict open. */
export class DictBuilder {
  private readonly entries = new Map<string, Value>();
  private readonly places = new Map<string, Place>();
  private schema: DictValue['schema'];
  private readonly own = new Set<string>();
  /** The value of further keys, null where there are none. */
  rest: Value | null = null;

  set(name: string, value: Value, place: Place | undefined): void {
    this.entries.set(name, value);
    this.own.add(name);
    if (place) this.places.set(name, place);
  }

  /** `{ ...value }` at `place`; of an object whose class says all that it holds, those fields. */
  spread(flow: Flow, value: Value, place: Place): void {
    for (const each of membersOf(value)) {
      const member = each.k === 'object' ? fieldsOf(flow, each) : each;
      if (member.k === 'dict') {
        for (const [name, inner] of member.entries) {
          this.set(name, inner, member.places?.get(name));
          if (isDeclaredEntry(member, name)) this.own.delete(name);
        }
        if (member.rest) this.rest = union(this.rest ? [this.rest, member.rest] : [member.rest]);
        this.schema ??= member.schema;
      } else if (member.k === 'row' && member.result) {
        for (const [name, { model, attribute }] of resultFields(member.result)) this.entries.set(name, { k: 'field', model, attribute, place });
        if (member.result.isOpen || [...member.result.columns.values()].includes(null)) this.rest ??= ANY;
      } else if (member.k === 'row') {
        for (const [name, inner] of rowEntries(member, place)) this.entries.set(name, inner);
        for (const [name, loaded] of member.loaded ?? []) this.entries.set(name, loaded);
      } else if (member.k === 'module' && member.module.language === 'typescript') {
        const { names, isOpen } = namesOf(flow, member.module);
        for (const name of names) this.entries.set(name, flow.moduleName(member.module, name) ?? ANY);
        if (isOpen) this.rest ??= ANY;
      } else if (member.k === 'embedded') for (const [name, inner] of embeddedEntries(member, place)) this.entries.set(name, inner);
      else if (member.k !== 'const') this.rest ??= ANY;
    }
  }

  made(): DictValue {
    return {
      k: 'dict',
      entries: this.entries,
      rest: this.rest,
      places: this.places,
      ...(this.schema ? { schema: this.schema, ...(this.own.size > 0 ? { own: this.own } : {}) } : {}),
    };
  }
}

/** `of.name = value`, `of[name] = value` */
export function withEntry(of: DictValue, name: string, value: Value, place: Place): DictValue {
  return {
    ...of,
    entries: new Map(of.entries).set(name, value),
    places: new Map(of.places ?? []).set(name, place),
    ...(of.schema ? { own: new Set([...(of.own ?? []), name]) } : {}),
  };
}

/** `of[key] = value`, where the key may be one of several. */
export function withKey(of: DictValue, key: Value, value: Value, place: Place): DictValue {
  if (key.k === 'column') return withEntry(of, key.attribute, value, key.place);
  return keysOf(key)?.reduce((dict, name) => withEntry(dict, name, value, place), of) ?? withAny(of, key, value);
}

/** Types are names of a module and nothing that it has when it runs. */
const isValue = (binding: Binding): boolean =>
  binding.k !== 'type' &&
  !(binding.k === 'class' && binding.cls.form === 'interface') &&
  !(binding.k === 'import' && (binding.stmt.isType || binding.name.isType));

/** `import * as schema`: the names of a module and of those it re-exports whole; open where one of these is a library. */
function namesOf(flow: Flow, module: ModuleRef, seen = new Set<ModuleRef>()): { readonly names: ReadonlySet<string>; readonly isOpen: boolean } {
  seen.add(module);
  const names = new Set([...module.bindings].flatMap(([name, bindings]) => (bindings.some(isValue) ? [name] : [])));
  let isOpen = false;
  for (const star of module.stars) {
    const path = flow.resolveModule(module.path, star, module.language);
    const target = path === null ? null : flow.moduleAt(path);
    if (target === null) { isOpen = true; continue; }
    if (seen.has(target)) continue;
    const inner = namesOf(flow, target, seen);
    for (const name of inner.names) names.add(name);
    isOpen ||= inner.isOpen;
  }
  return { names, isOpen };
}
