import type { StoredObject } from '#engines/shards/port';
import type { UserData } from '#services/accounts/contract';
import type { BoardData } from '#services/boards/contract';
import type { Media, MediaData, PictureView } from '#services/media/contract';
import { dataOf } from '#services/store/contract';
import type { PinData, PinView } from './contract.ts';
import type { HydratedPin } from './hydration.ts';

/** Makes views of pins that were hydrated. */
export class Presentation {
  readonly #media: Pick<Media, 'view'>;
  /** By stored object, so that a view lives as long as the store's cache holds what it was made from. */
  readonly #pictures = new WeakMap<StoredObject, PictureView>();
  constructor(media: Pick<Media, 'view'>) {
    this.#media = media;
  }

  /** A pin as shown. */
  view(hydrated: HydratedPin): PinView {
    const { pin, board, owner, media, saves, mine } = hydrated;
    const data = dataOf<PinData>(pin);
    const { name: boardName, secret } = dataOf<BoardData>(board);
    const { name, displayName } = dataOf<UserData>(owner);
    return {
      id: pin.id,
      title: data.title,
      description: data.description,
      link: data.link,
      altText: data.altText,
      tags: data.tags,
      credit: data.credit,
      picture: this.#picture(media),
      board: { id: board.id, name: boardName, secret },
      owner: { id: owner.id, name, displayName },
      saves,
      createdAt: pin.createdAt,
      mine,
    };
  }

  #picture(media: StoredObject): PictureView {
    const known = this.#pictures.get(media);
    if (known) return known;
    const made = this.#media.view(dataOf<MediaData>(media));
    this.#pictures.set(media, made);
    return made;
  }
}
