/** Uses known by name only: what evaluation did not resolve, strings, and the words of files that are not parsed. */
import type { Class, Expr, Item, List, Span, Stmt } from '../facts/code.js';
import { NO_SPAN, spanEnd, spanStart } from '../facts/span.js';
import { shapeOf } from '../flow/aliases.js';
import { besideIn, type Beside } from './beside.js';
import { isPlainType, isPlainValue } from './plain.js';
import type { Place } from '../model/schema.js';
import type { PossibleUse, Role } from '../model/usage.js';

/** A file that names something. `unreadSql`: see `FileFacts`. */
export interface NamesOf { readonly path: string; readonly role: Role; readonly isClient: boolean; readonly unreadSql?: ReadonlySet<number> }

/** Decorators of controllers and their methods whose first argument is a path, with or without a slash. https://docs.nestjs.com/controllers#routing */
const ROUTE_DECORATORS = new Set(['Controller', 'Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Options', 'Head', 'Sse']);

/** What is known of the declaration that a field is of, or of what has the name. */
type Kind = Pick<PossibleUse, 'isAnswer' | 'isType' | 'isPlain'>;

/** Possible uses of one name that are kept. */
const USE_LIMIT = 200;

/** What evaluation and the facts tell of code that names something. A class is told by `path:offset` of where it begins. */
export interface KnownOfCode {
  /** The code of a file. */
  codeOf(path: string): readonly Stmt[];
  /** The places that read a field of a class. */
  readsOf(cls: string, field: string): readonly Place[];
  /** Whether anything reads a field of that name. */
  isRead(field: string): boolean;
  /** The places that write the value which the name at an offset has. */
  handedTo(path: string, offset: number): readonly Place[];
  /** The fields of a type that is written in a file. */
  fieldsOf(path: string, type: Expr): readonly string[];
  /** Whether a class only holds values. */
  isForm(cls: string): boolean;
  /** Names that may have lost their capitals. */
  readonly folded: ReadonlySet<string>;
}

/** Collects possible uses of the names in `vocabulary`. */
export class PossibleUses {
  readonly found = new Map<string, PossibleUse[]>();
  private readonly besides = new Map<string, Beside>();
  /** Fields of which the vocabulary knows a part: `address`, where there is a column `address.street`. */
  private readonly owners: ReadonlySet<string>;
  constructor(
    private readonly vocabulary: ReadonlySet<string>,
    private readonly known: KnownOfCode,
  ) {
    this.owners = new Set([...vocabulary].filter((name) => name.includes('.')).map((name) => name.slice(0, name.lastIndexOf('.'))));
  }

  private isNamed(name: string): boolean {
    return this.vocabulary.has(name) || (this.known.folded.size > 0 && this.known.folded.has(name.toLowerCase()));
  }

  /** The words of a file that is not parsed. */
  addWords(words: readonly string[], file: NamesOf): void {
    for (const word of words) if (this.isNamed(word)) this.add(word, 'word', NO_SPAN, file);
  }

  /** The names in the tags of a template, which reads and writes nothing. */
  addTags(names: readonly string[], file: NamesOf): void {
    for (const name of names) if (this.isNamed(name)) this.add(name, 'attribute', NO_SPAN, file);
  }

  /**
   * The names in code that are not in `resolved` (offsets) and not inside `declared` spans; fields of classes at `tied` offsets are known to belong to a table.
   */
  addCode(
    code: readonly Stmt[],
    file: NamesOf,
    resolved: (offset: number) => boolean,
    declared: readonly Span[],
    isTied: (classStart: number) => boolean,
  ): void {
    const isDeclared = within(declared);
    const visit = (node: unknown): void => {
      if (Array.isArray(node)) {
        for (const item of node) visit(item);
        return;
      }
      if (!node || typeof node !== 'object') return;
      const item = node as { k?: string; at?: Span };
      if (item.at && item.k !== undefined && isDeclared(item.at)) return;
      switch (item.k) {
        case 'attr': {
          const { name, of } = item as Expr & { k: 'attr' };
          this.addAt(name, 'attribute', item.at!, file, resolved);
          // `customer.address.street`: columns of an object that is embedded in the row are called by their path.
          if (of.k === 'attr' || of.k === 'name') this.addAt(`${of.k === 'attr' ? of.name : of.id}.${name}`, 'attribute', item.at!, file, resolved);
          visit(of);
          return;
        }
        case 'lit':
          this.addString((item as Expr & { k: 'lit' }).v, item.at!, file, resolved);
          return;
        case 'text':
          this.addString((item as unknown as { v: string }).v, item.at!, file, resolved);
          return;
        case 'expr': {
          const value = (item as Stmt & { k: 'expr' }).value;
          // A statement that is a bare string is a docstring.
          if (value.k === 'lit') return;
          visit(value);
          return;
        }
        case 'class': {
          const cls = (item as Stmt & { k: 'class' }).cls;
          this.addFields(cls, file, isTied(spanStart(cls.range)), isDeclared);
          for (const { value } of cls.bases) {
            if (value.k === 'item') visitType(value, false);
            else visit(value);
          }
          visitDecorators(cls.decorators);
          visit(cls.body);
          return;
        }
        case 'dict':
          for (const entry of (item as Expr & { k: 'dict' }).entries) {
            if (entry.key?.k === 'lit' && typeof entry.key.v === 'string')
              this.addAt(entry.key.v, 'key', entry.key.at, file, resolved, plain(isPlainValue(entry.value)));
            else if (entry.key) visit(entry.key);
            visit(entry.value);
          }
          return;
        case 'call':
          for (const arg of (item as Expr & { k: 'call' }).args) {
            if (arg.name) this.addAt(arg.name, 'keyword', arg.at ?? item.at!, file, resolved, plain(isPlainValue(arg.value)));
            visit(arg.value);
          }
          visit((item as Expr & { k: 'call' }).fn);
          return;
        case 'type': {
          const { value } = item as Stmt & { k: 'type' };
          // An object's type with a name is an interface that is written otherwise.
          if (value.k !== 'dict') {
            visitType(value, false);
            return;
          }
          this.addFields(shapeOf(item as Stmt & { k: 'type' }), file, isTied(spanStart(item.at!)), isDeclared);
          for (const entry of value.entries) visitType(entry.value, false);
          return;
        }
        case 'import':
        case 'export':
          return;
        // Names that a module offers are no use of them.
        case 'set': {
          const target = (item as Stmt & { k: 'set' }).target;
          if (target.k === 'name' && target.id === '__all__') return;
          break;
        }
        default:
          break;
      }
      for (const key in item) {
        if (key === 'at' || key === 'range' || key === 'note' || key === 'types') continue;
        const value = (item as Readonly<Record<string, unknown>>)[key];
        if (!value || typeof value !== 'object') continue;
        // What a value is said to have (`req.body as { name: string }`) is read where it is read.
        if (key === 'returns' || key === 'type') visitType(value, item.k === undefined || item.k === 'cast');
        else if (key === 'decorators') visitDecorators(value as readonly Expr[]);
        else if (key === 'default') visitOptions(value as Expr);
        else visit(value);
      }
    };
    const visitDecorators = (decorators: readonly Expr[]): void => {
      for (const decorator of decorators) {
        const first = decorator.k === 'call' && decorator.fn.k === 'name' && ROUTE_DECORATORS.has(decorator.fn.id) ? decorator.args[0]?.value : undefined;
        if (first?.k === 'lit') this.addString(first.v, first.at, file, resolved, true);
        else visitOptions(decorator);
      }
    };
    // What decorates a function or is called for a parameter's default (`Option(None, help='…')`) has options for named arguments: there is no row yet.
    const visitOptions = (value: Expr): void => {
      if (value.k === 'call') {
        visit(value.fn);
        for (const arg of value.args) visit(arg.value);
      } else visit(value);
    };
    // A type names modules and, of what a function is given, fields; what is done with them stands elsewhere.
    const visitType = (node: unknown, isGiven: boolean): void => {
      const item = node as { readonly k?: string };
      if (Array.isArray(node)) for (const each of node) visitType(each, isGiven);
      else if (item.k === 'attr') return;
      else if (item.k === 'lit') visit(node);
      else if (isSelection(node as Expr)) visitType(((node as Item).key as List).items[0], isGiven);
      else if (item.k === 'dict')
        for (const { key, value } of (node as Expr & { k: 'dict' }).entries) {
          if (!isGiven && key?.k === 'lit' && typeof key.v === 'string')
            for (const field of [key.v, ...this.partsOf(file.path, key.v, value)])
              this.addAt(field, 'field', key.at, file, resolved, { ...this.asType(field), ...plain(isPlainType(value)) });
          visitType(value, isGiven);
        }
      else for (const [key, value] of Object.entries(item)) if (key !== 'at' && value && typeof value === 'object') visitType(value, isGiven);
    };
    visit(code);
  }

  private besideOf({ path, at }: Place): NonNullable<PossibleUse['beside']> {
    let known = this.besides.get(path);
    if (!known) this.besides.set(path, (known = besideIn(this.known.codeOf(path))));
    return (known.get(spanStart(at)) ?? []).map((offset) => ({ path, offset }));
  }

  private writersOf({ path, at }: Place): NonNullable<PossibleUse['beside']> {
    return this.known.handedTo(path, spanStart(at)).map((place) => ({ path: place.path, offset: spanStart(place.at) }));
  }

  private addFields(cls: Class, file: NamesOf, isTied: boolean, isDeclared: (at: Span) => boolean): void {
    if (isTied || cls.form === 'enum') return;
    const isAnswer = isAnswerType(cls);
    const id = `${file.path}:${spanStart(cls.range)}`;
    const isType = cls.form === 'interface' || this.known.isForm(id);
    for (const stmt of cls.body) {
      if (stmt.k !== 'set' || stmt.target.k !== 'name' || isDeclared(stmt.target.at)) continue;
      const { id: name, at } = stmt.target;
      for (const field of [name, ...(stmt.type ? this.partsOf(file.path, name, stmt.type) : [])])
        this.add(field, 'field', at, file, this.known.readsOf(id, field), {
          ...(isAnswer ? { isAnswer } : {}),
          ...(isType ? this.asType(field) : {}),
          ...plain(stmt.type != null && isPlainType(stmt.type)),
        });
    }
  }

  /** What code reads of objects of some type is no mere part of a type. */
  private asType(field: string): Kind {
    return this.known.isRead(field) ? {} : { isType: true };
  }

  /** The paths of columns that a field's type has in it: `address.street`. */
  private partsOf(path: string, field: string, type: Expr): readonly string[] {
    return this.owners.has(field)
      ? this.known
          .fieldsOf(path, type)
          .map((part) => `${field}.${part}`)
          .filter((part) => this.vocabulary.has(part))
      : [];
  }

  private addString(
    value: unknown,
    at: Span,
    file: NamesOf,
    resolved: (offset: number) => boolean,
    isPath = /^\.{0,2}\/[\w./:{}$-]*$/.test(String(value)),
  ): void {
    // Each word of SQL may be a name, however long it is.
    const isSql = file.unreadSql?.has(spanStart(at)) === true;
    if (typeof value !== 'string' || value.length === 0 || (value.length > 4000 && !isSql) || resolved(spanStart(at))) return;
    const kind = isPath ? 'path' : 'string';
    if (this.isNamed(value)) {
      this.add(value, kind, at, file);
      return;
    }
    const start = contentStart(value, at);
    // Inside a sentence only names that no sentence holds: with an underscore, a capital inside, or beside punctuation of code.
    for (const match of value.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) {
      const word = match[0];
      if (!this.isNamed(word) || isIncoming(value, match.index)) continue;
      const before = value[match.index - 1] ?? '';
      const after = value[match.index + word.length] ?? '';
      // A statement in the string whose names are known has its uses already: the name, in quotes or not, or the column that it qualifies.
      const own = start === null ? null : start + match.index;
      if (own !== null && (resolved(own) || (/["`]/.test(before) && resolved(own - 1)) || (after === '.' && resolved(own + word.length + 1)))) continue;
      if (isSql || /_|[a-z][A-Z]/.test(word) || /[.\-+"'`{([,:=/$]/.test(before) || /[.})\]"'`=:/]/.test(after) || !/\s/.test(value))
        this.add(word, kind, at, file);
    }
  }

  private addAt(name: string, kind: PossibleUse['kind'], at: Span, file: NamesOf, resolved: (offset: number) => boolean, of: Kind = {}): void {
    if (this.isNamed(name) && !resolved(spanStart(at))) this.add(name, kind, at, file, [], of);
  }

  private add(written: string, kind: PossibleUse['kind'], at: Span, file: NamesOf, reads: readonly Place[] = [], of: Kind = {}): void {
    const name = this.vocabulary.has(written) || !this.isNamed(written) ? written : written.toLowerCase();
    const list = this.found.get(name);
    if (list && list.length >= USE_LIMIT) return;
    const place = { path: file.path, at };
    const beside = kind === 'word' ? [] : [place, ...reads].flatMap((each) => [...this.besideOf(each), ...this.writersOf(each)]);
    const use: PossibleUse = { name, kind, place, role: file.role, isClient: file.isClient, ...(beside.length > 0 ? { beside } : {}), ...of };
    if (list) list.push(use);
    else this.found.set(name, [use]);
  }
}

const plain = (isPlain: boolean): Kind => (isPlain ? { isPlain } : {});

/** `Omit<Post, 'id' | 'title'>`, `Optional<Post, 'id'>`: a type that is made of another one, by names of its fields. */
function isSelection(type: Expr): boolean {
  return type.k === 'item' && type.key.k === 'list' && type.key.items.length > 1 && type.key.items[0]!.k !== 'lit' && type.key.items.slice(1).every(isOfNames);
}

function isOfNames(type: Expr): boolean {
  return (type.k === 'lit' && typeof type.v === 'string') || (type.k === 'op' && type.op === '|' && type.args.every(isOfNames));
}

/** A type of GraphQL that resolvers give and no argument has. https://docs.nestjs.com/graphql/resolvers#object-types */
function isAnswerType({ decorators }: Class): boolean {
  const names = decorators
    .map((decorator) => (decorator.k === 'call' ? decorator.fn : decorator))
    .map((each) => (each.k === 'name' ? each.id : each.k === 'attr' ? each.name : ''));
  return names.includes('ObjectType') && !names.some((name) => name === 'InputType' || name === 'ArgsType');
}

/** `excluded.name`: what an upsert would have inserted, not what the table holds. */
function isIncoming(text: string, index: number): boolean {
  return /\bexcluded\s*\.\s*["`]?$/i.test(text.slice(Math.max(0, index - 20), index));
}

/** Where the text of a literal begins behind its quotes and prefix; null where escapes move what follows. */
function contentStart(value: string, at: Span): number | null {
  const [start, end] = [spanStart(at), spanEnd(at)];
  const around = end - start - value.length;
  const quote = around >= 6 ? 3 : around >= 2 ? 1 : 0;
  return around <= 8 ? end - quote - value.length : null;
}

/** Whether a span lies inside one of these, which are parts of one syntax tree: of two that meet, one holds the other. */
function within(spans: readonly Span[]): (at: Span) => boolean {
  const outer: Span[] = [];
  for (const span of [...spans].sort((a, b) => spanStart(a) - spanStart(b) || spanEnd(b) - spanEnd(a)))
    if (outer.length === 0 || spanEnd(span) > spanEnd(outer[outer.length - 1]!)) outer.push(span);
  return (at) => {
    const [from, to] = [spanStart(at), spanEnd(at)];
    let low = 0;
    for (let high = outer.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (spanStart(outer[middle]!) <= from) low = middle + 1;
      else high = middle;
    }
    return low > 0 && to <= spanEnd(outer[low - 1]!);
  };
}
