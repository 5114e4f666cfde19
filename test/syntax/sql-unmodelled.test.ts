/** Statements that are not parsed are those that parsing gives nothing of. */
import { expect, it } from 'vitest';
import { loadSql } from '../../src/syntax/sql/parse.js';
import { statementReader } from '../../src/syntax/sql/statements.js';
import { isUnmodelled } from '../../src/syntax/sql/unmodelled.js';
import { makeSpan } from '../../src/facts/span.js';

const SKIPPED = [
  'ALTER TABLE public.orders OWNER TO app',
  'ALTER TABLE ONLY public."Order Lines" OWNER TO "app user"',
  'ALTER MATERIALIZED VIEW public.totals OWNER TO app',
  'CREATE SEQUENCE public.orders_id_seq\n    AS integer\n    START WITH 1\n    INCREMENT BY -1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1',
  'ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id',
  'GRANT SELECT,INSERT ON TABLE public.orders TO reader',
  'REVOKE ALL ON SCHEMA public FROM PUBLIC',
];
const PARSED = [
  'ALTER TABLE public.orders OWNER TO app, ADD COLUMN note text',
  'ALTER TABLE public.orders ADD COLUMN owner text',
  'CREATE TABLE sequence (id int)',
  'CREATE SEQUENCE s /* for orders */ START WITH 1',
  "COMMENT ON TABLE orders IS 'alter table orders owner to app'",
  'ALTER TABLE a.grants RENAME TO b',
];

it.each(SKIPPED)('gives nothing and is not parsed: %s', async (text) => {
  const { statements, failure } = statementReader(await loadSql())(text, makeSpan);
  expect(failure).toBeNull();
  expect(statements).toEqual([]);
  expect(isUnmodelled(text)).toBe(true);
});

it.each(PARSED)('is parsed: %s', (text) => {
  expect(isUnmodelled(text)).toBe(false);
});

it('is told by the whole statement', () => {
  expect(isUnmodelled(`CREATE SEQUENCE s ${'START WITH 1 '.repeat(30)}x`)).toBe(false);
});
