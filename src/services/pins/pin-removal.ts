import type { Change } from '#engines/shards/port';
import { type Actor, actorId, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { type Id, parseId, shardOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import { changeEvent, dataOf, type Store } from '#services/store/contract';
import type { PinData } from './contract.ts';
import type { StoredPin } from './stored-pin.ts';

/** How many of a picture's latest pins are looked at for another one of the same person. */
const othersLookedAt = 200;
/** The name of the job that takes pins that are gone off their pictures. */
const unlinkJob = 'unlink-pictures';
const backoff = { baseMs: 2000, capMs: 60_000 };
/** As good as without end: the shard comes back some day. */
const attempts = 1_000_000_000;

/** A pin that is gone, and the picture that still names it. */
interface Unlinked {
  readonly id: Id;
  readonly mediaId: Id;
}

/** Removes stored pins with their edges and events. */
export class PinRemoval {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #jobs: Pick<Jobs, 'enqueue'>;
  constructor(store: Store, clock: Clock, jobs: Pick<Jobs, 'enqueue'>) {
    this.#store = store;
    this.#clock = clock;
    this.#jobs = jobs;
  }

  /**
   * Removes pins of one shard at the versions given, all or none; throws `ConflictError` when one was written since. Where
   * the shard of a picture does not answer, a job takes the pin off it later: until then it names a pin that nobody finds.
   */
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

  /** The handler of the job that takes pins that are gone off their pictures. */
  unlinking(): JobHandler {
    const run = async (payload: JsonObject) => {
      await this.#unlink(unlinkedIn(payload));
      return {};
    };
    return { name: unlinkJob, concurrency: 1, backoff, run };
  }

  async #unlinkPictures(pins: readonly StoredPin[]): Promise<void> {
    const byShard = Map.groupBy(pins, ({ data }) => shardOf(data.mediaId));
    const unlinked = [...byShard.values()].map((gone) =>
      gone.map(({ id, data: { mediaId } }) => ({ id, mediaId })),
    );
    await Promise.all(unlinked.map((gone) => this.#unlinkSometime(gone)));
  }

  async #unlinkSometime(gone: readonly Unlinked[]): Promise<void> {
    try {
      await this.#unlink(gone);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      await this.#jobs.enqueue({
        name: unlinkJob,
        payload: { gone: gone.map((pin) => ({ ...pin })) },
        attempts,
      });
    }
  }

  /** Takes pins off pictures of one shard; those that are off it already stay so. */
  async #unlink(gone: readonly Unlinked[]): Promise<void> {
    const [first] = gone;
    if (first === undefined) return;
    const changes = gone.map(
      ({ id, mediaId }): Change => ({ kind: 'unlink', mapping: 'media_has_pin', from: mediaId, to: id }),
    );
    await this.#store.commit(system, { shard: shardOf(first.mediaId), changes });
  }
}

function unlinkedIn(payload: JsonObject): Unlinked[] {
  const { gone } = payload as unknown as { gone: Unlinked[] };
  return gone.map(({ id, mediaId }) => ({
    id: parseId(id, 'id', 'pin'),
    mediaId: parseId(mediaId, 'mediaId', 'media'),
  }));
}
