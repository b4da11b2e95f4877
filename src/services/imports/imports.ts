import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from '#kernel/actor';
import { ConflictError, PinakesError, UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Media } from '#services/media/contract';
import type { ImportProgress, ImportReport, ImportRequest, Imports } from './contract.ts';
import { type FoundPicture, listBoards, listPictures } from './folder.ts';
import { Pinning, type PinningDeps } from './pinning.ts';

/** What the imports service stands on. `inFlight` pictures are worked on at once. */
export interface ImportsDeps extends PinningDeps {
  readonly media: Pick<Media, 'ingestFile'>;
  readonly log: Log;
  readonly inFlight: number;
  /** Milliseconds before each further try of pictures for which something did not answer; half a minute in all when left out. */
  readonly pausesMs?: readonly number[];
}

type Outcome =
  | { kind: 'imported' | 'skipped' }
  | { kind: 'failed'; reason: string }
  /** Not now: something does not answer. */
  | { kind: 'put off' };

const usualPausesMs = [1000, 2000, 4000, 8000, 15_000];
const keptFailures = 100;

/** Runs one import. */
class ImportRun {
  readonly #deps: ImportsDeps;
  readonly #person: Person;
  readonly #request: ImportRequest;
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
    const { folder } = this.#request;
    const [pictures, boards] = await Promise.all([listPictures(folder), listBoards(folder)]);
    const pinning = new Pinning(this.#deps, this.#person, this.#request, boards);
    this.#counts.total = pictures.length;
    const tell = () => onProgress({ ...this.#counts });
    let left: readonly FoundPicture[] = pictures;
    for (const pauseMs of [0, ...(this.#deps.pausesMs ?? usualPausesMs)]) {
      if (left.length === 0) break;
      if (pauseMs > 0) await pause(pauseMs, undefined, signal && { signal });
      left = await this.#round(left, pinning, tell, signal);
    }
    for (const picture of left)
      this.#count(picture, { kind: 'failed', reason: 'the library could not take it now' });
    if (left.length > 0) tell();
    await this.#makeBoards(pinning);
    const { imported, skipped, failed } = this.#counts;
    return { imported, skipped, failed, failures: this.#failures };
  }

  /** Imports pictures, some at once; answers those that were put off. */
  async #round(
    pictures: readonly FoundPicture[],
    pinning: Pinning,
    tell: () => void,
    signal: AbortSignal | undefined,
  ): Promise<FoundPicture[]> {
    const putOff: FoundPicture[] = [];
    const queue = pictures.values();
    const lane = async () => {
      for (const picture of queue) {
        signal?.throwIfAborted();
        const outcome = await this.#importOne(picture, pinning);
        if (outcome.kind === 'put off') putOff.push(picture);
        else this.#count(picture, outcome);
        tell();
      }
    };
    await Promise.all(Array.from({ length: this.#deps.inFlight }, lane));
    return putOff;
  }

  /** Last: boards that are empty need nothing else. */
  async #makeBoards(pinning: Pinning): Promise<void> {
    try {
      await pinning.makeBoards();
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      this.#counts.failed += 1;
      this.#failures.push({ file: 'boards.jsonl', reason: error.message });
    }
  }

  #count(picture: FoundPicture, outcome: Exclude<Outcome, { kind: 'put off' }>): void {
    this.#counts.done += 1;
    this.#counts[outcome.kind] += 1;
    if (outcome.kind !== 'failed') return;
    this.#deps.log.warn({ file: picture.file, reason: outcome.reason }, 'picture not imported');
    if (this.#failures.length < keptFailures)
      this.#failures.push({ file: picture.file, reason: outcome.reason });
  }

  async #importOne(picture: FoundPicture, pinning: Pinning): Promise<Outcome> {
    try {
      const media = await this.#deps.media.ingestFile(
        this.#person,
        path.join(this.#request.folder, picture.file),
      );
      await media.done;
      return { kind: await pinning.pin(picture, media.id) };
    } catch (error) {
      if (error instanceof ConflictError) return { kind: 'skipped' };
      if (error instanceof UnavailableError) return { kind: 'put off' };
      if (error instanceof PinakesError) return { kind: 'failed', reason: error.message };
      throw error;
    }
  }
}

/** Makes the imports service. Cost: bounded by picture processing; memory by the list of file names. */
export function createImports(deps: ImportsDeps): Imports {
  return {
    importFolder: (person, request, options = {}) =>
      new ImportRun(deps, person, request).run(options.onProgress ?? (() => undefined), options.signal),
  };
}
