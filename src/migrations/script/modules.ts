/** Migrations that are modules with `up` and `down`: Sequelize, Umzug, Knex. */
import type { Expr, Func } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import { entry, type FnValue, type Value } from '../../flow/value.js';
import { isScript } from '../order/file-name.js';
import { enter, folderOf, grouped, type Found, type Repository } from '../steps/history.js';
import { toolValue, type Tool } from '../steps/walk.js';
import { chosenSteps, rangesOf } from './packages.js';

export interface ModuleTool {
  readonly tool: Tool;
  readonly name: string;
  /** The type of what `up` is given, and what people call it. */
  readonly type: RegExp;
  readonly parameter: RegExp;
  /** Methods that nothing else has. */
  readonly methods: ReadonlySet<string>;
  /** What `up` is given. */
  arguments(given: Value): readonly Value[];
}

/** The histories of one tool: the modules of a folder in the order of their names. */
export function moduleHistories({ flow, modules }: Repository, kind: ModuleTool): readonly Found[] {
  const steps = modules.filter((module) => module.language === 'typescript' && !isScript(module.path)).flatMap((module) => {
    const up = upOf(flow, module);
    return up ? [{ up, module, isKnown: takes(kind, up.fn.fn) }] : [];
  });
  const folders = new Set(steps.flatMap(({ module, isKnown }) => (isKnown ? [folderOf(module.path)] : [])));
  // A step that only runs SQL has nothing of its tool's own; those beside it have.
  const found = steps.filter(({ up, module, isKnown }) => isKnown || (takesContext(up.fn.fn) && folders.has(folderOf(module.path))))
    .map(({ up, module }) => enter(up, kind.arguments(toolValue(kind.tool, 'root')), rangesOf(module.code, 'down')));
  return [...grouped(chosenSteps(found), (step) => folderOf(step.path))].map(([root, steps]) => ({ tool: kind.tool, name: kind.name, root, steps, failures: [] }));
}

/** `exports.up`, `export const up`, `module.exports = { up }`, `export default { up }`. */
function upOf(flow: Flow, module: ModuleRef): FnValue | null {
  if (module.bindings.has('up')) { const up = flow.moduleName(module, 'up'); if (up?.k === 'fn') return up; }
  if (!module.bindings.has('default')) return null;
  const whole = flow.moduleName(module, 'default');
  const up = entry(whole, 'up');
  return up?.k === 'fn' ? up : null;
}

function takes(kind: ModuleTool, fn: Func): boolean {
  const [first] = fn.params;
  if (!first) return false;
  const type = first.type ? typeName(first.type) : null;
  if (type !== null && !/^(any|unknown|object|MigrationParams)$/.test(type)) return kind.type.test(type);
  if (first.target.k === 'dict') return takesContext(fn) && usesMethods(fn, kind.methods);
  if (first.target.k !== 'name') return false;
  return kind.parameter.test(first.target.id) || usesMethods(fn, kind.methods);
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

/** Whether any call in a function has one of these names. */
function usesMethods(fn: Func, methods: ReadonlySet<string>): boolean {
  const stack: unknown[] = [fn.body];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) stack.push(...node);
    else if (node && typeof node === 'object') {
      const item = node as { k?: string; fn?: { k?: string; name?: string } };
      if (item.k === 'call' && item.fn?.k === 'attr' && methods.has(item.fn.name ?? '')) return true;
      stack.push(...Object.values(item));
    }
  }
  return false;
}
