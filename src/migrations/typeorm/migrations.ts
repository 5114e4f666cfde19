/** TypeORM's migration classes in the order of their timestamps. https://typeorm.io/docs/migrations/why */
import type { Func, Stmt } from '../../facts/code.js';
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { ClassRef } from '../../flow/value.js';
import { chosenSteps, packageIndex } from '../script/packages.js';
import { enter, fileOf, grouped, type Found, type Repository, type Step } from '../steps/history.js';
import { toolValue } from '../steps/walk.js';
import { runnerTool } from './runner.js';

interface Migration { readonly path: string; readonly stamp: string; readonly step: Step }

export function typeormHistories({ flow, modules, files }: Repository): readonly Found[] {
  const migrations = modules.filter((module) => module.language === 'typescript').flatMap((module) => migrationsOf(flow, module));
  if (migrations.length === 0) return [];
  // One package has one database: TypeORM runs the migrations of all its folders by their timestamps.
  return [...grouped(chosenSteps(migrations), (each) => packageIndex(files)(each.path))].map(([root, members]) => {
    const ordered = [...members].sort((a, b) => a.stamp.length - b.stamp.length || (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.path < b.path ? -1 : 1));
    return { tool: runnerTool, name: 'TypeORM', root, steps: ordered.map((each) => each.step), failures: [] };
  });
}

function migrationsOf(flow: Flow, module: ModuleRef): Migration[] {
  return module.code.flatMap((stmt): Migration[] => {
    if (stmt.k !== 'class') return [];
    const up = methodOf(stmt.cls.body, 'up');
    if (!up || !takesRunner(up)) return [];
    const cls = flow.classRef(stmt.cls, module.env);
    const down = methodOf(stmt.cls.body, 'down');
    const fn = { k: 'fn' as const, fn: flow.fnRef(up, cls.env, cls), self: { k: 'object' as const, cls } };
    return [{ path: module.path, stamp: stampOf(flow, cls), step: enter(fn, [toolValue(runnerTool, 'runner')], down ? [down.range] : []) }];
  });
}

function methodOf(body: readonly Stmt[], name: string): Func | null {
  for (const stmt of body) if (stmt.k === 'def' && stmt.fn.name === name) return stmt.fn;
  return null;
}

/** The runner is known by its type, in plain JavaScript by its name. */
function takesRunner(fn: Func): boolean {
  const [first] = fn.params;
  if (first?.type) return first.type.k === 'name' && first.type.id === 'QueryRunner';
  return first?.target.k === 'name' && /^_?(?:query)?runner$/i.test(first.target.id);
}

/** The timestamp at the end of `name`, else of the class's name, else at the start of the file's. */
function stampOf(flow: Flow, cls: ClassRef): string {
  const field = cls.cls.body.find((stmt) => stmt.k === 'set' && stmt.target.k === 'name' && stmt.target.id === 'name');
  const given = field?.k === 'set' && field.value ? text(flow.expr(field.value, cls.env)) : null;
  return /(\d{10,})$/.exec(given ?? '')?.[1] ?? /(\d{10,})$/.exec(cls.name)?.[1] ?? /^(\d+)/.exec(fileOf(cls.module.path))?.[1] ?? '0';
}
