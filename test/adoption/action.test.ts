/** The action's own script under a shell, with this build where the registry's package would run. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { git, repository, scratch, write } from '../support/scratch.js';

interface Step { readonly id?: string; readonly run?: string; readonly uses?: string; readonly if?: string; readonly env?: Readonly<Record<string, string>> }
interface Action { readonly inputs: Readonly<Record<string, { readonly default?: string }>>; readonly runs: { readonly steps: readonly Step[] } }

const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const step = action.runs.steps.find((one) => one.id === 'check')!;
const LEAD = 'from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\nclass Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    nickname = Column(String)\n';
const files = { 'my app/models.py': LEAD, 'my app/service.py': 'from models import Lead\n\n\ndef ids(session):\n    return [lead.id for lead in session.query(Lead).all()]\n' };

/** Runs the step as GitHub would, with the inputs' defaults where none is given. */
function runAction(folder: string, inputs: Readonly<Record<string, string>> = {}) {
  const place = scratch({ 'bin/npx': `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${resolve('dist/src/cli/main.js')}" "$@"\n`, output: '', summary: '' });
  chmodSync(join(place, 'bin/npx'), 0o755);
  const valueOf = (expression: string) => expression.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? action.inputs[name]!.default ?? '').replace('${{ github.action_path }}', resolve('.'));
  const env = Object.fromEntries(Object.entries(step.env!).map(([name, value]) => [name, valueOf(value)]));
  const done = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run!], {
    cwd: folder, encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${join(place, 'bin')}:${process.env['PATH']}`, RUNNER_TEMP: place, GITHUB_OUTPUT: join(place, 'output'), GITHUB_STEP_SUMMARY: join(place, 'summary'), GITHUB_ACTIONS: 'true', XDG_CACHE_HOME: join(place, 'cache') },
  });
  const outputs = Object.fromEntries(readFileSync(join(place, 'output'), 'utf8').split('\n').filter(Boolean).map((line) => line.split('=') as [string, string]));
  return { status: done.status, out: done.stdout, err: done.stderr, outputs, summary: readFileSync(join(place, 'summary'), 'utf8') };
}

describe('the action', () => {
  it('annotates, writes the summary and the SARIF, and tells the exit code', () => {
    const { status, out, outputs, summary } = runAction(repository(files), { 'fail-on': 'warning', paths: 'my app' });
    expect([status, outputs['exit-code']]).toEqual([0, '1']);
    expect(out).toContain('::warning file=my app/models.py,line=10');
    expect(summary).toContain('unused-column');
    const log = JSON.parse(readFileSync(outputs['sarif-file']!, 'utf8')) as Log;
    expect(log.runs[0]!.results!.map((result) => result.ruleId)).toEqual(['unused-column']);
  });

  it('takes further flags a line each, and reports only what a branch brings', () => {
    const folder = repository(files);
    const base = git(folder, 'rev-parse', 'HEAD').trim();
    write(folder, { 'my app/models.py': `${LEAD}    shoe_size = Column(Integer)\n` });
    git(folder, 'commit', '-aqm', 'second');
    const { out, err } = runAction(folder, { 'base-ref': base, args: '--rule\nunused-column\n' });
    expect(out.match(/^::warning .*/gm)).toEqual([expect.stringContaining('shoe_size')]);
    expect(err).toContain('do not upload the SARIF');
    const upload = action.runs.steps.find((one) => one.uses?.startsWith('github/codeql-action/upload-sarif'))!;
    expect(upload.if).toContain(`inputs.base-ref == ''`);
  });

  it('fails where the job cannot be done', () => {
    const { status, err, outputs } = runAction(repository(files), { config: 'nowhere.yaml' });
    expect([status, outputs['exit-code']]).toEqual([2, '2']);
    expect(err).toContain('cannot read the config nowhere.yaml');
    expect(existsSync(outputs['sarif-file']!)).toBe(false);
  });
});
