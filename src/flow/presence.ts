/** What a type says of whether its value is there. */
import type { SetStmt } from '../facts/code.js';
import { decoratorName } from './classes.js';
import type { Env } from './program.js';
import type { ExternalObject, Value } from './value.js';

const SCALARS = new Set(['string', 'number', 'bigint', 'boolean', 'Date', 'str', 'int', 'float', 'bool', 'bytes', 'UUID', 'datetime', 'date', 'Decimal']);
const SCALAR_MODULES = new Set(['builtins', 'uuid', 'datetime', 'decimal']);

/** A value of a library's type: one of a plain type is there, where types are checked for null. */
export function instanceOfLibrary(module: string, name: string, args: readonly Value[], env: Env): ExternalObject {
  const isThere = env.module.hasStrictTypes && SCALAR_MODULES.has(module) && SCALARS.has(name);
  return { k: 'extobj', module, name, args, ...(isThere ? { isThere } : {}) };
}

/** Whether whatever gives the value sees to it that it is no null. */
export function isSurelyThere(value: Value): boolean {
  return (value.k === 'any' || value.k === 'extobj') && value.isThere === true && value.mayBeNull !== true;
}

/** A field that need not be given, by its mark, its default or what its decorators say: `@IsOptional()`, `@Field({ nullable: true })`. */
export function mayLack({ optional, value, decorators }: SetStmt): boolean {
  return (
    optional === true ||
    (value?.k === 'lit' && value.v === null) ||
    (decorators ?? []).some(
      (decorator) =>
        /optional|nullable/i.test(decoratorName(decorator)) ||
        (decorator.k === 'call' &&
          decorator.args.some(
            (arg) =>
              arg.value.k === 'dict' &&
              arg.value.entries.some(
                ({ key, value: said }) =>
                  key?.k === 'lit' && said.k === 'lit' && (key.v === 'nullable' ? said.v === true : key.v === 'required' && said.v === false),
              ),
          )),
    )
  );
}

/** What is known of whether the value is there. */
export function presenceOf(value: Value): { mayBeNull?: true; mayBeLeftOut?: true; isThere?: true } {
  if (value.k !== 'any' && value.k !== 'extobj') return {};
  return value.mayBeNull ? { mayBeNull: true, ...(value.mayBeLeftOut ? { mayBeLeftOut: true } : {}) } : value.isThere ? { isThere: true } : {};
}
