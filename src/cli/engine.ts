import * as module from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * Sets the engine for a program that runs for seconds. Compiled code is kept between runs where Node can do so (from 22.1,
 * https://nodejs.org/api/module.html#moduleenablecompilecachecachedir). Under Node 20 functions are optimised later than by default:
 * on a run as short as this most of what is optimised at once is thrown away again when the next shape of a value comes by, see
 * docs/performance.md for what it saves. Later engines have no such flag.
 */
export function tuneEngine(): void {
  (module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=200000');
}
