/** The options of a model's `class Meta`, with what abstract bases pass on. */
import { flag, text } from '../../flow/arguments.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';

export interface Option { readonly value: Value; readonly place: Place }
export type Options = ReadonlyMap<string, Option>;

const NONE: Options = new Map();
/** What a class says of itself alone: its subclasses have all else of an abstract one, its table's name and whether Django manages it too. */
const OWN = new Set(['abstract']);

/** The options of a class's own `Meta`, including those of the `Meta` classes it derives from. */
function ownOptions(flow: Flow, cls: ClassRef): Options | null {
  const stmt = cls.cls.body.find((each) => each.k === 'class' && each.cls.name === 'Meta');
  if (stmt?.k !== 'class') return null;
  const meta = flow.classRef(stmt.cls, cls.env);
  const options = new Map<string, Option>();
  for (const each of [...lineage(flow, meta)].reverse()) for (const [name, member] of ownMembers(flow, each)) {
    if (member.k !== 'field' || !member.stmt.value || (each !== meta && OWN.has(name))) continue;
    options.set(name, { value: flow.peek(member.stmt.value!, each.env), place: { path: each.module.path, at: member.stmt.value.at } });
  }
  return options;
}

/** A model's options: its own, or else the nearest abstract base's. https://docs.djangoproject.com/en/5.0/topics/db/models/#meta-inheritance */
export function optionsOf(flow: Flow, cls: ClassRef): Options {
  return flow.memo('django-meta', cls, () => {
    const own = ownOptions(flow, cls);
    if (own) return own;
    for (const base of lineage(flow, cls).slice(1)) {
      const inherited = isAbstract(flow, base) ? ownOptions(flow, base) : null;
      if (inherited) return new Map([...inherited].filter(([name]) => !OWN.has(name)));
    }
    return NONE;
  }, NONE);
}

export function isAbstract(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('django-abstract', cls, () => flag(ownOptions(flow, cls)?.get('abstract')?.value) === true, false);
}

export function isProxy(flow: Flow, cls: ClassRef): boolean {
  return flag(optionsOf(flow, cls).get('proxy')?.value) === true;
}

/** Constant strings of an option that is one string or a list of them. */
export function strings(value: Value | null | undefined): readonly string[] {
  if (value?.k === 'const') return typeof value.v === 'string' ? [value.v] : [];
  return value?.k === 'list' ? value.items.map(text).filter((item) => item !== null) : [];
}

/** `(("a", "b"), ("c",))` or the short form `("a", "b")`. */
export function groups(value: Value | null | undefined): readonly (readonly string[])[] {
  if (value?.k !== 'list') return [];
  return value.items.some((item) => item.k === 'const') ? [strings(value)] : value.items.map(strings).filter((group) => group.length > 0);
}
