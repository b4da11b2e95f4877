/** One partition: its segments, its group commit, its reads; what it keeps. */
import { mkdir, rm } from 'node:fs/promises';
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import type { LoggedEvent } from '../port.ts';
import { readFrame } from './frame.ts';
import type { Head } from './heads.ts';
import { indexFile, segmentsIn } from './names.ts';
import { decodeRecord, encodeRecords, type PreparedEvent } from './record.ts';
import { ActiveSegment, damaged, lastTime, readSegment, SealedSegment } from './segment.ts';
import { Tail, type TailChunk } from './tail.ts';

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
  /** Told where the partition begins and ends, at opening and whenever that changes. */
  readonly onHead: (head: Head) => void;
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

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Opens with `Partition.open`. */
export class Partition {
  readonly #options: PartitionOptions;
  #sealed: readonly SealedSegment[];
  #active: ActiveSegment | undefined;
  readonly #tail = new Tail(tailBytes);
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(
    options: PartitionOptions,
    sealed: readonly SealedSegment[],
    active: ActiveSegment | undefined,
  ) {
    this.#options = options;
    this.#sealed = sealed;
    this.#active = active;
    this.#tellHead();
  }

  /** Opens a partition; its folder is made at the first append. */
  static async open(options: PartitionOptions): Promise<Partition> {
    const { folder, durability, onTorn } = options;
    const { segments, stale } = await segmentsIn(folder);
    for (const file of stale)
      await Promise.all([file, indexFile(file)].map((one) => rm(one, { force: true })));
    const last = segments.pop();
    const sealed = await Promise.all(segments.map((segment) => SealedSegment.open(segment)));
    const active = last && (await ActiveSegment.open(folder, last.base, durability, onTorn));
    return new Partition(options, sealed, active);
  }

  /** The offset of the first event that is kept. */
  get start(): number {
    return this.#sealed[0]?.base ?? this.#active?.base ?? 0;
  }

  /** The offset that the next event gets; counts what is acknowledged only. */
  get end(): number {
    return this.#active?.end ?? 0;
  }

  /** Segments that take no more events, the oldest first. */
  get sealed(): readonly SealedSegment[] {
    return this.#sealed;
  }

  /** The bytes of all events that are kept. */
  get size(): number {
    return this.#sealed.reduce((sum, { size }) => sum + size, this.#active?.size ?? 0);
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
    const end = this.end;
    let next = Math.max(offset, this.start);
    while (next < end && events.length < limit) {
      next = this.#readTail(next, limit, events) ?? (await this.#readFile(next, { end, limit }, events));
    }
    return events;
  }

  /** Begins a new segment if the last one is older than `before`; what is in it can leave then. */
  async roll(before: number): Promise<void> {
    const active = this.#active;
    if (!active || active.size === 0 || (await lastTime(active)) >= before) return;
    // An append that is going on says that it is not idle after all.
    if (this.#writing || this.#closed || active !== this.#active) return;
    const begun = this.#begin(active).then(
      () => undefined,
      (error: unknown) => error,
    );
    this.#writing = begun.then(() => this.#write());
    const fault = await begun;
    if (fault !== undefined) throw fault;
  }

  /** Lets go of the oldest segments. */
  async drop(segments: readonly SealedSegment[]): Promise<void> {
    this.#sealed = this.#sealed.filter((segment) => !segments.includes(segment));
    this.#tellHead();
    for (const segment of segments) await segment.remove();
  }

  /** Puts one segment in the place of a run of neighbours. */
  async replace(run: readonly SealedSegment[], by: SealedSegment): Promise<void> {
    this.#sealed = this.#sealed.flatMap((one) => {
      if (one === run[0]) return [by];
      return run.includes(one) ? [] : [one];
    });
    this.#tail.dropBefore(by.end);
    for (const segment of run) await segment.remove();
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
        this.#tellHead();
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
    const full = this.#active;
    if (full && (full.size === 0 || full.size + bytes <= this.#options.segmentBytes)) return full;
    return this.#begin(full);
  }

  async #begin(full: ActiveSegment | undefined): Promise<ActiveSegment> {
    const { folder, durability, onTorn } = this.#options;
    await mkdir(folder, { recursive: true });
    await full?.saveIndex();
    const next = await ActiveSegment.open(folder, this.end, durability, onTorn);
    if (full) this.#sealed = [...this.#sealed, full.sealed()];
    this.#active = next;
    await full?.close();
    return next;
  }

  /** Reads from memory; answers where to go on, undefined when it is not there. */
  #readTail(offset: number, limit: number, into: LoggedEvent[]): number | undefined {
    const chunks = this.#tail.from(offset);
    if (!chunks) return undefined;
    for (const chunk of chunks) {
      if (into.length >= limit) break;
      const events = this.#tail.decoded(chunk, (whole) => this.#decodeAll(whole));
      const from = Math.max(0, offset - chunk.first);
      into.push(...events.slice(from, from + limit - into.length));
    }
    return Math.max(offset, (into.at(-1)?.offset ?? -1) + 1);
  }

  #decodeAll({ bytes }: TailChunk): LoggedEvent[] {
    const events: LoggedEvent[] = [];
    for (let position = 0; position < bytes.length; ) {
      const frame = readFrame(bytes, position);
      if (frame.kind !== 'whole') throw damaged('the cached tail', position);
      events.push(this.#decode(frame.body));
      position = frame.next;
    }
    return events;
  }

  async #readFile(
    offset: number,
    { end, limit }: { end: number; limit: number },
    into: LoggedEvent[],
  ): Promise<number> {
    const sealed = this.#sealed.find((segment) => segment.end > offset);
    const wanted = { offset, end, limit: limit - into.length };
    const take = (body: Buffer): unknown => into.push(this.#decode(body));
    try {
      const segment = (await sealed?.readable()) ?? this.#active;
      if (!segment || segment.base > offset) throw this.#lacking(offset);
      return await readSegment(segment, wanted, take);
    } catch (error) {
      const isGone = isMissing(error) && sealed && !this.#sealed.includes(sealed);
      if (!isGone) throw error;
      return Math.max(offset, this.start);
    }
  }

  #lacking(offset: number): UnavailableError {
    return new UnavailableError(`${this.#options.folder} lacks events from ${offset}`);
  }

  #decode(body: Buffer): LoggedEvent {
    return decodeRecord(body, this.#options.topic, this.#options.partition);
  }

  #tellHead(): void {
    const { start, end } = this;
    if (end > 0) this.#options.onHead({ start, end });
  }
}
