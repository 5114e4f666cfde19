/** Whether a comment says that its own column or table is on its way out, and what it names in its stead. */
import type { Column, ForeignKey, Schema, Table } from './schema.js';
import { keysOfTable, singularKey, wordsOf } from './names.js';

export interface LegacyText {
  /** The sentence that says so. */
  readonly quote: string;
  /** The words leave no other reading. */
  readonly isPlain: boolean;
}

const ONE =
  'column|field|attribute|property|table|model|entity|class|flag|key|value|one|relation(?:ship)?|reference|alias|copy|format|storage|location|setting|data';
const THING = `(?:${ONE})s?`;
const END =
  '(?=\\s*(?:$|[.,;:!)\\]/—–-]|\\(|and\\b|but\\b|use\\b|see\\b|since\\b|in favou?r\\b|by\\b|as of\\b|from\\b|because\\b|kept\\b|only\\b|do\\b|remove\\b|will\\b|once\\b|after\\b))';
const SUBJECT = `(?:^|\\b(?:this|it|(?:the|this|that)\\s+(?:\\w+\\s+)?${THING})\\s+(?:is|are|was|has been|now)\\s+(?:now\\s+|currently\\s+)?|\\((?:now\\s+)?|[-–—:,;]\\s*(?:is\\s+|now\\s+)?)`;

const PLAIN: readonly RegExp[] = [
  /@deprecated\b/i,
  new RegExp(`${SUBJECT}(?:deprecated|obsolete|superseded)${END}`, 'i'),
  new RegExp(`${SUBJECT}(?:a\\s+)?(?:deprecated|obsolete|legacy|superseded)\\s+(?:(?:${ONE})\\b|${THING}${END})`, 'i'),
  new RegExp(`${SUBJECT}legacy(?=\\s*(?:$|[.,;:!)\\]—–]|-\\s|\\())`, 'i'),
  /^(?:please\s+)?(?:do not|don['’]?t|never) use(?=\s*(?:$|[.,;:!)—–-]|any\s?more|(?:this|it)\b(?!(?:\s+\w+)?\s+(?:when|while|if|for|unless|to|where)\b)|in new\b|for new\b))/i,
  new RegExp(`${SUBJECT}(?:no longer (?:in use|used|needed|read|written|populated)|not (?:used|needed|in use) any\\s?more)${END}`, 'i'),
  /\b(?:kept|keep|keeping|retained|retain|maintained|preserved|left|remains?|exists|stays?|here|only)\b[^.;]{0,30}\bfor\b[^.;]{0,25}\bcompat/i,
  /^(?:only )?(?:for )?backwards?[- ]compat\w*(?=\s*(?:$|[.,;:!)—–-]|only\b|with old\b))/i,
  /^(?:(?:remove|drop|delete)d?|(?:to|will|can|should|must|may) be (?:removed|dropped|deleted))\b(?:\s+(?:this|the))?(?:\s+(?:column|field|table|model|it|this))?\s+(?:after|once|when|as soon as|in v?\d|in the next|with v?\d|later|soon)\b/i,
  /\b(?:this|it|the (?:column|field|table|model))\b[^.;]{0,20}\b(?:will|can|should|must|to) be (?:removed|dropped)\b/i,
];
/** Words that mean it only where the replacement is named too; `legacy rows` are rows that were there before. */
const WITH_REPLACEMENT =
  /\b(?:replaced by|superseded by|moved to|migrated to|in favou?r of|use\b[^.;]{0,40}\binstead|(?:legacy|deprecated|obsolete)(?!\s+(?:data|\w+[^\Wsui]s)\b))\b/i;
const NEGATED =
  /\b(?:not|isn['’]?t|is not|never|no longer|non|un|neither|nor)[- ]+(?:yet |really |a |an |the |be )*(?:deprecated|obsolete|legacy|superseded|no longer)/i;
const LEGACY_WORD = /^(?:deprecated|obsolete|legacy|deprecation|superseded)$/;
const CONDITIONAL = /\b(?:whether|if|when|until|unless|indicates?|marks?|flags?|date|timestamp|true for|set to|number of|list of)\b[^.;]*$/i;

/** Judges a comment about the thing of that name; null when it does not say that the thing itself is on its way out. */
export function legacyText(comment: string | null, name: string): LegacyText | null {
  if (!comment) return null;
  // `is_deprecated`, `legacy_id`, `obsolete_at`: the word is the domain's own.
  const own = new Set(wordsOf(name));
  const isOwn = (text: string) => wordsOf(text).some((word) => LEGACY_WORD.test(word) && own.has(word));
  const claimIn = (sentence: string, patterns: readonly RegExp[]) => !NEGATED.test(sentence) && patterns.some((pattern) => {
    const match = pattern.exec(sentence);
    return match !== null && !CONDITIONAL.test(sentence.slice(0, match.index)) && !isOwn(match[0]);
  });
  const sentences = sentencesOf(comment);
  const plain = sentences.find((sentence) => claimIn(sentence, PLAIN));
  if (plain) return { quote: plain, isPlain: true };
  const hint = sentences.find((sentence) => claimIn(sentence, [WITH_REPLACEMENT]));
  return hint ? { quote: hint, isPlain: false } : null;
}

/** The table, or what is said of one of the key's columns, leaves no doubt that it is on its way out: nothing new is to be built on it. */
export function isKeyOnItsWayOut({ table, columns }: ForeignKey): boolean {
  return [table, ...columns].some(({ comment, name }) => legacyText(comment, name)?.isPlain === true);
}

function sentencesOf(comment: string): readonly string[] {
  return comment
    .split(/\n|(?<=[.!?;])\s+/)
    .map((sentence) => sentence.replace(/^[\s#/*-]+|\s+$/g, '').replace(/^(?:TODO|FIXME|NOTE|XXX|HACK|WARNING)\b[\s:(\w)]*?:\s*/i, ''))
    .filter(Boolean);
}

const LEADS_TO =
  /\b(?:use|see|prefer|replaced by|superseded by|moved (?:in)?to|migrated (?:in)?to|in favou?r of|now in|lives in|stored in|content in|read from)\s+(?:the\s+)?(?:new\s+)?$/i;

/** The column that a comment names as the replacement: one of the same table, or `Model.column` of another. */
export function replacementIn(schema: Schema, table: Table, self: Column | null, comment: string | null): Column | null {
  if (!comment) return null;
  for (const match of comment.matchAll(/([`'"]?)([A-Za-z_]\w*(?:\.\w+)?)\1/g)) {
    const text = match[2];
    const isCode = match[1] !== '' || text.includes('_') || text.includes('.') || /[a-z][A-Z]/.test(text);
    if (!isCode && !LEADS_TO.test(comment.slice(0, match.index))) continue;
    const found = text.includes('.') ? columnElsewhere(schema, text) : table.columns.find((column) => column.name === text || column.attribute === text);
    if (found && found !== self) return found;
  }
  return null;
}

/** A sibling whose own comment says that it is there in the column's stead. */
export function successorOf(column: Column): Column | null {
  const named = new RegExp(`(?:^|[^\\w.])[\`'"]?(?:${column.name}|${column.attribute})[\`'"]?(?![\\w.])`, 'i');
  return (
    column.table.columns.find(
      (one) =>
        one !== column &&
        one.comment !== null &&
        named.test(one.comment) &&
        /\b(?:primary|main|replaces|replacement|supersedes|successor|instead of|in place of|new home|source of truth)\b/i.test(one.comment),
    ) ?? null
  );
}

function columnElsewhere(schema: Schema, text: string): Column | null {
  const [owner, name] = text.split('.');
  const key = singularKey(wordsOf(owner));
  const table = schema.tables.find((one) => keysOfTable(one).has(key));
  return table?.columns.find((column) => column.name === name || column.attribute === name) ?? null;
}

const AFFIX = /^(?:old|legacy|deprecated|bak|backup)$/;
const AFFIXES: readonly (readonly [RegExp, string])[] = [[/^(?:old|legacy|deprecated)_(.+)$/, 'front'], [/^(.+)_(?:old|legacy|deprecated|bak|backup)$/, 'end']];

/**
 * The sibling that a name such as `price_old` stands beside; null also where `new_price` shows that both are a record of a change, and
 * where the table is called so itself: in `legacy_order_map` the word is the domain's.
 */
export function currentBeside(name: string, siblings: readonly string[], table: string): string | null {
  const own = wordsOf(name).join('_');
  if (wordsOf(table).some((word) => AFFIX.test(word) && wordsOf(name).includes(word))) return null;
  for (const [pattern] of AFFIXES) {
    const stem = pattern.exec(own)?.[1];
    if (!stem) continue;
    if (siblings.some((one) => [`new_${stem}`, `${stem}_new`].includes(wordsOf(one).join('_')))) return null;
    const found = siblings.find((one) => wordsOf(one).join('_') === stem);
    if (found) return found;
  }
  return null;
}
