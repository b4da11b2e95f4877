/** Completions of what is being typed, each with a picture. */
import type { TextIndex } from '#engines/text-index/port';
import type { Actor } from '#kernel/actor';
import type { Boards } from '#services/boards/contract';
import type { Pins } from '#services/pins/contract';
import type { Suggestion } from './contract.ts';

/** What suggestions stand on. */
export interface SuggestionDeps {
  readonly textIndex: TextIndex;
  readonly boards: Pick<Boards, 'audiences'>;
  readonly pins: Pick<Pins, 'hydrate'>;
}

/** Up to `limit` completions, most frequent first. Cost: one query of the text index each, one batched read. */
export async function suggestions(
  { textIndex, boards, pins }: SuggestionDeps,
  viewer: Actor,
  prefix: string,
  limit: number,
): Promise<Suggestion[]> {
  const audiences = await boards.audiences(viewer);
  const texts = await textIndex.suggest(prefix, audiences, limit);
  const best = await Promise.all(
    texts.map((words) => textIndex.query({ words, kinds: ['pin'], audiences, limit: 1 })),
  );
  const ids = best.map(({ matches }) => matches[0]?.id);
  const views = await pins.hydrate(
    viewer,
    ids.flatMap((id) => id ?? []),
  );
  const signatures = new Map(views.map(({ id, picture }) => [id, picture.signature]));
  return texts.map((text, i) => {
    const id = ids[i];
    return { text, signature: (id && signatures.get(id)) ?? null };
  });
}
