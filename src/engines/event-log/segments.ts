/**
 * The event log in segment files. A topic's partition is a folder of segments named by their first
 * offset. Appends that come at the same time share one write and one sync a partition; all file
 * work is asynchronous. Consumers that keep up are served from the last megabyte, kept in memory.
 * At opening only what the last segment's stored index does not cover is scanned, and a tail that
 * a crash left torn, never acknowledged, is cut off. One process at a time may open a folder.
 */
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock } from '#kernel/clock';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { type Log, silentLog } from '#kernel/log';
import type { Durability } from '#kernel/sqlite';
import type { EventLog, LoggedEvent, NewEvent } from './port.ts';
import { partitionsOf, requireTopic, topicsIn } from './segments/layout.ts';
import { GroupOffsets } from './segments/offsets.ts';
import { Partition } from './segments/partition.ts';
import { type PreparedEvent, prepareEvent } from './segments/record.ts';

/** How to open the log. */
export interface SegmentLogOptions {
  /** Made when missing. */
  readonly folder: string;
  /** For a new log; an existing one keeps its number. */
  readonly partitions?: number | undefined;
  /** A segment begins anew when it would grow over this; 64 MiB by default. */
  readonly segmentBytes?: number | undefined;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly log?: Log | undefined;
}

interface Placed {
  readonly index: number;
  readonly event: PreparedEvent;
}

class SegmentLog implements EventLog {
  readonly partitions: number;
  readonly #options: SegmentLogOptions;
  readonly #offsets: GroupOffsets;
  readonly #topics = new Map<string, Promise<Partition[]>>();
  readonly #listeners = new Set<(topic: string) => void>();
  #closed: Promise<void> | undefined;

  constructor(options: SegmentLogOptions, partitions: number, offsets: GroupOffsets) {
    this.#options = options;
    this.partitions = partitions;
    this.#offsets = offsets;
  }

  async append(topic: string, events: readonly NewEvent[]): Promise<{ partition: number; offset: number }[]> {
    const placed = this.#place(events);
    const partitions = await this.topic(topic);
    const positions: { partition: number; offset: number }[] = [];
    const appends = [...placed].map(async ([partition, share]) => {
      const first = await partitions[partition]?.append(share.map(({ event }) => event));
      if (first === undefined) throw new UnavailableError(`${topic} has no partition ${partition}`);
      for (const [i, { index }] of share.entries()) positions[index] = { partition, offset: first + i };
    });
    const outcomes = await Promise.allSettled(appends);
    if (outcomes.some(({ status }) => status === 'fulfilled')) this.#announce(topic);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return positions;
  }

  async read(topic: string, partition: number, offset: number, limit: number): Promise<LoggedEvent[]> {
    return (await this.#partition(topic, partition)).read(offset, limit);
  }

  async end(topic: string, partition: number): Promise<number> {
    return (await this.#partition(topic, partition)).end;
  }

  commit(group: string, topic: string, partition: number, offset: number): Promise<void> {
    return this.#offsets.set(JSON.stringify([group, topic, partition]), offset);
  }

  async committed(group: string, topic: string, partition: number): Promise<number> {
    this.#requireOpen();
    return this.#offsets.get(JSON.stringify([group, topic, partition]));
  }

  onAppend(listener: (topic: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** A topic's partitions, opened at the first need. */
  async topic(topic: string): Promise<Partition[]> {
    this.#requireOpen();
    const known = this.#topics.get(topic);
    if (known) return known;
    const opened = this.#openTopic(topic);
    this.#topics.set(topic, opened);
    opened.catch(() => this.#topics.delete(topic));
    return opened;
  }

  async #openTopic(topic: string): Promise<Partition[]> {
    requireTopic(topic);
    const { folder, segmentBytes = 64 * 1024 * 1024, durability, clock, log = silentLog } = this.#options;
    const onTorn = (file: string, bytes: number): void =>
      log.warn({ file, bytes }, 'cut off a torn end that was never acknowledged');
    const open = (_: unknown, partition: number): Promise<Partition> =>
      Partition.open({
        folder: path.join(folder, topic, String(partition)),
        ...{ topic, partition, segmentBytes, durability, clock, onTorn },
      });
    return Promise.all(Array.from({ length: this.partitions }, open));
  }

  async #partition(topic: string, partition: number): Promise<Partition> {
    const found = (await this.topic(topic))[partition];
    if (found) return found;
    throw new InvalidInputError('partition', `must be a whole number from 0 to ${this.partitions - 1}`);
  }

  /** The events of each partition, in order, with their places in the call. */
  #place(events: readonly NewEvent[]): Map<number, Placed[]> {
    const placed = new Map<number, Placed[]>();
    for (const [index, event] of events.entries()) {
      const partition = crc32(event.key) % this.partitions;
      const share = placed.get(partition) ?? [];
      placed.set(partition, share);
      share.push({ index, event: prepareEvent(event) });
    }
    return placed;
  }

  #requireOpen(): void {
    if (this.#closed) throw new UnavailableError('the event log is closed');
  }

  #announce(topic: string): void {
    for (const listener of this.#listeners) listener(topic);
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    const partitions = await Promise.all(this.#topics.values());
    await Promise.all(partitions.flat().map((partition) => partition.close()));
    await this.#offsets.close();
  }
}

/** Opens the log in a folder, and all topics in it. An append under `power` costs a sync to disk, shared by all that come at the same time. */
export async function openSegmentLog(options: SegmentLogOptions): Promise<EventLog> {
  const { folder, partitions = 8, durability } = options;
  const made = await partitionsOf(folder, partitions);
  const offsets = await GroupOffsets.open(path.join(folder, 'offsets.journal'), durability);
  const log = new SegmentLog(options, made, offsets);
  await Promise.all((await topicsIn(folder)).map((topic) => log.topic(topic)));
  return log;
}
