/** The registry port: who is running, and the locks that keep two of them apart. */

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

/** The port. */
export interface Registry {
  /** Takes a lock, or answers undefined when another process holds it. Never waits. */
  tryLock(name: string): Promise<Lock | undefined>;
  /** Announces an instance until disposed or the process ends. */
  announce(instance: Instance): Promise<AsyncDisposable>;
  /** Living instances of a role. */
  find(role: string): Promise<Instance[]>;
  close(): Promise<void>;
}
