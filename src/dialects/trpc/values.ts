/** What tRPC makes, as values: builders, procedures, routers, and their far side. https://trpc.io/docs */
import { type Value } from '../../flow/value.js';

export const DIALECT = 'trpc';

/** `context` is what handlers get, `input` and `output` what the schemas let through, `run` the handler. */
export interface Procedure { readonly context: Value; readonly input: Value; readonly output: Value; readonly run: Value | null }
export type Router = ReadonlyMap<string, Value>;

/** Each kind of value, with what is known of it. */
interface Made {
  /** `initTRPC`, with the context that it was told. */
  readonly init: { readonly context: Value };
  /** What `create()` gives. */
  readonly root: { readonly context: Value };
  /** `t.router` and the like, taken off it. */
  readonly maker: { readonly name: string; readonly context: Value };
  readonly procedure: Procedure;
  readonly middleware: { readonly fns: readonly Value[] };
  /** The `next` of a middleware, and what it gives: the context for those behind. */
  readonly next: Readonly<Record<string, never>>;
  readonly passed: { readonly context: Value | null };
  readonly router: { readonly entries: Router };
  /** A router seen from its far side, and one procedure of it. */
  readonly client: { readonly entries: Router };
  readonly endpoint: { readonly procedure: Procedure; readonly key: string };
  /** `inferRouterOutputs<…>` and `inferRouterInputs<…>`. */
  readonly types: { readonly entries: Router; readonly of: 'input' | 'output' };
  /** A function that gives the value. */
  readonly giver: { readonly value: Value };
}

type Tag = keyof Made;
export type TrpcValue = Value & { k: 'special' };

export function make<T extends Tag>(tag: T, data: Made[T], key: string): Value {
  return { k: 'special', dialect: DIALECT, tag, data: data as unknown as Readonly<Record<string, unknown>>, key };
}

export function isTrpc(value: Value | null | undefined): value is TrpcValue {
  return value?.k === 'special' && value.dialect === DIALECT;
}

/** What is known of a value of this kind; null for every other one. */
export function dataOf<T extends Tag>(value: Value | null | undefined, tag: T): Made[T] | null {
  return isTrpc(value) && value.tag === tag ? (value.data as unknown as Made[T]) : null;
}
