/** The registry port: who is running, and the locks that keep two of them apart. */

import type { Json } from '#kernel/json';

/** A held lock; gone when the process dies, however it dies. */
export interface Lock extends AsyncDisposable {
  readonly name: string;
}

/** An announced instance. */
export interface Instance {
  readonly role: string;
  readonly pid: number;
  /** Where it answers: a URL or a socket path. */
  readonly address: string;
}

/** A value that all processes share. `version` starts at 1 and goes up by 1 with every write. */
export interface Setting {
  readonly version: number;
  readonly value: Json;
}

/** The port. */
export interface Registry {
  /** Takes a lock, or answers undefined when another process holds it. Never waits. */
  tryLock(name: string): Promise<Lock | undefined>;
  /** Announces an instance until disposed or the process ends. */
  announce(instance: Instance): Promise<AsyncDisposable>;
  /** Living instances of a role. */
  find(role: string): Promise<Instance[]>;
  /** A shared value; undefined when there is none. */
  getSetting(name: string): Promise<Setting | undefined>;
  /**
   * Writes a shared value durably if it is at version `expect` (0: there is none); answers the new version. Throws
   * `ConflictError` when it is at another.
   */
  setSetting(name: string, value: Json, expect: number): Promise<number>;
  /** Calls back with every new value from now on, in whichever process it was written; a quick series may come as its last one only. */
  watchSetting(name: string, listener: (setting: Setting) => void): Promise<AsyncDisposable>;
  close(): Promise<void>;
}
