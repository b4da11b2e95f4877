import type { StatementSync } from 'node:sqlite';

/** Prepares SQL once. */
export type Prepared = (sql: string) => StatementSync;
