import * as module from 'node:module';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Sets the engine for a program that runs for seconds. Compiled code is kept between runs where Node can do so (from 22.1,
 * https://nodejs.org/api/module.html#moduleenablecompilecachecachedir). Under Node 20 functions are optimised later than by default:
 * on a run as short as this most of what is optimised at once is thrown away again when the next shape of a value comes by. WebAssembly is
 * not optimised at all: PostgreSQL's parser is one very large function, for which the optimising compiler takes more memory and time than
 * a run gets back. See docs/performance.md for what both save. Later engines have no such flag, or have read it before a program can set it.
 */
export function tuneEngine(): void {
  (module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  const engine = Number.parseInt(process.versions.v8, 10);
  if (engine === 11) setFlagsFromString('--interrupt-budget=200000');
  if (engine === 11 || engine === 12) setFlagsFromString('--liftoff-only');
}

/** In bytes: what a smaller heap leaves behind is not worth the time. */
const LARGE_HEAP = 128 << 20;

/**
 * Collects garbage where the heap has grown large. The engine does so once the heap has grown by a share of itself, and a run is over before
 * that: see docs/performance.md. The function is what `node --expose-gc` gives, https://nodejs.org/api/cli.html#--expose-gc.
 */
export function collectGarbage(): void {
  if (getHeapStatistics().used_heap_size < LARGE_HEAP) return;
  setFlagsFromString('--expose-gc');
  (runInNewContext('globalThis.gc') as (() => void) | undefined)?.();
}
