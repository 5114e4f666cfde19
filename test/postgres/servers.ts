/** The servers that tests ask: PGlite always, a real one where its programs are found. */
import { afterAll, beforeAll } from 'vitest';
import { pglite, realServer, serverPrograms } from '../../scripts/postgres/servers.mjs';

export interface Server { readonly name: string; run(sql: string): Promise<void>; value(sql: string): Promise<unknown>; empty(): Promise<void>; close(): Promise<void> }

const programs = serverPrograms();
if (!programs) console.warn('only PGlite is asked: postgres, initdb and psql are not found in one folder');

/** Names of the servers there are, to make tests of. */
export const SERVERS: readonly string[] = ['PGlite', ...(programs ? ['a real server'] : [])];

/** Starts a server for the tests of a block. */
export function startServer(name: string): () => Server {
  let server: Server;
  beforeAll(async () => { server = name === 'PGlite' ? await pglite() : await realServer(programs); }, 120_000);
  afterAll(() => server?.close());
  return () => server;
}
