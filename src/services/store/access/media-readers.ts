import type { Shards, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import { dataOf } from '../contract.ts';
import type { EdgeReaders } from './edge-readers.ts';
import { isOwn, type Ruled } from './object-readers.ts';

/**
 * Who may see a picture: whoever took it in, since they have its bytes, and whoever may see one of its pins. Ids of pictures
 * can be guessed, so nothing else shows them.
 */
export async function visibleMedia(
  actor: Ruled,
  media: readonly StoredObject[],
  { shards, edges }: { shards: Pick<Shards, 'linked'>; edges: Pick<EdgeReaders, 'rangeMany'> },
): Promise<ReadonlySet<Id>> {
  const visible = new Set<Id>();
  for (const object of media) if (isUploader(actor, object)) visible.add(object.id);
  const left = () => media.map(({ id }) => id).filter((id) => !visible.has(id));
  if (actor.kind === 'person' && left().length > 0) {
    for (const id of await shards.linked('user_took_media', actor.userId, left())) visible.add(id);
  }
  const open = left();
  if (open.length === 0) return visible;
  const first = { mapping: 'media_has_pin', limit: 1, ascending: true } as const;
  const pins = await edges.rangeMany(
    actor,
    open.map((from) => ({ ...first, from })),
  );
  for (const [at, id] of open.entries()) if ((pins[at]?.length ?? 0) > 0) visible.add(id);
  return visible;
}

function isUploader(actor: Ruled, media: StoredObject): boolean {
  const { uploaderId } = dataOf<{ uploaderId: Id | null }>(media);
  return uploaderId !== null && uploaderId !== undefined && isOwn(actor, uploaderId);
}
