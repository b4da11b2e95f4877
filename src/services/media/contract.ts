/** Media: pictures by content, their derivatives, and who may fetch them. */
import type { Readable } from 'node:stream';
import Type, { type Static } from 'typebox';
import type { PictureFormat, PictureWidth, Swatch } from '#engines/pictures/port';
import type { Actor, Person } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { IdSchema } from '#kernel/schema';
import type { JobHandler } from '#services/jobs/contract';

/** A picture as a page needs it: known size, placeholder, colours. URLs are `/img/<signature>/<width>.<format>`. */
export const PictureViewSchema = Type.Object({
  /** SHA-256 of the original's bytes, 64 hex digits. */
  signature: Type.String(),
  width: Type.Number(),
  height: Type.Number(),
  /** Thumbhash, base64; empty while processing. */
  placeholder: Type.String(),
  /** `#rrggbb`. */
  colour: Type.String(),
  palette: Type.Array(Type.String()),
  state: Type.Union([Type.Literal('processing'), Type.Literal('ready'), Type.Literal('refused')]),
});
export type PictureView = Static<typeof PictureViewSchema>;

/** What is stored of a picture. */
export interface MediaData {
  readonly signature: string;
  readonly state: 'processing' | 'ready' | 'refused';
  /** Why it was refused; null otherwise. */
  readonly reason: string | null;
  readonly bytes: number;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly placeholder: string;
  readonly colour: string;
  readonly palette: Swatch[];
  readonly perceptualHash: string;
  readonly uploaderId: Id | null;
}

/** A picture with its id. */
export const MediaViewSchema = Type.Object({ id: IdSchema, picture: PictureViewSchema });
export type MediaView = Static<typeof MediaViewSchema>;

/** What a page at a URL offers to save. */
export const PagePreviewSchema = Type.Object({
  /** After redirects. */
  url: Type.String(),
  title: Type.String(),
  description: Type.String(),
  site: Type.String(),
  author: Type.Union([Type.String(), Type.Null()]),
  /** Best first; declared sizes where the page states them. */
  pictures: Type.Array(
    Type.Object({
      url: Type.String(),
      alt: Type.String(),
      width: Type.Union([Type.Number(), Type.Null()]),
      height: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});
export type PagePreview = Static<typeof PagePreviewSchema>;

/** Which form of a picture: a derivative's width, or the original without its metadata. `auto` is settled from `accept`. */
export interface VariantRequest {
  readonly signature: string;
  readonly width: PictureWidth | 'original';
  readonly format: PictureFormat | 'auto';
  /** The Accept header. */
  readonly accept: string;
}

/** A form of a picture that may be sent. Bytes come from memory when hot, else from the blob. */
export interface Variant {
  readonly key: string;
  readonly type: string;
  readonly bytes: number;
  /** Whether everybody may see it: decides what shared caches may keep. */
  readonly public: boolean;
  open(range?: { start: number; end: number }): Promise<Buffer | Readable>;
}

/** The bytes of a picture, to be kept elsewhere. */
export interface TakenAway {
  /** Media type. */
  readonly type: string;
  open(): Promise<Readable>;
}

/** The media service. */
export interface Media {
  /**
   * Takes a picture in: stores the original, enqueues its processing job, waits for it. The same bytes again answer the
   * same media, which whoever brought them may see and pin from then on. Throws `TooLargeError`, `UnsupportedError` in words for the uploader; then no bytes
   * are kept, only a record that they were refused and why; the same bytes again are tried again.
   */
  ingest(actor: Actor, body: Readable | Uint8Array, options?: { waitMs?: number }): Promise<MediaView>;
  /** The same for a local file, read in place (import). Does not wait; `done` resolves when processed, rejects when refused. */
  ingestFile(actor: Actor, path: string): Promise<{ id: Id; signature: string; done: Promise<void> }>;
  /** Fetches a picture from a public address and takes it in. Refuses internal addresses. */
  ingestUrl(actor: Actor, url: string): Promise<MediaView>;
  /** Reads a page (or a picture's own URL) and lists what could be saved from it. */
  preview(actor: Actor, url: string): Promise<PagePreview>;
  /** Stored media by id. */
  data(ids: readonly Id[]): Promise<Map<Id, MediaData>>;
  idBySignature(signature: string): Promise<Id | undefined>;
  view(data: MediaData): PictureView;
  /** A form of a picture for a viewer; throws `NotFoundError` when there is none or the viewer may not see it. Makes it when it is not there yet, once for all who wait. */
  variant(viewer: Actor, request: VariantRequest): Promise<Variant>;
  /**
   * A picture's bytes for a person to keep: as they came for whoever brought them, without metadata for others who may see
   * it. Undefined where there are none for them.
   */
  takeAway(person: Person, id: Id): Promise<TakenAway | undefined>;
  /** The handlers of the picture jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
}
