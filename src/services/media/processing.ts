/** The job behind every new picture: derivatives, colours, features. Doing it twice does no harm. */
import { mkdir, rm } from 'node:fs/promises';
import type { Blobs } from '#engines/blobs/port';
import type { Features } from '#engines/features/port';
import type { PictureLimits, PictureReport, Pictures } from '#engines/pictures/port';
import { PinakesError } from '#kernel/errors';
import { type Id, parseId } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { GiveUpError, type JobHandler } from '#services/jobs/contract';
import { originalKey, variantKey } from './keys.ts';
import type { MediaRecords, StoredMedia } from './records.ts';

/** What processing stands on. */
export interface ProcessingDeps {
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly features: Features;
  readonly records: MediaRecords;
  readonly limits: PictureLimits;
  /** Pictures at once. */
  readonly concurrency: number;
}

/** A job whose process died is taken up again this soon. */
const leaseMs = 15_000;

/** The job's name; its payload is `{ mediaId }`. */
export const processJob = 'process-picture';

/** Runs the job. */
export class Processing {
  readonly #deps: ProcessingDeps;

  constructor(deps: ProcessingDeps) {
    this.#deps = deps;
  }

  handler(): JobHandler {
    return {
      name: processJob,
      concurrency: this.#deps.concurrency,
      leaseMs,
      run: (payload) => this.#run(payload),
    };
  }

  async #run(payload: JsonObject): Promise<JsonObject> {
    const id = parseId(payload['mediaId'], 'mediaId', 'media');
    const media = await this.#deps.records.byId(id);
    if (!media) throw new GiveUpError('this picture is gone');
    if (media.data.state !== 'processing') return { mediaId: id };
    try {
      const report = await this.#process(media);
      await this.#keep(media, report);
      return { mediaId: id };
    } catch (error) {
      if (error instanceof PinakesError && error.code !== 'unavailable') await this.#refuse(media, error);
      throw error;
    }
  }

  async #process({ data: { signature } }: StoredMedia): Promise<PictureReport> {
    const { blobs, pictures, limits } = this.#deps;
    await using original = await blobs.local(originalKey(signature));
    const into = await blobs.temporaryPath();
    await mkdir(into);
    try {
      const report = await pictures.process({ source: original.path, into, formats: ['webp'], limits });
      await blobs.adopt(
        report.derivatives.map(({ width, format, path }) => ({
          key: variantKey(signature, width, format),
          file: path,
        })),
      );
      return report;
    } finally {
      await rm(into, { recursive: true, force: true });
    }
  }

  /** Features are there before anybody hears that the picture is ready. */
  async #keep({ id, version }: StoredMedia, report: PictureReport): Promise<void> {
    const { features, pictures, records } = this.#deps;
    const { derivatives, features: value, ...facts } = report;
    await features.put([{ entity: id, name: pictures.encoder, version: version + 1, value }]);
    await records.finish(id, { ...facts, state: 'ready', reason: null });
  }

  /** The bytes go first: until the state says so, nobody takes the picture for refused and brings them again. */
  async #refuse({ id, data }: { id: Id; data: StoredMedia['data'] }, error: PinakesError): Promise<void> {
    await this.#deps.blobs.delete(originalKey(data.signature));
    await this.#deps.records.finish(id, { state: 'refused', reason: error.message });
  }
}
