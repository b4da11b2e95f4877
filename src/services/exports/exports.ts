/** Exports by jobs, kept among the blobs for some days. */
import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobInfo, Blobs } from '#engines/blobs/port';
import type { Job } from '#engines/queue/port';
import { type Actor, type Person, requirePerson } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import { Contents, type ContentsDeps } from './contents.ts';
import type { ExportFile, ExportOptions, ExportSummary, Exports, ExportView } from './contract.ts';

/** What exports stand on. */
export interface ExportsDeps extends Omit<ContentsDeps, 'temporaryPath'> {
  readonly blobs: Blobs;
  readonly jobs: Pick<Jobs, 'enqueue' | 'list'>;
  readonly clock: Clock;
}

const exportJob = 'export';
const expiryJob = 'export-expiry';
const keptMs = 7 * 86_400_000;
/** How often progress is stored. */
const tellMs = 1000;
const looked = 1000;

type Context = Parameters<JobHandler['run']>[1];

/** The time is in the key, in as many digits as all of this era have, so that keys are in order of time. */
const keyOf = (userId: Id, at: number): string => `exports/${userId}/${at}.zip`;
const timeOf = (key: string): number => Number(/(\d+)\.zip$/.exec(key)?.[1] ?? 0);

/** Exports of one installation. */
export class JobbedExports implements Exports {
  readonly #deps: ExportsDeps;

  constructor(deps: ExportsDeps) {
    this.#deps = deps;
  }

  async start(actor: Actor): Promise<ExportView> {
    const { userId, role } = requirePerson(actor);
    const payload = { userId, role, at: this.#deps.clock.now(), done: 0, total: 0 };
    await this.#deps.jobs.enqueue({ name: exportJob, payload, attempts: 3, deduplicationKey: userId });
    return this.latest(actor);
  }

  async latest(actor: Actor): Promise<ExportView> {
    const { userId } = requirePerson(actor);
    const [ready, job] = await Promise.all([this.#ready(userId), this.#jobOf(userId)]);
    const at = ready && timeOf(ready.key);
    const isNews = job !== undefined && (job.state !== 'failed' || Number(job.payload['at']) > (at ?? 0));
    const state = isNews ? job.state : ready ? 'ready' : 'none';
    return {
      state: state === 'done' ? 'ready' : state,
      done: isNews ? Number(job.payload['done']) : 0,
      total: isNews ? Number(job.payload['total']) : 0,
      bytes: ready?.bytes ?? null,
      createdAt: at ?? null,
      expiresAt: at === undefined ? null : at + keptMs,
      error: isNews ? job.error : null,
    };
  }

  async open(actor: Actor): Promise<ExportFile> {
    const { userId } = requirePerson(actor);
    const ready = await this.#ready(userId);
    if (!ready) throw new NotFoundError('export: begin one first');
    const { key, bytes } = ready;
    const day = new Date(timeOf(key)).toISOString().slice(0, 10);
    return {
      name: `pinakes-${day}.zip`,
      tag: String(timeOf(key)),
      bytes,
      open: async (range) => {
        const found = await this.#deps.blobs.open(key, range);
        if (!found) throw new NotFoundError('export');
        return found.body;
      },
    };
  }

  async remove(actor: Actor): Promise<void> {
    await this.#removeBefore(requirePerson(actor).userId, Number.POSITIVE_INFINITY);
  }

  async write(actor: Actor, file: string, options: ExportOptions = {}): Promise<ExportSummary> {
    const person = requirePerson(actor);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      throw new ConflictError(`${file} is there already`, 'file');
    const aside = `${file}.part`;
    const { contents, body } = await this.#zip(person, this.#deps.clock.now(), options);
    try {
      await pipeline(body, createWriteStream(aside, { flags: 'w', mode: 0o600, flush: true }));
      await rename(aside, file);
    } catch (error) {
      await rm(aside, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') throw error;
      throw new InvalidInputError('file', `must be one that can be written: ${file}`, error);
    }
    return contents.summary;
  }

  handlers(): JobHandler[] {
    return [
      { name: exportJob, concurrency: 1, run: (payload, context) => this.#run(payload, context) },
      { name: expiryJob, concurrency: 1, run: (payload) => this.#expire(payload) },
    ];
  }

  async #zip(person: Person, now: number, options: ExportOptions) {
    const { makeZip } = await import('client-zip');
    const temporaryPath = () => this.#deps.blobs.temporaryPath();
    const contents = new Contents({ ...this.#deps, temporaryPath }, person, now, options);
    return { contents, body: Readable.from(makeZip(contents.files())) };
  }

  /** A retry begins anew: what was written before is no blob yet. */
  async #run(payload: JsonObject, { signal, checkpoint }: Context): Promise<JsonObject> {
    const { blobs, jobs, clock } = this.#deps;
    const { userId, role, at } = payload as { userId: Id; role: Person['role']; at: number };
    const key = keyOf(userId, at);
    // First, so that no file is without an end.
    await jobs.enqueue({ name: expiryJob, payload: { key }, runAfter: at + keptMs, deduplicationKey: key });
    let told = clock.now();
    const onProgress = (done: number, total: number): void => {
      if (clock.now() - told < tellMs) return;
      told = clock.now();
      void checkpoint({ ...payload, done, total }).catch(() => undefined);
    };
    const { contents, body } = await this.#zip({ kind: 'person', userId, role }, at, { onProgress, signal });
    const { bytes } = await blobs.put(key, body);
    await this.#removeBefore(userId, at);
    return { ...contents.summary, bytes };
  }

  async #expire({ key }: JsonObject): Promise<JsonObject> {
    await this.#deps.blobs.delete(String(key));
    return {};
  }

  async #ready(userId: Id): Promise<BlobInfo | undefined> {
    let last: BlobInfo | undefined;
    for await (const info of this.#deps.blobs.list(`exports/${userId}/`)) last = info;
    return last && timeOf(last.key) + keptMs > this.#deps.clock.now() ? last : undefined;
  }

  async #removeBefore(userId: Id, at: number): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.#deps.blobs.list(`exports/${userId}/`)) keys.push(key);
    await Promise.all(keys.filter((key) => timeOf(key) < at).map((key) => this.#deps.blobs.delete(key)));
  }

  /** The job that is under way; else the last one that failed. */
  async #jobOf(userId: Id): Promise<Job | undefined> {
    for (const state of ['running', 'pending', 'failed'] as const) {
      const all = await this.#deps.jobs.list(state, looked, exportJob);
      const own = all.find(({ payload }) => payload['userId'] === userId);
      if (own) return own;
    }
    return undefined;
  }
}
