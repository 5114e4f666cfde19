/** TypeScript: parts that every ORM has. */
import { CHOICES, camel, keyOf, plainName } from './domain.mjs';

const TYPES = { text: 'string', longText: 'string', choice: 'string', decimal: 'string', code: 'string', integer: 'number', boolean: 'boolean', time: 'Date', json: 'Record<string, unknown>', float: 'number' };
const ZOD = { text: 'string()', longText: 'string()', choice: `enum([${CHOICES.map((one) => `'${one}'`).join(', ')}])`, decimal: 'string()', code: 'string().length(3)', integer: 'number().int()', boolean: 'boolean()', time: 'coerce.date()', json: 'record(z.string(), z.unknown())', float: 'number()' };

/** The type of a column in TypeScript. */
export const typeOf = (column) => `${TYPES[column.kind]}${column.isNullable ? ' | null' : ''}`;

/** Code of the kind that surrounds every application: functions and a class over plain values. */
export function plainTypeScript(random) {
  const functions = Array.from({ length: 4 + random(5) }, (_, i) => {
    const [verb, noun] = plainName(random);
    const name = camel(`${verb}_${noun}`);
    return `
/** Keeps what is below the limit and counts the rest. */
export function ${name}${i}(values: readonly number[], limit = ${2 + random(40)}): Map<string, number> {
  const result = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    if (value % ${2 + random(7)} === 0 && index < limit) {
      const key = \`${noun}-\${Math.floor(value / ${1 + random(9)})}\`;
      result.set(key, (result.get(key) ?? 0) + value);
    } else if (value > limit * ${2 + random(5)}) {
      result.set('rest', (result.get('rest') ?? 0) + 1);
    } else {
      log('skipped', value, values.length);
    }
  }
  return new Map([...result].sort(([, a], [, b]) => b - a).slice(0, limit));
}
`;
  }).join('');
  return `export interface Options { readonly label: string; readonly size?: number }

const log = (...parts: readonly unknown[]): void => { if (process.env['DEBUG']) console.debug(...parts); };
${functions}
export class Window {
  private readonly seen: number[] = [];
  constructor(private readonly options: Options = { label: 'window', size: ${8 + random(50)} }) {}

  push(value: number): number {
    this.seen.push(value);
    if (this.seen.length > (this.options.size ?? ${8 + random(50)})) this.seen.shift();
    return this.seen.reduce((sum, one) => sum + one, 0) / this.seen.length;
  }
}
`;
}

/** What a repository has beside its code. */
export function packageFiles(name, dependencies) {
  return {
    'package.json': `${JSON.stringify({ name, private: true, type: 'module', main: 'src/main.ts', dependencies: Object.fromEntries(['express', 'zod', ...dependencies].map((one) => [one, '*'])), devDependencies: { vitest: '*' } }, null, 2)}\n`,
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "target": "es2023", "strict": true, "experimentalDecorators": true }, "include": ["src"] }\n',
  };
}

export const mainFile = (entities) => `import express from 'express';\n${entities.map((e) => `import { ${e.camel}Routes } from './routes/${e.kebab}.js';\n`).join('')}\nconst app = express();\napp.use(express.json());\n${entities.map((e) => `app.use('/${e.kebab}', ${e.camel}Routes);\n`).join('')}app.listen(3000);\n`;

/** Schema of the input, routes and test of an entity, over a service with the functions list, get, create, close, countByStatus. */
export function surroundings(e) {
  const first = e.parents[0];
  return {
    [`src/schemas/${e.kebab}.ts`]: `import { z } from 'zod';

export const ${e.camel}Input = z.object({
${e.parents.map((p) => `  ${camel(keyOf(p))}: z.number().int(),\n`).join('')}${e.columns.map((c) => `  ${camel(c.name)}: z.${ZOD[c.kind]}${c.isNullable ? '.nullable()' : ''},\n`).join('')}});
export type ${e.model}Input = z.infer<typeof ${e.camel}Input>;
`,
    [`src/routes/${e.kebab}.ts`]: `import { Router } from 'express';
import { ${e.camel}Input } from '../schemas/${e.kebab}.js';
import * as service from '../services/${e.kebab}.js';

export const ${e.camel}Routes = Router();

${e.camel}Routes.get('/', async (request, response) => {
  const found = await service.list(${first ? `Number(request.query['${camel(keyOf(first))}']), ` : ''}request.query['status'] as string | undefined);
  response.json(found.map((${e.camel}) => ({ id: ${e.camel}.id, ${e.columns.slice(0, -1).map((c) => `${camel(c.name)}: ${e.camel}.${camel(c.name)}`).join(', ')} })));
});

${e.camel}Routes.get('/:id', async (request, response) => {
  const found = await service.get(Number(request.params.id));
  if (!found) return void response.status(404).end();
  response.json({ id: found.id, title: found.title, status: found.status });
});

${e.camel}Routes.post('/', async (request, response) => {
  const input = ${e.camel}Input.parse(request.body);
  const made = await service.create(input);
  response.status(201).json({ id: made.id });
});

${e.camel}Routes.post('/:id/close', async (request, response) => {
  await service.close(Number(request.params.id));
  response.json(await service.countByStatus());
});
`,
    [`src/services/${e.kebab}.test.ts`]: `import { expect, it } from 'vitest';
import { close, countByStatus, create } from './${e.kebab}.js';

it('closes', async () => {
  const made = await create({ title: 'first', status: '${CHOICES[1]}' } as never);
  await close(made.id);
  expect(await countByStatus()).toContainEqual({ status: '${CHOICES[3]}', count: 1 });
});
`,
  };
}
