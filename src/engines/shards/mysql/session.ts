/** How sessions are set up. */
import type { Layout } from './layout.ts';

/** Seconds that a statement waits for a lock at most. */
const longestWait = 30;

/**
 * Statements that begin a session. Reads within a transaction see what is committed, since its own locks are on rows that
 * it names, and gaps are not locked. A share of the statement's time is given to waiting for locks, so that the wait ends
 * as a conflict that is tried again. With `statementMs` 0 no statement is ended.
 */
export function sessionOf(layout: Layout, statementMs: number): string[] {
  const lockSeconds =
    statementMs === 0 ? longestWait : Math.min(Math.max(Math.floor(statementMs / 2000), 1), longestWait);
  return [
    'set names utf8mb4 collate utf8mb4_bin',
    `set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1,
      /*M! max_statement_time = ${statementMs / 1000}, */ /*!80000 max_execution_time = ${statementMs}, information_schema_stats_expiry = 0, */
      innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = ${lockSeconds}`,
    'set session transaction isolation level read committed',
    ...layout.session,
  ];
}
