import type { SourceFile } from '../analyse.js';
import { blobId } from './blob-id.js';

/** A file with the id of its content. */
export interface IdentifiedFile extends SourceFile { readonly id: string }

/** Files whose id follows what is read of them. */
const following = new WeakSet<SourceFile>();

/**
 * Gives every file the id of its content: those whose id nobody has told are read for it. What is on disk may be written in between: where
 * its text is asked for it has the id of what it is then, so that nothing is kept under the id of another text.
 */
export function identified(files: readonly SourceFile[]): readonly IdentifiedFile[] {
  return files.map((file) => (isIdentified(file) ? file : identify(file)));
}

/** Blobs of git never change; what has a stamp, or no id yet, is on disk. */
function isIdentified(file: SourceFile): file is IdentifiedFile {
  return file.id !== undefined && (file.stamp === undefined || following.has(file));
}

function identify(source: SourceFile): IdentifiedFile {
  const file = {
    ...source, id: source.id ?? blobId(source.read()),
    read: () => {
      const bytes = source.read();
      file.id = blobId(bytes);
      return bytes;
    },
  };
  following.add(file);
  return file;
}
