/**
 * Supabase's clients, and what their values are called. https://supabase.com/docs/reference/javascript/introduction
 * https://supabase.com/docs/reference/python/introduction
 */
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { SpecialValue, Value } from '../../flow/value.js';

export const DIALECT = 'supabase';

/** The packages of the clients: of JavaScript, of its frameworks, of Deno by address, of Python. */
const PACKAGES =
  /(?:^|[/:])@supabase\/(?:supabase-js|ssr|postgrest-js|auth-helpers-[\w-]+)(?:[@/]|$)|^@nuxtjs\/supabase|^#supabase(?:\/|$)|^(?:supabase|postgrest)(?:\.|$)/;

export const isPackage = (module: string): boolean => PACKAGES.test(module);

export const isUsed = (flow: Flow): boolean =>
  flow.memo('supabase-used', '', () => flow.modules.some((module) => module.code.some((stmt) => stmt.k === 'import' && isPackage(stmt.module))), false);

/** `createClient`, `createServerClient`, `useSupabaseClient`, `create_client`; the types `SupabaseClient`, `Client`. */
const CLIENTS = /client(?:component|pages)?$/i;

/** Whether a library's name makes a client, or is the type of one. */
export function namesClient(value: Value): boolean {
  return (value.k === 'ext' || value.k === 'extobj') && isPackage(value.module) && CLIENTS.test(lastName(value));
}

/** A client; `elsewhere` is a part of it that has no tables: `supabase.auth`, `supabase.storage`. */
export const clientValue = (tag: 'client' | 'elsewhere'): SpecialValue => ({ k: 'special', dialect: DIALECT, tag, data: {}, key: tag });

export const isOwn = (value: Value | null | undefined): value is SpecialValue => value?.k === 'special' && value.dialect === DIALECT;

const ELSEWHERE = new Set(['auth', 'storage', 'functions', 'realtime']);

/** `supabase.auth`, `supabase.rest`. */
export const partOf = (name: string): SpecialValue => clientValue(ELSEWHERE.has(name) ? 'elsewhere' : 'client');
