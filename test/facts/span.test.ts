import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_TEXT, makeSpan, NO_SPAN, spanEnd, spanStart, textAt } from '../../src/facts/span.js';

const offsets = fc.oneof(fc.nat(5000), fc.nat(END_OF_TEXT), fc.constantFrom(0, 2047, 2048, (1 << 20) - 1, 1 << 20, 1 << 26, END_OF_TEXT));

describe('a span', () => {
  it('gives back its start and end, whatever they are', () => {
    fc.assert(fc.property(offsets, offsets, (start, end) => {
      const span = makeSpan(start, end);
      expect([spanStart(span), spanEnd(span)]).toEqual([start, end]);
    }), { numRuns: 2000 });
  });

  it('is equal to another one just where both ends are', () => {
    fc.assert(fc.property(offsets, offsets, offsets, offsets, (a, b, c, d) => {
      expect(makeSpan(a, b) === makeSpan(c, d)).toBe(a === c && b === d);
    }), { numRuns: 2000 });
  });

  it('is never taken for none', () => {
    expect([makeSpan(0, 0), NO_SPAN, makeSpan(0, END_OF_TEXT)].every(Boolean)).toBe(true);
  });

  it('covers a part of a text', () => {
    expect(textAt('select a from t', makeSpan(7, 8))).toBe('a');
  });
});
