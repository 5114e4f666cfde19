import type { OnStage } from '../analyse.js';
import type { Io } from './io.js';

const PAUSE = 100;
/** Wipes the line. */
export const CLEAR = '\r\u001b[K';

/** One line on stderr that says what goes on, where that is a terminal; `end` wipes it. */
export function makeProgress(io: Io, isQuiet: boolean): { readonly onStage: OnStage; end(): void } {
  if (isQuiet || !io.stderr.isTTY) return { onStage: () => {}, end: () => {} };
  let last = -Infinity;
  return {
    onStage: (name, done, total) => {
      if (io.now() - last < PAUSE) return;
      last = io.now();
      io.stderr.write(`${CLEAR}${name}${total > 1 ? ` ${done}/${total}` : ''}`);
    },
    end: () => { if (last > -Infinity) io.stderr.write(CLEAR); },
  };
}
