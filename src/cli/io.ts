import type { Runtime } from '../runtime.js';

/** What a command may touch of the outside: everything of the process goes through here, so that tests need none. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): void; readonly isTTY: boolean; readonly columns: number | null };
  readonly stderr: { write(text: string): void; readonly isTTY: boolean };
  now(): number;
  /** Left out, computation is not broken off and garbage stays until the engine collects it. */
  readonly runtime?: Runtime;
}

/** Whether to colour what goes to stdout: the flag, then NO_COLOR and FORCE_COLOR, then whether it is a terminal. */
export function wantsColor(io: Io, flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  if (io.env['NO_COLOR']) return false;
  if (io.env['FORCE_COLOR']) return io.env['FORCE_COLOR'] !== '0';
  return io.stdout.isTTY && io.env['TERM'] !== 'dumb';
}

/** Columns to wrap prose at: the terminal's within reason, 100 elsewhere. */
export function widthOf(io: Io): number {
  return Math.max(40, Math.min(io.stdout.columns ?? 100, 120));
}
