/** What comments say that no code shows: of programs out of sight that fill or read a table or column, and of values that may repeat. */

const PLACE = '(?:repo(?:sitory)?|code ?base|application|app|project|service)';
const PROGRAM = '(?:system|service|program|process|job|tool|team|application|app|script|pipeline|repo(?:sitory)?)';
const OUTSIDE = [
  `outside(?: of)? (?:this|the|our) ${PLACE}\\b`,
  `\\b(?:external|separate|third[- ]party|upstream|downstream) (?:\\w+ )?${PROGRAM}s?\\b`,
  `\\b(?:another|a different) (?:\\w+ )?${PROGRAM}\\b`,
  '\\b(?:ETL|BI)\\b', '\\b(?:data|finance|analytics|reporting) (?:team|warehouse|pipeline)s?\\b',
  '\\b(?:Metabase|Looker|Tableau|Grafana|Superset|Power ?BI|Redash|Airflow|Fivetran|Airbyte|Zapier)\\b',
].join('|');
/** Characters between the verb and `by`, and from there to the program. */
const [TO_AGENT, TO_PROGRAM] = [30, 40];

const claims = (verbs: string, agents: string): RegExp =>
  new RegExp(`\\b(?:${verbs})\\b[^.;]{0,${TO_AGENT}}?\\b(?:${agents})\\b[^.;]{0,${TO_PROGRAM}}?(?:${OUTSIDE})`, 'i');
const FILLED = claims(
  'filled|loaded|populated|imported|inserted|written|set|synced|synchroni[sz]ed|maintained|fed|provisioned|managed|copied',
  'by|from|via|through|in',
);
const READ = claims('read|used|consumed|queried|exported|needed|required|picked up|polled|shown|displayed', 'by|in|via|through');
/** `Metabase queries this table`. */
const READS = new RegExp(`(?:${OUTSIDE})[^.;]{0,${TO_AGENT}}?\\b(?:reads?|uses?|consumes?|queries|query|replicates?|polls?|exports?|pulls?|picks? up)\\b`, 'i');
const NEGATED = /\b(?:no longer|not|never|formerly|previously|used to|was|were)\b/i;

/** Whether a comment says that a program out of sight fills what it is about. */
export function saysFilledOutside(comment: string | null): boolean {
  return says(comment, FILLED);
}

/** Whether a comment says that a program out of sight reads it. */
export function saysReadOutside(comment: string | null): boolean {
  return says(comment, READ) || says(comment, READS);
}

/** Whether a comment says that several rows may have one value. */
export function saysRepeats(comment: string | null): boolean {
  return comment !== null && REPEATS.test(comment);
}
const REPEATS =
  /\b(?:not|isn['’]?t|never|non)[- ](?:\w+ )?unique\b|\bduplicates? (?:are|is) (?:allowed|fine|ok|okay|possible|expected|permitted)\b|\b(?:may|can) (?:repeat|occur more than once|be (?:shared|used) (?:by|across|between) (?:several|many|multiple))\b/i;

function says(comment: string | null, claim: RegExp): boolean {
  return comment !== null && comment.split(/\n|(?<=[.!?;])\s+/).some((sentence) => claim.test(sentence) && !NEGATED.test(sentence));
}
