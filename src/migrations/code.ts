/** Histories of a schema that are told by code: the migrations of ORMs and migration tools. */
import type { Span } from '../facts/code.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { LocatedOp } from '../link/replay.js';
import type { Place } from '../model/schema.js';
import { alembicHistories } from './alembic/revisions.js';
import { dbMigrate } from './db-migrate/schema.js';
import { djangoHistories } from './django/migrations.js';
import { walking } from './steps/hook.js';
import { SqlFiles } from './steps/files.js';
import type { Found, Repository } from './steps/history.js';
import { Walk } from './steps/walk.js';
import { knex } from './knex/schema.js';
import { kysely } from './kysely/schema.js';
import { mikroOrmHistories } from './mikro-orm/migrations.js';
import { nodePgMigrate } from './node-pg-migrate/schema.js';
import { moduleHistories } from './script/modules.js';
import { sequelize } from './sequelize/interface.js';
import { typeormHistories } from './typeorm/migrations.js';
import { yoyoHistories } from './yoyo/steps.js';

export interface CodeHistory {
  readonly name: string;
  readonly root: string;
  /** How many migrations were followed. */
  readonly steps: number;
  readonly ops: readonly LocatedOp[];
  readonly failures: readonly { readonly message: string; readonly place: Place }[];
}

export interface CodeHistories {
  readonly histories: readonly CodeHistory[];
  readonly inserts: readonly { readonly query: SqlQuery; readonly path: string }[];
  /** Whether a place is in a migration that one of these histories tells; `down`: in a part that takes it back. */
  isTold(path: string): boolean;
  isDown(path: string, at: Span): boolean;
  /** Whether an SQL file is a step, or takes one back, of one of these histories. */
  isFileTold(path: string): boolean;
}

const FINDERS: readonly ((repository: Repository) => readonly Found[])[] = [
  alembicHistories, yoyoHistories, djangoHistories, mikroOrmHistories, typeormHistories,
  (repository) => moduleHistories(repository, [nodePgMigrate, dbMigrate, kysely, sequelize, knex]),
];

/** Finds and walks every history. `sqlAt` gives the statements of the SQL string at a literal's place. */
export function codeHistories(repository: Repository, sqlAt: (path: string, at: Span) => readonly SqlStatement[]): CodeHistories {
  const found = FINDERS.flatMap((find) => find(repository)).filter((each) => each.steps.length > 0 || each.failures.length > 0);
  const sqlFiles = new SqlFiles(repository.files);
  const walks = found.map((history) => walkHistory(history, new Walk(repository.flow, history.tool, sqlAt, sqlFiles)));
  const down = new Map<string, Span[]>();
  for (const { steps } of found) for (const step of steps) down.set(step.path, [...(down.get(step.path) ?? []), ...step.down]);
  return {
    histories: walks.map((walk, index) => ({
      name: found[index]!.name,
      root: found[index]!.root,
      steps: found[index]!.steps.length,
      ops: walk.ops,
      failures: [...found[index]!.failures, ...walk.failures],
    })),
    inserts: walks.flatMap((walk) => walk.inserts),
    isFileTold: (path) => sqlFiles.isTold(path),
    isTold: (path) => down.has(path),
    isDown: (path, at) => (down.get(path) ?? []).some((span) => spanStart(span) <= spanStart(at) && spanStart(at) < spanEnd(span)),
  };
}

function walkHistory(history: Found, walk: Walk): Walk {
  walking(walk.flow, walk, () => {
    history.before?.(walk);
    for (const step of history.steps) {
      try {
        step.run(walk);
      } catch (error) {
        // Code nested beyond the stack costs its own step, and is said.
        if (!(error instanceof RangeError)) throw error;
        walk.fail('The code of this step is nested too deeply to be followed', { path: step.path, at: step.at });
      }
    }
  });
  return walk;
}
