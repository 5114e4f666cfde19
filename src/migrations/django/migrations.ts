/** Django's migrations of all applications in the order of their dependencies. https://docs.djangoproject.com/en/5.0/topics/migrations/ */
import { readApps, type Apps } from '../../dialects/django/apps.js';
import { hasBase, qualified } from '../../dialects/django/names.js';
import { folderOf } from '../../dialects/shared/paths.js';
import type { Span } from '../../facts/code.js';
import { argument, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ModuleRef } from '../../flow/program.js';
import type { ClassRef, Value } from '../../flow/value.js';
import { inOrder, type Node } from '../steps/graph.js';
import { fileOf, type Found, type Repository, type Step } from '../steps/history.js';
import { djangoTool } from './data.js';
import { operate } from './operations.js';
import type { Models } from './state.js';

interface Migration {
  readonly label: string;
  readonly name: string;
  readonly cls: ClassRef;
  readonly replaces: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
}

/** One history of all applications: they share a database. */
export function djangoHistories({ flow, modules, files }: Repository): readonly Found[] {
  const python = modules.filter((module) => module.language === 'python');
  const candidates = python.filter((module) => /(?:^|\/)migrations\/[^/]+\.py$/.test(module.path) && module.bindings.has('Migration'));
  if (candidates.length === 0) return [];
  const isCandidate = new Set(candidates);
  const classes = python
    .filter((module) => !isCandidate.has(module))
    .flatMap((module) => module.code.flatMap((stmt) => (stmt.k === 'class' ? [flow.classRef(stmt.cls, module.env)] : [])));
  const apps = readApps({ flow, modules: python, classes, files });
  const all = candidates.flatMap((module) => migrationOf(flow, apps, module));
  const used = withoutReplaced(all);
  const labels = new Set(used.map((each) => each.label));
  const needed = new Map<string, string[]>();
  for (const { label, name, before } of used) for (const later of before) needed.set(later, [...(needed.get(later) ?? []), `${label}.${name}`]);
  const nodes = used.map((each): Node & { readonly migration: Migration } => ({
    id: `${each.label}.${each.name}`,
    path: each.cls.module.path,
    name: `${each.name} ${each.label}`,
    at: each.cls.cls.at,
    migration: each,
    needs: needed.get(`${each.label}.${each.name}`) ?? [],
    after: [...new Set(each.after.flatMap((name) => resolve(name, used, labels)))],
  }));
  const { ordered, failures } = inOrder(nodes, ({ migration }) => `${migration.label}.${migration.name}`);
  const models: Models = new Map();
  return [{ tool: djangoTool, name: 'Django', root: '', steps: ordered.map((node) => stepOf(flow, apps, node.migration, models)), failures }];
}

function migrationOf(flow: Flow, apps: Apps, module: ModuleRef): Migration[] {
  const [binding] = module.bindings.get('Migration')!;
  if (binding?.k !== 'class') return [];
  const cls = flow.classRef(binding.cls, module.env);
  if (!hasBase(flow, cls, (base) => /(^|\.)migrations(\.migration)?\.Migration$/.test(qualified(base) ?? ''))) return [];
  const label = apps.label(`${folderOf(folderOf(module.path))}/models.py`.replace(/^\//, ''));
  return [
    {
      label,
      name: fileOf(module.path).replace(/\.py$/, ''),
      cls,
      replaces: pairsIn(memberOf(flow, cls, 'replaces'), apps),
      after: pairsIn(memberOf(flow, cls, 'dependencies'), apps),
      before: pairsIn(memberOf(flow, cls, 'run_before'), apps),
    },
  ];
}

function memberOf(flow: Flow, cls: ClassRef, name: string): Value | null {
  let value = null as Value | null;
  for (const stmt of cls.cls.body) {
    if (stmt.k !== 'set' || !stmt.value || stmt.target.k !== 'name' || stmt.target.id !== name) continue;
    const made: Value = flow.expr(stmt.value, cls.env);
    value = stmt.op === '+' && value?.k === 'list' && made.k === 'list' ? { k: 'list', items: [...value.items, ...made.items] } : made;
  }
  return value;
}

/** `[("shop", "0001_initial"), swappable_dependency(settings.AUTH_USER_MODEL)]` as `label.name`. */
function pairsIn(value: Value | null, apps: Apps): readonly string[] {
  if (value?.k !== 'list') return [];
  return value.items.flatMap((item) => {
    if (item.k === 'list') { const [label, name] = item.items.map(text); return label && name ? [`${label}.${name}`] : []; }
    if (item.k !== 'term') return [];
    const model = text(argument(item.args, 0)) ?? apps.userModel;
    return [`${model.slice(0, model.indexOf('.'))}.__first__`];
  });
}

/** A migration that replaces others stands for them. */
function withoutReplaced(all: readonly Migration[]): readonly Migration[] {
  const replaced = new Map(all.flatMap((each) => each.replaces.map((name) => [name, `${each.label}.${each.name}`] as const)));
  const follow = (name: string): string => { let now = name; for (let step = 0; step < 8 && replaced.has(now); step++) now = replaced.get(now)!; return now; };
  return all
    .filter((each) => !replaced.has(`${each.label}.${each.name}`))
    .map((each) => ({ ...each, after: each.after.map(follow).filter((name) => name !== `${each.label}.${each.name}`) }));
}

/** The migrations a dependency means; none for applications of libraries. */
function resolve(name: string, used: readonly Migration[], labels: ReadonlySet<string>): readonly string[] {
  const label = name.slice(0, name.indexOf('.'));
  if (!labels.has(label)) return [];
  if (!/\.__(first|latest)__$/.test(name)) return [name];
  const own = used.filter((each) => each.label === label);
  const ids = name.endsWith('__first__') ? own.filter((each) => !each.after.some((other) => other.startsWith(`${label}.`))) : own;
  return ids.map((each) => `${each.label}.${each.name}`);
}

function stepOf(flow: Flow, apps: Apps, { cls, label }: Migration, models: Models): Step {
  const down: Span[] = [];
  return {
    path: cls.module.path, at: cls.cls.at, down,
    run(walk) {
      const operations = memberOf(flow, cls, 'operations');
      if (operations?.k !== 'list') {
        if (operations) walk.fail('This step cannot be followed: its list of operations is computed', { path: cls.module.path, at: cls.cls.at });
        return;
      }
      for (const operation of operations.items) operate({ flow, apps, models, owner: cls, label, walk, down, isReal: true }, operation);
    },
  };
}
