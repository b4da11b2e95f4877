/** A topic, as it is for the process that appends to it and for those that only read. */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import path from 'node:path';
import { UnavailableError } from '#kernel/errors';
import { Serial } from '#kernel/serial';
import type { LoggedEvent, TopicPolicy } from '../port.ts';
import { FollowedPartition } from './followed.ts';
import { type Head, Heads, readHeads } from './heads.ts';
import { keep } from './keeping.ts';
import { Partition, type PartitionOptions } from './partition.ts';
import type { PreparedEvent } from './record.ts';

/** What both kinds can do. */
export interface Topic {
  /** Answers the offset of the first event. */
  append(partition: number, events: readonly PreparedEvent[]): Promise<number>;
  read(partition: number, offset: number, limit: number): Promise<LoggedEvent[]>;
  head(partition: number): Promise<Head>;
  /** Brings all partitions in line with a policy; `floor` answers from which offset on events must stay. */
  keep(policy: TopicPolicy, floor: (partition: number) => number): Promise<void>;
  close(): Promise<void>;
}

/** What topics share. */
export interface TopicOptions extends Omit<PartitionOptions, 'partition' | 'onHead' | 'folder'> {
  /** The topic's folder. */
  readonly folder: string;
  readonly partitions: number;
}

const placesOf = (count: number): number[] => Array.from({ length: count }, (_, partition) => partition);
const folderOf = (folder: string, partition: number): string => path.join(folder, String(partition));

/** For the process that appends. */
export class WrittenTopic implements Topic {
  readonly #options: TopicOptions;
  readonly #partitions: readonly Partition[];
  readonly #heads: Heads;
  readonly #keeping = new Serial();

  private constructor(options: TopicOptions, partitions: readonly Partition[], heads: Heads) {
    this.#options = options;
    this.#partitions = partitions;
    this.#heads = heads;
  }

  static async open(options: TopicOptions): Promise<WrittenTopic> {
    const { folder, partitions } = options;
    const heads = new Heads(folder, partitions);
    const open = (partition: number): Promise<Partition> =>
      Partition.open({
        ...options,
        folder: folderOf(folder, partition),
        partition,
        onHead: (head) => heads.set(partition, head),
      });
    return new WrittenTopic(options, await Promise.all(placesOf(partitions).map(open)), heads);
  }

  append(partition: number, events: readonly PreparedEvent[]): Promise<number> {
    return this.#at(partition).append(events);
  }

  read(partition: number, offset: number, limit: number): Promise<LoggedEvent[]> {
    return this.#at(partition).read(offset, limit);
  }

  async head(partition: number): Promise<Head> {
    const { start, end } = this.#at(partition);
    return { start, end };
  }

  keep(policy: TopicPolicy, floor: (partition: number) => number): Promise<void> {
    return this.#keeping.run(async () => {
      for (const [place, partition] of this.#partitions.entries())
        await keep(partition, policy, this.#options, floor(place));
    });
  }

  async close(): Promise<void> {
    await this.#keeping.run(async () => undefined);
    await Promise.all(this.#partitions.map((partition) => partition.close()));
    await this.#heads.close();
  }

  #at(partition: number): Partition {
    const found = this.#partitions[partition];
    if (!found) throw new UnavailableError(`there is no partition ${partition}`);
    return found;
  }
}

/** How often to look where the system gives no notice of a change. */
const lookEveryMs = 500;

/** For processes that read what another appends. */
export class FollowedTopic implements Topic {
  readonly #folder: string;
  readonly #partitions: readonly FollowedPartition[];
  readonly #heads: () => Promise<Head[]>;
  readonly #onAppend: () => void;
  #notices: FSWatcher | undefined;
  readonly #timer: NodeJS.Timeout;
  #known = '';

  constructor({ folder, topic, partitions }: TopicOptions, onAppend: () => void) {
    this.#folder = folder;
    this.#heads = () => readHeads(folder, partitions);
    this.#onAppend = onAppend;
    const open = (partition: number): FollowedPartition =>
      new FollowedPartition({
        ...{ folder: folderOf(folder, partition), topic, partition },
        head: () => this.head(partition),
      });
    this.#partitions = placesOf(partitions).map(open);
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#timer.unref();
    this.#watch();
  }

  async append(): Promise<number> {
    throw new UnavailableError('this process reads the event log only');
  }

  async read(partition: number, offset: number, limit: number): Promise<LoggedEvent[]> {
    return (await this.#partitions[partition]?.read(offset, limit)) ?? [];
  }

  async head(partition: number): Promise<Head> {
    return (await this.#heads())[partition] ?? { start: 0, end: 0 };
  }

  async keep(): Promise<void> {
    // What is kept is up to the process that appends.
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#notices?.close();
  }

  #watch(): void {
    mkdirSync(this.#folder, { recursive: true });
    this.#notices = watch(this.#folder, { persistent: false }, () => this.#look());
    this.#notices.on('error', () => this.#notices?.close());
    this.#look();
  }

  #look(): void {
    // A look that fails is made up for by the next one.
    this.#compare().catch(() => undefined);
  }

  async #compare(): Promise<void> {
    const ends = (await this.#heads()).map(({ end }) => end).join();
    const isNew = this.#known !== '' && this.#known !== ends;
    this.#known = ends;
    if (isNew) this.#onAppend();
  }
}
