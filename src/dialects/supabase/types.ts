/**
 * The types that Supabase's command line writes out of the schema: they name all of it, and use none of it.
 * https://supabase.com/docs/guides/api/rest/generating-types
 */
import type { Expr, Stmt } from '../../facts/code.js';
import type { Span } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Place } from '../../model/schema.js';

/** Tells once of every type of the form `{ public: { Tables: { … } } }`. */
export function tellTypes(flow: Flow): void {
  if (!flow.isQuiet) flow.memo('supabase-types', '', () => { for (const place of typesOf(flow)) flow.record.declares(place); return true; }, true);
}

function typesOf(flow: Flow): readonly Place[] {
  return flow.modules.flatMap(({ path, code, language }) =>
    language === 'typescript'
      ? code.flatMap((stmt) => {
          const at = declared(stmt);
          return at === null ? [] : [{ path, at }];
        })
      : [],
  );
}

/** Where a statement declares such a type. */
function declared(stmt: Stmt): Span | null {
  if (stmt.k === 'type') return stmt.value.k === 'dict' && stmt.value.entries.some((entry) => hasTables(entry.value)) ? stmt.at : null;
  return stmt.k === 'class' && stmt.cls.form === 'interface' && stmt.cls.body.some((member) => member.k === 'set' && hasTables(member.type))
    ? stmt.cls.range
    : null;
}

const hasTables = (type: Expr | undefined): boolean => type?.k === 'dict' && type.entries.some((entry) => entry.key?.k === 'lit' && entry.key.v === 'Tables');
