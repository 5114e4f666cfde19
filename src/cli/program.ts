/** Connects the commands to the process. Ends with the exit code set. */
import { cli, EXIT_INTERRUPTED, INTERRUPTED } from './cli.js';
import { interruptible, onInterrupt } from './interrupt.js';
import { CLEAR } from './progress.js';
import { collectGarbage } from './runtime.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone (`| head`): nobody is left to tell.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

onInterrupt(() => {
  process.stderr.write(`${process.stderr.isTTY ? CLEAR : ''}${INTERRUPTED}`);
  process.exit(EXIT_INTERRUPTED);
});

process.exitCode = await cli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: { write: (text) => void process.stdout.write(text), isTTY: process.stdout.isTTY === true, columns: process.stdout.columns ?? null },
  stderr: { write: (text) => void process.stderr.write(text), isTTY: process.stderr.isTTY === true },
  now: () => performance.now(),
  runtime: { interruptible, collectGarbage },
});
