import path from 'node:path';
import type { Person } from '#kernel/actor';
import { ConflictError, PinakesError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import type { Boards } from '#services/boards/contract';
import type { Media } from '#services/media/contract';
import type { Pins } from '#services/pins/contract';
import type { Store } from '#services/store/contract';
import type { ImportProgress, ImportReport, ImportRequest, Imports } from './contract.ts';
import { type FoundPicture, listPictures } from './folder.ts';

/** What the imports service stands on. `inFlight` pictures are worked on at once. */
export interface ImportsDeps {
  readonly media: Media;
  readonly pins: Pins;
  readonly boards: Boards;
  readonly store: Pick<Store, 'linked'>;
  readonly log: Log;
  readonly inFlight: number;
}

type Outcome = { kind: 'imported' | 'skipped' } | { kind: 'failed'; reason: string };
const keptFailures = 100;

/** Runs one import. */
class ImportRun {
  readonly #deps: ImportsDeps;
  readonly #person: Person;
  readonly #request: ImportRequest;
  readonly #boardIds = new Map<string, Promise<Id>>();
  readonly #failures: { file: string; reason: string }[] = [];
  #counts = { done: 0, total: 0, imported: 0, skipped: 0, failed: 0 };

  constructor(deps: ImportsDeps, person: Person, request: ImportRequest) {
    this.#deps = deps;
    this.#person = person;
    this.#request = request;
  }

  async run(
    onProgress: (progress: ImportProgress) => void,
    signal: AbortSignal | undefined,
  ): Promise<ImportReport> {
    const pictures = await listPictures(this.#request.folder);
    this.#counts.total = pictures.length;
    const queue = pictures.values();
    const lane = async () => {
      for (const picture of queue) {
        signal?.throwIfAborted();
        this.#count(picture, await this.#importOne(picture));
        onProgress({ ...this.#counts });
      }
    };
    await Promise.all(Array.from({ length: this.#deps.inFlight }, lane));
    const { imported, skipped, failed } = this.#counts;
    return { imported, skipped, failed, failures: this.#failures };
  }

  #count(picture: FoundPicture, outcome: Outcome): void {
    this.#counts.done += 1;
    this.#counts[outcome.kind] += 1;
    if (outcome.kind !== 'failed') return;
    this.#deps.log.warn({ file: picture.file, reason: outcome.reason }, 'picture not imported');
    if (this.#failures.length < keptFailures)
      this.#failures.push({ file: picture.file, reason: outcome.reason });
  }

  async #importOne(picture: FoundPicture): Promise<Outcome> {
    try {
      const media = await this.#deps.media.ingestFile(
        this.#person,
        path.join(this.#request.folder, picture.file),
      );
      await media.done;
      if (await this.#isPinned(media.id)) return { kind: 'skipped' };
      await this.#pin(picture, media.id);
      return { kind: 'imported' };
    } catch (error) {
      if (error instanceof ConflictError) return { kind: 'skipped' };
      if (error instanceof PinakesError) return { kind: 'failed', reason: error.message };
      throw error;
    }
  }

  /** Asked before a board is made for the picture: one that is only skipped needs none. */
  async #isPinned(mediaId: Id): Promise<boolean> {
    const pinned = await this.#deps.store.linked(this.#person, 'user_has_media', this.#person.userId, [
      mediaId,
    ]);
    return pinned.has(mediaId);
  }

  async #pin(picture: FoundPicture, mediaId: Id): Promise<void> {
    const { metadata } = picture;
    const words = metadata && {
      title: metadata.title,
      description: metadata.description,
      tags: metadata.tags,
      link: metadata.link,
      ...(metadata.credit && { credit: metadata.credit }),
    };
    const boardId = await this.#board(this.#boardName(picture));
    await this.#deps.pins.create(this.#person, { boardId, mediaId, ...words }, { once: true, patient: true });
  }

  #boardName(picture: FoundPicture): string {
    const folder = path.posix.basename(path.posix.dirname(picture.file));
    const byFolder = folder === '.' ? path.basename(path.resolve(this.#request.folder)) : folder;
    return this.#request.boardBy === 'category' ? (picture.metadata?.category ?? byFolder) : byFolder;
  }

  #board(name: string): Promise<Id> {
    const known = this.#boardIds.get(name);
    if (known) return known;
    const made = this.#deps.boards.ensure(this.#person, name.slice(0, 100));
    this.#boardIds.set(name, made);
    return made;
  }
}

/** Makes the imports service. Cost: bounded by picture processing; memory by the list of file names. */
export function createImports(deps: ImportsDeps): Imports {
  return {
    importFolder: (person, request, options = {}) =>
      new ImportRun(deps, person, request).run(options.onProgress ?? (() => undefined), options.signal),
  };
}
