/** Taking pictures in: bytes to a temporary file, then a claim on their signature, then the job. */
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Blobs } from '#engines/blobs/port';
import type { PictureLimits, Pictures } from '#engines/pictures/port';
import { type Actor, requirePerson } from '#kernel/actor';
import { UnavailableError, UnsupportedError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Jobs } from '#services/jobs/contract';
import type { MediaView } from './contract.ts';
import { originalKey } from './keys.ts';
import { processJob } from './processing.ts';
import { type Received, receive, receiveFile } from './receive.ts';
import type { MediaRecords, StoredMedia } from './records.ts';
import { viewOf } from './view.ts';

/** What taking in stands on. */
export interface TakingInDeps {
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly records: MediaRecords;
  readonly jobs: Jobs;
  readonly limits: PictureLimits;
}

interface Taken {
  readonly media: StoredMedia;
  /** The job that processes it; undefined when it is ready. */
  readonly jobId: string | undefined;
}

const uploadPriority = 10;
const defaultWaitMs = 20_000;
const importWaitMs = 60_000;

function requireActor(actor: Actor): void {
  if (actor.kind !== 'system') requirePerson(actor);
}

/** A refusal as its uploader reads it, whether it comes from now or from an earlier try. */
function refusal({ data }: StoredMedia): UnsupportedError {
  const reason = data.reason ?? 'picture cannot be read';
  return new UnsupportedError('picture', reason.replace(/^picture /, ''));
}

/** Takes pictures in, and has it recorded who brought bytes that were there already. */
export class TakingIn {
  readonly #deps: TakingInDeps;

  constructor(deps: TakingInDeps) {
    this.#deps = deps;
  }

  async ingest(actor: Actor, body: Readable | Uint8Array, waitMs = defaultWaitMs): Promise<MediaView> {
    requireActor(actor);
    return this.settle(actor, await receive(this.#deps.blobs, body, this.#deps.limits.bytes), waitMs);
  }

  /** Takes a received file in and waits for its processing. */
  async settle(actor: Actor, received: Received, waitMs = defaultWaitMs): Promise<MediaView> {
    const { media, jobId } = await this.#take(actor, received, uploadPriority);
    const settled = jobId === undefined ? media : await this.#wait(media, jobId, waitMs);
    return { id: settled.id, picture: viewOf(settled.data) };
  }

  async ingestFile(actor: Actor, path: string): Promise<{ id: Id; signature: string; done: Promise<void> }> {
    requireActor(actor);
    const received = await receiveFile(this.#deps.blobs, path, this.#deps.limits.bytes);
    const { media, jobId } = await this.#take(actor, received, 0);
    const done = jobId === undefined ? Promise.resolve() : this.#waitLong(media, jobId);
    // Whoever does not wait for it does not want to hear of it either.
    done.catch(() => undefined);
    return { id: media.id, signature: media.data.signature, done };
  }

  async #take(actor: Actor, received: Received, priority: number): Promise<Taken> {
    const { blobs, pictures, records, jobs, limits } = this.#deps;
    try {
      const known = await records.bySignature(received.signature);
      if (known?.data.state === 'ready')
        return { media: await records.noteBrought(actor, known), jobId: undefined };
      const facts = await pictures.probe(received.path, limits);
      await blobs.adopt([{ key: originalKey(received.signature), file: received.path }]);
      const { signature, bytes } = received;
      const begun = await records.begin(actor, { signature, bytes, ...facts });
      const media = await records.noteBrought(actor, begun);
      if (media.data.state === 'ready') return { media, jobId: undefined };
      const job = { name: processJob, payload: { mediaId: media.id }, deduplicationKey: media.id, priority };
      return { media, jobId: await jobs.enqueue(job) };
    } finally {
      await rm(received.path, { force: true });
    }
  }

  /** The picture as it is when the job ended, or at `waitMs`. */
  async #wait(media: StoredMedia, jobId: string, waitMs: number): Promise<StoredMedia> {
    const job = await this.#deps.jobs.wait(jobId, waitMs);
    const now = (await this.#deps.records.byId(media.id)) ?? media;
    if (now.data.state === 'refused') throw refusal(now);
    if (job.state === 'failed' && now.data.state !== 'ready') {
      throw new UnavailableError('the picture could not be processed now; try again later');
    }
    return now;
  }

  async #waitLong(media: StoredMedia, jobId: string): Promise<void> {
    let now = media;
    while (now.data.state !== 'ready') now = await this.#wait(media, jobId, importWaitMs);
  }
}
