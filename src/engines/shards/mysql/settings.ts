/** Whether a server keeps what it acknowledges. */
import type { Log } from '#kernel/log';
import type { Answer, Link } from './link.ts';

/** What a primary with replicas answers of semi-synchronous replication; nothing where the plugin of MySQL is missing. */
const semiSync = `select variable_name, variable_value from /*M! information_schema.global_variables */
  /*!80000 performance_schema.global_variables */ where variable_name regexp '^rpl_semi_sync_(master|source)_(enabled|wait_point)$'`;

const query = `select @@version, @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog, @@binlog_format,
  (select count(*) from information_schema.engines where engine = 'InnoDB' and support in ('YES', 'DEFAULT'))`;

function complaints([row]: Answer['rows']): string[] {
  const [, flush, hasBinlog, sync, format, engines] = (row ?? []).map(String);
  const isLogged = hasBinlog === '1';
  return [
    ...(engines === '0' ? ['it has no InnoDB, which every table needs'] : []),
    ...(flush === '1'
      ? []
      : ['innodb_flush_log_at_trx_commit is not 1: commits may be lost with a loss of power']),
    ...(isLogged ? [] : ['log_bin is off: events can be read a moment before they are on disk']),
    ...(isLogged && sync !== '1' ? ['sync_binlog is not 1: commits may be lost with a loss of power'] : []),
    ...(isLogged && format === 'STATEMENT'
      ? ['binlog_format is STATEMENT, which writers here cannot use']
      : []),
  ];
}

/** The lowest release with savepoints in pessimistic transactions that is still maintained. */
const lowestTidb = [6, 5] as const;

/** Logs a warning when a server is a TiDB that is too old; whatever else it is, it says nothing. */
export async function checkTidb(link: Link, log: Log): Promise<void> {
  const [answer] = await link.run(['select version()']);
  const version = String(answer?.rows[0]?.[0]);
  const [, major, minor] = /TiDB-v(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return;
  if (major > lowestTidb[0] || (major === lowestTidb[0] && minor >= lowestTidb[1])) return;
  log.warn(
    { version },
    `TiDB is older than ${lowestTidb.join('.')}: commits that share a transaction may fail`,
  );
}

function replicationComplaints({ rows }: Answer): string[] {
  const value = (name: string) => String(rows.find(([one]) => String(one).toLowerCase().endsWith(name))?.[1]);
  if (value('enabled') !== 'ON')
    return [
      'semi-synchronous replication is off: acknowledged commits may be lost when a replica is promoted',
    ];
  return value('wait_point') === 'AFTER_SYNC'
    ? []
    : ['the wait point is not AFTER_SYNC: commits can be read that are lost when a replica is promoted'];
}

/** Logs a warning for every setting by which a server would lose what it has acknowledged, or could not serve. */
export async function checkSettings(link: Link, log: Log, hasReplicas: boolean): Promise<void> {
  const [answer, sync] = await link.run(hasReplicas ? [query, semiSync] : [query]);
  const version = String(answer?.rows[0]?.[0]);
  const all = [...complaints(answer?.rows ?? []), ...(sync ? replicationComplaints(sync) : [])];
  for (const complaint of all) {
    log.warn({ version }, `the database server's settings: ${complaint}`);
  }
}
