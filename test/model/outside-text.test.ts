import { describe, expect, it } from 'vitest';
import { saysFilledOutside, saysReadOutside } from '../../src/lint/rule.js';

describe('a comment about programs out of sight', () => {
  it.each([
    ["Loaded every morning by the finance team's ETL", true],
    ['Rows are imported from another system', true],
    ['populated by a job outside of this repository', true],
    ['loaded by the nightly job', false],
    ['no longer filled by the external system', false],
    ['set when the external system answers', false],
    ['The external system. Filled by hand', false],
    [null, false],
  ])('fills: %s', (comment, expected) => { expect(saysFilledOutside(comment)).toBe(expected); });

  it.each([
    ['read by Metabase', true],
    ['used in the dashboards of the data team', true],
    ['consumed by a third-party service', true],
    ['used by the importer', false],
    ['number for the external system', false],
    ['was read by the BI tool', false],
    ['Append-only; the finance warehouse replicates this table every night.', true],
    ['Metabase queries it', true],
    ['The data team once pulled it, which was stopped', false],
    ['The warehouse that holds the parcel', false],
  ])('reads: %s', (comment, expected) => { expect(saysReadOutside(comment)).toBe(expected); });
});
