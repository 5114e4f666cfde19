/** `entityPrefix` of a data source stands before the name of every table. https://typeorm.io/docs/data-source/data-source-options#common-data-source-options */
import type { Dict, Expr } from '../../facts/code.js';
import { importsFrom, type ModuleRef } from '../../flow/program.js';
import type { TableDraft } from '../../link/draft.js';

/** The drafts under the names that their tables have; two data sources with different prefixes say nothing of a table. */
export function prefixed(drafts: readonly TableDraft[], modules: readonly ModuleRef[]): readonly TableDraft[] {
  const prefixes = new Set(modules.filter(importsTypeorm).flatMap((module) => prefixesIn(module.code)));
  const [prefix] = prefixes;
  if (!prefix || prefixes.size > 1) return drafts;
  return drafts.map((draft) => ({
    ...draft,
    name: prefix + draft.name,
    relationships: draft.relationships.map((one) =>
      one.through?.k === 'table' ? { ...one, through: { ...one.through, name: prefix + one.through.name } } : one,
    ),
  }));
}

function importsTypeorm(module: ModuleRef): boolean {
  return importsFrom(module, (library) => /^(@nestjs\/)?typeorm$/.test(library));
}

function prefixesIn(node: object): string[] {
  const own =
    (node as Expr).k === 'dict'
      ? (node as Dict).entries.flatMap((item) => (item.key?.k === 'lit' && item.key.v === 'entityPrefix' ? literalOf(item.value) : []))
      : [];
  return [
    ...own,
    ...Object.entries(node).flatMap(([key, value]) => (key !== 'at' && typeof value === 'object' && value !== null ? prefixesIn(value as object) : [])),
  ];
}

/** The text, also as what stands in for a setting that is not given: `process.env.DB_PREFIX ?? 'crm_'`. */
function literalOf(value: Expr): string[] {
  if (value.k === 'lit') return typeof value.v === 'string' && value.v !== '' ? [value.v] : [];
  return value.k === 'op' && (value.op === '??' || value.op === 'or') ? literalOf(value.args.at(-1)!) : [];
}
