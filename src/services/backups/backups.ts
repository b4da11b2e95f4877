/** The backups service. */
import type {
  BackupOptions,
  BackupReport,
  Backups,
  RecoverReport,
  RecoverRequest,
  RestoreReport,
  RestoreRequest,
} from './contract.ts';
import { Recovering, type RecoveringDeps } from './recovering.ts';
import { Restoring } from './restoring.ts';
import { takeBackup } from './taking.ts';

/** What the service needs. */
export interface BackupsDeps extends RecoveringDeps {
  /** Names the installation in its backups. */
  readonly source: string;
}

/** Backups of the shards that this process serves. */
export class ShardBackups implements Backups {
  readonly #deps: BackupsDeps;

  constructor(deps: BackupsDeps) {
    this.#deps = deps;
  }

  backup(folder: string, options: BackupOptions = {}): Promise<BackupReport> {
    return takeBackup(this.#deps, folder, options);
  }

  restore(request: RestoreRequest, options: BackupOptions = {}): Promise<RestoreReport> {
    return new Restoring(this.#deps, request, options).run();
  }

  recover(request: RecoverRequest, options: BackupOptions = {}): Promise<RecoverReport> {
    return new Recovering(this.#deps, request, options).run();
  }
}
