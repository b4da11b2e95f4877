/**
 * Gathers the queries of all callers into batches, so that a message to the worker costs
 * little a query. Two batches are under way at most: one in work, one waiting for it, so that
 * the worker never idles and later queries still gather.
 */
import type { Id } from '#kernel/ids';
import { putUnit } from '../check.ts';
import type { VectorMatch, VectorQuery } from '../port.ts';
import type { MatchBatch, QueryBatch } from './protocol.ts';

/** The most queries of a batch: what comes later waits for one batch's work (6 ms) at most. */
const mostQueries = 32;
const mostUnderWay = 2;

interface Waiting {
  readonly query: VectorQuery;
  readonly resolve: (matches: VectorMatch[]) => void;
  readonly reject: (error: unknown) => void;
}

function pack(waiting: readonly Waiting[], dimensions: number): QueryBatch {
  const vectors = new Float32Array(waiting.length * dimensions);
  for (const [i, { query }] of waiting.entries()) putUnit(query.vector, vectors, i * dimensions);
  const queries = waiting.map(({ query: { limit, audiences, among } }) =>
    among ? { limit, audiences, among } : { limit, audiences },
  );
  return { queries, vectors };
}

function unpack({ keys, scores, counts }: MatchBatch): VectorMatch[][] {
  let at = 0;
  return Array.from(counts, (count) => {
    const start = at;
    at += count;
    return Array.from(keys.subarray(start, at), (key, i) => ({
      key: String(key) as Id,
      score: scores[start + i] ?? 0,
    }));
  });
}

/** Sends queries in batches through `send`. */
export class QueryBatches {
  readonly #dimensions: number;
  readonly #send: (batch: QueryBatch) => Promise<MatchBatch>;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(dimensions: number, send: (batch: QueryBatch) => Promise<MatchBatch>) {
    this.#dimensions = dimensions;
    this.#send = send;
  }

  /** The matches of one query. */
  ask(query: VectorQuery): Promise<VectorMatch[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ query, resolve, reject });
      this.#schedule();
    });
  }

  /** Puts sending off to the end of the tick, when all of its queries are there. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= mostUnderWay) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sendWaiting();
    });
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#underWay < mostUnderWay) {
      // Shared out between the free places, so that one batch is packed while another is in work.
      const share = Math.ceil(this.#waiting.length / (mostUnderWay - this.#underWay));
      const batch = this.#waiting.splice(0, Math.min(share, mostQueries));
      this.#underWay++;
      void this.#exchange(batch);
    }
  }

  async #exchange(batch: readonly Waiting[]): Promise<void> {
    try {
      const found = unpack(await this.#send(pack(batch, this.#dimensions)));
      for (const [i, { resolve }] of batch.entries()) resolve(found[i] ?? []);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#underWay--;
      this.#schedule();
    }
  }
}
