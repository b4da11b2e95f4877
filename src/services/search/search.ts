import type { Counters } from '#engines/counters/port';
import type { DocumentKind, TextIndex } from '#engines/text-index/port';
import type { Actor } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { pageLimit } from '#kernel/cursor';
import { InvalidInputError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { cleanLine } from '#kernel/plain-text';
import type { Page, PageRequest } from '#kernel/schema';
import type { Accounts, PersonCard } from '#services/accounts/contract';
import type { Boards, BoardView } from '#services/boards/contract';
import type { Pins, PinView } from '#services/pins/contract';
import type { Store } from '#services/store/contract';
import type { Vision } from '#services/vision/contract';
import type { FoundPin, Search, SearchAnswer, Suggestion } from './contract.ts';
import { likeFile, likePin, mostAlike, type PinQuery, toolLimit } from './picture-search.ts';
import { Shelf } from './shelf.ts';
import { cut, type Skeleton } from './skeleton.ts';
import { suggestions } from './suggestions.ts';
import { WordList, WordMatches } from './word-search.ts';

/** What the service stands on. */
export interface SearchDeps {
  readonly textIndex: TextIndex;
  readonly vision: Pick<Vision, 'similar' | 'similarToMany' | 'status'>;
  readonly store: Pick<Store, 'getMany'>;
  readonly counters: Pick<Counters, 'getMany'>;
  readonly pins: Pick<Pins, 'hydrate' | 'ofMedia' | 'data' | 'get'>;
  readonly boards: Pick<Boards, 'audiences' | 'getMany'>;
  readonly accounts: Pick<Accounts, 'cards'>;
  readonly clock: Clock;
  readonly log: Log;
}

const besides = { boards: 6, people: 6 } as const;
const longest = { words: 200, suggestions: 20 } as const;

function wordsFrom(text: string, field = 'words'): string {
  const words = cleanLine(text);
  if (words.length >= 1 && words.length <= longest.words) return words;
  throw new InvalidInputError(field, `must have 1 to ${longest.words} characters`);
}

/** Search over the text index and vision. */
export class IndexedSearch implements Search {
  readonly #deps: SearchDeps;
  readonly #wordLists: Shelf<WordList>;
  readonly #pictureLists: Shelf<Skeleton>;

  constructor(deps: SearchDeps) {
    this.#deps = deps;
    this.#wordLists = new Shelf(deps.clock);
    this.#pictureLists = new Shelf(deps.clock);
  }

  async words(viewer: Actor, text: string, page: PageRequest): Promise<SearchAnswer> {
    const words = wordsFrom(text);
    const limit = pageLimit(page);
    const make = () => this.#find(viewer, words);
    const held = this.#wordLists.take(viewer, `words ${words}`, page.cursor, make);
    const [{ found, next }, boards, people] = await Promise.all([
      cut(this.#deps.pins, viewer, held.skeleton, { from: held.from, limit }),
      page.cursor === undefined ? this.#boards(viewer, words) : [],
      page.cursor === undefined ? this.#people(viewer, words) : [],
    ]);
    const { corrected } = held.skeleton;
    return { pins: found.map(({ pin }) => pin), cursor: held.cursor(next), boards, people, corrected };
  }

  async pins(viewer: Actor, text: string, limit: number): Promise<FoundPin[]> {
    const part = { from: 0, limit: toolLimit(limit) };
    return (await cut(this.#deps.pins, viewer, this.#find(viewer, wordsFrom(text)), part)).found;
  }

  async suggest(viewer: Actor, prefix: string, limit: number): Promise<Suggestion[]> {
    if (prefix.length > longest.words) return [];
    return suggestions(this.#deps, viewer, prefix, Math.min(limit, longest.suggestions));
  }

  async picture(
    viewer: Actor,
    query: { path: string } | { bytes: Uint8Array } | PinQuery,
    limit: number,
  ): Promise<FoundPin[]> {
    const part = { from: 0, limit: toolLimit(limit) };
    const skeleton =
      'pinId' in query
        ? (await likePin(this.#deps, viewer, query, part.limit))()
        : likeFile(this.#deps, viewer, query, part.limit);
    return (await cut(this.#deps.pins, viewer, skeleton, part)).found;
  }

  async picturePage(viewer: Actor, query: PinQuery, page: PageRequest): Promise<Page<PinView>> {
    const limit = pageLimit(page);
    const make = await likePin(this.#deps, viewer, query, mostAlike);
    const name = `picture ${query.pinId} ${JSON.stringify(query.crop ?? null)}`;
    const held = this.#pictureLists.take(viewer, name, page.cursor, make);
    const { found, next } = await cut(this.#deps.pins, viewer, held.skeleton, { from: held.from, limit });
    return { items: found.map(({ pin }) => pin), cursor: held.cursor(next) };
  }

  #find(viewer: Actor, words: string): WordList {
    return new WordList(new WordMatches(this.#deps, viewer, words));
  }

  async #boards(viewer: Actor, words: string): Promise<BoardView[]> {
    return this.#deps.boards.getMany(viewer, await this.#ids(viewer, words, 'board', besides.boards));
  }

  async #people(viewer: Actor, words: string): Promise<PersonCard[]> {
    const ids = await this.#ids(viewer, words, 'user', besides.people);
    const cards = await this.#deps.accounts.cards(ids);
    return ids.flatMap((id) => cards.get(id) ?? []);
  }

  async #ids(viewer: Actor, words: string, kind: DocumentKind, limit: number): Promise<Id[]> {
    const { boards, textIndex } = this.#deps;
    const audiences = await boards.audiences(viewer);
    const { matches } = await textIndex.query({ words, kinds: [kind], audiences, limit });
    return matches.map(({ id }) => id);
  }
}
