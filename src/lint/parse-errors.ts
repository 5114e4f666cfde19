import type { Problem } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import type { Hash } from './draft.js';
import type { Finding, Locate } from './finding.js';
import { PARSE_ERROR } from './own-rules.js';
import type { Level } from './rule.js';
import { text } from './order.js';

export interface FileProblem { readonly path: string; readonly problem: Problem }

/** One finding for each file that could not be read wholly, at the first place; SQL of another database is none. */
export function parseErrors(problems: readonly FileProblem[], levelAt: (path: string) => Level | 'off' | 'on', locate: Locate, hash: Hash): Finding[] {
  const byPath = new Map<string, Problem[]>();
  for (const { path, problem } of problems) {
    if (problem.kind !== 'other-sql') byPath.set(path, [...(byPath.get(path) ?? []), problem]);
  }
  return [...byPath].sort(([a], [b]) => text(a, b)).flatMap(([path, found]) => {
    const level = levelAt(path);
    const [first, ...more] = [...found].sort((a, b) => spanStart(a.at) - spanStart(b.at));
    if (level === 'off') return [];
    const location = locate({ path, at: first.at });
    return [
      {
        rule: PARSE_ERROR.id,
        level: level === 'on' ? (isBySize(first) ? 'note' : PARSE_ERROR.level) : level,
        confidence: 'high' as const,
        table: null,
        model: null,
        columns: [],
        message: messageOf(first, more.length),
        help: helpOf(first),
        fingerprint: hash(JSON.stringify([PARSE_ERROR.id, location.path])).slice(0, 16),
        location,
        related: more
          .slice(0, 5)
          .map((problem) => ({ message: withoutBraces(problem.message), table: null, column: null, location: locate({ path, at: problem.at }) })),
        flow: [],
        remedies: [],
        suppressed: null,
      } satisfies Finding,
    ];
  });
}

function isBySize(problem: Problem): boolean {
  return problem.kind === 'too-large';
}

function messageOf(first: Problem, more: number): string {
  const rest = more === 0 ? '' : `, and ${more} more ${more === 1 ? 'place' : 'places'} in this file`;
  return `${withoutBraces(first.message).replace(/\.$/, '')}${rest}`;
}

/** Braces have a meaning in SARIF messages. */
function withoutBraces(message: string): string {
  return message.replace(/[{}]/g, (brace) => (brace === '{' ? '(' : ')'));
}

function helpOf(problem: Problem): string {
  if (problem.kind === 'syntax') return 'Mend the syntax, or list the file under exclude in the config; the rest of the file was read';
  if (problem.kind === 'encoding') return 'Save the file as UTF-8';
  if (problem.kind === 'too-large') return 'List the file under exclude in the config if it is generated or data';
  return 'Make the file readable, or list it under exclude in the config';
}
