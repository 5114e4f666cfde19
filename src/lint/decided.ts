import { isApplicationSeen, type Project } from '../model/project.js';

/** For how many columns the rules about absence could decide, and why not for the others. */
export function decidedColumns(project: Project): { readonly columns: number; readonly decided: number; readonly skipped: Readonly<Record<string, number>> } {
  let columns = 0;
  let decided = 0;
  const skipped: Record<string, number> = {};
  const isUnseen = !isApplicationSeen(project);
  const skip = (reason: string): void => { skipped[reason] = (skipped[reason] ?? 0) + 1; };
  for (const table of project.schema.tables) for (const column of table.columns) {
    columns += 1;
    const uses = project.usesOf(column);
    const gap = project.gapsOf(column)[0] ?? project.gapsOf(table)[0];
    if (isUnseen) skip('unsupported');
    else if (uses.some((use) => use.via === 'code' || use.via === 'sql' || use.via === 'policy' || use.via === 'library' || use.via === 'relationship'))
      decided += 1;
    else if (gap) skip(gap.kind);
    else if (uses.some((use) => use.via === 'catch-all')) skip('catch-all-serialiser');
    else if (project.possibleUsesOf(column).some((use) => use.role === 'application')) skip('unresolved-name');
    else decided += 1;
  }
  return { columns, decided, skipped };
}
