/**
 * Ctrl-C. Most of a run is long stretches of plain computation during which the event loop, and with it a signal handler, has no turn.
 * Node can break off a script on SIGINT; such stretches run in one.
 */
import { Script } from 'node:vm';
import { Interrupted } from '../errors.js';

const slot = Symbol.for('schemalint.interruptible');
const script = new Script('globalThis[Symbol.for("schemalint.interruptible")]()', { filename: 'schemalint' });

/** Runs work that touches nothing outside, so that Ctrl-C ends it where it is. Throws Interrupted. */
export function interruptible<T>(work: () => T): T {
  const slots = globalThis as unknown as Record<symbol, () => void>;
  let result: T;
  slots[slot] = () => { result = work(); };
  try {
    script.runInThisContext({ breakOnSigint: true, displayErrors: false });
    return result!;
  } catch (error) {
    throw (error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ? new Interrupted() : error;
  } finally {
    delete slots[slot];
  }
}

/** Between those stretches: calls back on Ctrl-C. Files are written in one piece, so that none is open then. */
export function onInterrupt(end: () => void): void {
  process.once('SIGINT', end);
}
