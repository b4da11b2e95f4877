/**
 * Finds pins by words, in lists that grow as they are read.
 *
 * Phases: pins that every word matches, in batches, each ranked in itself; where those are none and
 * there are several words, pins that half of the words match; where fewer than ten were found, pins
 * that look like the best of them.
 */
import type { TextIndex, TextMatch } from '#engines/text-index/port';
import type { Actor } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import type { Boards } from '#services/boards/contract';
import { type LooksDeps, likeTheBest } from './looks.ts';
import { type RankingDeps, rank } from './ranking.ts';
import { type LoadMore, type RankedPin, Skeleton } from './skeleton.ts';

/** What the search by words stands on. */
export interface WordSearchDeps extends LooksDeps, RankingDeps {
  readonly textIndex: TextIndex;
  readonly boards: Pick<Boards, 'audiences'>;
  readonly log: Log;
}

const batch = 500;
const few = 10;
const looseWords = 8;
const looseMatches = 200;
/** What matches only some of the words scores below all that match every one. */
const looseScore = 0.25;

/** A list found by words. */
export class WordList extends Skeleton {
  readonly #search: WordMatches;

  constructor(search: WordMatches) {
    super((known) => search.more(known));
    this.#search = search;
  }

  /** The words as they were understood, where one was mended. Known once the first part was read. */
  get corrected(): string | null {
    return this.#search.corrected;
  }
}

/** One viewer's search for some words. */
export class WordMatches {
  readonly #deps: WordSearchDeps;
  readonly #viewer: Actor;
  readonly #words: string;
  #offset = 0;
  #next: LoadMore | undefined = () => this.#everyWord();
  corrected: string | null = null;

  constructor(deps: WordSearchDeps, viewer: Actor, words: string) {
    this.#deps = deps;
    this.#viewer = viewer;
    this.#words = words;
  }

  /** The next batch; runs phases until one finds something or none is left. */
  async more(known: readonly RankedPin[]): Promise<RankedPin[]> {
    while (this.#next !== undefined) {
      const found = await this.#next(known);
      if (found.length > 0) return found;
    }
    return [];
  }

  async #everyWord(): Promise<RankedPin[]> {
    const { matches, corrected } = await this.#query(this.#words, batch, this.#offset);
    if (this.#offset === 0) this.corrected = corrected;
    this.#offset += batch;
    const isAll = matches.length < batch;
    if (isAll)
      this.#next = matches.length === 0 && this.#offset === batch ? () => this.#someWords() : this.#looks;
    return rank(this.#deps, matches);
  }

  async #someWords(): Promise<RankedPin[]> {
    this.#next = this.#looks;
    const words = [...new Set(this.#words.split(/\s+/u))]
      .filter((word) => word.length > 2)
      .slice(0, looseWords);
    if (words.length < 2) return [];
    const answers = await Promise.all(words.map((word) => this.#query(word, looseMatches, 0)));
    const matches = matchedByHalf(answers.map((answer) => answer.matches));
    return rank(this.#deps, matches.slice(0, looseMatches));
  }

  readonly #looks: LoadMore = async (known) => {
    this.#next = undefined;
    if (known.length >= few) return [];
    try {
      return await likeTheBest(this.#deps, this.#viewer, known);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.#deps.log.warn({ error }, 'words were searched without looks');
      return [];
    }
  };

  async #query(words: string, limit: number, offset: number) {
    const { textIndex, boards } = this.#deps;
    const audiences = await boards.audiences(this.#viewer);
    return textIndex.query({ words, kinds: ['pin'], audiences, limit, offset });
  }
}

/** Pins in at least half of the lists, by the sum of their scores. */
function matchedByHalf(lists: readonly (readonly TextMatch[])[]): TextMatch[] {
  const found = new Map<Id, { match: TextMatch; lists: number; score: number }>();
  for (const match of lists.flat()) {
    const known = found.get(match.id);
    const score = (known?.score ?? 0) + (looseScore * match.score) / lists.length;
    found.set(match.id, { match, lists: (known?.lists ?? 0) + 1, score });
  }
  const enough = [...found.values()].filter((one) => one.lists * 2 >= lists.length);
  return enough.map(({ match, score }) => ({ ...match, score })).sort((a, b) => b.score - a.score);
}
