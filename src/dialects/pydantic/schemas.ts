/** Response and request schemas: classes whose fields name columns. https://docs.pydantic.dev/latest/concepts/models/ */
import type { Expr } from '../../facts/code.js';
import { rowsIn } from '../../flow/access.js';
import { decoratorName, externalBases, lineage, ownMembers, type Member } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { heldIn } from '../../flow/hand-out.js';
import { type ClassRef, type RowValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { exposeFields } from '../shared/exposures.js';

/** Whether a class is a schema of fields rather than code: Pydantic, SQLModel without a table, dataclasses, TypedDict. */
export function isSchema(flow: Flow, cls: ClassRef): boolean {
  if (cls.module.language !== 'python' || flow.modelsByClass.has(cls.id)) return false;
  return flow.memo(
    'schema',
    cls,
    () => isForm(flow, cls) || externalBases(flow, cls).some((base) => base.k === 'ext' && /(^|\.)Schema$/.test(base.name ?? '')),
    false,
  );
}

/** Whether a class holds values under the names of its fields, and asks no row for them by itself, as a schema of Marshmallow does. */
export function isForm(flow: Flow, cls: ClassRef): boolean {
  return (
    externalBases(flow, cls).some(
      (base) =>
        base.k === 'ext' &&
        (/^(pydantic|sqlmodel|ninja|msgspec|fastapi_camelcase|humps)/.test(base.module) ||
          /(^|\.)(BaseModel|TypedDict|NamedTuple|Struct)$/.test(base.name ?? '')),
    ) || cls.cls.decorators.some(isDataClass)
  );
}

/** `@dataclass`, `@attrs.define`, `@attr.s(auto_attribs=True)`. https://www.attrs.org/en/stable/names.html */
function isDataClass(decorator: Expr): boolean {
  const of = decorator.k === 'call' ? decorator.fn : decorator;
  if (of.k === 'attr' && of.of.k === 'name' && /^attrs?$/.test(of.of.id)) return /^(define|mutable|frozen|s|attrs|dataclass)$/.test(of.name);
  return /dataclass|attrs|define/.test(decoratorName(of));
}

/** The schema classes that an annotation or `response_model` names, through lists, unions and generics. */
export function schemasIn(flow: Flow, value: Value, depth = 4): readonly ClassRef[] {
  switch (value.k) {
    case 'object': return isSchema(flow, value.cls) ? [value.cls, ...(value.args ?? []).flatMap((arg) => (depth ? schemasIn(flow, arg, depth - 1) : []))] : [];
    case 'class': return isSchema(flow, value.cls) ? [value.cls] : [];
    case 'many': return schemasIn(flow, value.of, depth);
    case 'union': return value.of.flatMap((member) => schemasIn(flow, member, depth));
    case 'list': return depth ? value.items.flatMap((item) => schemasIn(flow, item, depth - 1)) : [];
    case 'dict': return depth ? [...value.entries.values(), ...(value.rest ? [value.rest] : [])].flatMap((item) => schemasIn(flow, item, depth - 1)) : [];
    case 'extobj': return depth ? value.args.flatMap((arg) => schemasIn(flow, arg, depth - 1)) : [];
    default: return [];
  }
}

/** Rows of `model` are handed out as `schema`. */
export function exposeAs(flow: Flow, model: Model, schema: ClassRef): void {
  exposeHeld(flow, schema);
  exposeFields(flow, model, schema, {
    isExposed: () => true,
    alias: aliasOf,
    nested: (field, owner) => (field.stmt.type ? schemasIn(flow, flow.type(field.stmt.type, owner.env)) : []),
  });
}

/** `label: str = Field(alias="name")`: rows are asked for that. https://docs.pydantic.dev/latest/concepts/alias/ */
function aliasOf({ stmt: { value } }: Member & { readonly k: 'field' }): string | null {
  const given = value?.k === 'call' ? value.args.find(({ name }) => name === 'validation_alias' || name === 'alias')?.value : undefined;
  return given?.k === 'lit' && typeof given.v === 'string' ? given.v : null;
}

/** A schema that is handed out: whole rows leave with a field whose type is a table's model, and all that a schema has which is made of one. */
export function exposeHeld(flow: Flow, schema: ClassRef, seen = new Set<ClassRef>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const { rows, schemas } = heldBy(flow, schema);
  for (const { model, place } of rows) exposeAll(flow, model, schema.name, place);
  for (const inner of schemas) exposeHeld(flow, inner, seen);
}

/** What a schema's fields hold: whole rows, at the field, and other schemas. */
interface Held { readonly rows: readonly { readonly model: Model; readonly place: Place }[]; readonly schemas: readonly ClassRef[] }

function heldBy(flow: Flow, schema: ClassRef): Held {
  return flow.memo<Held>('held by schema', schema, () => {
    const rows: { model: Model; place: Place }[] = [];
    const schemas: ClassRef[] = [];
    for (const cls of lineage(flow, schema)) {
      const model = flow.modelsByClass.get(cls.id);
      if (model) return { rows: [...rows, { model, place: { path: schema.module.path, at: schema.cls.at } }], schemas };
      for (const member of ownMembers(flow, cls).values()) {
        if (member.k !== 'field' || !member.stmt.type) continue;
        const type = flow.quiet(() => flow.type(member.stmt.type!, cls.env));
        for (const row of rowsIn(type, 3)) rows.push({ model: row.model, place: { path: cls.module.path, at: member.stmt.target.at } });
        schemas.push(...schemasIn(flow, type));
      }
    }
    return { rows, schemas };
  }, { rows: [], schemas: [] });
}

/** Rows are handed out as they are by something that names no column. */
export function exposeRow(flow: Flow, row: RowValue, name: string, place: Place): void {
  for (const { model, columns, all } of heldIn(row)) if (columns.length > 0) flow.record.exposure({ model, name, columns, all, place, schema: null });
}

/** Whole rows are handed out by something that names no column. */
export function exposeAll(flow: Flow, model: Model, name: string, place: Place): void {
  flow.record.exposure({ model, name, columns: [...new Set(model.columns.values())], all: true, place, schema: null });
}
