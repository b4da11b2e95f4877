/** The server that `PINAKES_TEST_MYSQL_URL` names (`mysql://user:password@host:port`), a MySQL 8 for instance; else a MariaDB. */
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { startMariadb } from './mariadb.ts';

/** A server to run against. */
export interface MysqlServer {
  readonly url: string;
  /** Runs a statement on a connection of its own; answers its rows. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Starts a server, or takes the given one, which is left running. */
export async function startMysql(): Promise<MysqlServer> {
  const url = process.env['PINAKES_TEST_MYSQL_URL'];
  if (!url) return startMariadb();
  return {
    url,
    async query(sql) {
      const connection = await mysql.createConnection(url);
      try {
        const [rows] = await connection.query<RowDataPacket[]>(sql);
        return rows;
      } finally {
        connection.destroy();
      }
    },
    stop: async () => undefined,
  };
}
