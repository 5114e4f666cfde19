/** The identifier-like words of a text, sorted, each once: a name in a file that is not parsed is a possible use. */
export function wordsOf(text: string): readonly string[] {
  const words = new Set<string>();
  for (const match of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]{1,63}/gu)) words.add(match[0]);
  return [...words].sort();
}
