/** Completions of what is being typed, each with a picture. */
import type { DocumentKind, TextIndex, TextMatch, TextQuery } from '#engines/text-index/port';
import type { Actor } from '#kernel/actor';
import type { Accounts } from '#services/accounts/contract';
import type { Boards } from '#services/boards/contract';
import type { Pins } from '#services/pins/contract';
import type { Suggestion } from './contract.ts';

/** What suggestions stand on. */
export interface SuggestionDeps {
  readonly textIndex: TextIndex;
  readonly boards: Pick<Boards, 'audiences' | 'getMany'>;
  readonly pins: Pick<Pins, 'hydrate'>;
  readonly accounts: Pick<Accounts, 'cards'>;
}

/** How many things that have a completion's words are looked at for one that the viewer sees. */
const witnesses = 3;

/**
 * Up to `limit` completions, most frequent first. Each is of something that the viewer sees now: the index follows what
 * turns secret a moment later, and what only it still knows is not told. Cost: one or two queries of the text index each,
 * three batched reads.
 */
export async function suggestions(
  deps: SuggestionDeps,
  viewer: Actor,
  prefix: string,
  limit: number,
): Promise<Suggestion[]> {
  const audiences = await deps.boards.audiences(viewer);
  const texts = await deps.textIndex.suggest(prefix, audiences, limit);
  const find = (words: string, kinds: readonly DocumentKind[]) =>
    witnessesOf(deps, { words, kinds, audiences });
  const pictures = await picturesOf(deps, viewer, texts, (words) => find(words, ['pin']));
  const without = texts.filter((text) => !pictures.has(text));
  const others = await othersOf(deps, viewer, without, (words) => find(words, ['board', 'user']));
  return texts
    .filter((text) => pictures.has(text) || others.has(text))
    .map((text) => ({ text, signature: pictures.get(text) ?? null }));
}

async function witnessesOf(
  { textIndex }: SuggestionDeps,
  query: Omit<TextQuery, 'limit'>,
): Promise<TextMatch[]> {
  return (await textIndex.query({ ...query, limit: witnesses })).matches;
}

type Find = (words: string) => Promise<TextMatch[]>;

/** The picture of each text's best pin that the viewer sees. */
async function picturesOf(
  { pins }: SuggestionDeps,
  viewer: Actor,
  texts: readonly string[],
  find: Find,
): Promise<Map<string, string>> {
  const found = await Promise.all(texts.map(find));
  const ids = [...new Set(found.flat().map(({ id }) => id))];
  const views = await pins.hydrate(viewer, ids);
  const signatures = new Map(views.map(({ id, picture }) => [id, picture.signature]));
  return new Map(
    texts.flatMap((text, at) => {
      const best = found[at]?.map(({ id }) => signatures.get(id)).find(Boolean);
      return best === undefined ? [] : [[text, best] as const];
    }),
  );
}

/** The texts that are of boards and people that the viewer sees. */
async function othersOf(
  { boards, accounts }: SuggestionDeps,
  viewer: Actor,
  texts: readonly string[],
  find: Find,
): Promise<Set<string>> {
  const found = await Promise.all(texts.map(find));
  const ids = (kind: DocumentKind) => [
    ...new Set(found.flat().flatMap((match) => (match.kind === kind ? match.id : []))),
  ];
  const [views, cards] = await Promise.all([
    boards.getMany(viewer, ids('board')),
    accounts.cards(ids('user')),
  ]);
  const seen = new Set([...views.map(({ id }) => id), ...cards.keys()]);
  return new Set(texts.filter((_, at) => found[at]?.some(({ id }) => seen.has(id))));
}
