import type { Span } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';

/** For every character of a string's value the UTF-16 offsets of the file where its source stands. */
export interface Alignment { readonly starts: readonly number[]; readonly ends: readonly number[] }

const OPENING = /^[A-Za-z]*("""|'''|"|'|`)/;
const BETWEEN = /(?:"""|'''|["'])\s*(?:\\?\r?\n\s*|#[^\n]*\n\s*)*(?:[bfrtu]|br|fr|rb|rf)?(?:"""|'''|["'])/iy;
const LONG_ESCAPE = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]+\}|[0-7]{1,3})/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };

/**
 * Lines up the value of a literal with its source: escapes, line continuations, adjacent literals. Where that fails every
 * character stands for the whole of `at`. `isLiteral`: `at` includes quotes and prefix.
 */
export function align(text: string, at: Span, value: string, isLiteral: boolean): Alignment {
  const raw = text.slice(spanStart(at), spanEnd(at));
  const opening = isLiteral ? OPENING.exec(raw)?.[0] ?? '' : '';
  const isRaw = /^[A-Za-z]*r/i.test(opening);
  return (
    lineUp(raw, opening.length, spanStart(at), value, isRaw) ?? {
      starts: new Array(value.length).fill(spanStart(at)),
      ends: new Array(value.length).fill(spanEnd(at)),
    }
  );
}

function lineUp(raw: string, from: number, base: number, value: string, isRaw: boolean): Alignment | null {
  const starts: number[] = [];
  const ends: number[] = [];
  let j = from;
  for (let i = 0; i < value.length; ) {
    const step = nextStep(raw, j, value, i, isRaw);
    if (!step) return null;
    if (step.isText) {
      starts.push(base + j);
      ends.push(base + j + step.size);
      i++;
    }
    j += step.size;
  }
  return { starts, ends };
}

function nextStep(raw: string, j: number, value: string, i: number, isRaw: boolean): { size: number; isText: boolean } | null {
  const here = raw[j];
  if (here === '\\' && !isRaw) {
    const escape = escapeStep(raw, j, value[i]);
    if (escape) return escape;
  }
  if (here === value[i]) {
    // `{{` of an f-string is one brace.
    const isDoubled = (here === '{' || here === '}') && raw[j + 1] === here && value[i + 1] !== here;
    return { size: isDoubled ? 2 : 1, isText: true };
  }
  if (here === '\r' && value[i] === '\n') return { size: 1, isText: false };
  BETWEEN.lastIndex = j;
  return BETWEEN.test(raw) ? { size: BETWEEN.lastIndex - j, isText: false } : null;
}

function escapeStep(raw: string, j: number, wanted: string): { size: number; isText: boolean } | null {
  const next = raw[j + 1];
  if (next === '\n') return { size: 2, isText: false };
  if (next === '\r') return { size: raw[j + 2] === '\n' ? 3 : 2, isText: false };
  if ((ESCAPES[next] ?? next) === wanted) return { size: 2, isText: true };
  LONG_ESCAPE.lastIndex = j;
  return LONG_ESCAPE.test(raw) ? { size: LONG_ESCAPE.lastIndex - j, isText: true } : null;
}
