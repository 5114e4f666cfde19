/** The identifier-like words of a text, sorted, each once: a name in a file that is not parsed is a possible use. */
export function wordsOf(text: string): readonly string[] {
  // The letters of all scripts are looked for where there is one that is not English: most files have none, and are read in half the time.
  const words = /[^\x00-\x7f]/.test(text) ? text.match(/[\p{L}_$][\p{L}\p{N}_$]{1,63}/gu) : text.match(/[A-Za-z_$][\w$]{1,63}/g);
  return [...new Set(words)].sort();
}
