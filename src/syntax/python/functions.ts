import type { Class, Expr, Func, Param, Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { args, expr } from './expressions.js';
import { spanOf, textOf, type Reader } from './reader.js';
import { block } from './statements.js';
import { kids } from './tree.js';

/** `range` is that of the decorated whole when there are decorators. */
export function func(reader: Reader, node: number, decorators: readonly Expr[], range: Span): Func {
  const { kind } = reader.tree;
  const parts = kids(reader.tree, node);
  const name = parts.find((part) => kind[part] === 'identifier');
  const parameters = parts.find((part) => kind[part] === 'parameters');
  const returns = parts.find((part) => kind[part] === 'type');
  const body = parts.find((part) => kind[part] === 'block');
  return {
    name: name === undefined ? null : textOf(reader, name),
    params: parameters === undefined ? [] : params(reader, parameters),
    body: body === undefined ? [] : within(reader, true, () => block(reader, body)),
    ...(returns !== undefined && { returns: expr(reader, returns) }),
    decorators,
    ...(/^async\s/.test(reader.text.slice(reader.tree.start[node], reader.tree.start[node] + 6)) && { isAsync: true as const }),
    at: name === undefined ? range : spanOf(reader, name),
    range,
  };
}

/** Reads what stands in a function, or in a class inside of one. */
function within<T>(reader: Reader, isFunction: boolean, read: () => T): T {
  const { isInFunction } = reader;
  reader.isInFunction = isFunction;
  const result = read();
  reader.isInFunction = isInFunction;
  return result;
}

export function classOf(reader: Reader, node: number, decorators: readonly Expr[], range: Span): Class {
  const { kind } = reader.tree;
  const parts = kids(reader.tree, node);
  const name = parts.find((part) => kind[part] === 'identifier');
  const generics = parts.find((part) => kind[part] === 'type_parameter');
  const bases = parts.find((part) => kind[part] === 'argument_list');
  const body = parts.find((part) => kind[part] === 'block');
  const note = reader.notes.of(range, header(reader, name, parts));
  return {
    name: name === undefined ? '' : textOf(reader, name),
    form: 'class',
    bases: bases === undefined ? [] : args(reader, bases),
    body: body === undefined ? [] : within(reader, false, () => block(reader, body)),
    decorators,
    ...(generics !== undefined && { params: typeParams(reader, generics) }),
    at: name === undefined ? range : spanOf(reader, name),
    range,
    ...(note && { note }),
  };
}

/** The names that `[T: int, *Ts, **P = [int]]` introduces, by its text: the grammar knows no defaults. */
export function typeParams(reader: Reader, list: number): string[] {
  let depth = 0;
  const outer = [...textOf(reader, list).slice(1, -1)].filter((char) => {
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char)) depth--;
    return depth === 0;
  }).join('');
  return outer.split(',').flatMap((each) => /^[\s*]*([^\s:=*]+)/.exec(each)?.[1] ?? []);
}

export function lambda(reader: Reader, node: number): Expr {
  const parts = kids(reader.tree, node);
  const value = parts.at(-1);
  const list = parts.find((part) => reader.tree.kind[part] === 'lambda_parameters');
  const at = spanOf(reader, node);
  const fn: Func = {
    name: null,
    params: list === undefined ? [] : params(reader, list),
    body: value === undefined || value === list ? [] : [{ k: 'return', value: expr(reader, value), at: spanOf(reader, value) }],
    decorators: [],
    at,
    range: at,
  };
  return { k: 'fn', fn, at };
}

/** The bare separators `*` and `/` leave no trace. */
function params(reader: Reader, list: number): Param[] {
  return kids(reader.tree, list).map((node) => param(reader, node));
}

function param(reader: Reader, node: number): Param {
  const [target, second, third] = kids(reader.tree, node);
  switch (reader.tree.kind[node]) {
    case 'typed_parameter':
      return { ...param(reader, target), type: expr(reader, second) };
    case 'default_parameter':
      return { target: expr(reader, target), default: expr(reader, second) };
    case 'typed_default_parameter':
      return { target: expr(reader, target), type: expr(reader, second), default: expr(reader, third) };
    case 'list_splat_pattern':
      return { target: expr(reader, target), rest: '*' };
    case 'dictionary_splat_pattern':
      return { target: expr(reader, target), rest: '**' };
    default:
      return { target: expr(reader, node) };
  }
}

/** From the name to what stands before the colon. */
function header(reader: Reader, name: number | undefined, parts: readonly number[]): Span | undefined {
  const last = parts.findLast((part) => reader.tree.kind[part] !== 'block');
  return name === undefined || last === undefined ? undefined : makeSpan(reader.tree.start[name], reader.tree.end[last]);
}
