/** Finds the tables, views and relations that the modules of a repository declare with Drizzle. */
import type { Expr, Stmt } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import { membersOf } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { notesOf } from '../shared/notes.js';
import { casingsOf } from './casing.js';
import { connectionOf, partitionsOf } from './databases.js';
import { couldMakeTables } from './factories.js';
import { drizzleName, isDeclaration, tableTerm } from './names.js';
import { relationsOf, type Relations, type RelationsCall } from './relations.js';
import { readTable, type DeclaredTable } from './tables.js';

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  const modules = program.modules.filter((module) => module.language === 'typescript');
  const candidates = modules.flatMap(candidatesIn);
  const casingOf = casingsOf(modules);
  const partitionOf = partitionsOf([...program.files.keys()]);
  const connection = connectionOf(modules);
  const tables = new Map<string, DeclaredTable>();
  const relations: RelationsCall[] = [];
  for (const candidate of candidates) {
    const { module, stmt, name } = candidate;
    if (!isDrizzleCall(flow, candidate.callee, module)) continue;
    const value = flow.moduleName(module, name);
    for (const member of value ? membersOf(value) : []) {
      if (member.k !== 'term' || member.place.path !== module.path) continue;
      const root = tableTerm(member);
      if (root) {
        const table = readTable(flow, member, root, {
          variable: name,
          casing: casingOf(module.path),
          partition: partitionOf(module.path),
          connection,
          note: stmt.note,
          noteAt: notesOf(flow),
          extent: { path: module.path, at: stmt.at },
        });
        if (table && !tables.has(table.site)) tables.set(table.site, table);
      } else if (
        drizzleName(member.callee) === 'relations' ||
        drizzleName(member.callee) === 'defineRelations' ||
        drizzleName(member.callee) === 'defineRelationsPart'
      )
        relations.push({ term: member, place: member.place });
    }
  }
  leaveOutCopies(program, tables);
  return withCores([...tables.values()], relationsOf(flow, relations, tables));
}

/** What is called first, and the constant that holds the result. */
interface Candidate { readonly module: ModuleRef; readonly stmt: Stmt & { k: 'set' }; readonly name: string; readonly callee: Expr }

/** Whether a call is of Drizzle, of a schema (`billing.table`) or of a function that makes tables: nothing else is evaluated here. */
function isDrizzleCall(flow: Flow, callee: Expr, module: ModuleRef): boolean {
  const of = callee.k === 'attr' ? callee.of : callee;
  return membersOf(flow.peek(of, module.env)).some(
    (member) => drizzleName(member) !== null || couldMakeTables(member) || (member.k === 'term' && isDeclaration(member)),
  );
}

/** Top-level constants that could declare something: calls with a name or a table first, and something to declare. */
function candidatesIn(module: ModuleRef): readonly Candidate[] {
  return [...module.bindings].flatMap(([name, bindings]) => bindings.flatMap((binding): Candidate[] => {
    const callee = binding.k === 'set' && binding.target.k === 'name' && binding.stmt.value ? declaringCallee(binding.stmt.value) : null;
    return callee && binding.k === 'set' ? [{ module, stmt: binding.stmt, name, callee }] : [];
  }));
}

/** The callee of the call that could declare, through what is chained to it. */
function declaringCallee(expr: Expr): Expr | null {
  if (expr.k === 'cast') return declaringCallee(expr.of);
  if (expr.k !== 'call') return null;
  const [first, second] = expr.args;
  if (
    first &&
    (second
      ? isSubject(first.value) && isBody(second.value)
      : isName(first.value) && /view/i.test(expr.fn.k === 'attr' ? expr.fn.name : expr.fn.k === 'name' ? expr.fn.id : ''))
  )
    return expr.fn;
  return expr.fn.k === 'attr' && expr.fn.of.k === 'call' ? declaringCallee(expr.fn.of) : null;
}

const isSubject = (expr: Expr): boolean => isName(expr) || expr.k === 'name' || expr.k === 'dict';
const isBody = (expr: Expr): boolean => expr.k === 'dict' || expr.k === 'fn' || expr.k === 'name' || expr.k === 'call';

const isName = (expr: Expr): boolean => (expr.k === 'lit' && typeof expr.v === 'string') || expr.k === 'tpl';

/** A file that no other one imports and whose tables another file declares as well: a generated draft, a copy. */
function leaveOutCopies({ flow, modules }: ProgramView, tables: Map<string, DeclaredTable>): void {
  const byName = new Map<string, DeclaredTable[]>();
  for (const table of tables.values()) {
    const key = `${table.core}:${table.draft.partition}:${table.draft.schema ?? ''}.${table.draft.name}`;
    byName.set(key, [...(byName.get(key) ?? []), table]);
  }
  const repeated = [...byName.values()].filter((same) => same.length > 1);
  if (repeated.length === 0) return;
  const imported = new Set(
    modules.flatMap((module) =>
      module.code.flatMap((stmt) =>
        (stmt.k === 'import' || stmt.k === 'export') && stmt.module ? [flow.resolveModule(module.path, stmt.module, module.language)] : [],
      ),
    ),
  );
  for (const same of repeated) {
    if (!same.some((table) => imported.has(table.draft.place.path))) continue;
    for (const table of same) if (!imported.has(table.draft.place.path)) tables.delete(table.site);
  }
}

/** Where one repository declares the same schema for several engines, each engine has its own tables. */
function withCores(tables: readonly DeclaredTable[], relations: ReadonlyMap<string, Relations>): readonly TableDraft[] {
  const isMixed = new Set(tables.map((table) => table.core)).size > 1;
  return tables.map(({ draft, site, core }) => ({
    ...draft,
    relationships: relations.get(site)?.relationships ?? [],
    foreignKeys: [...draft.foreignKeys, ...(relations.get(site)?.foreignKeys ?? [])],
    ...(isMixed ? { partition: [draft.partition, core].filter((part) => part).join(':') } : {}),
  }));
}
