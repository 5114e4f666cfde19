/** The fixtures are valid code for the real packages of their ORMs: `npm run orms` installs those, and what is not installed is left out, with the reason. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, write } from '../support/scratch.js';

/** The test runners of the fixtures and the links of their pages are declared, not installed: they say nothing about an ORM. */
const DECLARED = `
declare function describe(name: string, test: () => void): void;
declare function it(name: string, test: () => unknown): void;
declare function expect(value: unknown): any;
declare module 'vitest';
declare module 'next/link';
`;

interface Orm {
  /** The configurations to check, as they lie in the fixture. */
  readonly configs: readonly string[];
  /** A file with a mistake in each line after `@ts-expect-error`: were the ORM's types missing or anything, these would be no mistakes. */
  readonly mistakes: Readonly<Record<string, string>>;
  /** What has to be made before the types are there. */
  readonly prepare?: (packages: string, app: string) => void;
}

const ORMS: Readonly<Record<string, Orm>> = {
  typeorm: {
    configs: ['tsconfig.json', 'apps/web/tsconfig.json'],
    mistakes: { 'libs/mistakes.ts': `import { Lead } from '@crm/database';
      import { Repository } from 'typeorm';
      declare const leads: Repository<Lead>;
      void leads.findOneBy({ phone: 'a' });
      // @ts-expect-error
      void leads.findOneBy({ fone: 'a' });` },
  },
  'mikro-orm': {
    configs: ['tsconfig.json', 'apps/web/tsconfig.json'],
    mistakes: { 'libs/mistakes.ts': `import { Lead } from '@crm/database';
      import { EntityManager } from '@mikro-orm/postgresql';
      declare const em: EntityManager;
      void em.findOne(Lead, { phone: 'a' });
      // @ts-expect-error
      void em.findOne(Lead, { fone: 'a' });` },
  },
  sequelize: {
    configs: ['tsconfig.json', 'web/tsconfig.json'],
    mistakes: { 'database/mistakes.ts': `import { Lead } from '@crm/database';
      void Lead.findOne({ where: { phone: 'a' } });
      // @ts-expect-error
      void Lead.findOne({ where: { fone: 'a' } });` },
  },
  drizzle: {
    configs: ['tsconfig.json'],
    mistakes: { 'server/mistakes.ts': `import { db } from './db/index';
      import { leads } from './db/schema';
      void db.select({ phone: leads.phone }).from(leads);
      // @ts-expect-error
      void db.select({ phone: leads.fone }).from(leads);` },
  },
  prisma: {
    configs: ['tsconfig.json', 'apps/web/tsconfig.json'],
    mistakes: { 'packages/db/src/mistakes.ts': `import { prisma } from './index';
      void prisma.lead.findFirst({ where: { phone: 'a' } });
      // @ts-expect-error
      void prisma.lead.findFirst({ where: { fone: 'a' } });` },
    prepare: generateClient,
  },
};

/** The real generator writes the types of the client; the engines, which would be downloaded, are only run by a client that connects. */
function generateClient(packages: string, app: string): void {
  const engine = join(packages, 'package.json');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: engine, PRISMA_QUERY_ENGINE_LIBRARY: engine, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1', DATABASE_URL: 'postgres://localhost/crm' };
  execFileSync(process.execPath, [join(packages, 'node_modules/prisma/build/index.js'), 'generate', '--no-engine', '--no-hints', '--schema', join(app, 'packages/db/prisma/schema.prisma')], { env, cwd: packages, stdio: 'pipe' });
}

/** What the compiler says of a configuration, one line each. */
function errorsOf(packages: string, config: string): readonly string[] {
  try {
    execFileSync(process.execPath, [join(packages, 'node_modules/typescript/bin/tsc'), '--noEmit', '--incremental', 'false', '-p', config], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.split('\n').filter(Boolean);
  }
}

describe.each(Object.entries(ORMS))('fixtures/crm-%s', (name, { configs, mistakes, prepare }) => {
  const packages = resolve('test/orms', name);
  const isInstalled = existsSync(join(packages, 'node_modules/.package-lock.json'));
  if (!isInstalled) console.warn(`fixtures/crm-${name} is not type-checked: npm run orms has not installed the packages of test/orms/${name}`);

  it.skipIf(!isInstalled)('is valid code for the real packages', { timeout: 240_000 }, () => {
    const app = scratch();
    cpSync(join('fixtures', `crm-${name}`), app, { recursive: true });
    symlinkSync(join(packages, 'node_modules'), join(app, 'node_modules'), 'junction');
    write(app, { ...mistakes, ...Object.fromEntries([...configs, ...Object.keys(mistakes)].map((file) => [join(file, '../declared.d.ts'), DECLARED])) });
    prepare?.(packages, app);
    expect(configs.flatMap((config) => errorsOf(packages, join(app, config)))).toEqual([]);
  });
});
