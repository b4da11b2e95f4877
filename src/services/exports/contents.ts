/** The files of one export, each read while it is written: memory holds names, never a file. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Person } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Accounts } from '#services/accounts/contract';
import type { Media } from '#services/media/contract';
import type { Store } from '#services/store/contract';
import { Belongings } from './belongings.ts';
import type { ExportOptions, ExportSummary } from './contract.ts';
import { BoardNaming, boardLine, pictureName, pinLine } from './lines.ts';

/** What contents come from. */
export interface ContentsDeps {
  readonly store: Pick<Store, 'getMany' | 'range' | 'countLinks'>;
  readonly accounts: Pick<Accounts, 'me'>;
  readonly media: Pick<Media, 'takeAway'>;
  /** A path for lines that wait for their place at the end. */
  readonly temporaryPath: () => Promise<string>;
}

/** A file of the export. */
export interface Content {
  readonly name: string;
  readonly lastModified: Date;
  readonly input: string | AsyncIterable<Uint8Array>;
}

const readme = `Everything of yours on Pinakes.

pictures/        every picture once: as you brought it, or without its camera data where others brought it
metadata.jsonl   a line of JSON for each pin: picture, board ("category"), title, description, tags, link, credit
boards.jsonl     a line for each board
profile.json     what your profile says
summary.json     how much there is

To bring it into another Pinakes, unpack it there and run

  pinakes import FOLDER --board-by category --as YOUR-NAME
`;

/** One export. */
export class Contents {
  readonly #deps: ContentsDeps;
  readonly #person: Person;
  readonly #options: ExportOptions;
  readonly #things: Belongings;
  readonly #boardNames = new Map<Id, string>();
  /** The file of each picture; null where there are no bytes. */
  readonly #files = new Map<Id, string | null>();
  readonly #now: Date;
  #pins = 0;
  #pictures = 0;
  #missing = 0;

  constructor(deps: ContentsDeps, person: Person, now: number, options: ExportOptions) {
    this.#deps = deps;
    this.#person = person;
    this.#options = options;
    this.#now = new Date(now);
    this.#things = new Belongings(deps.store, person);
  }

  /** What went into it, once it is written. */
  get summary(): ExportSummary {
    return {
      boards: this.#boardNames.size,
      pins: this.#pins,
      pictures: this.#pictures,
      missing: this.#missing,
    };
  }

  /** The files, in the order of the archive. Throws `UnavailableError` when it is told to stop. */
  async *files(): AsyncGenerator<Content> {
    yield this.#file('README.txt', readme);
    yield this.#file('profile.json', await this.#profile());
    yield this.#file('boards.jsonl', await this.#boards());
    const lines = await this.#deps.temporaryPath();
    try {
      yield* this.#picturesAndLines(lines);
      yield this.#file('metadata.jsonl', createReadStream(lines));
      yield this.#file('summary.json', `${JSON.stringify(this.summary, undefined, 2)}\n`);
    } finally {
      await rm(lines, { force: true });
    }
  }

  #file(name: string, input: Content['input'], lastModified = this.#now): Content {
    return { name, input, lastModified };
  }

  async #profile(): Promise<string> {
    const { name, displayName, about } = await this.#deps.accounts.me(this.#person);
    const exportedAt = this.#now.toISOString();
    return `${JSON.stringify({ name, displayName, about, exportedAt }, undefined, 2)}\n`;
  }

  async #boards(): Promise<string> {
    const naming = new BoardNaming();
    let text = '';
    for await (const { id, data } of this.#things.boards()) {
      const name = naming.name(data.name);
      this.#boardNames.set(id, name);
      text += boardLine(name, data);
    }
    return text;
  }

  /** Gives the pictures, and writes the pins' lines to a file meanwhile. */
  async *#picturesAndLines(lines: string): AsyncGenerator<Content> {
    const out = createWriteStream(lines, { mode: 0o600 });
    // Heard of when it is waited for.
    out.on('error', () => undefined);
    try {
      const total = await this.#things.countPins();
      for await (const { data, createdAt } of this.#things.pins()) {
        this.#requireGoing();
        yield* this.#picture(data.mediaId, createdAt);
        const file = this.#files.get(data.mediaId);
        const board = this.#boardNames.get(data.boardId);
        // A board that was made since is in the next export.
        if (file && board !== undefined) {
          if (!out.write(pinLine(file, board, data, createdAt))) await once(out, 'drain');
          this.#pins += 1;
        } else if (!file) this.#missing += 1;
        this.#options.onProgress?.(this.#pins + this.#missing, Math.max(total, this.#pins + this.#missing));
      }
    } finally {
      out.end();
      await finished(out);
    }
  }

  async *#picture(id: Id, at: number): AsyncGenerator<Content> {
    if (this.#files.has(id)) return;
    const found = await this.#deps.media.takeAway(this.#person, id);
    this.#files.set(id, found ? pictureName(this.#pictures + 1, found.type) : null);
    const name = this.#files.get(id);
    if (!found || !name) return;
    this.#pictures += 1;
    yield this.#file(name, await found.open(), new Date(at));
  }

  #requireGoing(): void {
    if (this.#options.signal?.aborted) throw new UnavailableError('the export was interrupted');
  }
}
