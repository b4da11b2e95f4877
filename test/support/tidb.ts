/**
 * The TiDB that `PINAKES_TEST_TIDB_URL` names (`mysql://user:password@host:port`). Without one a MariaDB takes its place: it
 * runs the same SQL and ignores what only TiDB understands, so that the layout is tested, though not TiDB's own behaviour.
 */
import { startMariadb } from './mariadb.ts';

/** A server to run against. */
export interface TidbServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server, or takes the given one, which is left running. */
export async function startTidb(): Promise<TidbServer> {
  const given = process.env['PINAKES_TEST_TIDB_URL'];
  return given ? { url: given, stop: async () => undefined } : startMariadb();
}
