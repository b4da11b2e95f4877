/** Vision: pictures that look alike. */
import Type, { type Static } from 'typebox';
import type { CropBox } from '#engines/pictures/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { JobHandler } from '#services/jobs/contract';

/** A crop box at the boundary: fractions of the picture, at least 2 % a side. */
export const CropBoxSchema = Type.Object({
  x: Type.Number({ minimum: 0, maximum: 1 }),
  y: Type.Number({ minimum: 0, maximum: 1 }),
  width: Type.Number({ minimum: 0.02, maximum: 1 }),
  height: Type.Number({ minimum: 0.02, maximum: 1 }),
});
export type CropBoxInput = Static<typeof CropBoxSchema>;

/** What to look for. */
export type PictureQuery =
  | { readonly kind: 'media'; readonly mediaId: Id }
  | { readonly kind: 'crop'; readonly mediaId: Id; readonly crop: CropBox }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A picture that looks alike; `score` is cosine similarity, 1 for the same picture. */
export interface SimilarMedia {
  readonly mediaId: Id;
  readonly score: number;
}

/** Sizes. */
export interface VisionStatus {
  /** Pictures that can be found by looks. */
  readonly indexed: number;
  /** Pictures with features. */
  readonly features: number;
  readonly generation: number;
  /** Length of the indexed vectors. */
  readonly dimensions: number;
  /** How many pictures the projection was fitted to; 0: there is none, and scores tell little apart. */
  readonly fitted: number;
}

/** The vision service. */
export interface Vision {
  /** Pictures like the query that the viewer may see, best first. The queried media itself is included. */
  similar(viewer: Actor, query: PictureQuery, limit: number): Promise<SimilarMedia[]>;
  /** The same for many stored pictures at once; unknown ones give an empty list. Cost: one batched index search. */
  similarToMany(viewer: Actor, mediaIds: readonly Id[], limit: number): Promise<Map<Id, SimilarMedia[]>>;
  /** Refits the projection on the library's own pictures and rebuilds the index beside the live one, when it has grown enough; answers whether it did. Runs as a job. */
  refit(): Promise<boolean>;
  /** The handlers of the vision jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
  /** Sizes for `doctor` and monitoring. */
  status(): Promise<VisionStatus>;
}
