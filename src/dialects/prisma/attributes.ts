/** Attributes of a Prisma schema and their arguments. https://www.prisma.io/docs/orm/reference/prisma-schema-reference#attributes */
import type { PrismaAttribute, PrismaField, PrismaValue } from '../../facts/prisma.js';

export type Args = PrismaAttribute['args'];

/** The first attribute of that name (without its `@`). */
export function attributeNamed(of: { readonly attributes: readonly PrismaAttribute[] }, name: string): PrismaAttribute | null {
  return of.attributes.find((attribute) => attribute.name === name) ?? null;
}

/** The argument of that name, or the one at `index` among those without a name. */
export function argumentOf(args: Args, name: string, index = -1): PrismaValue | null {
  return args.find((arg) => arg.name === name)?.value ?? (index < 0 ? null : args.filter((arg) => arg.name === undefined)[index]?.value ?? null);
}

/** A string or a name as text. */
export function textOf(value: PrismaValue | null): string | null {
  return value?.k === 'string' || value?.k === 'path' ? value.v : null;
}

/** `@map("x")`, `@@map(name: "x")`. */
export function mappedName(of: { readonly attributes: readonly PrismaAttribute[] }): string | null {
  const map = attributeNamed(of, 'map');
  return map ? textOf(argumentOf(map.args, 'name', 0)) : null;
}

/** The column behind a field. */
export function columnName(field: PrismaField): string {
  return mappedName(field) ?? field.name;
}

/** One field named in a list (`[a, b(sort: Desc)]`). */
export interface FieldPart { readonly field: string; readonly desc: boolean; readonly opclass: string | null }

/** The fields a list names, with their order and operator class. */
export function fieldParts(value: PrismaValue | null): readonly FieldPart[] {
  if (value?.k === 'path') return [{ field: value.v, desc: false, opclass: null }];
  if (value?.k !== 'list') return [];
  return value.items.flatMap((item): FieldPart[] => {
    if (item.k === 'path') return [{ field: item.v, desc: false, opclass: null }];
    if (item.k !== 'call') return [];
    const ops = argumentOf(item.args, 'ops');
    return [
      {
        field: item.name,
        desc: textOf(argumentOf(item.args, 'sort')) === 'Desc',
        opclass: ops?.k === 'call' ? textOf(argumentOf(ops.args, 'raw', 0)) : textOf(ops),
      },
    ];
  });
}

/** The schema of `@@schema("auth")`; null where the model says none. https://www.prisma.io/docs/orm/prisma-schema/data-model/multi-schema */
export function schemaName(of: { readonly attributes: readonly PrismaAttribute[] }): string | null {
  const attribute = attributeNamed(of, 'schema');
  return attribute ? textOf(argumentOf(attribute.args, 'map', 0)) : null;
}
