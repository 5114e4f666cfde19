/** Names of Django's own classes, however they are imported. */
import { isExternal, lastName } from '../../flow/arguments.js';
import { externalBases, lineage } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type Term, type Value } from '../../flow/value.js';

/** The full dotted name of a library value: `django.db.models.Model` for `models.Model`; null for other values. */
export function qualified(value: Value | null | undefined): string | null {
  if (value?.k !== 'ext' && value?.k !== 'extobj') return null;
  return value.name === null ? value.module : `${value.module}.${value.name}`;
}

/** The last name of a library value; empty for other values. */
export function shortName(value: Value | null | undefined): string {
  return value?.k === 'ext' || value?.k === 'extobj' ? lastName(value) : '';
}

const MODELS = /^django\.(contrib\.gis\.)?db\.models(\.|$)/;

/** Whether the value is the name `name` of `django.db.models` (any of its modules). */
export function isModelsName(value: Value | null | undefined, ...names: readonly string[]): boolean {
  const full = qualified(value);
  return full !== null && (MODELS.test(full) || full.startsWith('django.contrib.postgres.')) && (names.length === 0 || names.includes(shortName(value)));
}

/** A call of one of those names of `django.db.models` that nothing has evaluated further. */
export function modelsTerm(value: Value | null | undefined, ...names: readonly string[]): Term | null {
  return value?.k === 'term' && isModelsName(value.callee, ...names) ? value : null;
}

export function isDjango(value: Value | null | undefined, ...names: readonly string[]): boolean {
  return isExternal(value, 'django', ...names);
}

export function hasBase(flow: Flow, cls: ClassRef, test: (base: Value) => boolean): boolean {
  return externalBases(flow, cls).some((base) => membersOf(base).some(test));
}

/** Managers of Django and of libraries: `models.Manager`, `UserManager`, `InheritanceManager`. */
export function isManagerName(value: Value): boolean {
  return value.k === 'ext' && /Manager$/.test(shortName(value)) && !/Taggable|Context/.test(shortName(value));
}

export function isQuerySetName(value: Value): boolean {
  return value.k === 'ext' && /QuerySet$/.test(shortName(value)) && value.module !== 'builtins';
}

/** The nested class `Meta` (or another) of a class, with what it inherits. */
export function nestedClass(flow: Flow, cls: ClassRef, name: string): ClassRef | null {
  for (const each of lineage(flow, cls)) {
    for (const stmt of each.cls.body) if (stmt.k === 'class' && stmt.cls.name === name) return flow.classRef(stmt.cls, each.env);
  }
  return null;
}
