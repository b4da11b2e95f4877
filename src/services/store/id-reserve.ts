/**
 * Ids of pins that are known without their shard.
 *
 * Blocks are fetched from the shard ahead of need and kept in a file of this process. A block is taken out of the file for
 * good before its first id is given out, so that whatever dies leaves gaps and never gives an id twice. Fetching happens in
 * the background: when somebody settles on a shard, when a block is begun, when the shard answers again.
 */
import type { IdBlock, IdBlocks } from '#engines/id-blocks/port';
import type { Shards } from '#engines/shards/port';
import { late, within } from '#kernel/deadline';
import { UnavailableError } from '#kernel/errors';
import { decodeId, encodeId, type Id, objectTypes } from '#kernel/ids';

/** What the reserve stands on. */
export interface IdReserveDeps {
  readonly shards: Pick<Shards, 'allocate'>;
  readonly blocks: IdBlocks;
}

const type = 'pin';
const blockSize = 1024;
/** How many ids are fetched at once for keeping: they take two durable writes, and the event loop for 3 ms. */
const fetchedAtOnce = 4 * blockSize;
/** Unused ids that are kept of a shard in use: minutes of saves to it while it does not answer. */
const idsKept = 2 * fetchedAtOnce;

/** How long somebody waits for an id, in milliseconds. */
const longestMs = 2000;

/** A block that ids are given out of. */
interface OpenBlock {
  readonly shard: number;
  next: number;
  end: number;
}

/** Gives out ids of pins, one at a time. */
export class IdReserve {
  readonly #deps: IdReserveDeps;
  readonly #open = new Map<number, OpenBlock>();
  readonly #opening = new Map<number, Promise<void>>();
  readonly #filling = new Map<number, Promise<void>>();

  constructor(deps: IdReserveDeps) {
    this.#deps = deps;
  }

  /** An id that was never given out before. Rejects with `UnavailableError` when none is left and the shard gives none. */
  async take(shard: number): Promise<Id> {
    for (;;) {
      const block = this.#open.get(shard);
      if (block !== undefined && block.next < block.end) return idOf(block);
      const opened = this.#once(this.#opening, shard, () => this.#begin(shard));
      if ((await within(longestMs, opened)) === late)
        throw new UnavailableError('no ids are left, and their shard does not answer');
    }
  }

  /** Fetches what a shard's reserve lacks, in the background. */
  fill(shard: number): void {
    void this.#once(this.#filling, shard, () => this.#fill(shard));
  }

  #once(running: Map<number, Promise<void>>, shard: number, work: () => Promise<void>): Promise<void> {
    const known = running.get(shard);
    if (known) return known;
    const started = work().finally(() => running.delete(shard));
    running.set(shard, started);
    return started;
  }

  async #begin(shard: number): Promise<void> {
    const block = (await this.#deps.blocks.take(shard, type)) ?? (await this.#fetch(shard, blockSize));
    this.#open.set(shard, { shard, next: block.first, end: block.first + block.count });
    this.fill(shard);
  }

  /** A block of the shard's own, in nobody's file. Of ids that do not follow each other, those behind the gap are let go. */
  async #fetch(shard: number, size: number): Promise<IdBlock> {
    const ids = await this.#deps.shards.allocate(shard, type, size);
    const locals = ids.map((id) => decodeId(id).local);
    const first = locals[0] ?? 0;
    const gap = locals.findIndex((local, at) => local !== first + at);
    return { shard, type, first, count: gap === -1 ? locals.length : gap };
  }

  async #fill(shard: number): Promise<void> {
    const { blocks } = this.#deps;
    try {
      let left = await blocks.left(shard, type);
      for (; left + fetchedAtOnce <= idsKept; left += fetchedAtOnce) {
        await blocks.put(piecesOf(await this.#fetch(shard, fetchedAtOnce)));
      }
    } catch {
      // The next block that is begun asks again, and so does the shard's next answer; whoever needs an id hears of a fault that stays.
    }
  }
}

/** A block cut into blocks of the usual size. */
function piecesOf({ count, ...block }: IdBlock): IdBlock[] {
  return Array.from({ length: Math.ceil(count / blockSize) }, (_, at) => ({
    ...block,
    first: block.first + at * blockSize,
    count: Math.min(blockSize, count - at * blockSize),
  }));
}

function idOf(block: OpenBlock): Id {
  const local = block.next;
  block.next += 1;
  return encodeId({ shard: block.shard, type: objectTypes[type], local });
}
