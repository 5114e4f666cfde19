/**
 * A mistake of the user or of the surroundings: a bad flag, a broken config, a missing file. The command line prints
 * `message` as one line, `hint` as the next, no stack, and exits with 2. Every other error is a defect of the linter.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(message: string, readonly hint: string | null = null) {
    super(message);
  }
}

/** The text of anything that was thrown, one line. */
export function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0];
}

/** The user has broken off the run. */
export class Interrupted extends Error {}
