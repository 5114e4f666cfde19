/** Addresses in reports. The rules' pages ship in the npm package, so they are there for every published version. */
export const HOME = 'https://www.npmjs.com/package/@schemalint/cli';

/** The page of a rule, in the version that made the report. */
export function rulePageAddress(rule: string, version: string): string {
  return `https://unpkg.com/@schemalint/cli@${version}/rules/${rule}.md`;
}
