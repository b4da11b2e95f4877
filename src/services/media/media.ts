/** The media service. */
import type { Readable } from 'node:stream';
import type { Blobs } from '#engines/blobs/port';
import type { Features } from '#engines/features/port';
import type { PictureLimits, Pictures } from '#engines/pictures/port';
import { type Actor, type Person, requirePerson } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { NotFoundError, TooLargeError, UnsupportedError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { recent } from '#kernel/lru';
import type { Metrics } from '#kernel/metrics';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import type { Store } from '#services/store/contract';
import type {
  Media,
  MediaData,
  MediaView,
  PagePreview,
  PictureView,
  TakenAway,
  Variant,
  VariantRequest,
} from './contract.ts';
import { beginning } from './fetch/body.ts';
import { type Fetched, Fetcher, type FetcherOptions } from './fetch/fetcher.ts';
import { decodeHtml } from './page/charset.ts';
import { pictureItself, previewOf } from './page/preview.ts';
import { gatherSignals } from './page/signals.ts';
import { Processing } from './processing.ts';
import { megabytes, receive } from './receive.ts';
import { MediaRecords } from './records.ts';
import { takeAway } from './taking-away.ts';
import { TakingIn } from './taking-in.ts';
import { Variants } from './variants.ts';
import { viewOf } from './view.ts';
import { PictureVisibility } from './visibility.ts';

/** What the service stands on. */
export interface MediaDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly features: Features;
  readonly jobs: Jobs;
  readonly limits: PictureLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  readonly fetch?: FetcherOptions | undefined;
  /** Pictures processed at once; 3 by default, one more than the workers, so that they never wait for the disk. */
  readonly concurrency?: number | undefined;
}

interface Ready {
  readonly id: Id;
  readonly data: MediaData;
}

const htmlTypes = new Set(['text/html', 'application/xhtml+xml']);
const mostHtml = 2 * 1024 * 1024;
const acceptPage = 'text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.1';
const acceptPicture = 'image/avif,image/webp,image/jpeg,image/png,image/gif,image/tiff,*/*;q=0.1';

const isPicture = (type: string): boolean => type.startsWith('image/') && !type.startsWith('image/svg');
/** Many servers name no type, or the one that says nothing; the bytes tell then. */
const mayBePicture = (type: string): boolean =>
  isPicture(type) || type === '' || type === 'application/octet-stream';

/** Pictures by content. */
export class MediaService implements Media {
  readonly #deps: MediaDeps;
  readonly #records: MediaRecords;
  readonly #takingIn: TakingIn;
  readonly #processing: Processing;
  readonly #variants: Variants;
  readonly #visibility: PictureVisibility;
  readonly #fetcher: Fetcher;
  /** Pictures that are ready stay as they are. */
  readonly #ready = recent<string, Ready>(20_000);

  constructor(deps: MediaDeps) {
    this.#deps = deps;
    this.#records = new MediaRecords(deps.store, deps.clock);
    const shared = { ...deps, records: this.#records, concurrency: deps.concurrency ?? 3 };
    this.#takingIn = new TakingIn(shared);
    this.#processing = new Processing(shared);
    this.#variants = new Variants(deps);
    this.#visibility = new PictureVisibility(deps.store);
    this.#fetcher = new Fetcher(deps.fetch ?? {});
  }

  ingest(actor: Actor, body: Readable | Uint8Array, options: { waitMs?: number } = {}): Promise<MediaView> {
    return this.#takingIn.ingest(actor, body, options.waitMs);
  }

  ingestFile(actor: Actor, path: string): Promise<{ id: Id; signature: string; done: Promise<void> }> {
    return this.#takingIn.ingestFile(actor, path);
  }

  async ingestUrl(actor: Actor, url: string): Promise<MediaView> {
    if (actor.kind !== 'system') requirePerson(actor);
    const { blobs, limits } = this.#deps;
    const received = await this.#fetcher.get(url, acceptPicture, async ({ type, body }) => {
      if (!mayBePicture(type))
        throw new UnsupportedError('url', `must lead to a picture; it leads to ${type}`);
      return receive(blobs, body, limits.bytes).catch((error: unknown) => {
        const isLarge = error instanceof TooLargeError;
        throw isLarge
          ? new TooLargeError('url', `must lead to a picture of at most ${megabytes(limits.bytes)}`)
          : error;
      });
    });
    return this.#takingIn.settle(actor, received);
  }

  async preview(actor: Actor, url: string): Promise<PagePreview> {
    if (actor.kind !== 'system') requirePerson(actor);
    return this.#fetcher.get(url, acceptPage, (fetched) => readPage(fetched));
  }

  data(ids: readonly Id[]): Promise<Map<Id, MediaData>> {
    return this.#records.data(ids);
  }

  idBySignature(signature: string): Promise<Id | undefined> {
    return this.#records.idOf(signature);
  }

  view(data: MediaData): PictureView {
    return viewOf(data);
  }

  async variant(viewer: Actor, request: VariantRequest): Promise<Variant> {
    const { id, data } = this.#ready.get(request.signature) ?? (await this.#findReady(request.signature));
    const visible = await this.#visibility.of(viewer, id);
    if (visible === 'hidden') throw new NotFoundError('picture');
    return this.#variants.find(data, request, visible === 'public');
  }

  async takeAway(person: Person, id: Id): Promise<TakenAway | undefined> {
    const data = (await this.#records.data([id])).get(id);
    return data && takeAway({ ...this.#deps, variants: this.#variants }, person, id, data);
  }

  async #findReady(signature: string): Promise<Ready> {
    const media = await this.#records.bySignature(signature);
    if (media?.data.state !== 'ready') throw new NotFoundError('picture');
    const ready = { id: media.id, data: media.data };
    this.#ready.set(signature, ready);
    return ready;
  }

  handlers(): JobHandler[] {
    return [this.#processing.handler(), this.#variants.handler()];
  }
}

async function readPage({ url, type, charset, body }: Fetched): Promise<PagePreview> {
  if (isPicture(type)) return pictureItself(url);
  if (!htmlTypes.has(type)) {
    const is = type === '' ? 'something unnamed' : type;
    throw new UnsupportedError('url', `must lead to a page or a picture; it leads to ${is}`);
  }
  return previewOf(await gatherSignals(decodeHtml(beginning(body, mostHtml), charset)), url);
}
