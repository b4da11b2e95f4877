/** Files that nobody has written to for a while. */

/** Watches who writes to what; waits with a timer that keeps no process alive, and only while something was written. */
export class QuietFiles<File> {
  readonly #quietMs: number;
  readonly #onQuiet: (file: File) => Promise<void>;
  readonly #written = new Map<File, number>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `onQuiet` is called once a file was left alone for `quietMs` to twice that, for one file after the other; it must not reject. */
  constructor(quietMs: number, onQuiet: (file: File) => Promise<void>) {
    this.#quietMs = quietMs;
    this.#onQuiet = onQuiet;
  }

  /** Takes note of a write. */
  written(file: File): void {
    this.#written.set(file, performance.now());
    this.#wait();
  }

  /** Ends; nobody is told any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isClosed || this.#written.size === 0) return;
    this.#timer ??= setTimeout(() => void this.#look(), this.#quietMs).unref();
  }

  async #look(): Promise<void> {
    for (const [file, at] of [...this.#written]) {
      if (this.#isClosed) return;
      if (this.#written.get(file) !== at || performance.now() - at < this.#quietMs) continue;
      this.#written.delete(file);
      await this.#onQuiet(file);
    }
    this.#timer = undefined;
    this.#wait();
  }
}
