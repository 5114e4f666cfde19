/**
 * SQL that code sends to a driver: psycopg, asyncpg, DB-API cursors, SQLAlchemy's `text`, node-postgres, postgres.js, slonik, pg-promise,
 * aiosql, pugsql, Prisma's `$queryRaw`, Knex's `raw`. A call counts by the text it is given, whatever runs it; names tell how many rows are asked for.
 */
import { argument, text } from '../../flow/arguments.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { joinedPath, readCall } from '../shared/read-files.js';
import { fillsTable } from './bulk.js';
import { joinedText, namesOfTag, runCall, taggedCall } from './calls.js';
import { fetchedFrom, isResult, resultAttribute, resultCall, resultItem, rows } from './results.js';
import { titledAttribute, titledCall } from './titled.js';

export const sqlClient: Dialect = {
  id: 'sql',
  language: 'sql',
  api: {
    call(flow, site) {
      if (fillsTable(flow, site)) return ANY;
      if (!flow.strings) return undefined;
      const titled = site.env.module.language === 'python' ? titledCall(flow, site) : undefined;
      if (titled) return titled;
      if (site.sql) return taggedCall(flow, site);
      if (site.template) { const names = namesOfTag(site); if (names) return names; }
      const read = readCall(flow, site);
      const file = read && flow.strings.readBy(flow, read);
      if (file) return { k: 'any', sql: file };
      const key = site.receiver?.k === 'row' && site.receiver.result && (site.name === 'get' || site.name === 'getattr') ? argument(site.args, 0) : null;
      if (key?.k === 'const') return flow.item(site.receiver!, key, site.env, site.args.list[0]!.at);
      if (site.receiver && isResult(site.receiver)) return runCall(flow, site) ?? resultCall(flow, site, site.receiver);
      return runCall(flow, site) ?? fetchedFrom(flow, site);
    },
    attribute(flow, of, name, env, at) {
      return isResult(of) ? resultAttribute(flow, of, name, env, at) : titledAttribute(of);
    },
    item(flow, of, key) {
      return isResult(of) ? resultItem(flow, of, key) : undefined;
    },
    element(flow, of, env) {
      if (isResult(of)) return rows(flow, of);
      const left = flow.strings && (of.k === 'term' || of.k === 'any') ? fetchedFrom(flow, { env, receiver: of, receiverName: null, name: null }) : undefined;
      return left && union(membersOf(left).map((member) => (isResult(member) ? rows(flow, member) : member)));
    },
    operator(flow, op, args, env, at, written) {
      return (
        joinedText(flow, op, args, env, at, written) ?? (flow.strings && (op === '/' || /\.sql$/.test(text(args[1]) ?? '')) ? joinedPath(op, args) : undefined)
      );
    },
    // A row that a driver hands out is a copy: what is set on it is stored nowhere.
    assign: (_flow, of) => of.k === 'row' && of.model.dialect === 'sql',
  },
};
