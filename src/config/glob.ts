/**
 * Globs: `*` and `?` within a folder, `**` across folders, `[a-z]`, `[!a-z]`, `{a,b}`, and `\` before a sign that is meant as it
 * stands. They are matched without regular expressions, so that no pattern takes more time than its length times the path's.
 */

const ACROSS = Symbol('**');
const STAR = Symbol('*');
/** Signs that are allowed here: a literal one, or a class. */
type Sign = string | ((sign: string) => boolean);
type Segment = typeof ACROSS | readonly (Sign | typeof STAR)[];

const MOST_ALTERNATIVES = 500;

/** What is wrong with a pattern, in words that go on after it; null when it is right. */
export function globMistake(pattern: string): string | null {
  if (pattern.startsWith('!')) return 'cannot be negated: say what is meant, or use "exclude"';
  if (pattern.startsWith('/') || pattern.split('/').includes('..')) return "leaves the config's folder, where patterns start";
  if (/(^|[^\\])[?*+@!]\(/.test(pattern)) return 'has a group in parentheses: write {a,b}';
  const compiled = alternativesOf(pattern);
  return typeof compiled === 'string' ? compiled : null;
}

/** A test against a pattern; one that is wrong matches nothing. */
export function glob(pattern: string): (text: string) => boolean {
  const alternatives = alternativesOf(pattern);
  if (typeof alternatives === 'string') return () => false;
  return (text) => {
    const parts = text.split('/');
    return alternatives.some((segments) => follows(parts, segments, ACROSS, fitsSegment));
  };
}

function fitsSegment(part: string, segment: Segment): boolean {
  return segment !== ACROSS && follows(part.split(''), segment, STAR, (sign, wanted) => (typeof wanted === 'function' ? wanted(sign) : wanted === sign));
}

/**
 * Whether items follow a pattern in which `any` stands for any number of them. Only the last `any` is ever gone back to: what came
 * before it fits already, and a longer stretch for an earlier one leaves less for the rest.
 */
function follows<Item, Wanted>(items: readonly Item[], pattern: readonly Wanted[], any: Wanted, fits: (item: Item, wanted: Wanted) => boolean): boolean {
  let at = 0;
  let next = 0;
  let last: { readonly next: number; at: number } | null = null;
  while (at < items.length) {
    if (next < pattern.length && pattern[next] === any) last = { next: ++next, at };
    else if (next < pattern.length && fits(items[at]!, pattern[next]!)) {
      at++;
      next++;
    } else if (last) {
      next = last.next;
      at = ++last.at;
    } else return false;
  }
  return pattern.slice(next).every((one) => one === any);
}

function alternativesOf(pattern: string): readonly (readonly Segment[])[] | string {
  const plain = withoutBraces(pattern);
  if (typeof plain === 'string') return plain;
  const parsed = plain.map(segmentsOf);
  return parsed.find((one) => typeof one === 'string') ?? (parsed as (readonly Segment[])[]);
}

/** `a{b,c}` as `ab` and `ac`; or what is wrong. */
function withoutBraces(pattern: string): readonly string[] | string {
  const braces = firstBraces(pattern);
  if (braces === null || typeof braces === 'string') return braces ?? [pattern];
  const all: string[] = [];
  for (const part of braces.parts) {
    const each = withoutBraces(pattern.slice(0, braces.from) + part + pattern.slice(braces.to));
    if (typeof each === 'string') return each;
    all.push(...each);
    if (all.length > MOST_ALTERNATIVES) return `stands for more than ${MOST_ALTERNATIVES} patterns`;
  }
  return all;
}

/** The outermost braces that come first: where they stand and what they hold; null for none. Without a comma they mean themselves. */
function firstBraces(pattern: string): { readonly from: number; readonly to: number; readonly parts: readonly string[] } | string | null {
  const parts: string[] = [];
  let depth = 0;
  let [open, from] = [0, 0];
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '\\') at++;
    else if (sign === '{' && depth++ === 0) [open, from] = [at, at + 1];
    else if (sign === ',' && depth === 1) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    } else if (sign === '}' && --depth < 0) return 'has a } that nothing opens';
    else if (sign === '}' && depth === 0) {
      const end = pattern.slice(from, at);
      return { from: open, to: at + 1, parts: parts.length > 0 ? [...parts, end] : [`\\{${end}\\}`] };
    }
  }
  return depth > 0 ? 'has a { that nothing closes' : null;
}

function segmentsOf(pattern: string): readonly Segment[] | string {
  const segments: Segment[] = [];
  for (let rest = pattern; rest !== ''; ) {
    const across = /^\*\*+(\/|$)/.exec(rest);
    const read = across ? { segment: ACROSS as Segment, length: across[0].length } : segmentAt(rest);
    if (typeof read === 'string') return read;
    segments.push(read.segment);
    rest = rest.slice(read.length);
  }
  return segments;
}

/** Reads signs up to a slash or the end. */
function segmentAt(text: string): { readonly segment: Segment; readonly length: number } | string {
  const segment: (Sign | typeof STAR)[] = [];
  let at = 0;
  while (at < text.length && text[at] !== '/') {
    const [token] = /^(\*+|\[[!^]?\]?[^\]]*\]|\\.|[^])/.exec(text.slice(at))!;
    if (token === '[') return 'has a [ that nothing closes';
    if (token === '\\') return 'ends in a \\';
    const sign = signOf(token);
    if (sign === null) return `has the empty range ${token}`;
    segment.push(sign);
    at += token.length;
  }
  return { segment, length: at + 1 };
}

function signOf(token: string): Sign | typeof STAR | null {
  if (token[0] === '*') return STAR;
  if (token === '?') return () => true;
  if (token[0] === '\\') return token[1]!;
  return token[0] === '[' && token.length > 1 ? classOf(token.slice(1, -1)) : token;
}

/** `a-z_` of `[a-z_]` as a test; null where a range runs backwards. */
function classOf(text: string): Sign | null {
  const isNegated = /^[!^]/.test(text);
  const ranges = [...text.slice(isNegated ? 1 : 0).matchAll(/([^])-([^])|([^])/g)].map(([, from, to, single]) => [from ?? single!, to ?? single!] as const);
  if (ranges.some(([from, to]) => to < from)) return null;
  return (sign) => ranges.some(([from, to]) => from <= sign && sign <= to) !== isNegated;
}
