import type { SourceFile } from '../analyse.js';
import { blobId } from './blob-id.js';

/** A file with the id of its content. */
export interface IdentifiedFile extends SourceFile { readonly id: string }

/**
 * Gives every file the id of its content: those whose id git has not told are read for it. They are read once more where their text is
 * asked for; a file that was written in between then has the id of what it is now, so that nothing is kept under the id of another text.
 */
export function identified(files: readonly SourceFile[]): readonly IdentifiedFile[] {
  return files.map((file) => (isIdentified(file) ? file : identify(file)));
}

function isIdentified(file: SourceFile): file is IdentifiedFile {
  return file.id !== undefined;
}

function identify({ path, size, read }: SourceFile): IdentifiedFile {
  const file = {
    path, ...(size === undefined ? {} : { size }), id: blobId(read()),
    read: () => {
      const bytes = read();
      file.id = blobId(bytes);
      return bytes;
    },
  };
  return file;
}
