import type { StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { UserData } from '#services/accounts/contract';
import type { BoardData } from '#services/boards/contract';
import type { Media, MediaData, PictureView } from '#services/media/contract';
import { dataOf } from '#services/store/contract';
import type { PinData, PinView } from './contract.ts';
import type { HydratedPin } from './hydration.ts';

interface Made {
  readonly media: StoredObject;
  readonly view: PictureView;
}

/** Makes views of pins that were hydrated. */
export class Presentation {
  readonly #media: Pick<Media, 'view'>;
  /** By picture; each belongs to the stored object that it was made from. */
  readonly #pictures = recent<Id, Made>(20_000);
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
    const known = this.#pictures.get(media.id);
    if (known?.media === media) return known.view;
    const view = this.#media.view(dataOf<MediaData>(media));
    this.#pictures.set(media.id, { media, view });
    return view;
  }
}
