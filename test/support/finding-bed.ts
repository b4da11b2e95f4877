/** A library that can be searched by words and looks: real indexes, and pictures whose looks tests decide. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Features } from '#engines/features/port';
import { openSqliteFeatures } from '#engines/features/sqlite';
import type { TextIndex } from '#engines/text-index/port';
import { openSqliteTextIndex } from '#engines/text-index/sqlite';
import type { VectorIndex } from '#engines/vector-index/port';
import { openUsearchIndex } from '#engines/vector-index/usearch';
import { type Person, system } from '#kernel/actor';
import { NotFoundError, UnsupportedError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import type { Consumer } from '#services/events/contract';
import type { Media, MediaData, Variant } from '#services/media/contract';
import type { NewPin, PinView } from '#services/pins/contract';
import type { Search } from '#services/search/contract';
import { createSearch, createTextConsumer } from '#services/search/index';
import { dataOf } from '#services/store/contract';
import { createVectorConsumer, createVision, type OpenVision } from '#services/vision/index';
import { type LibraryBed, openLibraryBed } from './library-bed.ts';

/** Length of the features of test pictures. */
export const lookDimensions = 12;

/** A library with its finding side. */
export interface FindingBed extends LibraryBed {
  readonly features: Features;
  readonly textIndex: TextIndex;
  readonly search: Search;
  readonly words: Consumer;
  /** The vision that is open now, and its consumer. */
  readonly vision: OpenVision;
  readonly vectors: Consumer;
  /** Opens an index; tests may put another in its place before something is opened. */
  openIndex: (generation: number, dimensions: number) => Promise<VectorIndex>;
  /** Closes vision and opens it again on the same files. */
  reopenVision(): Promise<void>;
  /** A picture that looks so, pinned. */
  pin(owner: Person, boardId: Id, look: Float32Array, words?: Partial<NewPin>): Promise<PinView>;
  /** Gives all changes so far to the consumers of words and looks. */
  index(): Promise<void>;
}

/** A look: mostly along one axis, a little along another. */
export function look(axis: number, tilt = 0, to = axis + 1): Float32Array {
  const values = new Float32Array(lookDimensions);
  values[axis % lookDimensions] = 1;
  values[to % lookDimensions] = (values[to % lookDimensions] ?? 0) + tilt;
  return values;
}

/** A file or bytes that look so. */
export function lookBytes(values: Float32Array): Buffer {
  return Buffer.from(JSON.stringify([...values]));
}

const encoder = {
  encoder: 'looks@1',
  dimensions: lookDimensions,
  async encode({ source }: { source: string | Uint8Array }): Promise<Float32Array> {
    const text = typeof source === 'string' ? await readFile(source, 'utf8') : Buffer.from(source).toString();
    if (!text.startsWith('[')) throw new UnsupportedError('image', 'must be a picture');
    return Float32Array.from(JSON.parse(text) as number[]);
  },
};

/** What vision asks of media, over held pictures: a picture's bytes are its look. */
function mediaWithLooks(bed: LibraryBed, features: Features): Pick<Media, 'data' | 'variant'> {
  const data = async (ids: readonly Id[]) => {
    const stored = await bed.store.getMany(system, ids);
    return new Map([...stored].map(([id, object]) => [id, dataOf<MediaData>(object)]));
  };
  const bytesOf = async (signature: string): Promise<Buffer> => {
    for await (const batch of bed.store.scan(system, 'media')) {
      const media = batch.find((object) => dataOf<MediaData>(object).signature === signature);
      const values = media && (await features.getMany(encoder.encoder, [media.id])).get(media.id);
      if (values) return lookBytes(values);
    }
    throw new NotFoundError('picture');
  };
  return {
    data,
    async variant(_viewer, { signature }): Promise<Variant> {
      const bytes = await bytesOf(signature);
      return {
        key: signature,
        type: 'image/webp',
        bytes: bytes.length,
        public: true,
        open: async () => bytes,
      };
    },
  };
}

function visionOpener(bed: LibraryBed, features: Features, openIndex: () => FindingBed['openIndex']) {
  const folder = path.join(bed.folder, 'vision');
  const open = async () =>
    createVision({
      ...bed,
      pictures: encoder,
      features,
      media: mediaWithLooks(bed, features),
      openIndex: (...asked) => openIndex()(...asked),
      removeIndex: (generation) => rm(path.join(folder, `${generation}`), { recursive: true, force: true }),
      folder,
      limits: { bytes: 1e6, pixels: 1e6, frames: 1 },
      log: silentLog,
    });
  const openFiles = (generation: number, dimensions: number) =>
    openUsearchIndex({ path: path.join(folder, `${generation}`), dimensions });
  return { open, openFiles };
}

/** Opens an empty library. */
export async function openFindingBed(): Promise<FindingBed> {
  const bed = await openLibraryBed();
  const features = openSqliteFeatures({
    path: path.join(bed.folder, 'features.sqlite'),
    durability: 'process',
  });
  const textIndex = await openSqliteTextIndex({
    path: path.join(bed.folder, 'words.sqlite'),
    durability: 'process',
  });
  const { open, openFiles } = visionOpener(bed, features, () => finding.openIndex);
  const words = createTextConsumer({ textIndex, store: bed.store });
  let current: OpenVision;
  let search: Search;
  const renew = async () => {
    current = await open();
    search = createSearch({ ...bed, textIndex, vision: current, log: silentLog });
  };
  const finding: FindingBed = {
    ...bed,
    features,
    textIndex,
    words,
    openIndex: openFiles,
    get vision() {
      return current;
    },
    get vectors() {
      return createVectorConsumer({ vision: current });
    },
    get search() {
      return search;
    },
    async reopenVision() {
      await current.close();
      await renew();
    },
    async pin(owner, boardId, values, given = {}) {
      bed.clock.advance(1000);
      const mediaId = given.mediaId ?? (await bed.media.add(owner.userId));
      await features.put([{ entity: mediaId, name: encoder.encoder, version: 1, value: values }]);
      return bed.pins.create(owner, { boardId, ...given, mediaId });
    },
    async index() {
      const changes = await bed.changes();
      await words.apply(changes);
      await finding.vectors.apply(changes);
    },
    async [Symbol.asyncDispose]() {
      await current.close();
      await textIndex.close();
      await features.close();
      await bed[Symbol.asyncDispose]();
    },
  };
  await renew();
  for (const handler of finding.vision.handlers()) {
    bed.jobs.handle(handler);
  }
  return finding;
}
