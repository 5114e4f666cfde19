/** What a project seems to be made of, from the names of its files and what its manifests name. Only `init` asks. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DEFAULTS } from '../config/config.js';
import { discover } from './discover.js';

export interface Detected { readonly dialects: readonly string[]; readonly migrations: readonly string[]; readonly tests: readonly string[] }

const PACKAGES: readonly (readonly [dialect: string, mark: RegExp])[] = [
  ['sqlalchemy', /\b(?:sqlalchemy|sqlmodel|flask-sqlalchemy)\b/i],
  ['django', /(?:^|["'\s])django\s*(?:[=<>~!^"'\s,[;]|$)/im],
  ['typeorm', /"typeorm"\s*:/],
  ['drizzle', /"drizzle-orm"\s*:/],
  ['sequelize', /"(?:sequelize|sequelize-typescript|@sequelize\/core)"\s*:/],
  ['mikro-orm', /"@mikro-orm\/core"\s*:/],
  ['prisma', /"@prisma\/client"\s*:/],
];
const MANIFEST = /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|requirements[\w.-]*\.(?:txt|in))$/;
const MIGRATIONS = /(?:^|\/)(?:migrations?|alembic|versions|drizzle)$/i;

/** Looks at the files below `root`; reads manifests only. */
export function detect(root: string): Detected {
  const paths = discover(root, DEFAULTS).files.map((file) => file.path);
  const manifests = paths.filter((path) => MANIFEST.test(path)).map((path) => textOf(join(root, path)));
  const dialects = new Set(PACKAGES.filter(([, mark]) => manifests.some((text) => mark.test(text))).map(([dialect]) => dialect));
  if (paths.some((path) => path.endsWith('.prisma'))) dialects.add('prisma');
  if (paths.some((path) => path.endsWith('.sql'))) dialects.add('postgres');
  const folders = new Set(paths.filter((path) => /\.(?:py|sql|[cm]?[jt]s)$/.test(path)).map(dirname));
  return {
    dialects: [...dialects].sort(),
    migrations: outermost([...folders].filter((folder) => folder.split('/').some((part) => MIGRATIONS.test(part)))),
    tests: outermost([...folders].filter((folder) => /^(?:tests?|__tests__|specs?|e2e)$/.test(basename(folder)))),
  };
}

/** Folders without those that lie in another of the list. */
function outermost(folders: readonly string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && folder.startsWith(`${other}/`))).sort();
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
