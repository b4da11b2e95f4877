/** How servers of each kind are spoken to. */
import type { CopierTarget } from './copier-protocol.ts';
import { databaseLayout, schemaLayout } from './layout.ts';
import type { SqlServers } from './open.ts';
import { hail, probe } from './probe.ts';
import { checkSettings, checkTidb } from './settings.ts';
import { requireWritable } from './writable.ts';

/** A primary and its replicas. */
export function mysqlServers(
  { primary, prefix, serverId }: Extract<CopierTarget, { kind: 'mysql' }>,
  replicas: readonly string[],
): SqlServers {
  return {
    layout: schemaLayout(prefix),
    primary,
    replicas,
    check: (link, log) => checkSettings(link, log, replicas.length > 0),
    look: probe,
    checkWriter: (link) => requireWritable(link, serverId),
  };
}

/** A cluster. */
export function tidbServers({ url, database }: Extract<CopierTarget, { kind: 'tidb' }>): SqlServers {
  return { layout: databaseLayout(database), primary: url, replicas: [], check: checkTidb, look: hail };
}
