/** Generated projects: written to a folder, the same bytes for the same kind, size and seed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeEntities, makeRandom } from './domain.mjs';
import { djangoProject, sqlalchemyProject } from './python.mjs';
import { STATEMENTS_PER_TABLE, dump, sqlProject } from './sql.mjs';
import { drizzleProject, prismaProject, typeormProject } from './typescript-orms.mjs';

const MAKERS = { sqlalchemy: sqlalchemyProject, django: djangoProject, prisma: prismaProject, drizzle: drizzleProject, typeorm: typeormProject, sql: sqlProject };
export const KINDS = Object.keys(MAKERS);

/** The share of files that belong to an entity: its model, queries, routes and tests; the others know nothing of the database. */
const SHARE = 0.3;
const FILES_PER_ENTITY = 5;

/** Writes a project of `size` files. Answers its entities and the file that a change is made to. */
export function writeProject(kind, size, folder, seed = 1) {
  const random = makeRandom(seed);
  const entities = makeEntities(Math.max(2, Math.round((size * SHARE) / FILES_PER_ENTITY)), random);
  const project = MAKERS[kind](entities);
  const files = Object.assign(project.files, ...entities.map((entity) => project.filesOf(entity)));
  for (let n = 0; Object.keys(files).length < size; n++) files[project.plain(n)] = project.plainText(random);
  writeFiles(folder, files);
  return { entities, changed: project.touched(entities[entities.length >> 1]) };
}

/** Writes a dump of about so many statements; what changes in it is the whole file. */
export function writeDump(statements, folder, seed = 1) {
  const entities = makeEntities(Math.ceil(statements / STATEMENTS_PER_TABLE), makeRandom(seed));
  writeFiles(folder, { 'dump.sql': dump(entities) });
  return { entities, changed: 'dump.sql' };
}

function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
