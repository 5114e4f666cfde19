/**
 * A short text that stands for a long one wherever texts are only asked whether they are equal: 64 bits, so that two of a million texts are
 * taken for one in a run out of forty million. After cyrb53 by bryc (public domain),
 * https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js, with all bits of both halves.
 */
export function digest(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return `#${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}
