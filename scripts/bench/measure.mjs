/** One process, measured: wall-clock time, and on Linux its processor time and peak memory with those of its children. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PAUSE = 10;
/** Clock ticks of /proc in a second: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Runs a command to its end. Throws where it could not be started or ended otherwise than with one of `codes`. */
export async function measure(command, args, { cwd, codes = [0] } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => { errors += data; });
  let seen = { cpu: null, peak: null };
  const timer = setInterval(() => { seen = look(child.pid) ?? seen; }, PAUSE);
  try {
    const code = await new Promise((resolve, reject) => { child.on('error', reject); child.on('close', resolve); });
    const wall = performance.now() - started;
    if (!codes.includes(code)) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}: ${errors.trim().split('\n')[0]}`);
    return { wall, ...seen, errors };
  } finally {
    clearInterval(timer);
  }
}

/** What Linux says of a process: milliseconds of processor time, bytes of memory at its highest. Null elsewhere, and when it has gone. */
function look(pid) {
  try {
    const [user, system, childUser, childSystem] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 15).map(Number);
    const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return peak && { cpu: ((user + system + childUser + childSystem) * 1000) / TICKS, peak: Number(peak[1]) * 1024 };
  } catch {
    return null;
  }
}

/** Several measurements of one thing as one: least and middle time, middle of the rest. */
export function summary(runs) {
  const stages = Object.keys(runs[0].stages ?? {});
  return {
    least: Math.min(...runs.map((run) => run.wall)), wall: median(runs.map((run) => run.wall)),
    cpu: median(runs.map((run) => run.cpu)), peak: median(runs.map((run) => run.peak)),
    stages: Object.fromEntries(stages.map((name) => [name, median(runs.map((run) => run.stages[name]))])),
  };
}

function median(numbers) {
  const known = numbers.filter((one) => one !== null && one !== undefined).sort((a, b) => a - b);
  return known.length === 0 ? null : known[known.length >> 1];
}
