import { accessSync, constants, mkdtempSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf, UserError } from '../errors.js';
import { FORMATS, type Format } from '../report/formats.js';
import { nearestName } from '../nearest.js';

/** Where one report goes: an absolute path, or stdout. */
export interface Output { readonly format: Format; readonly file: string | null }

/** Reads `--output-format` (`sarif`, `sarif=out.sarif`, several) and `--output-file`. Throws UserError for what cannot be. */
export function outputsOf(formats: readonly string[], outputFile: string | undefined, cwd: string): readonly Output[] {
  const outputs = (formats.length > 0 ? formats : ['full']).map((text): Output => {
    const [name, ...file] = text.split('=');
    if (!(FORMATS as readonly string[]).includes(name)) {
      const nearest = nearestName(name, FORMATS);
      throw new UserError(`there is no output format '${name}'${nearest ? `; did you mean '${nearest}'?` : ''}`, `Allowed: ${FORMATS.join(', ')}`);
    }
    return { format: name as Format, file: file.length > 0 ? resolve(cwd, file.join('=')) : null };
  });
  const loose = outputs.filter((output) => output.file === null);
  if (loose.length > 1)
    throw new UserError(
      `${loose.length} output formats want the same place`,
      'Give a file to all but one: --output-format sarif=out.sarif --output-format full',
    );
  if (outputFile !== undefined && loose.length === 0)
    throw new UserError('--output-file has no format left to write', 'Every --output-format names its own file already');
  const all = outputs.map((output) => ({ ...output, file: output.file ?? (outputFile === undefined ? null : resolve(cwd, outputFile)) }));
  for (const { file } of all) if (file) assertWritable(file);
  return all;
}

function assertWritable(file: string): void {
  try {
    const target = targetOf(file);
    if (target.isFile) accessSync(dirname(target.path), constants.W_OK);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Writes a file whole or not at all. Throws UserError where it cannot be written. */
export function writeWhole(file: string, text: string): void {
  let folder: string | null = null;
  try {
    const { path, isFile } = targetOf(file);
    if (!isFile) {
      writeFileSync(path, text);
      return;
    }
    folder = mkdtempSync(join(dirname(path), '.schemalint-'));
    const made = join(folder, basename(path));
    writeFileSync(made, text);
    renameSync(made, path);
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** Where a file really is. A device or pipe (`/dev/stdout`) is no file: it is written to, never replaced. Throws for a folder. */
function targetOf(file: string): { readonly path: string; readonly isFile: boolean } {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return { path: file, isFile: true };
  if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  return found.isFile() ? { path: realpathSync(file), isFile: true } : { path: file, isFile: false };
}

function cannotWrite(file: string, error: unknown): UserError {
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'its folder is a file',
    EROFS: 'the file system is read-only',
  };
  return new UserError(`cannot write ${file}: ${reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? reasonOf(error)}`);
}
