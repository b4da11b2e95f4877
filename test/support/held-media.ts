/** Pictures that stand in the store without files, for tests of what shows them. */
import type { Actor } from '#kernel/actor';
import { system } from '#kernel/actor';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { Media, MediaData, MediaView, PagePreview, PictureView } from '#services/media/contract';
import { dataOf, type Store } from '#services/store/contract';

type Part = Pick<Media, 'view' | 'preview' | 'ingestUrl'>;

/** The part of the media service that pins use, over objects that tests put into the store, and pages that they describe. */
export class HeldMedia implements Part {
  readonly #store: Store;
  #made = 0;
  /** What pages offer, by address. */
  readonly pages = new Map<string, PagePreview>();
  /** Ids of pictures by their address; an address that is missing cannot be reached. */
  readonly pictures = new Map<string, Id>();
  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that a person took in bytes that were there already. */
  async takeIn(userId: Id, mediaId: Id): Promise<void> {
    const link = {
      kind: 'link',
      mapping: 'user_took_media',
      from: userId,
      to: mediaId,
      sequence: 1,
    } as const;
    await this.#store.commit(system, { shard: shardOf(userId), changes: [link] });
  }

  /** Puts a picture into the store, taken in by this person. */
  async add(uploaderId: Id | null, state: MediaData['state'] = 'ready'): Promise<Id> {
    this.#made += 1;
    const [id] = await this.#store.allocate(system, this.#made % this.#store.shardCount, 'media', 1);
    if (id === undefined) throw new NotFoundError('picture');
    const data = {
      signature: this.#made.toString(16).padStart(64, '0'),
      state,
      reason: null,
      bytes: 1000,
      type: 'image/jpeg',
      width: 400,
      height: 300,
      frames: 1,
      placeholder: 'AAAA',
      colour: '#aabbcc',
      palette: [],
      perceptualHash: '',
      uploaderId,
    } satisfies MediaData;
    await this.#store.commit(system, {
      shard: shardOf(id),
      changes: [{ kind: 'put', id, data: { ...data } }],
    });
    return id;
  }

  /** Moves a picture to a state. */
  async become(id: Id, state: MediaData['state']): Promise<void> {
    const { data } = await this.#store.get(system, id);
    const changes = [{ kind: 'put', id, data: { ...data, state } } as const];
    await this.#store.commit(system, { shard: shardOf(id), changes });
  }

  view({ signature, width, height, placeholder, colour, palette, state }: MediaData): PictureView {
    return { signature, width, height, placeholder, colour, palette: palette.map(String), state };
  }

  async preview(_actor: Actor, url: string): Promise<PagePreview> {
    const page = this.pages.get(url);
    if (page === undefined) throw new UnavailableError('the page does not answer');
    return page;
  }

  async ingestUrl(_actor: Actor, url: string): Promise<MediaView> {
    const id = this.pictures.get(url);
    if (id === undefined) throw new UnavailableError('the picture does not answer');
    return { id, picture: this.view(dataOf<MediaData>(await this.#store.get(system, id))) };
  }
}
