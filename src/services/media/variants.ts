/** Forms of a picture: found among the blobs, or made on demand. */

import type { Blobs } from '#engines/blobs/port';
import type { PictureFormat, Pictures, PictureWidth } from '#engines/pictures/port';
import { pictureWidths } from '#engines/pictures/port';
import { InvalidInputError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import { recent } from '#kernel/lru';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import type { MediaData, Variant, VariantRequest } from './contract.ts';
import { PictureFiles } from './files.ts';
import { originalKey, strippedKey, variantKey } from './keys.ts';
import { acceptedBy, chosenFormat } from './negotiate.ts';

/** What variants stand on. */
export interface VariantsDeps {
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly jobs: Jobs;
  readonly log: Log;
}

/** The job that makes one AVIF; its payload is `{ signature, width }`. */
const deriveJob = 'derive-picture';
const derivePriority = -10;
/** A form that is asked for this often is worth its AVIF, a third smaller than the WebP that is there from the start. */
const popular = 3;

/** Finds and makes forms of pictures that are ready. Visibility is the caller's business. */
export class Variants {
  readonly #deps: VariantsDeps;
  readonly #files: PictureFiles;
  readonly #asked = recent<string, number>(20_000);

  constructor(deps: VariantsDeps) {
    this.#deps = deps;
    this.#files = new PictureFiles(deps.blobs);
  }

  async find(data: MediaData, request: VariantRequest, isPublic: boolean): Promise<Variant> {
    const { width } = request;
    if (width === 'original') return this.#original(data, isPublic);
    const format = request.format === 'auto' ? await this.#settle(request, width) : request.format;
    const key = variantKey(data.signature, width, format);
    const bytes = this.#files.knownSize(key) ?? (await this.#derive(data.signature, width, format));
    return this.#variant(key, `image/${format}`, bytes, isPublic);
  }

  #variant(key: string, type: string, bytes: number, isPublic: boolean): Variant {
    return { key, type, bytes, public: isPublic, open: (range) => this.#files.open(key, bytes, range) };
  }

  async #original({ signature, type }: MediaData, isPublic: boolean): Promise<Variant> {
    const { blobs, pictures } = this.#deps;
    const key = strippedKey(signature);
    const bytes = await this.#files.ensure(key, async (target) => {
      await using original = await blobs.local(originalKey(signature));
      await pictures.strip({ source: original.path, target });
    });
    return this.#variant(key, type, bytes, isPublic);
  }

  #derive(signature: string, width: PictureWidth, format: PictureFormat): Promise<number> {
    const { blobs, pictures } = this.#deps;
    return this.#files.ensure(variantKey(signature, width, format), async (target) => {
      await using original = await blobs.local(originalKey(signature));
      await pictures.derive({ source: original.path, width, format, target });
    });
  }

  async #settle({ signature, accept }: VariantRequest, width: PictureWidth): Promise<PictureFormat> {
    const accepted = acceptedBy(accept);
    if (!accepted.avif) return chosenFormat(accepted, false);
    const key = variantKey(signature, width, 'avif');
    const isThere = this.#files.knownSize(key) !== undefined;
    if (!isThere && accepted.webp) await this.#count(key, signature, width);
    return chosenFormat(accepted, isThere);
  }

  /** The asker does not wait for the AVIF; it is for those who come later. */
  async #count(key: string, signature: string, width: PictureWidth): Promise<void> {
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    if (asked !== popular) return;
    const job = { name: deriveJob, payload: { signature, width }, deduplicationKey: key };
    try {
      await this.#deps.jobs.enqueue({ ...job, priority: derivePriority, attempts: 1 });
    } catch (error) {
      this.#deps.log.warn({ err: error, key }, 'could not order an AVIF');
    }
  }

  handler(): JobHandler {
    return { name: deriveJob, concurrency: 1, run: (payload) => this.#run(payload) };
  }

  async #run({ signature, width: wanted }: JsonObject): Promise<JsonObject> {
    const width = pictureWidths.find((known) => known === wanted);
    if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/.test(signature) || !width) {
      throw new InvalidInputError('payload', 'must name a signature and a width of derivatives');
    }
    return { bytes: await this.#derive(signature, width, 'avif') };
  }
}
