import { expect, it } from 'vitest';
import { suppressionsOf } from '../../src/syntax/suppressions.js';
import { makeSpan } from '../../src/facts/span.js';

const rulesIn = (comment: string) => suppressionsOf([{ text: comment, at: makeSpan(0, comment.length), alone: true }], comment).map((one) => one.rules);

it.each([
  'schemalint: ignore[unused-column] -- read by the export',
  'noqa: E501  # schemalint: ignore[unused-column]',
  'see "docs" // schemalint: ignore[unused-column]',
])('means %s', (comment) => {
  expect(rulesIn(comment)).toEqual([['unused-column']]);
});

it.each([
  'Write `schemalint: ignore[unused-column]` at the end of the line.',
  'Write `# schemalint: ignore[unused-column]` at the end of the line.',
  'The comment "// schemalint: ignore[unused-column]" hides it.',
  "In SQL '-- schemalint: ignore[unused-column]' does.",
])('takes %s as spoken of', (comment) => {
  expect(rulesIn(comment)).toEqual([]);
});
