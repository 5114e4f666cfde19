/** Migrations that are modules with `up` and `down`: Sequelize, Umzug, Knex, Kysely, node-pg-migrate, db-migrate. */
import { folderOf } from '../../dialects/shared/paths.js';
import type { Expr, Func } from '../../facts/code.js';
import { entry } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { FnValue, Value } from '../../flow/value.js';
import { isScript } from '../order/file-name.js';
import { sqlStepsIn } from '../steps/beside.js';
import { enter, grouped, type Found, type Repository } from '../steps/history.js';
import { toolValue, type Tool } from '../steps/walk.js';
import { chosenSteps, rangesOf } from './packages.js';

export interface ModuleTool {
  readonly tool: Tool;
  readonly name: string;
  /** The type of what `up` is given, and what people call it. */
  readonly type: RegExp;
  readonly parameter: RegExp;
  /** Whether the names of the methods that `up` calls are this tool's and no other's. */
  uses(methods: ReadonlySet<string>): boolean;
  /** Whether the module says by itself that it is one of this tool's. */
  marks?(module: ModuleRef): boolean;
  /** What `up` is given. */
  arguments(given: Value): readonly Value[];
  /** `.sql` files of the folder are steps too. */
  readonly takesSql?: true;
  /** What the modules of one folder tell each other beside their steps. */
  shared?(flow: Flow, modules: readonly ModuleRef[]): Readonly<Record<string, unknown>>;
}

interface Module { readonly path: string; readonly module: ModuleRef; readonly up: FnValue }

/** The histories of these tools: the modules of a folder in the order of their names. */
export function moduleHistories(repository: Repository, kinds: readonly ModuleTool[]): readonly Found[] {
  const { flow, modules } = repository;
  const found = new Map<ModuleTool, Module[]>();
  const folders = new Map<string, ModuleTool>();
  const open: Module[] = [];
  for (const module of modules) {
    const up = module.language === 'typescript' && !isScript(module.path) ? upOf(flow, module) : null;
    const kind = up && (kinds.find((each) => each.marks?.(module)) ?? kindOf(kinds, up.fn.fn));
    if (kind) { found.set(kind, [...(found.get(kind) ?? []), { path: module.path, module, up }]); folders.set(folderOf(module.path), kind); }
    else if (up && takesContext(up.fn.fn)) open.push({ path: module.path, module, up });
  }
  // A step that only runs SQL has nothing of its tool's own; those beside it have.
  for (const step of open) { const kind = folders.get(folderOf(step.path)); if (kind) found.get(kind)!.push(step); }
  return [...found].flatMap(([kind, of]) => [...grouped(chosenSteps(of), (each) => folderOf(each.path))].map(([root, members]): Found => {
    const given = toolValue(kind.tool, 'root', kind.shared?.(flow, members.map((each) => each.module)));
    const own = members.map(({ module, up }) => enter(up, kind.arguments(given), rangesOf(module.code, 'down')));
    const steps = kind.takesSql ? chosenSteps([...own, ...sqlStepsIn(repository, root)]) : own;
    return { tool: kind.tool, name: kind.name, root, steps, failures: [] };
  }));
}

/** `exports.up`, `export const up`, `module.exports = { up }`, `export default { up }`. */
function upOf(flow: Flow, module: ModuleRef): FnValue | null {
  if (module.bindings.has('up')) { const up = flow.moduleName(module, 'up'); if (up?.k === 'fn') return up; }
  if (!module.bindings.has('default')) return null;
  const whole = flow.moduleName(module, 'default');
  const up = entry(whole, 'up');
  return up?.k === 'fn' ? up : null;
}

/** The tool whose object `up` takes: by its type, else by what it is called, else by what is done with it. */
function kindOf(kinds: readonly ModuleTool[], fn: Func): ModuleTool | null {
  const [first] = fn.params;
  if (!first) return null;
  const type = first.type ? typeName(first.type) : null;
  if (type !== null && !/^(any|unknown|object|MigrationParams)$/.test(type)) return kinds.find((kind) => kind.type.test(type)) ?? null;
  const name = first.target.k === 'name' ? first.target.id : null;
  if (name === null && !takesContext(fn)) return null;
  const named = name === null ? undefined : kinds.find((kind) => kind.parameter.test(name));
  if (named) return named;
  const methods = methodsIn(fn);
  return kinds.find((kind) => kind.uses(methods)) ?? null;
}

/** `up({ context })`, as Umzug calls it. */
function takesContext({ params: [first] }: Func): boolean {
  return first?.target.k === 'dict' && first.target.entries.some((each) => each.key?.k === 'lit' && each.key.v === 'context');
}

function typeName(type: Expr): string | null {
  if (type.k === 'name') return type.id;
  if (type.k === 'attr') return type.name;
  return type.k === 'item' ? typeName(type.of) : null;
}

/** The names of the methods that a function calls. */
function methodsIn(fn: Func): ReadonlySet<string> {
  const names = new Set<string>();
  const stack: unknown[] = [fn.body];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) stack.push(...node);
    else if (node && typeof node === 'object') {
      const item = node as { k?: string; fn?: { k?: string; name?: string } };
      if (item.k === 'call' && item.fn?.k === 'attr' && item.fn.name) names.add(item.fn.name);
      stack.push(...Object.values(item));
    }
  }
  return names;
}

/** A test for any of these names. */
export const anyOf = (...names: readonly string[]) => (methods: ReadonlySet<string>): boolean => names.some((name) => methods.has(name));
