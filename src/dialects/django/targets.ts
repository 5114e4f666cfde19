/** What a relation points at: a class, `"app.Model"`, `"self"`, the user model, or a model of a library. */
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { Apps } from './apps.js';
import { KNOWN_MODELS, type KnownModel } from './known-bases.js';
import { isModelClass, labelOf } from './models.js';
import { qualified, shortName } from './names.js';

export interface Target {
  readonly target: TableTarget;
  readonly cls: ClassRef | null;
  /** Name of the model, for the columns of an implicit table between two. */
  readonly model: string;
}

/** A table of a library that models of the repository point at. */
export interface Outside {
  readonly site: string;
  readonly label: string;
  readonly model: string;
  readonly known: KnownModel | null;
  readonly dotted: string | null;
}

export interface Declaring {
  readonly flow: Flow;
  readonly apps: Apps;
  /** Model classes by `label.model` in lower case, abstract ones left out. */
  readonly byLabel: ReadonlyMap<string, ClassRef>;
  readonly outside: Map<string, Outside>;
}

/** The target of a relation declared in `owner` for the concrete model `cls`; null when the value tells nothing. */
export function targetOf(declaring: Declaring, value: Value | null, cls: ClassRef): Target | null {
  if (!value) return null;
  if (value.k === 'class' && isModelClass(declaring.flow, value.cls)) return ofClass(value.cls);
  const full = qualified(value);
  if (full?.endsWith('.AUTH_USER_MODEL') || (value.k === 'term' && shortName(value.callee) === 'get_user_model'))
    return named(declaring, declaring.apps.userModel, cls);
  const name = text(value);
  if (name !== null) return name === 'self' ? ofClass(cls) : named(declaring, name, cls);
  if (value.k === 'ext' && value.module !== 'builtins') return outsideTarget(declaring, labelOfModule(full!), shortName(value), full);
  return null;
}

const ofClass = (cls: ClassRef): Target => ({ target: { k: 'class', cls }, cls, model: cls.name });

function named(declaring: Declaring, name: string, from: ClassRef): Target | null {
  const dot = name.lastIndexOf('.');
  const label = dot >= 0 ? name.slice(0, dot) : labelOf(declaring.flow, declaring.apps, from);
  const model = name.slice(dot + 1);
  const found = declaring.byLabel.get(`${label}.${model}`.toLowerCase());
  if (found) return ofClass(found);
  // Django refuses to start where a model is not there: what is not in sight comes from a library, whose models an application of
  // this repository may take over with a star import.
  return outsideTarget(declaring, label, model, null);
}

/** The label of a library's application, guessed from where its models are: `wagtail.images.models` is `images`. */
function labelOfModule(dotted: string): string {
  const parts = dotted.split('.').slice(0, -1).filter((part) => part !== 'models' && part !== 'base');
  return parts[parts.length - 1] ?? '';
}

export function outsideTarget(declaring: Declaring, label: string, model: string, dotted: string | null): Target {
  const known =
    KNOWN_MODELS.find(
      (each) => each.model.toLowerCase() === model.toLowerCase() && (each.label === label || (dotted !== null && dotted.startsWith(`${each.module}.`))),
    ) ?? null;
  const key = `${known?.label ?? label}.${model}`.toLowerCase();
  const site = `outside:${key}`;
  if (!declaring.outside.has(key))
    declaring.outside.set(key, {
      site,
      label: known?.label ?? label,
      model: known?.model ?? model,
      known,
      dotted: known ? `${known.module}.${known.model}` : dotted,
    });
  return { target: { k: 'site', site }, cls: null, model };
}
