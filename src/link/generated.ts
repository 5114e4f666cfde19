/** Files that a generator writes out of the schema: they name all of it, and use none of it. */
import type { FileFacts } from '../facts/file.js';

/** Whether a file is what a generator of a Prisma schema puts out. https://www.prisma.io/docs/orm/prisma-schema/overview/generators */
export function generatedFrom(files: ReadonlyMap<string, FileFacts>): (path: string) => boolean {
  const generators = [...files].flatMap(([path, { prisma }]) =>
    (prisma ?? []).flatMap((block) => (block.k === 'generator' ? [{ path, settings: block.settings }] : [])),
  );
  const outputs = generators.flatMap(({ path, settings: { output, fileName } }) => {
    const written = output && within(path, fileName ? `${output}/${fileName}` : output);
    return written ? [written] : [];
  });
  // What a generator is told of may be imported by what it puts out, as may the output of another one.
  const told = new Set([
    ...outputs,
    ...generators.flatMap(({ path, settings }) => Object.values(settings).flatMap((value) => (value.startsWith('.') ? (within(path, value) ?? []) : []))),
  ]);
  const known = outputs.filter((output) => !isShared(files, output, told));
  return (path) => known.some((output) => isIn(path, output));
}

const isIn = (path: string, output: string): boolean => path === output || path.startsWith(`${output}/`);

/** What people write lies there too: the schema itself, or code that uses other code of the repository. */
function isShared(files: ReadonlyMap<string, FileFacts>, output: string, told: ReadonlySet<string>): boolean {
  return [...files].some(
    ([path, { prisma, code }]) =>
      isIn(path, output) &&
      (prisma !== undefined || (code ?? []).some((stmt) => (stmt.k === 'import' || stmt.k === 'export') && leadsOut(path, stmt.module, output, told))),
  );
}

function leadsOut(path: string, module: string | null | undefined, output: string, told: ReadonlySet<string>): boolean {
  if (!module) return false;
  if (/^[@~#]?\//.test(module)) return true;
  const target = module.startsWith('.') ? within(path, module) : output;
  return target === null || !(isIn(target, output) || [...told].some((one) => isIn(target, one)));
}

/** A path that is written relative to a file; null where it leads out of the repository. */
function within(file: string, written: string): string | null {
  const parts = file.split('/').slice(0, -1);
  for (const part of written.split('/')) {
    if (part === '..') { if (parts.pop() === undefined) return null; }
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
