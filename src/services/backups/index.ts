import { type BackupsDeps, ShardBackups } from './backups.ts';
import type { Backups } from './contract.ts';

export { verifyBackup } from './verification.ts';

/** Makes the backups service. */
export function createBackups(deps: BackupsDeps): Backups {
  return new ShardBackups(deps);
}
