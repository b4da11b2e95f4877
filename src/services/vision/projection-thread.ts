/** Fits a projection and applies it to many pictures, in a thread of its own. */
import { Piscina } from 'piscina';
import type { Projection } from './projection.ts';
import type { Rows } from './projection-worker.ts';

/** A thread that lives until it is disposed of; for one fit and what follows from it. */
export class ProjectionThread implements AsyncDisposable {
  readonly #pool = new Piscina<unknown, unknown>({
    filename: new URL('./projection-worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
  });

  /** Fits to samples; `fitProjection` in a thread. Takes the samples' memory over. */
  async fit(samples: Rows, dimensions: number): Promise<Projection> {
    const transferList = [samples.values.buffer as ArrayBuffer];
    return (await this.#pool.run({ samples, dimensions }, { name: 'fit', transferList })) as Projection;
  }

  /** Vectors of raw features by the projection that was fitted last, in order. */
  async project(raw: readonly Float32Array[]): Promise<Float32Array[]> {
    if (raw.length === 0) return [];
    const rows = laidOut(raw);
    const transferList = [rows.values.buffer as ArrayBuffer];
    return (await this.#pool.run(rows, { name: 'project', transferList })) as Float32Array[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Rows of one length, copied end to end. */
export function laidOut(rows: readonly Float32Array[]): Rows {
  const length = rows[0]?.length ?? 0;
  const values = new Float32Array(length * rows.length);
  for (const [i, row] of rows.entries()) values.set(row, i * length);
  return { values, length };
}
