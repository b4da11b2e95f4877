import { LRUCache } from 'lru-cache';
import type { StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { UserData } from '#services/accounts/contract';
import type { BoardData } from '#services/boards/contract';
import type { Media, MediaData, PictureView } from '#services/media/contract';
import { dataOf } from '#services/store/contract';
import type { PinData, PinView } from './contract.ts';
import type { HydratedPin } from './hydration.ts';

/**
 * The JSON of a pin's view for others than its owner, as UTF-8, and the versions that it was made from. Bytes, because a
 * page is then joined by copying; encoding the text anew for each request would cost more than all the rest.
 */
interface Fragment {
  readonly pin: number;
  readonly board: number;
  readonly owner: number;
  readonly media: number;
  readonly saves: number;
  readonly text: Buffer;
}

// The view ends with `mine`, the one thing that differs between viewers.
const forOthers = 'false}';
const forOwner = Buffer.from('true}');

/** What the owner gets: they see few of their own pins, so it is not kept. */
function ownText(text: Buffer): Buffer {
  return Buffer.concat([text.subarray(0, -forOthers.length), forOwner]);
}

/** Makes views of pins that were hydrated. */
export class Presentation {
  readonly #media: Pick<Media, 'view'>;
  /** By stored object, so that a view lives as long as the store's cache holds what it was made from. */
  readonly #pictures = new WeakMap<StoredObject, PictureView>();
  readonly #fragments: LRUCache<Id, Fragment>;
  constructor(media: Pick<Media, 'view'>, mostFragments: number) {
    this.#media = media;
    this.#fragments = new LRUCache({ max: mostFragments });
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

  /** A pin as shown, as JSON text in UTF-8. Cost: a look-up while nothing of it has changed. */
  json(hydrated: HydratedPin): Buffer {
    const { pin, board, owner, media, saves, mine } = hydrated;
    const known = this.#fragments.get(pin.id);
    const isCurrent =
      known !== undefined &&
      known.pin === pin.version &&
      known.board === board.version &&
      known.owner === owner.version &&
      known.media === media.version &&
      known.saves === saves;
    const fragment = isCurrent ? known : this.#write(hydrated);
    return mine ? ownText(fragment.text) : fragment.text;
  }

  #write(hydrated: HydratedPin): Fragment {
    const { pin, board, owner, media, saves } = hydrated;
    const { mine: _differs, ...rest } = this.view(hydrated);
    const head = `${JSON.stringify(rest).slice(0, -1)},"mine":`;
    const versions = { pin: pin.version, board: board.version, owner: owner.version, media: media.version };
    const fragment = { ...versions, saves, text: Buffer.from(head + forOthers) };
    this.#fragments.set(pin.id, fragment);
    return fragment;
  }
}
