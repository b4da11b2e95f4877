/** The last appended bytes of a partition, so that consumers that keep up read no files. */

/** What one group commit appended. */
export interface TailChunk {
  /** The offset of its first event. */
  readonly first: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/** Consecutive chunks, the oldest dropped first. */
export class Tail {
  readonly #limit: number;
  #chunks: TailChunk[] = [];
  #bytes = 0;

  /** `limit` is in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds what follows the last chunk. */
  push(chunk: TailChunk): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes.length;
    let drop = 0;
    while (this.#bytes > this.#limit) this.#bytes -= this.#chunks[drop++]?.bytes.length ?? 0;
    if (drop > 0) this.#chunks = this.#chunks.slice(drop);
  }

  /** Drops the chunks that begin before an offset. */
  dropBefore(offset: number): void {
    this.#chunks = this.#chunks.filter(({ first }) => first >= offset);
    this.#bytes = this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The chunks that hold events from `offset` to the end; undefined when some of them were dropped. */
  from(offset: number): readonly TailChunk[] | undefined {
    const at = this.#chunks.findLastIndex(({ first }) => first <= offset);
    return at < 0 ? undefined : this.#chunks.slice(at);
  }
}
