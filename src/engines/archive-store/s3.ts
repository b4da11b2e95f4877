/**
 * The archive store in a bucket of any S3 endpoint. An object is there whole or not at all, so a file is put by one request
 * (files of the archive are some megabytes). What is read stays in a local cache, by its name and size.
 *
 * Of S3 only what every endpoint understands is used: put, get, list, delete, one object each; checksums where they must be;
 * no conditions, no batches.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { type ArchiveStore, type LocalCopy, requireName, type StoredFile } from './port.ts';

/** Where the bucket is. It must exist. */
export interface S3ArchiveOptions {
  readonly bucket: string;
  /** Empty, or ending with a slash. */
  readonly prefix: string;
  /** Null: Amazon's own, by the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null: as the SDK finds them. */
  readonly keys: { readonly id: string; readonly secret: string } | null;
  /** A folder for what is fetched, of this store alone; made when missing. It may be emptied at any time. */
  readonly cache: string;
  /** Names that are listed at once; 1,000 by default, the most that S3 gives. */
  readonly pageSize?: number | undefined;
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** Files fetched at once for a mirror. */
const lanes = 8;

const nameOf = (error: unknown): unknown => (error instanceof Error ? error.name : undefined);
const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(String(nameOf(error)));

class S3Archive implements ArchiveStore {
  readonly place: string;
  readonly #options: S3ArchiveOptions;
  readonly #sdk: Sdk;
  readonly #client: S3Client;

  constructor(options: S3ArchiveOptions, sdk: Sdk) {
    const { bucket, prefix, endpoint, region, keys } = options;
    this.place = `s3://${bucket}/${prefix}`;
    this.#options = options;
    this.#sdk = sdk;
    this.#client = new sdk.S3Client({
      region,
      // Endpoints other than Amazon's rarely have a host name for each bucket.
      ...(endpoint !== null && { endpoint, forcePathStyle: true }),
      ...(keys !== null && { credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret } }),
      // What the SDK adds on its own is not understood by all endpoints.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 4,
    });
  }

  async put(name: string, file: string): Promise<void> {
    const at = this.#objectOf(name);
    // In memory, since a stream could not be sent a second time.
    const body = await readFile(file);
    await this.#asking(name, () => this.#client.send(new this.#sdk.PutObjectCommand({ ...at, Body: body })));
    await rm(file, { force: true });
    await rm(this.#cached(name), { force: true });
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    const { bucket, prefix: own, pageSize = 1000 } = this.#options;
    let token: string | undefined;
    do {
      const page = await this.#asking(prefix, () =>
        this.#client.send(
          new this.#sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: own + prefix,
            MaxKeys: pageSize,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = '', Size = 0 } of page.Contents ?? [])
        yield { name: Key.slice(own.length), bytes: Size };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async local(name: string): Promise<LocalCopy> {
    const at = this.#objectOf(name);
    const head = await this.#asking(name, () => this.#client.send(new this.#sdk.HeadObjectCommand(at)));
    await this.#fetched({ name, bytes: head.ContentLength ?? 0 });
    return { path: this.#cached(name), [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async remove(name: string): Promise<void> {
    const at = this.#objectOf(name);
    await this.#asking(name, () => this.#client.send(new this.#sdk.DeleteObjectCommand(at))).catch(
      (error: unknown) => {
        if (!(error instanceof NotFoundError)) throw error;
      },
    );
    await rm(this.#cached(name), { force: true });
  }

  async mirror(): Promise<string> {
    const wanted = new Map<string, StoredFile>();
    for await (const file of this.list('')) wanted.set(file.name, file);
    await this.#drop(wanted);
    const left = wanted.values();
    const lane = async (): Promise<void> => {
      for (const file of left) await this.#fetched(file);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return this.#options.cache;
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #objectOf(name: string): { Bucket: string; Key: string } {
    requireName(name);
    return { Bucket: this.#options.bucket, Key: this.#options.prefix + name };
  }

  #cached(name: string): string {
    return path.join(this.#options.cache, name);
  }

  /** Brings a file into the cache, unless it is there. */
  async #fetched({ name, bytes }: StoredFile): Promise<void> {
    const file = this.#cached(name);
    const there = await stat(file).catch(() => undefined);
    if (there?.size === bytes) return;
    const half = path.join(this.#options.cache, `_${randomUUID()}`);
    await mkdir(path.dirname(file), { recursive: true });
    try {
      await this.#asking(name, async () => {
        const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(this.#objectOf(name)));
        await pipeline(Body as Readable, createWriteStream(half));
      });
      await rename(half, file);
    } finally {
      await rm(half, { force: true });
    }
  }

  /** Removes from the cache what the bucket does not hold. */
  async #drop(wanted: ReadonlyMap<string, unknown>): Promise<void> {
    const { cache } = this.#options;
    const all = await readdir(cache, { recursive: true, withFileTypes: true });
    for (const entry of all) {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(cache, file).replaceAll(path.sep, '/');
      if (entry.isFile() && !name.startsWith('_') && !wanted.has(name)) await rm(file, { force: true });
    }
  }

  async #asking<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isMissing(error)) throw new NotFoundError(`file of the archive: ${name}`);
      const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new UnavailableError(`${this.place} cannot be used now (${cause})`, error);
    }
  }
}

/** Opens the archive in a bucket; nothing is asked of it yet. Several processes may open the same, each with its cache. */
export async function openS3Archive(options: S3ArchiveOptions): Promise<ArchiveStore> {
  const sdk = await import('@aws-sdk/client-s3');
  await mkdir(options.cache, { recursive: true });
  return new S3Archive(options, sdk);
}
