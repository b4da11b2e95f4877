import type { MappingEntry } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { Media } from '#services/media/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { PinData } from './contract.ts';

const pageSize = 500;

function isSecrecyChange({ type, body, before }: DeliveredChange): boolean {
  if (type === 'board.removed') return true;
  return type === 'board.updated' && before?.['secret'] !== body['secret'];
}

class PictureVisibilityConsumer implements Consumer {
  readonly name = 'picture-visibility';
  readonly #media: Pick<Media, 'forget'>;
  readonly #store: Store;
  constructor(media: Pick<Media, 'forget'>, store: Store) {
    this.#media = media;
    this.#store = store;
  }

  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    for (const change of changes) {
      if (change.type.startsWith('pin.')) this.#media.forget((change.body as unknown as PinData).mediaId);
      else if (isSecrecyChange(change)) await this.#forgetBoard(change.id);
    }
  }

  async #forgetBoard(boardId: Id): Promise<void> {
    let after: MappingEntry | undefined;
    do {
      const range = { mapping: 'board_has_pin', from: boardId, limit: pageSize } as const;
      const edges = await this.#store.range({ ...range, after });
      const pins = await this.#store.getMany(edges.map(({ to }) => to));
      for (const pin of pins.values()) this.#media.forget(dataOf<PinData>(pin).mediaId);
      after = edges.length < pageSize ? undefined : edges.at(-1);
    } while (after !== undefined);
  }

  async reset(): Promise<void> {
    // What is remembered of pictures is in memory only and needs no rebuilding.
  }
}

/** Makes the consumer that lets the media service forget who may see a picture when its pins or their boards change. */
export function createPictureVisibilityConsumer(deps: {
  media: Pick<Media, 'forget'>;
  store: Store;
}): Consumer {
  return new PictureVisibilityConsumer(deps.media, deps.store);
}
