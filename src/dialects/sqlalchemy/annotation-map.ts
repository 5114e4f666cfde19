/** What Python types mean in the annotations of one base class. https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#customizing-the-type-map */
import type { Expr } from '../../facts/code.js';
import type { TypeRef } from '../../facts/ddl.js';
import { argumentOf } from '../../flow/arguments.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { ClassRef } from '../../flow/value.js';
import { typeName, typeOf, type Annotation } from './types.js';

/** The annotation with the type that `type_annotation_map` of the class, its bases or their registry gives it. */
export function withTypeMap(flow: Flow, cls: ClassRef, annotation: Annotation | null): Annotation | null {
  if (!annotation || annotation.names.length === 0) return annotation;
  const types = typeMapOf(flow, cls);
  const type = annotation.names.map((name) => types.get(name)).find((each) => each !== undefined);
  return type ? { ...annotation, type } : annotation;
}

const maps = new WeakMap<ClassRef, ReadonlyMap<string, TypeRef>>();

function typeMapOf(flow: Flow, cls: ClassRef): ReadonlyMap<string, TypeRef> {
  const known = maps.get(cls);
  if (known) return known;
  const written = mapExpr(flow, cls);
  const types = new Map<string, TypeRef>();
  if (written?.expr.k === 'dict') {
    for (const { key, value } of written.expr.entries) {
      const name = key ? typeName(key) : null;
      const type = name === null ? null : typeOf(flow, flow.peek(value, written.env));
      if (name !== null && type) types.set(name, type);
    }
  }
  maps.set(cls, types);
  return types;
}

function mapExpr(flow: Flow, cls: ClassRef): { readonly expr: Expr; readonly env: Env } | null {
  const member = findMember(flow, cls, 'type_annotation_map');
  if (member?.k === 'field' && member.stmt.value) return { expr: member.stmt.value, env: member.owner.env };
  const registry = findMember(flow, cls, 'registry');
  const made = registry?.k === 'field' && registry.stmt.value ? flow.peek(registry.stmt.value!, registry.owner.env) : null;
  const given = made?.k === 'term' ? argumentOf(made.args, -1, 'type_annotation_map') : null;
  return given && made?.k === 'term' ? { expr: given.expr, env: made.env } : null;
}
