/** The bytes of a picture for somebody who takes them away. */
import { Readable } from 'node:stream';
import type { Blobs } from '#engines/blobs/port';
import type { Person } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import type { MediaData, TakenAway } from './contract.ts';
import { originalKey } from './keys.ts';
import type { Variants } from './variants.ts';

/** What taking away stands on. */
export interface TakingAwayDeps {
  readonly store: Pick<Store, 'getMany' | 'linked'>;
  readonly blobs: Blobs;
  readonly variants: Variants;
}

async function isTheirs(store: Pick<Store, 'linked'>, person: Person, id: Id, data: MediaData) {
  if (data.uploaderId === person.userId) return true;
  return (await store.linked(person, 'user_took_media', person.userId, [id])).has(id);
}

/** What somebody brought as it came; what they may see of others' without metadata; undefined where there are no bytes for them. */
export async function takeAway(
  { store, blobs, variants }: TakingAwayDeps,
  person: Person,
  id: Id,
  data: MediaData,
): Promise<TakenAway | undefined> {
  const key = originalKey(data.signature);
  if (!(await blobs.head(key))) return undefined;
  if (await isTheirs(store, person, id, data)) {
    const open = async () => (await blobs.open(key))?.body ?? Readable.from([]);
    return { type: data.type, open };
  }
  if (data.state !== 'ready' || !(await store.getMany(person, [id])).has(id)) return undefined;
  const request = { signature: data.signature, width: 'original', format: 'auto', accept: '' } as const;
  const found = await variants.find(data, request, false);
  const open = async () => {
    const body = await found.open();
    return body instanceof Readable ? body : Readable.from([body]);
  };
  return { type: data.type, open };
}
