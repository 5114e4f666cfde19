/**
 * Who may import whom. A layer that is not in the table fails until someone decides. The three sentences behind it:
 * extraction knows one file and no configuration; linking knows all facts and no file; rules know the project and nothing else.
 */
import { describe, expect, it } from 'vitest';
import { importsOf, layerOf, sourceFiles } from './support/imports.js';

interface Layer {
  readonly may: readonly string[];
  /** Layers or files of which it may know the types only. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
  /** Whether it may import `node:*`: whoever does touches files, processes or the clock. */
  readonly node?: true;
  readonly because: string;
}

const LAYERS: Readonly<Record<string, Layer>> = {
  facts: { may: [], because: 'facts are the plain data that everything else agrees on' },
  syntax: { may: ['facts'], node: true, packages: ['ts-morph', 'libpg-query', '@pgsql/types', 'web-tree-sitter', 'yaml'], because: 'the only folder that knows a parser; it turns one file into facts' },
  migrations: { may: ['facts', 'flow', 'dialects', 'src/link/draft.ts'], types: ['model', 'src/link/replay.ts'], because: 'migrations of every tool become the same operations on a schema; columns are spelled in them as in the models of a dialect, and of link it takes the form in which they are replayed' },
  flow: { may: ['facts'], types: ['model', 'src/dialects/dialect.ts'], because: 'what values are, from facts; ORMs are handed to it as plain functions' },
  dialects: { may: ['facts', 'flow', 'src/link/draft.ts'], types: ['model', 'link'], packages: ['pluralize'], because: 'one ORM each, read from facts; of link only what declarations are made of' },
  link: { may: ['facts', 'flow', 'dialects', 'migrations', 'model'], packages: ['pluralize'], because: 'facts of all files become the project; it sees no file and no tree' },
  model: { may: ['facts'], packages: ['pluralize'], because: 'the project and its predicates are the vocabulary of rules; of facts it takes spans' },
  lint: { may: ['model', 'facts', 'src/config/match.ts', 'src/nearest.ts'], types: ['src/config/config.ts'], because: 'runs the rules; of facts it takes problems and suppressions, of config what the user set and its matcher' },
  rules: { may: ['src/lint/rule.ts'], because: 'a rule sees the project and nothing else' },
  report: { may: ['lint', 'model'], packages: ['picocolors', 'sarif'], because: 'pure functions of the result' },
  config: { may: ['lint', 'src/errors.ts', 'src/nearest.ts'], node: true, packages: ['ajv', 'yaml', 'smol-toml'], because: 'reads what the user set, checked against the options of the rules' },
  workspace: { may: ['config', 'facts', 'src/errors.ts'], types: ['lint', 'src/analyse.ts'], node: true, packages: ['ignore'], because: 'files and git; of lint only the type of a problem' },
  cli: { may: ['*'], node: true, packages: ['yargs', 'picocolors'], because: 'the edge: flags, exit codes, output' },
  'src/analyse.ts': { may: ['src/read.ts', 'src/roles.ts', 'src/runtime.ts', 'config', 'dialects', 'facts', 'flow', 'link', 'lint', 'migrations', 'model', 'workspace'], because: 'extraction and linking, stage by stage' },
  'src/read.ts': { may: ['src/extract-file.ts', 'src/threads.ts', 'facts', 'workspace'], types: ['src/analyse.ts'], because: 'all files to their facts, from the store where it has them' },
  'src/threads.ts': { may: ['facts'], types: ['src/extract-file.ts'], node: true, because: 'extraction on further threads: facts come back, trees do not' },
  'src/extract-worker.ts': { may: ['src/extract-file.ts', 'facts'], node: true, because: 'what such a thread runs' },
  'src/extract-file.ts': { may: ['src/extract.ts', 'facts', 'workspace'], because: 'the bytes of one file to its facts' },
  'src/extract.ts': { may: ['facts', 'syntax'], because: 'one file to its facts' },
  'src/roles.ts': { may: ['config', 'link'], types: ['facts', 'model'], because: 'what a config makes of paths, for extraction and linking alike' },
  'src/carry.ts': { may: ['src/read.ts', 'src/recall.ts', 'src/roles.ts', 'facts', 'link', 'lint'], types: ['workspace'], because: 'what a tree came to, for one that says the same; of link it takes the words that count' },
  'src/recall.ts': { may: [], types: ['config', 'facts', 'lint', 'workspace'], node: true, because: 'what an earlier run of the same tree came to, as data' },
  'src/run.ts': { may: ['config', 'facts', 'lint', 'model', 'workspace', 'src/analyse.ts', 'src/carry.ts', 'src/link/vocabulary.ts', 'src/recall.ts', 'src/runtime.ts', 'src/errors.ts'], node: true, because: 'the pipeline' },
  'src/index.ts': { may: ['*'], because: 'the public API' },
  'src/runtime.ts': { may: [], because: 'what a run may ask of the program around it' },
  'src/errors.ts': { may: [], because: 'errors of the user, known everywhere' },
  'src/nearest.ts': { may: [], packages: ['fastest-levenshtein'], because: 'did you mean' },
};

const files = [...sourceFiles('src'), ...sourceFiles('rules')];

describe('layers', () => {
  it('every folder is in the table', () => {
    const unknown = [...new Set(files.map(layerOf))].filter((layer) => !LAYERS[layer]);
    expect(unknown, 'add them to LAYERS with a reason').toEqual([]);
  });

  it('imports only what its layer may', () => {
    expect(files.flatMap((path) => importsOf(path)).flatMap(violations)).toEqual([]);
  });

  it('would see a rule that imports a parser', () => {
    expect(violations({ from: 'rules/x.ts', specifier: 'ts-morph', target: null, isTypeOnly: false })).toHaveLength(1);
    expect(violations({ from: 'rules/x.ts', specifier: '../src/syntax/python.js', target: 'src/syntax/python.ts', isTypeOnly: false })).toHaveLength(1);
    expect(violations({ from: 'src/flow/x.ts', specifier: '../model/schema.js', target: 'src/model/schema.ts', isTypeOnly: false })).toHaveLength(1);
    expect(violations({ from: 'src/link/x.ts', specifier: 'node:fs', target: null, isTypeOnly: false })).toHaveLength(1);
    expect(violations({ from: 'rules/x.ts', specifier: '../src/lint/rule.js', target: 'src/lint/rule.ts', isTypeOnly: true })).toEqual([]);
  });
});

function violations({ from, specifier, target, isTypeOnly }: ReturnType<typeof importsOf>[number]): string[] {
  const layer = layerOf(from);
  const { may, types = [], packages = [], node, because } = LAYERS[layer] ?? { may: [], because: 'it is in no table' };
  const refused = (what: string) => [`${from} imports ${what}, and ${layer} may not: ${because}`];
  if (specifier.startsWith('node:')) return node ? [] : refused(specifier);
  if (target === null) return packages.includes(packageOf(specifier)) ? [] : refused(specifier);
  if (layer === 'rules') return target === 'src/lint/rule.ts' || from === 'rules/index.ts' ? [] : refused(target);
  const allowed = [layer, ...may, ...(isTypeOnly ? types : [])];
  return [layerOf(target), target].some((one) => allowed.includes(one)) || may.includes('*') ? [] : refused(target);
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
