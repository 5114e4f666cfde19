/** Which classes are models, what they inherit, and what they are called. */
import { walk } from '../../facts/walk.js';
import { text } from '../../flow/arguments.js';
import { basesOf, classOf, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import { folderOf } from '../shared/paths.js';
import type { Apps } from './apps.js';
import { ownFields, type Field } from './fields.js';
import { KNOWN_BASES, MANY_OF_BASES, type KnownField, type KnownMany } from './known-bases.js';
import { isAbstract, isProxy, optionsOf } from './meta.js';
import { isModelsName, qualified, shortName } from './names.js';

/** Whether the class is a model (abstract ones count), by what it descends from. */
export function isModelClass(flow: Flow, cls: ClassRef): boolean {
  return flow.memo(
    'django-model',
    cls,
    () => lineage(flow, cls).some((each) => basesOf(flow, each).some((base) => membersOf(base).some((member) => isModelBase(flow, cls, member)))),
    false,
  );
}

/** What the body of a model gives names to, its methods and classes aside. */
export function fieldNames(flow: Flow, cls: ClassRef): ReadonlySet<string> {
  return new Set([...ownMembers(flow, cls)].flatMap(([name, member]) => (member.k === 'field' ? [name] : [])));
}

function isModelBase(flow: Flow, cls: ClassRef, base: Value): boolean {
  if (base.k !== 'ext') return false;
  if (isModelsName(base, 'Model')) return true;
  const full = qualified(base)!;
  if (full in KNOWN_BASES) return true;
  // What else `django.db` has are managers, choices and expressions: `class Median(Aggregate): output_field = FloatField()`.
  if (
    /^(builtins|typing|pydantic|sqlmodel|sqlalchemy|flask|django\.(db|forms|views|test|contrib\.(admin|postgres))|rest_framework|graphene|factory|marshmallow)\b/.test(
      full,
    )
  )
    return false;
  // A library's base whose class we do not see is a model when Django's own fields stand in the classes below it, or a migration makes its table.
  return (
    lineage(flow, cls).some((each) => ownFields(flow, each).fields.some((field) => field.type !== null || field.kind === 'foreign')) || isMigrated(flow, cls)
  );
}

const MIGRATION = /(^|\/)migrations\/\d\w*\.py$/;

/** Whether a migration of its app creates a model of the class's name; apps with a folder of models inside count too. */
function isMigrated(flow: Flow, cls: ClassRef): boolean {
  const created = flow.memo<ReadonlyMap<string, ReadonlySet<string>>>(
    'django-created',
    '',
    () => createdIn(flow.modules.filter((module) => module.language === 'python' && MIGRATION.test(module.path))),
    NOTHING,
  );
  const name = cls.name.toLowerCase();
  for (let folder = folderOf(cls.module.path); ; folder = folderOf(folder)) {
    const models = created.get(folder);
    if (models) return models.has(name);
    if (!folder) return false;
  }
}

const NOTHING: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** The names of models that migrations create, in lower case, by the folder of their app. */
function createdIn(migrations: readonly ModuleRef[]): ReadonlyMap<string, ReadonlySet<string>> {
  const created = new Map<string, Set<string>>();
  for (const { path, code } of migrations) {
    const app = folderOf(folderOf(path));
    const names = created.get(app) ?? new Set();
    created.set(app, names);
    walk(code, (node) => {
      if (node.k !== 'call' || node.fn.k !== 'attr' || node.fn.name !== 'CreateModel') return;
      const named = (node.args.find((arg) => arg.name === 'name') ?? node.args.find((arg) => arg.name === undefined))?.value;
      if (named?.k === 'lit' && typeof named.v === 'string') names.add(named.v.toLowerCase());
    });
  }
  return created;
}

export interface Inherited {
  /** All fields of the table, inherited abstract ones first. */
  readonly fields: readonly Field[];
  /** Columns of library bases that are known. */
  readonly known: readonly KnownField[];
  /** Many-to-many fields of library bases that are known. */
  readonly knownMany: readonly KnownMany[];
  /** Concrete parents, each joined by a `_ptr` key. */
  readonly parents: readonly ClassRef[];
  /** Library bases whose fields we cannot see; `isConcrete` where they look like tables of their own. */
  readonly unseen: readonly { readonly name: string; readonly isConcrete: boolean }[];
}

/** What a concrete model has, with all it inherits. https://docs.djangoproject.com/en/5.0/topics/db/models/#model-inheritance */
export function inheritedOf(flow: Flow, cls: ClassRef): Inherited {
  const fields = new Map<string, Field>();
  const known = new Map<string, KnownField>();
  const knownMany = new Map<string, KnownMany>();
  const parents: ClassRef[] = [];
  const unseen = new Map<string, boolean>();
  const seen = new Set<string>();
  const visit = (current: ClassRef): void => {
    if (seen.has(current.id)) return;
    seen.add(current.id);
    for (const base of [...basesOf(flow, current)].reverse()) for (const member of membersOf(base)) {
      const parent = classOf(member);
      if (parent) {
        if (!isModelClass(flow, parent)) continue;
        if (isAbstract(flow, parent)) visit(parent);
        else parents.push(concreteOf(flow, parent));
      } else if (member.k === 'ext') visitLibrary(member);
    }
    const own = ownFields(flow, current);
    for (const name of own.removed) { fields.delete(name); known.delete(name); knownMany.delete(name); }
    for (const field of own.fields) { fields.delete(field.name); known.delete(field.name); knownMany.delete(field.name); fields.set(field.name, field); }
  };
  const visitLibrary = (base: Value): void => {
    const full = qualified(base)!;
    const name = shortName(base);
    if (isModelsName(base, 'Model') || full.startsWith('builtins') || full.startsWith('typing')) return;
    for (const many of MANY_OF_BASES[full] ?? []) knownMany.set(many.name, many);
    const columns = KNOWN_BASES[full];
    if (columns) { for (const field of columns) known.set(field.name, field); return; }
    if (/^django\./.test(full) && !/models/.test(full)) return;
    unseen.set(name, !/Model$|^Abstract|^Base|Base$|Mixin|Abstract$/.test(name) && pointsAt(flow, name));
  };
  visit(cls);
  return {
    fields: [...fields.values()],
    known: [...known.values()],
    knownMany: [...knownMany.values()],
    parents: [...new Set(parents)].reverse(),
    unseen: [...unseen].map(([name, isConcrete]) => ({ name, isConcrete })),
  };
}

/** The class whose table a proxy shares; other classes are themselves. */
export function concreteOf(flow: Flow, cls: ClassRef): ClassRef {
  let current = cls;
  for (let depth = 0; depth < 8 && isProxy(flow, current); depth++) {
    const next = basesOf(flow, current).flatMap(membersOf).map(classOf).find((base) => base !== null && isModelClass(flow, base) && !isAbstract(flow, base));
    if (!next) return current;
    current = next;
  }
  return current;
}

/** Whether a model of the library may have a table of its own: where there are migrations, one of them has the key to it. */
function pointsAt(flow: Flow, name: string): boolean {
  const pointers = flow.memo<ReadonlySet<string> | null>('django-pointers', '', () => {
    const migrations = flow.modules.filter((module) => module.language === 'python' && MIGRATION.test(module.path));
    return migrations.length ? new Set(migrations.flatMap(pointersIn)) : null;
  }, null);
  return pointers === null || pointers.has(name.toLowerCase());
}

/** The models that fields of a migration point at: `("order_ptr", models.OneToOneField(…))`. */
function pointersIn(module: ModuleRef): readonly string[] {
  const found: string[] = [];
  walk(module.code, (node) => { if (node.k === 'lit' && typeof node.v === 'string' && node.v.endsWith('_ptr')) found.push(node.v.slice(0, -4)); });
  return found;
}

export function labelOf(flow: Flow, apps: Apps, cls: ClassRef): string {
  return text(optionsOf(flow, cls).get('app_label')?.value) ?? apps.label(cls.module.path);
}

/** `<app label>_<model>` unless `db_table` names it; quotes inside separate a schema. https://docs.djangoproject.com/en/5.0/ref/models/options/#db-table */
export function tableNameOf(flow: Flow, apps: Apps, cls: ClassRef): { readonly name: string; readonly schema: string | null } {
  const given = text(optionsOf(flow, cls).get('db_table')?.value);
  if (given === null) return { name: `${labelOf(flow, apps, cls)}_${cls.name.toLowerCase()}`, schema: null };
  const parts = given.replace(/^"|"$/g, '').split(/"\."/);
  return parts.length === 2 ? { name: parts[1]!, schema: parts[0]! } : { name: parts[0]!, schema: null };
}
