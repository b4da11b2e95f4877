import type { Change } from '#engines/shards/port';
import { type Actor, actorId, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { retryConflicts } from '#kernel/conflicts';
import { ConflictError, NotFoundError, PinakesError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import { changeEvent, type Store } from '#services/store/contract';
import type { BoardAlignment } from './board-alignment.ts';
import type { PinData } from './contract.ts';
import { linkedPicture, unlinkedPicture } from './picture-edge.ts';
import type { PinRemoval } from './pin-removal.ts';
import { pinOf, type StoredPin } from './stored-pin.ts';

/** What pin objects stand on. */
export interface PinObjectsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly alignment: BoardAlignment;
  readonly removal: PinRemoval;
}

type PinnedPicture = Pick<PinData, 'ownerId' | 'mediaId'>;

/** A pin to be stored. */
export interface NewPinObject {
  readonly actor: Actor;
  readonly id: Id;
  readonly data: PinData;
  /** When it was made, in milliseconds since the epoch: its place in every list. */
  readonly at: number;
  /** Whether its owner must not have pinned the picture. */
  readonly once: boolean;
}

/** Stored pins: writes with their mappings and events. A pin stands on the shard of its board, which is its owner's. */
export class PinObjects {
  readonly #deps: PinObjectsDeps;
  constructor(deps: PinObjectsDeps) {
    this.#deps = deps;
  }

  /** The pin as it is in the store now; undefined when there is none that the actor may see. */
  async fresh(actor: Actor, id: Id): Promise<StoredPin | undefined> {
    return pinOf((await this.#deps.store.getMany(actor, [id], { fresh: true })).get(id));
  }

  /** A fresh id on a board's shard. */
  async allocate(actor: Actor, boardId: Id): Promise<Id> {
    const [id] = await this.#deps.store.allocate(actor, shardOf(boardId), 'pin', 1);
    if (id === undefined) throw new NotFoundError('pin');
    return id;
  }

  /**
   * Stores a new pin. With `once`, throws `ConflictError` when its owner has pinned the picture. Storing an id that is
   * stored already changes nothing. The picture's edge to the pin comes first: without the pin it means nothing, while
   * a pin without it would hide its picture. Both are brought to disk side by side. It is the system's to keep, on the
   * picture's shard. `writer` answers for the pin before the store's rules.
   */
  async add(pin: NewPinObject, writer: Actor = pin.actor): Promise<void> {
    const { id, data } = pin;
    if (pin.once) await this.refuseSecond(system, data);
    const { durable } = await this.#withPicture(pin);
    try {
      await this.#deps.store.commit(writer, { shard: shardOf(id), changes: additions(pin) });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isConflict = error instanceof ConflictError;
      if (!isConflict || !(await this.isStored(pin))) {
        await this.forget(pin);
        throw isConflict ? alreadyPinned() : error;
      }
    }
    await durable;
    await this.settle(id, data);
  }

  /** Writes a picture's edge to a pin; resolves when everybody reads it, with what tells when it is durable. */
  async #withPicture(pin: NewPinObject): Promise<{ readonly durable: Promise<unknown> }> {
    const applied = Promise.withResolvers<void>();
    const durable = this.#deps.store.commit(system, linkedPicture(pictureOf(pin)), {
      onApplied: applied.resolve,
    });
    durable.catch(() => undefined);
    await Promise.race([applied.promise, durable]);
    return { durable };
  }

  /** Makes sure that a stored pin's picture has its edge, which only a loss of power can have taken. */
  async linkPicture(pin: NewPinObject): Promise<void> {
    await this.#deps.store.commit(system, linkedPicture(pictureOf(pin)));
  }

  /** Whether this very pin is stored. Ids come but once, so another one under its id is a fault. */
  async isStored({ id, data }: NewPinObject): Promise<boolean> {
    const there = await this.fresh(system, id);
    if (there === undefined) return false;
    if (there.data.mediaId === data.mediaId && there.data.ownerId === data.ownerId) return true;
    throw new Error(`pin ${id} is another one than the one to be stored`);
  }

  /** After a pin was stored: brings it in line with its board. Throws `NotFoundError` when the board is gone, and the pin then too. */
  settle(id: Id, data: PinData): Promise<void> {
    return this.#deps.alignment.settle(id, data);
  }

  /** Removes what a pin that will not be stored has left with its picture. */
  async forget(pin: NewPinObject): Promise<void> {
    await this.#deps.store.commit(system, unlinkedPicture(pictureOf(pin)));
  }

  /** Throws `ConflictError` when, as far as the actor can see, the owner has pinned the picture. */
  async refuseSecond(actor: Actor, { ownerId, mediaId }: PinnedPicture): Promise<void> {
    const pinned = await this.#deps.store.linked(actor, 'user_has_media', ownerId, [mediaId]);
    if (pinned.has(mediaId)) throw alreadyPinned();
  }

  /** Changes a pin. `change` sees the pin as it is and answers what it becomes; it is asked again after a conflict. */
  async update(actor: Actor, id: Id, change: (pin: PinData) => Promise<PinData>): Promise<void> {
    const { store, clock, alignment } = this.#deps;
    const after = await retryConflicts(async () => {
      const pin = await this.fresh(actor, id);
      if (pin === undefined) throw new NotFoundError('pin');
      const data = await change(pin.data);
      const changes = replacements(actor, pin, data, clock.now());
      await store.commit(actor, { shard: shardOf(id), changes });
      return data;
    });
    await alignment.settle(id, after);
  }

  /** Removes a pin; throws `NotFoundError` when there is none that the actor may see. */
  async remove(actor: Actor, id: Id): Promise<void> {
    await retryConflicts(async () => {
      const pin = await this.fresh(actor, id);
      if (pin === undefined) throw new NotFoundError('pin');
      await this.#deps.removal.remove(actor, [pin]);
    });
  }
}

/** Whether nothing was written, for certain. */
export function isRefusal(error: unknown): boolean {
  return error instanceof PinakesError && error.code !== 'unavailable';
}

/** The edges that stand for a stored pin on other shards. */
export function mirrorsOfPin({ mediaId }: PinData): { mapping: 'media_has_pin'; from: Id }[] {
  return [{ mapping: 'media_has_pin', from: mediaId }];
}

/** The refusal of a second pin of a picture. */
export function alreadyPinned(): ConflictError {
  return new ConflictError('this picture is among your pins already', 'mediaId');
}

const pictureOf = ({ id, data, at }: NewPinObject) => ({ id, mediaId: data.mediaId, at });

function additions({ actor, id, data, at, once }: NewPinObject): Change[] {
  const { boardId, ownerId, mediaId } = data;
  const edge = { kind: 'link', sequence: at } as const;
  return [
    { kind: 'put', id, data: { ...data }, expect: 0, createdAt: at },
    { ...edge, mapping: 'board_has_pin', from: boardId, to: id },
    { ...edge, mapping: 'user_has_pin', from: ownerId, to: id },
    { ...edge, mapping: 'user_has_media', from: ownerId, to: mediaId, unique: once },
    { ...edge, mapping: 'user_owns_board', from: ownerId, to: boardId },
    changeEvent({
      type: 'pin.created',
      id,
      version: 1,
      at,
      actor: actorId(actor),
      body: { ...data },
      before: null,
    }),
  ];
}

function replacements(actor: Actor, before: StoredPin, data: PinData, at: number): Change[] {
  const { id, version } = before;
  const from = { mapping: 'board_has_pin', from: before.data.boardId, to: id } as const;
  const to = { mapping: 'board_has_pin', from: data.boardId, to: id, sequence: at } as const;
  const used = { mapping: 'user_owns_board', from: data.ownerId, to: data.boardId, sequence: at } as const;
  const moves: Change[] = [
    { kind: 'unlink', ...from },
    { kind: 'link', ...to },
    { kind: 'link', ...used },
  ];
  const event = { type: 'pin.updated', id, version: version + 1, at, actor: actorId(actor) } as const;
  return [
    { kind: 'put', id, data: { ...data }, expect: version },
    ...(data.boardId === before.data.boardId ? [] : moves),
    changeEvent({ ...event, body: { ...data }, before: { ...before.data } }),
  ];
}
