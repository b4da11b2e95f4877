/** Pictures in the store: one object a content, claimed by its signature, on the shard that the claim picks. */
import type { StoredObject } from '#engines/shards/port';
import { type Actor, actorId, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { retryConflicts } from '#kernel/conflicts';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type ChangeEvent, changeEvent, dataOf, type Store } from '#services/store/contract';
import type { MediaData } from './contract.ts';

/** A picture as stored. */
export interface StoredMedia {
  readonly id: Id;
  readonly version: number;
  readonly data: MediaData;
}

/** What is known of new bytes from their header. */
export type MediaFacts = Pick<MediaData, 'signature' | 'bytes' | 'type' | 'width' | 'height' | 'frames'>;

const space = 'picture';

/** The claims that a stored picture holds. */
export function claimsOfMedia({ signature }: MediaData): { space: string; key: string }[] {
  return [{ space, key: signature }];
}

function mediaOf(object: StoredObject): StoredMedia {
  return { id: object.id, version: object.version, data: dataOf<MediaData>(object) };
}

function newData(actor: Actor, facts: MediaFacts): MediaData {
  const unknown = { placeholder: '', colour: '#888888', palette: [], perceptualHash: '' };
  return { ...facts, ...unknown, state: 'processing', reason: null, uploaderId: actorId(actor) };
}

function jsonOf(data: MediaData): JsonObject {
  return { ...data, palette: data.palette.map((swatch) => ({ ...swatch })) };
}

/** Reads and writes them, as the system: this service alone knows who has a picture's bytes. */
export class MediaRecords {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The id that holds a signature, its object perhaps not written yet. */
  async idOf(signature: string): Promise<Id | undefined> {
    return (await this.#store.claimed(system, space, [signature])).get(signature);
  }

  async bySignature(signature: string): Promise<StoredMedia | undefined> {
    const id = await this.idOf(signature);
    return id && this.byId(id);
  }

  /** As it is now; undefined when there is none. */
  async byId(id: Id): Promise<StoredMedia | undefined> {
    const object = (await this.#store.getMany(system, [id], { fresh: true })).get(id);
    return object && mediaOf(object);
  }

  async data(ids: readonly Id[]): Promise<Map<Id, MediaData>> {
    const objects = await this.#store.getMany(system, ids);
    return new Map(Array.from(objects, ([id, object]) => [id, dataOf<MediaData>(object)]));
  }

  /**
   * The picture of these bytes, made when it is new. One that was refused before is processed again. Whoever
   * comes first with the bytes is their uploader; the original must be among the blobs already.
   */
  async begin(actor: Actor, facts: MediaFacts): Promise<StoredMedia> {
    const id = await this.#claim(facts.signature);
    return retryConflicts(async () => {
      const known = await this.byId(id);
      if (known && known.data.state !== 'refused') return known;
      return this.#write(actor, id, known, newData(actor, facts));
    });
  }

  /** Records that somebody brought a picture's bytes, so that they may see and pin it; answers the picture. */
  async noteBrought(actor: Actor, media: StoredMedia): Promise<StoredMedia> {
    if (actor.kind !== 'person' || media.data.uploaderId === actor.userId) return media;
    const edge = { mapping: 'user_took_media', from: actor.userId, to: media.id } as const;
    if ((await this.#store.linked(system, edge.mapping, edge.from, [edge.to])).has(edge.to)) return media;
    const link = { kind: 'link', ...edge, sequence: this.#clock.now() } as const;
    await this.#store.commit(system, { shard: shardOf(edge.from), changes: [link] });
    return media;
  }

  async #claim(signature: string): Promise<Id> {
    const known = await this.idOf(signature);
    if (known) return known;
    const [fresh] = await this.#store.allocate(system, this.#store.claimShard(space, signature), 'media', 1);
    if (!fresh) throw new UnavailableError('the store gave no id');
    return this.#store.claim(system, space, signature, fresh);
  }

  /** Ends processing, one way or the other; a picture that is no longer being processed stays as it is. */
  async finish(id: Id, outcome: Partial<MediaData> & Pick<MediaData, 'state'>): Promise<void> {
    await retryConflicts(async () => {
      const known = await this.byId(id);
      if (!known) throw new NotFoundError('picture');
      if (known.data.state !== 'processing') return;
      await this.#write(system, id, known, { ...known.data, ...outcome });
    });
  }

  async #write(actor: Actor, id: Id, before: StoredMedia | undefined, data: MediaData): Promise<StoredMedia> {
    const body = jsonOf(data);
    const version = (before?.version ?? 0) + 1;
    const event: ChangeEvent = {
      type: before ? 'media.updated' : 'media.created',
      id,
      version,
      at: this.#clock.now(),
      actor: actorId(actor),
      body,
      before: before ? jsonOf(before.data) : null,
    };
    const put = { kind: 'put', id, data: body, expect: before?.version ?? 0 } as const;
    await this.#store.commit(system, { shard: shardOf(id), changes: [put, changeEvent(event)] });
    return { id, version, data };
  }
}
