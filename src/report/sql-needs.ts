/** What must be there before tables can be made: schemas, extensions, types, functions, sequences. */
import type { Definition, Place, Schema, Table } from '../model/schema.js';
import { sqlName } from '../model/sql-text.js';

/** Types of extensions that PostgreSQL or its packages bring: https://www.postgresql.org/docs/current/contrib.html, and the two most used beside them. */
const TYPE_EXTENSIONS: Readonly<Record<string, string>> = {
  citext: 'citext', hstore: 'hstore', ltree: 'ltree', lquery: 'ltree', cube: 'cube', isbn: 'isn', ean13: 'isn', seg: 'seg',
  vector: 'vector', halfvec: 'vector', sparsevec: 'vector', geometry: 'postgis', geography: 'postgis',
};
/** Operator classes and functions of such extensions that indexes and defaults name. */
const WORD_EXTENSIONS: readonly (readonly [RegExp, string])[] = [
  [/\bg(?:in|ist)_trgm_ops\b/, 'pg_trgm'],
  [/\buuid_generate_v\d/, 'uuid-ossp'],
  [/\bvector_\w+_ops\b/, 'vector'],
];

/** CREATE SCHEMA for every schema that something is put in. */
export function schemasFor(schema: Schema, tables: readonly Table[]): string[] {
  const names = [
    ...tables.map((table) => table.schema),
    ...(schema.extensions ?? []).map((extension) => extension.schema),
    ...sequencesOf(tables).map(schemaIn),
  ];
  return [...new Set(names.filter((name) => name !== null && name !== 'public' && !/^(?:pg_|information_schema$)/.test(name)))]
    .sort()
    .map((name) => `CREATE SCHEMA IF NOT EXISTS ${sqlName(name!)};`);
}

/** SET search_path where types and operator classes are in the schema of an extension. */
export function searchPathFor(schema: Schema): string[] {
  const homes = [
    ...new Set((schema.extensions ?? []).map((extension) => extension.schema).filter((name) => name !== null && name !== 'public' && !/^pg_/.test(name))),
  ].sort();
  return homes.length > 0 ? [`SET search_path = ${['public', ...homes].map((name) => sqlName(name!)).join(', ')};`] : [];
}

/** CREATE EXTENSION for those that are declared and those that types, operator classes and defaults come from. */
export function extensionsFor(schema: Schema, tables: readonly Table[]): string[] {
  const wanted = new Map<string, string | null>();
  for (const { name, schema: home } of schema.extensions ?? []) if (name !== 'plpgsql') wanted.set(name, home);
  const add = (name: string | undefined): void => { if (name !== undefined && !wanted.has(name)) wanted.set(name, null); };
  for (const table of tables) {
    for (const column of table.columns)
      if (column.type.enumName === null && Object.hasOwn(TYPE_EXTENSIONS, column.type.name)) add(TYPE_EXTENSIONS[column.type.name]);
    const words = [
      ...table.columns.map((column) => column.databaseDefault),
      ...table.indexes.flatMap((index) => index.parts.flatMap((part) => [part.opclass, part.expression])),
    ].join(' ');
    for (const [pattern, name] of WORD_EXTENSIONS) if (pattern.test(words)) add(name);
  }
  return [...wanted]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, home]) => `CREATE EXTENSION IF NOT EXISTS ${sqlName(name)}${home && !/^pg_/.test(home) ? ` WITH SCHEMA ${sqlName(home)}` : ''};`);
}

/** The statements that make the types and functions which `text` names, and which those name in turn. */
export function definitionsFor(schema: Schema, text: string, sourceOf: (place: Place) => string): string[][] {
  const all = (schema.definitions ?? [])
    .map((definition) => ({ definition, source: sourceOf(definition.extent).trim().replace(/;$/, '') }))
    .filter(({ source }) => source !== '');
  const needed = new Set<(typeof all)[number]>();
  const look = (inside: string): void => {
    for (const one of all) {
      if (needed.has(one) || !names(one.definition, inside)) continue;
      needed.add(one);
      look(one.source);
    }
  };
  look(text);
  const found = all.filter((one) => needed.has(one));
  const functions = found.filter(({ definition }) => definition.kind === 'function');
  return [
    found.filter(({ definition }) => definition.kind === 'type').map(({ source }) => `${source};`),
    functions.length === 0
      ? []
      : [
          'SET check_function_bodies = false;',
          ...functions.map(({ source }) => `${source.replace(/^CREATE\s+(?=FUNCTION|PROCEDURE)/i, 'CREATE OR REPLACE ')};`),
        ],
  ];
}

/** CREATE SEQUENCE for those that defaults draw from. */
export function sequencesFor(tables: readonly Table[]): string[] {
  return sequencesOf(tables).map((name) => `CREATE SEQUENCE ${name};`);
}

/** Sequences as defaults name them, which is as SQL spells them. */
function sequencesOf(tables: readonly Table[]): readonly string[] {
  const found = new Map<string, string>();
  for (const table of tables) for (const column of table.columns) {
    const name = /\bnextval\(\(?'((?:[^']|'')+)'/i.exec(column.databaseDefault ?? '')?.[1]?.replaceAll("''", "'");
    if (name !== undefined) found.set(name.replace(/^public\./, ''), name);
  }
  return [...found.values()];
}

function schemaIn(sequence: string): string | null {
  return /^(\w+)\./.exec(sequence)?.[1] ?? null;
}

function names({ kind, name }: Definition, text: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(kind === 'function' ? `(?<![\\w$])"?${escaped}"?\\s*\\(` : `(?<![\\w$])"?${escaped}"?(?![\\w$(])`).test(text);
}
