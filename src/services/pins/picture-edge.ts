/** The edge from a picture to a pin of it, which stands on the picture's shard and is the system's to keep. */
import { type Id, shardOf } from '#kernel/ids';
import type { StoreCommit } from '#services/store/contract';

/** A picture and a pin of it. */
export interface PicturePin {
  readonly id: Id;
  readonly mediaId: Id;
}

const edgeOf = ({ id, mediaId }: PicturePin) =>
  ({ mapping: 'media_has_pin', from: mediaId, to: id }) as const;

/** Writes it. `at`: when the pin was made. */
export function linkedPicture(pin: PicturePin & { readonly at: number }): StoreCommit {
  return {
    shard: shardOf(pin.mediaId),
    changes: [{ kind: 'link', ...edgeOf(pin), sequence: pin.at }],
  };
}

/** Removes it. */
export function unlinkedPicture(pin: PicturePin): StoreCommit {
  return { shard: shardOf(pin.mediaId), changes: [{ kind: 'unlink', ...edgeOf(pin) }] };
}
