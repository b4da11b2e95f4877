/** The main thread's end: commands to the worker as promises. */
import { type Transferable, Worker } from 'node:worker_threads';
import { fewYoungObjects } from '#kernel/background';
import { UnavailableError } from '#kernel/errors';
import type { CommandName, Commands, Opened, Response, WorkerOptions } from './protocol.ts';

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** A running worker. It keeps the process alive only while an answer is outstanding. */
export class Channel {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (response: Response) => this.#settle(response));
    worker.on('error', (error) => this.#fail(new UnavailableError('the vector index has failed', error)));
    worker.on('exit', () => this.#fail(new UnavailableError('the vector index is closed')));
    worker.unref();
  }

  /** Starts a worker and waits until it has read its files. */
  static async open(options: WorkerOptions): Promise<{ channel: Channel; opened: Opened }> {
    // The process's own flags (a script given on the command line, say) are not for the worker.
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: options,
      execArgv: [],
      resourceLimits: fewYoungObjects,
    });
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    return { channel: new Channel(worker), opened };
  }

  /** Sends a command; `transfer` lists memory that is handed over. Rejects once the worker has ended. */
  call<Name extends CommandName>(
    name: Name,
    argument: Commands[Name][0],
    transfer: Transferable[] = [],
  ): Promise<Commands[Name][1]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, argument }, transfer);
    });
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (response.ok) waiting?.resolve(response.answer as never);
    else waiting?.reject(response.error);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  /** Lets the worker finish its changes and ends it. */
  async close(): Promise<void> {
    await this.call('close', undefined).catch(() => undefined);
    await this.#worker.terminate();
  }
}
