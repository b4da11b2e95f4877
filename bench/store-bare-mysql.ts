/** The same SQL on the driver alone: mysql2's pool, a schema a shard, a transaction in two round trips. */
import mysql, { type Pool, type RowDataPacket } from 'mysql2/promise';
import { decodeId } from '#kernel/ids';
import { type BareStore, homeOf, saveOf } from './store-library.ts';

const connections = 8;

function schemaOf(prefix: string, shard: number): string {
  return `${prefix}_${String(shard).padStart(5, '0')}`;
}

/** The statements of one save, up to its commit: the row that numbers events is locked first. */
function saveSql(schema: string, shard: number, local: number, at: number): string {
  const statements = [
    'begin',
    mysql.format(`select next from ${schema}.sequences where shard = ? and type = 'outbox' for update`, [
      shard,
    ]),
  ];
  for (const change of saveOf(shard, local, at)) {
    if (change.kind === 'put')
      statements.push(
        mysql.format(`insert into ${schema}.pin (local_id, data, version, created_at) values (?, ?, 1, ?)`, [
          decodeId(change.id).local,
          JSON.stringify(change.data),
          at,
        ]),
      );
    if (change.kind === 'link')
      statements.push(
        `insert into ${schema}.${change.mapping} (from_id, to_id, sequence) values (${change.from}, ${change.to}, ${change.sequence})
          on duplicate key update sequence = values(sequence)`,
      );
    if (change.kind === 'emit')
      statements.push(
        mysql.format(
          `insert into ${schema}.outbox (shard, sequence, event) select ?, next, ? from ${schema}.sequences where shard = ? and type = 'outbox'`,
          [shard, JSON.stringify(change.event), shard],
        ),
        mysql.format(`update ${schema}.sequences set next = next + 1 where shard = ? and type = 'outbox'`, [
          shard,
        ]),
      );
  }
  return statements.join(';');
}

async function save(pool: Pool, sql: string): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.query(sql);
    await connection.query('commit');
  } finally {
    connection.release();
  }
}

/** The driver on the schemas that the adapter made and filled under `prefix`. */
export function openBareMysql(url: string, prefix: string): BareStore {
  const pool = mysql.createPool({
    uri: url,
    connectionLimit: connections,
    multipleStatements: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    rowsAsArray: true,
  });
  return {
    async getMany({ shard, locals }) {
      const sql = `select local_id, data, version, created_at from ${schemaOf(prefix, shard)}.pin where local_id in (${locals.join()})`;
      const [rows] = await pool.query<RowDataPacket[]>(sql);
      return rows.map((row) => JSON.parse(String(row[1]))).length;
    },
    async range(shard, limit) {
      const sql = `select to_id, sequence from ${schemaOf(prefix, shard)}.board_has_pin where from_id = ${homeOf(shard).board}
        order by sequence desc, to_id desc limit ${limit}`;
      const [rows] = await pool.query<RowDataPacket[]>(sql);
      return rows.length;
    },
    save: (shard, local, at) => save(pool, saveSql(schemaOf(prefix, shard), shard, local, at)),
    close: () => pool.end(),
  };
}
