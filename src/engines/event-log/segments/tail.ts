/** The last appended bytes of a partition, so that consumers that keep up read no files, and decode each event once between them. */
import type { LoggedEvent } from '../port.ts';

/** What one group commit appended. */
export interface TailChunk {
  /** The offset of its first event. */
  readonly first: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/** A chunk as it is kept: decoded as well, from its first reading until newer ones have taken its place. */
interface KeptChunk extends TailChunk {
  events?: readonly LoggedEvent[] | undefined;
}

/** Of each partition so many chunks of at most so many bytes are kept decoded, which takes some four times their bytes. */
const decodedChunks = 16;
const decodedBytes = 16 * 1024;

/** Consecutive chunks, the oldest dropped first. */
export class Tail {
  readonly #limit: number;
  #chunks: KeptChunk[] = [];
  #bytes = 0;

  /** `limit` is in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds what follows the last chunk. */
  push(chunk: TailChunk): void {
    this.#chunks.push({ ...chunk });
    const old = this.#chunks.at(-decodedChunks - 1);
    if (old) old.events = undefined;
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

  /** The events of a chunk; who else asks soon gets the same objects. */
  decoded(chunk: TailChunk, decode: (chunk: TailChunk) => LoggedEvent[]): readonly LoggedEvent[] {
    const kept: KeptChunk = chunk;
    const events = kept.events ?? decode(chunk);
    const isYoung = this.#chunks.includes(kept, -decodedChunks);
    if (isYoung && chunk.bytes.length <= decodedBytes) kept.events = events;
    return events;
  }
}
