/** Steps that are files of SQL beside those in code, in one folder and one order: node-pg-migrate, yoyo. */
import { folderOf } from '../../dialects/shared/paths.js';
import { makeSpan } from '../../facts/span.js';
import { fileOf, type Repository, type Step } from './history.js';
import { runFile } from './sql.js';

/** `0002.orders.rollback.sql` takes back what `0002.orders.sql` does. */
const BACK = /[._-](?:rollback|down|revert|undo)\.sql$/i;

/** The steps that the `.sql` files of a folder are. */
export function sqlStepsIn({ files }: Repository, root: string): readonly Step[] {
  const at = makeSpan(0, 1);
  return [...files].flatMap(([path, facts]): readonly Step[] => (facts.language === 'sql' && folderOf(path) === root && !BACK.test(fileOf(path))
    ? [{ path, at, down: facts.down ?? [], run: (walk) => { const file = walk.sqlFiles.takeAt(path); if (file) runFile(walk, file); } }] : []));
}
