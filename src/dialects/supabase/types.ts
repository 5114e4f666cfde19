/** The types that Supabase's command line writes out of the schema: they name all of it, and use none of it. https://supabase.com/docs/guides/api/rest/generating-types */
import type { Expr, Stmt } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { Place } from '../../model/schema.js';

/** Declarations that were met, and whether they are told of already. */
const met = (flow: Flow): Map<Stmt, { readonly place: Place; isTold: boolean }> => flow.memo('supabase-types', '', () => new Map<Stmt, { readonly place: Place; isTold: boolean }>(), new Map());

/** Notes the type of the database in `createClient<Database>`, wherever it is written. */
export function noteTypes(flow: Flow, type: Expr | undefined, env: Env): void {
  const found = type?.k === 'name' ? declarationOf(flow, type.id, env, 4) : null;
  if (found && !met(flow).has(found.stmt)) met(flow).set(found.stmt, { place: { path: found.path, at: found.stmt.k === 'class' ? found.stmt.cls.range : found.stmt.at }, isTold: false });
}

/** Tells of them, once something is recorded. */
export function tellTypes(flow: Flow): void {
  if (flow.isQuiet) return;
  for (const type of met(flow).values()) if (!type.isTold) { type.isTold = true; flow.record.declares(type.place); }
}

interface Found { readonly path: string; readonly stmt: Stmt & { k: 'type' | 'class' } }

/** The statement that declares a type, through imports and re-exports. */
function declarationOf(flow: Flow, name: string, env: Env, depth: number): Found | null {
  const bindings = env.module.bindings.get(name) ?? [];
  for (const binding of bindings) {
    if (binding.k === 'type') return { path: env.module.path, stmt: binding.stmt };
    if (binding.k === 'class') { const stmt = env.module.code.find((each) => each.k === 'class' && each.cls === binding.cls); if (stmt?.k === 'class') return { path: env.module.path, stmt }; }
    if (binding.k === 'import' && depth > 0) {
      const path = flow.resolveModule(env.module.path, binding.stmt.module, 'typescript');
      const module = path === null ? null : flow.moduleAt(path);
      const found = module && declarationOf(flow, binding.name.name, module.env, depth - 1);
      if (found) return found;
    }
  }
  return null;
}
