/** Pictures in worker threads: paths go in, small results come back. */
import type { Piscina } from 'piscina';
import { UnavailableError } from '#kernel/errors';
import type { EncodeRequest, PictureLimits, PictureReport, Pictures, ProcessRequest } from './port.ts';
import { type Hello, revived, type WireAnswer, type WireRequest } from './wire.ts';

/** How the workers are made. */
export interface PicturePoolOptions {
  /** How many pictures are to be processed at a time: as many as cores are to be busy. 2 by default. */
  readonly workers?: number | undefined;
  /** A module whose default export is (a promise of) what `pictureTask` gives. */
  readonly workerUrl: URL;
  /** Given to the module as its worker data; plain data. */
  readonly options: unknown;
  /** Told when a thread dies while nobody waits for it; it is replaced. Who waits hears of it by a rejection. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

// Nine tenths of the work runs in libvips' own threads, so one thread of JavaScript with one network
// in memory keeps four cores busy.
const workersPerThread = 4;
// Young objects are few and small here; V8's default would keep 50 MB for them.
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** Pictures whose threads begin with the first request, or when they are told to. */
export interface LazyPictures extends Pictures {
  /**
   * Begins, and resolves when the first thread can work (0.2 s, more at the very first start, when the network is converted).
   * Rejects when it cannot, or when its encoder is another than was said.
   */
  start(): Promise<void>;
}

type Threads = Piscina<WireRequest, WireAnswer>;

async function makeThreads(made: PicturePoolOptions): Promise<Threads> {
  const { workers = 2, workerUrl, options, onFault = () => undefined } = made;
  const { Piscina } = await import('piscina');
  const threads = Math.ceil(workers / workersPerThread);
  const pool = new Piscina<WireRequest, WireAnswer>({
    filename: workerUrl.href,
    minThreads: threads,
    maxThreads: threads,
    // Twice as many as workers, so that a search by picture does not wait behind an import's pictures.
    concurrentTasksPerWorker: Math.ceil((workers * 2) / threads),
    resourceLimits,
    workerData: options,
    recordTiming: false,
  });
  // Without a listener, the death of an idle thread would end the process.
  pool.on('error', onFault);
  return pool;
}

class PicturePool implements LazyPictures {
  readonly #options: PicturePoolOptions;
  #pool: Promise<Threads> | undefined;
  #hello: Hello;
  #closed = false;

  constructor(options: PicturePoolOptions, said: Hello = { encoder: '', dimensions: 0 }) {
    this.#options = options;
    this.#hello = said;
  }

  get encoder(): string {
    return this.#hello.encoder;
  }

  get dimensions(): number {
    return this.#hello.dimensions;
  }

  async #ask<T>(message: WireRequest): Promise<T> {
    if (this.#closed) throw new UnavailableError('the picture workers are closed');
    this.#pool ??= makeThreads(this.#options);
    const answer = await (await this.#pool).run(message);
    if (!answer.ok) throw revived(answer);
    return answer.value as T;
  }

  /** Waits until a worker answers, so that a broken set-up stops the start. */
  async meet(): Promise<void> {
    this.#hello = await this.#ask<Hello>({ verb: 'hello' });
  }

  async start(): Promise<void> {
    const said = this.#hello;
    const { encoder, dimensions } = await this.#ask<Hello>({ verb: 'hello' });
    if (encoder === said.encoder && dimensions === said.dimensions) return;
    throw new Error(`the picture threads have ${encoder}, not ${said.encoder}`);
  }

  /** In this thread: a header takes under a millisecond and must not wait behind pictures. */
  async probe(source: string, limits: PictureLimits): ReturnType<Pictures['probe']> {
    if (this.#closed) throw new UnavailableError('the picture workers are closed');
    const { probe } = await import('./probe.ts');
    return probe(source, limits);
  }

  process(request: ProcessRequest): Promise<PictureReport> {
    return this.#ask({ verb: 'process', request });
  }

  derive(request: Parameters<Pictures['derive']>[0]): Promise<void> {
    return this.#ask({ verb: 'derive', request });
  }

  strip(request: Parameters<Pictures['strip']>[0]): Promise<void> {
    return this.#ask({ verb: 'strip', request });
  }

  encode(request: EncodeRequest): Promise<Float32Array> {
    return this.#ask({ verb: 'encode', request });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // What was asked before waits for the pool before this does, so it is in the pool's hands by now.
    await (await this.#pool)?.close();
  }
}

/**
 * Starts the workers and resolves when the first can work (0.2 s, more at the very first start, when the
 * network is converted). Requests wait in order for a free worker; `close` lets those that wait finish.
 */
export async function createPicturePool(options: PicturePoolOptions): Promise<Pictures> {
  const pool = new PicturePool(options);
  try {
    await pool.meet();
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** The same without waiting: nothing is begun, and `said` is taken for what the workers' encoder is. */
export function createLazyPicturePool(options: PicturePoolOptions, said: Hello): LazyPictures {
  return new PicturePool(options, said);
}
