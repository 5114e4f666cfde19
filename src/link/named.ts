/** What may be a use because of its name alone, in all files: see `possible.ts` for how one file is searched. */
import type { Span, Stmt } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import type { Flow } from '../flow/evaluate.js';
import { fieldsOfType } from '../flow/fields.js';
import type { Place, Schema } from '../model/schema.js';
import type { Role } from '../model/usage.js';
import { generatedFrom } from './generated.js';
import { handedTo } from './handed.js';
import { PossibleUses } from './possible.js';
import { isProse, vocabularyOf } from './vocabulary.js';

/** Where names are looked for, and what says of them what they are. `extents` are the declarations of tables and of what belongs to them. */
export interface Names {
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly flow: Flow;
  readonly roleOf: (path: string) => Role;
  readonly isClient: (path: string) => boolean;
  readonly schema: Schema;
  readonly extents: readonly Place[];
}

/** The possible uses of every name of the schema, once the code was evaluated: what evaluation has resolved is none. */
export function possibleUses({ files, flow, roleOf, isClient, schema, extents }: Names): PossibleUses['found'] {
  const vocabulary = new Set(vocabularyOf(schema));
  const reads = new Map<string, Place[]>();
  for (const { cls, field, place } of flow.record.fieldReads.values()) {
    const key = `${cls.id}.${field}`;
    const list = reads.get(key);
    if (list) list.push(place);
    else reads.set(key, [place]);
  }
  const read = new Set([...flow.record.fieldReads.values()].map(({ field }) => field));
  const possible = new PossibleUses(vocabulary, {
    codeOf: (path) => files.get(path)?.code ?? [],
    readsOf: (cls, field) => reads.get(`${cls}.${field}`) ?? [],
    isRead: (field) => read.has(field),
    handedTo: handedTo(flow.record),
    fieldsOf: (path, type) => fieldsOfType(flow, path, type),
    isForm: (cls) => flow.record.forms.has(cls),
    folded: foldedIn(files, vocabulary),
  });
  const declared = new Map<string, Span[]>();
  for (const extent of extents) declared.set(extent.path, [...(declared.get(extent.path) ?? []), extent.at]);
  const tied = new Set([...flow.record.tiedSchemas.values()].map((each) => each.cls.id));
  const isGenerated = generatedFrom(files);
  for (const [path, facts] of files) {
    if (isGenerated(path)) continue;
    const file = { path, role: roleOf(path), isClient: facts.page !== undefined || isClient(path) };
    if (facts.words && !isProse(path)) possible.addWords(facts.words, file);
    if (facts.page) possible.addTags(facts.page.names, file);
    if (facts.code)
      possible.addCode(
        facts.code,
        { ...file, unreadSql: new Set(facts.unreadSql) },
        (offset) => flow.record.isResolved(path, offset),
        declarationSpans(facts.code, declared.get(path) ?? []),
        (start) => tied.has(`${path}:${start}`) || flow.modelsByClass.has(`${path}:${start}`),
      );
  }
  return possible.found;
}

/** MySQL keeps the capitals of names without quotes, PostgreSQL, as which its statements are read, does not. */
function foldedIn(files: Names['files'], vocabulary: ReadonlySet<string>): ReadonlySet<string> {
  const isOther = [...files.values()].some(({ problems }) => problems.some((problem) => problem.kind === 'other-sql'));
  return new Set(isOther ? [...vocabulary].filter((name) => name === name.toLowerCase()) : []);
}

/** The parts of declarations that name columns without using them: of a model class its fields and settings, not its methods. */
function declarationSpans(code: readonly Stmt[], extents: readonly Span[]): readonly Span[] {
  if (extents.length === 0) return [];
  const spans: Span[] = [];
  const starts = new Set(extents.map((extent) => spanStart(extent)));
  const visit = (body: readonly Stmt[]): void => {
    for (const stmt of body) {
      if (stmt.k !== 'class') continue;
      if (starts.has(spanStart(stmt.cls.range))) {
        starts.delete(spanStart(stmt.cls.range));
        for (const inner of stmt.cls.body)
          if (
            inner.k === 'set' ||
            inner.k === 'class' ||
            (inner.k === 'def' &&
              inner.fn.decorators.some((decorator) =>
                decorator.k === 'attr' ? decorator.name === 'declared_attr' : decorator.k === 'name' && decorator.id === 'declared_attr',
              ))
          )
            spans.push(inner.k === 'class' ? inner.cls.range : inner.k === 'def' ? inner.fn.range : inner.at);
        for (const decorator of stmt.cls.decorators) spans.push(decorator.at);
      }
      visit(stmt.cls.body);
    }
  };
  visit(code);
  for (const extent of extents) if (starts.has(spanStart(extent))) spans.push(extent);
  return spans;
}
