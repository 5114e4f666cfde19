/** Classes whose constructor is made of their fields. https://docs.sqlalchemy.org/en/20/orm/dataclasses.html */
import type { Expr, SetStmt, Span } from '../../facts/code.js';
import { isExternal, unwritten } from '../../flow/arguments.js';
import { decoratorName, externalBases, findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, type Args, type ClassRef, type EvaluatedArg, type Value } from '../../flow/value.js';

/** Whether Python's `dataclass`, `MappedAsDataclass` or a registry's `mapped_as_dataclass` makes the constructor. */
function isDataClass(flow: Flow, cls: ClassRef): boolean {
  return (
    lineage(flow, cls).some((each) => each.cls.decorators.some((decorator) => /^(dataclass|mapped_as_dataclass)$/.test(decoratorName(decorator)))) ||
    externalBases(flow, cls).some((base) => isExternal(base, 'sqlalchemy', 'MappedAsDataclass'))
  );
}

/** The fields of a data class in the order in which its constructor takes them; a base's come first. */
export function dataFields(flow: Flow, cls: ClassRef): readonly { readonly name: string; readonly stmt: SetStmt }[] {
  const fields = new Map<string, SetStmt>();
  for (const each of [...lineage(flow, cls)].reverse())
    for (const [name, member] of ownMembers(flow, each))
      if (member.k === 'field' && member.stmt.type && !isOfClass(member.stmt.type)) fields.set(name, member.stmt);
  return [...fields].map(([name, stmt]) => ({ name, stmt }));
}

/** The arguments of a constructor with the names of the fields that they are for, and what it sets by itself: `status: str = "open"`. */
export function namedByField(flow: Flow, cls: ClassRef, args: Args, at: Span): Args {
  if (!isDataClass(flow, cls) || findMember(flow, cls, '__init__')) return args;
  const { list } = named(flow, cls, args);
  const isOpen = list.some((arg) => arg.spread !== null);
  const preset = isOpen
    ? []
    : dataFields(flow, cls)
        .filter(({ name }) => !list.some((arg) => arg.name === name))
        .flatMap(({ name, stmt }): EvaluatedArg[] => {
          const value = presetOf(stmt);
          return value ? [{ ...unwritten(value, at), name }] : [];
        });
  return { list: [...list, ...preset] };
}

/** What a field of a data class has that it is not given; null for nothing, and for what the mapping says. */
function presetOf({ value }: SetStmt): Value | null {
  if (!value) return null;
  if (value.k === 'lit') return value.v === null ? null : { k: 'const', v: value.v };
  if (value.k !== 'call') return ANY;
  const given = nameOf(value.fn) === 'field' ? value.args.find(({ name }) => name === 'default' || name === 'default_factory') : undefined;
  return given && !(given.value.k === 'lit' && given.value.v === null) ? ANY : null;
}

function named(flow: Flow, cls: ClassRef, args: Args): Args {
  if (!args.list.some((arg) => arg.name === null && arg.spread === null)) return args;
  if (
    lineage(flow, cls).some((each) =>
      [...each.cls.bases, ...each.cls.decorators.flatMap((decorator) => (decorator.k === 'call' ? decorator.args : []))].some(
        ({ name, value }) => name === 'kw_only' && isTrue(value),
      ),
    )
  )
    return args;
  const fields = dataFields(flow, cls).filter(({ stmt }) => !isSet(stmt, 'init', false) && !isSet(stmt, 'kw_only', true));
  let position = 0;
  return { list: args.list.map((arg) => (arg.name !== null || arg.spread !== null ? arg : { ...arg, name: fields[position++]?.name ?? null })) };
}

/** `label: Mapped[str] = mapped_column(init=False)` */
function isSet({ value }: SetStmt, option: string, wanted: boolean): boolean {
  return value?.k === 'call' && value.args.some((arg) => arg.name === option && arg.value.k === 'lit' && arg.value.v === wanted);
}

const isTrue = (expr: Expr): boolean => expr.k === 'lit' && expr.v === true;
const isOfClass = (type: Expr): boolean => /^ClassVar$/.test(nameOf(type.k === 'item' ? type.of : type));
const nameOf = (expr: Expr): string => (expr.k === 'name' ? expr.id : expr.k === 'attr' ? expr.name : '');
