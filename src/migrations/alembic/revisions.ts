/** Alembic's revisions in the order of their graph. https://alembic.sqlalchemy.org/en/latest/tutorial.html */
import { folderOf } from '../../dialects/shared/paths.js';
import type { Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { text } from '../../flow/arguments.js';
import type { ModuleRef } from '../../flow/program.js';
import { ANY, membersOf, type FnValue, type Value } from '../../flow/value.js';
import { inOrder, type Node } from '../steps/graph.js';
import { enter, fileOf, grouped, type Found, type Repository, type Step } from '../steps/history.js';
import { toolValue } from '../steps/walk.js';
import { alembicTool } from './operations.js';

interface Revision extends Node { readonly step: Step }

/** Every history of revisions: those that follow each other, in whichever folders they are. */
export function alembicHistories({ flow, modules }: Repository): readonly Found[] {
  const revisions = modules.flatMap((module) => revisionOf(flow, module));
  if (revisions.length === 0) return [];
  return [...grouped(revisions, (each) => environmentOf(each.path))].map(([root, members]) => {
    const { ordered, failures } = inOrder(members);
    return { tool: alembicTool, name: 'Alembic', root, steps: ordered.map((each) => each.step), failures, before: () => bindOp(modules) };
  });
}

/** The folder of the environment: several folders of versions belong to one (`versions/2024`). */
function environmentOf(path: string): string {
  const folders = folderOf(path).split('/');
  const versions = folders.lastIndexOf('versions');
  return versions >= 0 ? folders.slice(0, versions + 1).join('/') : folders.join('/');
}

function revisionOf(flow: Repository['flow'], module: ModuleRef): Revision[] {
  if (module.language !== 'python' || !module.bindings.has('revision') || !module.bindings.has('down_revision')) return [];
  const id = text(flow.moduleName(module, 'revision'));
  const upgrade = flow.moduleName(module, 'upgrade');
  if (id === null || upgrade?.k !== 'fn') return [];
  const down = module.bindings.get('downgrade')?.flatMap((binding): Span[] => (binding.k === 'def' ? [binding.fn.range] : [])) ?? [];
  const bound = module.bindings.get('revision')![0]!;
  return [
    {
      id,
      path: module.path,
      name: fileOf(module.path),
      after: namesIn(flow.moduleName(module, 'down_revision')),
      needs: namesIn(flow.moduleName(module, 'depends_on')),
      at: bound.k === 'set' ? bound.stmt.at : makeSpan(0, 1),
      step: enter(upgrade satisfies FnValue, [], down),
    },
  ];
}

function namesIn(value: Value | null): readonly string[] {
  return (value ? membersOf(value) : []).flatMap((member) => (member.k === 'list' ? member.items.flatMap((item) => text(item) ?? []) : text(member) ?? []));
}

/** `op` is the same object in every module that imports it, helpers included. */
function bindOp(modules: readonly ModuleRef[]): void {
  for (const module of modules) {
    if (module.language !== 'python') continue;
    for (const [name, bindings] of module.bindings) for (const binding of bindings) {
      if (binding.k === 'import' && binding.stmt.module === 'alembic' && binding.name.name === 'op') module.env.vars.set(name, toolValue(alembicTool, 'op'));
      else if (binding.k === 'import' && binding.stmt.module === 'alembic' && binding.name.name === 'context') module.env.vars.set(name, ANY);
    }
  }
}
