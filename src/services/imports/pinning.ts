/** From a picture that was taken in to pins: which boards, which words, and which of them are there already. */
import path from 'node:path';
import type { Person } from '#kernel/actor';
import { InvalidInputError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Boards } from '#services/boards/contract';
import type { PinData, Pins } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { ImportRequest } from './contract.ts';
import type { FoundPicture } from './folder.ts';
import type { BoardMetadata, PictureMetadata } from './metadata.ts';

/** What pinning stands on. */
export interface PinningDeps {
  readonly pins: Pick<Pins, 'create'>;
  readonly boards: Pick<Boards, 'ensure' | 'data'>;
  readonly store: Pick<Store, 'linked' | 'range' | 'getMany'>;
}

/** Pins of one picture that are looked through. */
const mostPins = 1000;

function wordsOf({ title, description, altText, tags, link, credit }: PictureMetadata) {
  return { title, description, altText, tags, link, ...(credit && { credit }) };
}

/** Pins the pictures of one import. */
export class Pinning {
  readonly #deps: PinningDeps;
  readonly #person: Person;
  readonly #request: ImportRequest;
  readonly #described: ReadonlyMap<string, BoardMetadata>;
  readonly #secret: ReadonlySet<string>;
  readonly #boardIds = new Map<string, Promise<Id>>();

  /** `described`: what boards are to be where they are made; told by category, so for imports by category only. */
  constructor(
    deps: PinningDeps,
    person: Person,
    request: ImportRequest,
    described: readonly BoardMetadata[],
  ) {
    const used = request.boardBy === 'category' ? described : [];
    this.#deps = deps;
    this.#person = person;
    this.#request = request;
    this.#described = new Map(used.map((board) => [board.name, board]));
    this.#secret = new Set(described.filter(({ secret }) => secret).map(({ name }) => name));
  }

  /** Makes the boards that are described, empty ones too. */
  async makeBoards(): Promise<void> {
    for (const name of this.#described.keys()) await this.#board(name);
  }

  /**
   * Pins a picture, unless the person has pinned it before. One with several lines becomes a pin for each, as far as it is
   * not on the line's board yet.
   */
  async pin(picture: FoundPicture, mediaId: Id): Promise<'imported' | 'skipped'> {
    const { metadata, more } = picture;
    this.#requireOwnBoards([...(metadata ? [metadata] : []), ...more]);
    if (metadata && more.length > 0) return this.#pinLines(picture, [metadata, ...more], mediaId);
    // Asked before a board is made for the picture: one that is only skipped needs none.
    if (await this.#isPinned(mediaId)) return 'skipped';
    const boardId = await this.#board(this.#boardName(picture.file, metadata));
    const words = metadata && wordsOf(metadata);
    await this.#deps.pins.create(this.#person, { boardId, mediaId, ...words }, { once: true, patient: true });
    return 'imported';
  }

  /** What was secret does not land on a board of a folder, where others might see it. */
  #requireOwnBoards(lines: readonly PictureMetadata[]): void {
    if (this.#request.boardBy === 'category') return;
    const secret = lines.find(({ category }) => category !== null && this.#secret.has(category));
    if (!secret) return;
    const rule = `must be "category" to import what is on "${secret.category}", which boards.jsonl names as secret`;
    throw new InvalidInputError('board-by', rule);
  }

  async #pinLines(
    { file }: FoundPicture,
    lines: readonly PictureMetadata[],
    mediaId: Id,
  ): Promise<'imported' | 'skipped'> {
    const there = await this.#pinsByBoard(mediaId);
    let made = 0;
    for (const line of lines) {
      const boardId = await this.#board(this.#boardName(file, line));
      const left = there.get(boardId) ?? 0;
      there.set(boardId, left - 1);
      if (left > 0) continue;
      await this.#deps.pins.create(this.#person, { boardId, mediaId, ...wordsOf(line) }, { patient: true });
      made += 1;
    }
    return made > 0 ? 'imported' : 'skipped';
  }

  /** How often the person has pinned a picture, by board. */
  async #pinsByBoard(mediaId: Id): Promise<Map<Id, number>> {
    const range = { mapping: 'media_has_pin', from: mediaId, limit: mostPins } as const;
    const edges = await this.#deps.store.range(this.#person, range);
    const ids = edges.map(({ to }) => to);
    const pins = await this.#deps.store.getMany(this.#person, ids);
    const byBoard = new Map<Id, number>();
    for (const { ownerId, boardId } of pins.values().map(dataOf<PinData>))
      if (ownerId === this.#person.userId) byBoard.set(boardId, (byBoard.get(boardId) ?? 0) + 1);
    return byBoard;
  }

  async #isPinned(mediaId: Id): Promise<boolean> {
    const { userId } = this.#person;
    return (await this.#deps.store.linked(this.#person, 'user_has_media', userId, [mediaId])).has(mediaId);
  }

  #boardName(file: string, metadata: PictureMetadata | undefined): string {
    const folder = path.posix.basename(path.posix.dirname(file));
    const byFolder = folder === '.' ? path.basename(path.resolve(this.#request.folder)) : folder;
    return this.#request.boardBy === 'category' ? (metadata?.category ?? byFolder) : byFolder;
  }

  #board(name: string): Promise<Id> {
    const known = this.#boardIds.get(name);
    if (known) return known;
    const made = this.#ensure(name);
    this.#boardIds.set(name, made);
    // What failed is not kept: the next picture may find its shard answering again.
    made.catch(() => this.#boardIds.delete(name));
    return made;
  }

  /** What was secret where it comes from is not put where everybody sees it. */
  async #ensure(name: string): Promise<Id> {
    const { description = '', secret = false } = this.#described.get(name) ?? {};
    const id = await this.#deps.boards.ensure(this.#person, name.slice(0, 100), { description, secret });
    if (secret && (await this.#deps.boards.data([id])).get(id)?.secret === false) {
      const rule = `names the board "${name}" as secret, and here is a public one of that name`;
      throw new InvalidInputError('boards.jsonl', rule);
    }
    return id;
  }
}
