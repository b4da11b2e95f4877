/** One partition: its segments, its group commit, its reads. */
import { mkdir, readdir } from 'node:fs/promises';
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import type { LoggedEvent } from '../port.ts';
import { readFrame } from './frame.ts';
import { decodeRecord, encodeRecords, offsetOf, type PreparedEvent } from './record.ts';
import { scanFrames } from './scan.ts';
import { ActiveSegment, baseOf, damaged, openSealed, type Readable, segmentFile } from './segment.ts';
import { Tail } from './tail.ts';

/** What partitions share. */
export interface PartitionOptions {
  readonly folder: string;
  readonly topic: string;
  readonly partition: number;
  readonly segmentBytes: number;
  readonly durability: Durability;
  readonly clock: Clock;
  /** Told of bytes that a crash left torn and that were cut off. */
  readonly onTorn: (file: string, bytes: number) => void;
}

interface Waiting {
  readonly events: readonly PreparedEvent[];
  readonly resolve: (first: number) => void;
  readonly reject: (error: unknown) => void;
}

const groupBytes = 4 * 1024 * 1024;
const tailBytes = 1024 * 1024;
const indexEveryBytes = 4 * 1024 * 1024;

const bytesOf = (events: readonly PreparedEvent[]): number =>
  events.reduce((sum, event) => sum + event.bytes, 0);

/** Opens with `Partition.open`. */
export class Partition {
  readonly #options: PartitionOptions;
  readonly #sealed: { base: number; readable: () => Promise<Readable> }[];
  #active: ActiveSegment | undefined;
  readonly #tail = new Tail(tailBytes);
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(
    options: PartitionOptions,
    sealed: { base: number; readable: () => Promise<Readable> }[],
    active: ActiveSegment | undefined,
  ) {
    this.#options = options;
    this.#sealed = sealed;
    this.#active = active;
  }

  /** Opens a partition; its folder is made at the first append. */
  static async open(options: PartitionOptions): Promise<Partition> {
    const names = await readdir(options.folder).catch(() => []);
    const bases = names
      .map(baseOf)
      .filter((base) => base !== undefined)
      .sort((a, b) => a - b);
    const last = bases.pop();
    const sealed = await Promise.all(
      bases.map(async (base) => ({
        base,
        readable: await openSealed(segmentFile(options.folder, base), base),
      })),
    );
    const { folder, durability, onTorn } = options;
    const active =
      last === undefined ? undefined : await ActiveSegment.open(folder, last, durability, onTorn);
    return new Partition(options, sealed, active);
  }

  /** The offset that the next event gets; counts what is acknowledged only. */
  get end(): number {
    return this.#active?.end ?? 0;
  }

  /** Appends events in order with all that wait at the same time; answers the offset of the first. */
  append(events: readonly PreparedEvent[]): Promise<number> {
    if (this.#closed) return Promise.reject(new UnavailableError('the event log is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Up to `limit` events from `offset` on. */
  async read(offset: number, limit: number): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    const end = Math.min(this.end, offset + limit);
    while (offset + events.length < end) {
      const next = offset + events.length;
      if (!this.#readTail(next, end, events)) await this.#readFile(next, end, events);
    }
    return events;
  }

  /** Finishes what waits, stores the index, lets go of the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    if (this.#active && this.#active.unindexed > 0) await this.#active.saveIndex();
    await this.#active?.close();
  }

  async #write(): Promise<void> {
    // Lets all callers of this turn join the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        let first = await this.#commit(group.flatMap(({ events }) => events));
        for (const { events, resolve } of group) {
          resolve(first);
          first += events.length;
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      await this.#refreshIndex();
    }
    this.#writing = undefined;
  }

  #nextGroup(): Waiting[] {
    let bytes = 0;
    const fits = this.#waiting.findIndex(({ events }, i) => {
      bytes += bytesOf(events);
      return i > 0 && bytes > groupBytes;
    });
    return this.#waiting.splice(0, fits < 0 ? this.#waiting.length : fits);
  }

  async #commit(events: readonly PreparedEvent[]): Promise<number> {
    const first = this.end;
    const bytes = encodeRecords(events, first, this.#options.clock.now());
    const segment = await this.#segmentFor(bytes.length);
    await segment.append(
      bytes,
      events.map((event) => event.bytes),
    );
    this.#tail.push({ first, count: events.length, bytes });
    return first;
  }

  async #refreshIndex(): Promise<void> {
    const active = this.#active;
    if (!active || active.unindexed < indexEveryBytes) return;
    // A stored index only makes the next opening quicker: failing to store it loses nothing.
    await active.saveIndex().catch(() => undefined);
  }

  /** The segment that has room for so many bytes; begins a new one where it has not. */
  async #segmentFor(bytes: number): Promise<ActiveSegment> {
    const { folder, durability, onTorn, segmentBytes } = this.#options;
    const full = this.#active;
    if (full && (full.size === 0 || full.size + bytes <= segmentBytes)) return full;
    await mkdir(folder, { recursive: true });
    await full?.saveIndex();
    const next = await ActiveSegment.open(folder, this.end, durability, onTorn);
    if (full) {
      const { path, base, size, index } = full;
      this.#sealed.push({ base, readable: async () => ({ path, base, size, index }) });
    }
    this.#active = next;
    await full?.close();
    return next;
  }

  #readTail(offset: number, end: number, into: LoggedEvent[]): boolean {
    const chunks = this.#tail.from(offset);
    for (const { first, bytes } of chunks ?? []) {
      let position = 0;
      for (let at = first; at < end && position < bytes.length; at++) {
        const frame = readFrame(bytes, position);
        if (frame.kind !== 'whole') throw damaged('the cached tail', position);
        if (at >= offset) into.push(this.#decode(frame.body));
        position = frame.next;
      }
    }
    return chunks !== undefined;
  }

  /** Reads from the segment that holds `offset`, to its end at most. */
  async #readFile(offset: number, end: number, into: LoggedEvent[]): Promise<void> {
    const { path, size, index } = await this.#holding(offset);
    let next = offset;
    const visit = (body: Buffer): boolean => {
      const at = offsetOf(body);
      if (at < offset) return true;
      if (at !== next || next >= end) return false;
      into.push(this.#decode(body));
      next++;
      return true;
    };
    const { position, sound } = await scanFrames({ path, position: index.find(offset), size }, visit);
    if (!sound || next === offset) throw damaged(path, position);
  }

  async #holding(offset: number): Promise<Readable> {
    const active = this.#active;
    if (active && offset >= active.base) return active;
    const sealed = this.#sealed.findLast(({ base }) => base <= offset);
    if (!sealed) throw new UnavailableError(`${this.#options.folder} lacks events from ${offset}`);
    return sealed.readable();
  }

  #decode(body: Buffer): LoggedEvent {
    return decodeRecord(body, this.#options.topic, this.#options.partition);
  }
}
