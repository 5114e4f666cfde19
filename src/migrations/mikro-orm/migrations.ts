/** MikroORM's migration classes. https://mikro-orm.io/docs/migrations */
import { folderOf } from '../../dialects/shared/paths.js';
import { isExternal } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import { ANY } from '../../flow/value.js';
import { knex } from '../knex/schema.js';
import { enter, fileOf, grouped, type Found, type Repository, type Step } from '../steps/history.js';
import { runStatement } from '../steps/sql.js';
import { toolValue, type Tool } from '../steps/walk.js';

/** `this.addSql(…)`, of a text or of what Knex builds. */
const tool: Tool = {
  id: 'mikro-orm',
  call: () => undefined,
  other(walk, site) {
    if (site.receiver?.k !== 'object') return undefined;
    if (site.name === 'getKnex') return toolValue(knex.tool, 'root');
    const [sql] = site.args.list;
    if (site.name !== 'addSql' || !sql) return undefined;
    runStatement(walk, site, sql);
    return ANY;
  },
};

/** Every folder of migrations is a database of its own: modules of one application have theirs. */
export function mikroOrmHistories({ flow, modules }: Repository): readonly Found[] {
  const steps = modules.filter((module) => module.language === 'typescript').flatMap((module) => stepsOf(flow, module));
  return [...grouped(steps, (step) => folderOf(step.path))].map(([root, members]) => ({
    tool, name: 'MikroORM', root, steps: [...members].sort((a, b) => (fileOf(a.path) < fileOf(b.path) ? -1 : 1)), failures: [],
  }));
}

function stepsOf(flow: Flow, module: ModuleRef): Step[] {
  return module.code.flatMap((stmt): Step[] => {
    if (stmt.k !== 'class' || stmt.cls.bases.length === 0) return [];
    const method = (name: string) => stmt.cls.body.flatMap((inner) => (inner.k === 'def' && inner.fn.name === name ? [inner.fn] : []))[0];
    const up = method('up');
    const cls = flow.classRef(stmt.cls, module.env);
    if (!up || !externalBases(flow, cls).some((base) => isExternal(base, '@mikro-orm', 'Migration') || isExternal(base, '@medusajs', 'Migration'))) return [];
    const down = method('down');
    return [enter({ k: 'fn', fn: flow.fnRef(up, cls.env, cls), self: { k: 'object', cls } }, [toolValue(tool, 'migration')], down ? [down.range] : [])];
  });
}
