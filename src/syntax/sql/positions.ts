const NON_ASCII = /[^\x00-\x7f]/;

/** Turns the parser's UTF-8 byte offsets of `text` into UTF-16 offsets. */
export function byteOffsets(text: string): (byte: number) => number {
  if (!NON_ASCII.test(text)) return sameOffset;
  const map = new Uint32Array(text.length * 3 + 1);
  let byte = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isPair = code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1));
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3;
    map.fill(at, byte, byte + size);
    byte += size;
    if (isPair) at++;
  }
  map[byte] = text.length;
  return (offset) => (offset >= byte ? text.length : map[Math.max(0, offset)]);
}

/** The UTF-16 offset of the code point number `index`: the unit of the parser's error positions. */
export function codePointOffset(text: string, index: number): number {
  if (!NON_ASCII.test(text)) return Math.min(index, text.length);
  let at = 0;
  for (let count = 0; count < index && at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

function sameOffset(byte: number): number {
  return byte;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
