/** The blobs port: immutable bytes by key. Keys are slash-separated lower-case ASCII (`[a-z0-9._-]`). */
import type { Readable } from 'node:stream';

/** What is known of a blob without reading it. */
export interface BlobInfo {
  readonly key: string;
  readonly bytes: number;
}

/** A half-open range of bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob as a file that may be read until it is released. */
export interface LocalFile extends AsyncDisposable {
  readonly path: string;
}

/** A local file that becomes a blob. */
export interface AdoptedFile {
  readonly key: string;
  readonly file: string;
}

/** The port. A key is written once; writing it again with other bytes is the caller's fault and keeps either. */
export interface Blobs {
  /** Stores a stream; the key exists only when this resolves (no half-written blob is ever seen). */
  put(key: string, body: Readable | Uint8Array): Promise<BlobInfo>;
  /** Moves local files in (they are gone afterwards); each by itself is atomic like `put`. In the order asked for. */
  adopt(files: readonly AdoptedFile[]): Promise<BlobInfo[]>;
  head(key: string): Promise<BlobInfo | undefined>;
  /** The bytes as a stream, or undefined when there is no such key. */
  open(key: string, range?: ByteRange): Promise<{ info: BlobInfo; body: Readable } | undefined>;
  /** The whole blob in memory; for small ones. */
  read(key: string): Promise<Buffer | undefined>;
  /** The blob as a local file (downloaded first where it is remote); throws `NotFoundError`. */
  local(key: string): Promise<LocalFile>;
  /** Keys under a prefix, in order. */
  list(prefix: string): AsyncIterable<BlobInfo>;
  delete(key: string): Promise<void>;
  /** A fresh path in a temporary folder on the same volume, for `adopt`; left-overs are removed at the next start. */
  temporaryPath(): Promise<string>;
  close(): Promise<void>;
}
