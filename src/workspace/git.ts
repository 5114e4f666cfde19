/** Questions to git, all read-only. A folder without git, or a machine without it, answers null. */
import { execFileSync } from 'node:child_process';

const MAX_OUTPUT = 1 << 30;

/** The output of a git command, null when it fails. */
export function git(cwd: string, args: readonly string[], input?: string): Buffer | null {
  try {
    return execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
      cwd,
      input,
      maxBuffer: MAX_OUTPUT,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}

/** The first line of the output, null when the command fails or says nothing. */
export function gitLine(cwd: string, args: readonly string[]): string | null {
  return git(cwd, args)?.toString('utf8').split('\n', 1)[0].trim() || null;
}

/** The records of an output that ends each with NUL. */
export function records(output: Buffer): string[] {
  return output.toString('utf8').split('\0').filter(Boolean);
}

/** The root of the work tree that a folder is in, null outside of one. */
export function gitRoot(folder: string): string | null {
  return gitLine(folder, ['rev-parse', '--show-toplevel']);
}

/** Where the repository comes from and where it stands, without credentials; null without a remote or a commit. */
export function provenance(folder: string): { readonly repositoryUri: string; readonly revisionId: string; readonly branch: string | null } | null {
  const remote = gitLine(folder, ['config', '--get', 'remote.origin.url']);
  const revisionId = gitLine(folder, ['rev-parse', 'HEAD']);
  const repositoryUri = remote && webAddress(remote);
  if (!repositoryUri || !revisionId) return null;
  const branch = gitLine(folder, ['rev-parse', '--abbrev-ref', 'HEAD']);
  return { repositoryUri, revisionId, branch: branch === 'HEAD' ? null : branch };
}

/** `git@host:a/b.git` and `https://user:secret@host/a/b.git` are `https://host/a/b`; a path on this machine is nothing. */
export function webAddress(remote: string): string | null {
  const found = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(remote) ?? /^(?:[\w.-]+@)([\w.-]+):(.+)$/.exec(remote);
  if (!found) return null;
  const path = found[2].replace(/\.git\/?$/, '').replace(/[?#].*$/, '');
  return `https://${found[1]}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
