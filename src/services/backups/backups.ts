/** The backups service. */
import type { BackupOptions, BackupReport, Backups, RestoreReport, RestoreRequest } from './contract.ts';
import { Restoring, type RestoringDeps } from './restoring.ts';
import { takeBackup } from './taking.ts';

/** What the service needs. */
export interface BackupsDeps extends RestoringDeps {
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
}
