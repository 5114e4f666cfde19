/** Precision and recall of the rules over labelled cases. */

/** Findings that were expected, that were not, and expected ones that did not come. */
export interface Tally { right: number; wrong: number; missed: number }

/** What a rule must reach. */
const PRECISION = 0.95;
const RECALL = 0.9;

/** One line for each rule that the cases ask anything of, and the rules that are below what they must reach. */
export function evaluation(tallies: ReadonlyMap<string, Readonly<Tally>>): { readonly table: string; readonly below: readonly string[] } {
  const rows = [...tallies].filter(([, { right, wrong, missed }]) => right + wrong + missed > 0).map(([rule, { right, wrong, missed }]) => ({
    rule, right, wrong, missed, precision: right + wrong === 0 ? 1 : right / (right + wrong), recall: right + missed === 0 ? 1 : right / (right + missed),
  }));
  const lines = rows.map((row) => `${row.rule.padEnd(30)} ${[row.right, row.wrong, row.missed].map((count) => String(count).padStart(7)).join('')} ${row.precision.toFixed(2).padStart(10)} ${row.recall.toFixed(2).padStart(7)}`);
  return {
    table: [`${''.padEnd(30)}   right  wrong missed  precision  recall`, ...lines].join('\n'),
    below: rows.filter((row) => row.precision < PRECISION || row.recall < RECALL).map((row) => `${row.rule}: precision ${row.precision.toFixed(2)}, recall ${row.recall.toFixed(2)}`),
  };
}
