import type { SourceFile } from '../analyse.js';
import { blobId } from './blob-id.js';

/** A file with the id of its content, for which it is read where nobody has told and it has not been read yet. */
export interface IdentifiedFile extends SourceFile {
  readonly id: string;
  /** Whether it was read again and had another text by then. */
  readonly hasChanged: boolean;
}

const identifiedFiles = new WeakSet<SourceFile>();

/**
 * Gives every file the id of its content. What is on disk may be written in between: where its text is asked for it has the id of what it is
 * then, so that nothing is kept under the id of another text.
 */
export function identified(files: readonly SourceFile[]): readonly IdentifiedFile[] {
  return files.map((file) => (isIdentified(file) ? file : identify(file)));
}

function isIdentified(file: SourceFile): file is IdentifiedFile {
  return identifiedFiles.has(file);
}

function identify({ path, size, stamp, id: told, read }: SourceFile): IdentifiedFile {
  let id = told;
  let hasChanged = false;
  const readAgain = (): Uint8Array => {
    const bytes = read();
    // Blobs of git, which have no stamp, never change.
    if (id !== undefined && stamp === undefined) return bytes;
    const now = blobId(bytes);
    hasChanged ||= id !== undefined && id !== now;
    id = now;
    return bytes;
  };
  const file: IdentifiedFile = {
    path, ...(size === undefined ? {} : { size }), ...(stamp === undefined ? {} : { stamp }), read: readAgain,
    get id() { return id ?? (readAgain(), id!); },
    get hasChanged() { return hasChanged; },
  };
  identifiedFiles.add(file);
  return file;
}
