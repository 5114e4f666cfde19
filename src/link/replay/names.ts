/** Names that PostgreSQL chooses, and names inside of expressions. */

/** Longest identifier in bytes: https://www.postgresql.org/docs/current/limits.html */
const LONGEST = 63;

/** The name PostgreSQL gives a constraint or index without one: `orders_user_id_fkey`, then `orders_user_id_fkey1`. */
export function chosenName(table: string, columns: readonly string[], label: string, isTaken: (name: string) => boolean): string {
  let first = table;
  let second = columns.join('_');
  // https://github.com/postgres/postgres/blob/master/src/backend/commands/indexcmds.c (makeObjectName): the longer part is cut first.
  const room = LONGEST - label.length - 1 - (second ? 1 : 0);
  while (first.length + second.length > room) { if (first.length > second.length) first = first.slice(0, -1); else second = second.slice(0, -1); }
  const base = [first, second, label].filter((part) => part !== '').join('_');
  if (!isTaken(base)) return base;
  for (let number = 1; ; number++) if (!isTaken(`${base}${number}`)) return `${base}${number}`;
}

/** Renames a column inside an expression's text; strings stay as they are. */
export function renameInText(text: string, from: string, to: string): string {
  if (!text.includes(from)) return text;
  const plain = new RegExp(`(?<![\\w$"'.])${escaped(from)}(?![\\w$"(])`, 'g');
  return text.split(/('(?:[^']|'')*')/).map((part, index) => (index % 2 ? part : part.replaceAll(`"${from}"`, `"${to}"`).replace(plain, () => to))).join('');
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a name that a tool made (`fk_orders_user_id_users`) says all these words. */
export function saysAll(name: string, words: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return words.every((word) => lower.includes(word.toLowerCase()));
}
