import { createHash } from 'node:crypto';

/**
 * The id git gives to a file's bytes, so that a file on disk, in the index and in a commit have one. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
