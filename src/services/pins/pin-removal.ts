import type { Change } from '#engines/shards/port';
import { type Actor, actorId, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { type Id, shardOf } from '#kernel/ids';
import { changeEvent, dataOf, type Store } from '#services/store/contract';
import type { PinData } from './contract.ts';
import type { StoredPin } from './stored-pin.ts';

/** How many of a picture's latest pins are looked at for another one of the same person. */
const othersLookedAt = 200;

/** Removes stored pins with their edges and events. */
export class PinRemoval {
  readonly #store: Store;
  readonly #clock: Clock;
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Removes pins of one shard at the versions given, all or none; throws `ConflictError` when one was written since. */
  async remove(actor: Actor, pins: readonly StoredPin[]): Promise<void> {
    const [first] = pins;
    if (first === undefined) return;
    const kept = await this.#stillPinned(pins);
    const at = this.#clock.now();
    const changes = pins.flatMap((pin) => this.#removal(actor, pin, at, kept.has(pin.data.mediaId)));
    await this.#store.commit(actor, { shard: shardOf(first.id), changes });
    await this.#unlinkPictures(pins);
  }

  #removal(actor: Actor, { id, data, version }: StoredPin, at: number, keepsMedia: boolean): Change[] {
    const { boardId, ownerId, mediaId } = data;
    const event = { type: 'pin.removed', id, version: version + 1, at, actor: actorId(actor) } as const;
    const unlinked: Change = { kind: 'unlink', mapping: 'user_has_media', from: ownerId, to: mediaId };
    return [
      { kind: 'remove', id, expect: version },
      { kind: 'unlink', mapping: 'board_has_pin', from: boardId, to: id },
      { kind: 'unlink', mapping: 'user_has_pin', from: ownerId, to: id },
      ...(keepsMedia ? [] : [unlinked]),
      changeEvent({ ...event, body: { ...data }, before: null }),
    ];
  }

  /** Pictures of these pins that their owner has on other pins too. */
  async #stillPinned(pins: readonly StoredPin[]): Promise<Set<Id>> {
    const going = new Set(pins.map(({ id }) => id));
    const media = [...new Set(pins.map(({ data }) => data.mediaId))];
    const range = { mapping: 'media_has_pin', limit: othersLookedAt } as const;
    const edges = (
      await this.#store.rangeMany(
        system,
        media.map((from) => ({ ...range, from })),
      )
    ).flat();
    // A person's pins all stand on the person's shard, so pins of other shards need no reading.
    const shard = pins[0] && shardOf(pins[0].id);
    const others = edges.map(({ to }) => to).filter((id) => !going.has(id) && shardOf(id) === shard);
    const owners = new Set(pins.map(({ data }) => data.ownerId));
    const stored = [...(await this.#store.getMany(system, others, { fresh: true })).values()].map(
      dataOf<PinData>,
    );
    return new Set(stored.filter(({ ownerId }) => owners.has(ownerId)).map(({ mediaId }) => mediaId));
  }

  async #unlinkPictures(pins: readonly StoredPin[]): Promise<void> {
    const byShard = Map.groupBy(pins, ({ data }) => shardOf(data.mediaId));
    const unlink = ({ id, data }: StoredPin): Change => ({
      kind: 'unlink',
      mapping: 'media_has_pin',
      from: data.mediaId,
      to: id,
    });
    await Promise.all(
      [...byShard].map(([shard, gone]) => this.#store.commit(system, { shard, changes: gone.map(unlink) })),
    );
  }
}
