/** Search by words and by picture. */
import Type, { type Static } from 'typebox';
import type { CropBox } from '#engines/pictures/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Page, PageRequest } from '#kernel/schema';
import { PersonCardSchema } from '#services/accounts/contract';
import { BoardViewSchema } from '#services/boards/contract';
import { type PinView, PinViewSchema } from '#services/pins/contract';

/** A pin that was found. */
export interface FoundPin {
  readonly pin: PinView;
  readonly score: number;
}

/** What words find. `corrected` is set when a word was mended. */
export const SearchAnswerSchema = Type.Object({
  pins: Type.Array(PinViewSchema),
  cursor: Type.Union([Type.String(), Type.Null()]),
  boards: Type.Array(BoardViewSchema),
  people: Type.Array(PersonCardSchema),
  corrected: Type.Union([Type.String(), Type.Null()]),
});
export type SearchAnswer = Static<typeof SearchAnswerSchema>;

/** A completion of what is being typed, with the picture of its best pin. */
export const SuggestionSchema = Type.Object({
  text: Type.String(),
  signature: Type.Union([Type.String(), Type.Null()]),
});
export type Suggestion = Static<typeof SuggestionSchema>;

/** The search service. Everything found is visible to the viewer. */
export interface Search {
  /** Pins, boards (first page only) and people (first page only) for words of 1 to 200 characters. */
  words(viewer: Actor, words: string, page: PageRequest): Promise<SearchAnswer>;
  /** Scored pins for words, for tools. */
  pins(viewer: Actor, words: string, limit: number): Promise<FoundPin[]>;
  suggest(viewer: Actor, prefix: string, limit: number): Promise<Suggestion[]>;
  /** Pins that look like a file, bytes, a pin, or a part of a pin; best first, each picture once. */
  picture(
    viewer: Actor,
    query: { path: string } | { bytes: Uint8Array } | { pinId: Id; crop?: CropBox | undefined },
    limit: number,
  ): Promise<FoundPin[]>;
  /** The same, a page at a time. */
  picturePage(
    viewer: Actor,
    query: { pinId: Id; crop?: CropBox | undefined },
    page: PageRequest,
  ): Promise<Page<PinView>>;
}
