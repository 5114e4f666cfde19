/**
 * yoyo's migrations: `step(apply, rollback)`, where each is SQL or a function of a connection.
 * https://ollycope.com/software/yoyo/latest/#migrations-as-python-scripts
 */
import type { CallSite } from '../../dialects/dialect.js';
import { folderOf } from '../../dialects/shared/paths.js';
import { makeSpan } from '../../facts/span.js';
import type { ModuleRef } from '../../flow/program.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import { sqlStepsIn } from '../steps/beside.js';
import { fileOf, grouped, type Found, type Repository, type Step } from '../steps/history.js';
import { runSql, runStatement } from '../steps/sql.js';
import { toolValue, type Tool, type Walk } from '../steps/walk.js';

const yoyoTool: Tool = {
  id: 'yoyo',
  call: (walk, of, site) => (of.key === 'yoyo:step' ? stepCall(walk, site) : connectionCall(walk, site)),
};
const CONNECTION: Value = toolValue(yoyoTool, 'connection');

/** The histories of yoyo: the modules and `.sql` files of a folder in the order of their names. */
export function yoyoHistories(repository: Repository): readonly Found[] {
  const modules = repository.modules.filter(isMigration);
  return [...grouped(modules, (module) => folderOf(module.path))].map(([root, members]) => ({
    tool: yoyoTool, name: 'yoyo', root, failures: [],
    steps: [...members.map(stepOf), ...sqlStepsIn(repository, root)].sort((a, b) => (fileOf(a.path) < fileOf(b.path) ? -1 : 1)),
    before: () => { for (const module of members) for (const name of boundNames(module)) module.env.vars.set(name, toolValue(yoyoTool, 'step')); },
  }));
}

function isMigration(module: ModuleRef): boolean {
  return module.language === 'python' && boundNames(module).length > 0;
}

/** What a module calls `step` and `group`. */
function boundNames(module: ModuleRef): readonly string[] {
  return [...module.bindings].flatMap(([name, bindings]) =>
    bindings.some((binding) => binding.k === 'import' && binding.stmt.module === 'yoyo' && (binding.name.name === 'step' || binding.name.name === 'group'))
      ? [name]
      : [],
  );
}

function stepOf(module: ModuleRef): Step {
  return { path: module.path, at: makeSpan(0, 1), down: backIn(module), run: (walk) => void walk.body(module.code, module.env) };
}

/** The second arguments of the calls of `step`: the way back. */
function backIn(module: ModuleRef): Step['down'] {
  const names = new Set(boundNames(module));
  const found: Step['down'][number][] = [];
  const stack: unknown[] = [module.code];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) { stack.push(...node); continue; }
    if (!node || typeof node !== 'object') continue;
    const item = node as { k?: string; fn?: { k?: string; id?: string }; args?: readonly { name?: string; value: { at: Step['at'] } }[] };
    if (item.k === 'call' && item.fn?.k === 'name' && names.has(item.fn.id ?? '')) {
      const back = item.args?.find((arg) => arg.name === 'rollback') ?? item.args?.[1];
      if (back) found.push(back.value.at);
    }
    stack.push(...Object.values(item));
  }
  return found;
}

function stepCall(walk: Walk, site: CallSite): Value {
  const apply = site.args.list.find((arg) => arg.name === 'apply') ?? site.args.list[0];
  if (!apply) return ANY;
  const fns = membersOf(apply.value).flatMap((value) => (value.k === 'fn' ? [value] : []));
  for (const fn of fns) walk.callback(fn, [CONNECTION], site.at);
  // `group([step(…), …])` is given what has run by then.
  if (fns.length === 0) runSql(walk, site, apply);
  return ANY;
}

/** `conn.cursor()` is as good as the connection; what it executes changes the schema. */
function connectionCall(walk: Walk, site: CallSite): Value {
  const [first] = site.args.list;
  if (site.name === 'execute' && first) runStatement(walk, site, first);
  return site.name === 'cursor' || site.name === '__enter__' ? CONNECTION : ANY;
}
