/**
 * The event log in segment files. A topic's partition is a folder of segments named by their first offset. Appends that come
 * at the same time share one write and one sync a partition; all file work is asynchronous. Consumers that keep up are served
 * from the last megabyte, kept in memory. At opening only what the last segment's stored index does not cover is scanned, and
 * a tail that a crash left torn, never acknowledged, is cut off.
 *
 * One process at a time appends; others may follow: they read what is acknowledged, commit, and join groups.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock } from '#kernel/clock';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { type HeldFile, holdFile } from '#kernel/file-lock';
import { type Log, silentLog } from '#kernel/log';
import type { Durability } from '#kernel/sqlite';
import type { EventLog, GroupListener, GroupMember, LoggedEvent, NewEvent, TopicPolicy } from './port.ts';
import { Budget } from './segments/budget.ts';
import { Groups } from './segments/groups.ts';
import type { Head } from './segments/heads.ts';
import { partitionsOf, requireTopic, topicsIn } from './segments/layout.ts';
import { Membership } from './segments/membership.ts';
import { type PreparedEvent, prepareEvent } from './segments/record.ts';
import { FollowedTopic, type Topic, WrittenTopic } from './segments/topic.ts';

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
  /** Reads what another process appends, and appends nothing itself. */
  readonly follow?: boolean | undefined;
  /** Bytes that may be on their way to the disk together; 64 MiB by default. */
  readonly unflushedBytes?: number | undefined;
  /** Milliseconds that an append waits for room among them; 10,000 by default. */
  readonly appendWaitMs?: number | undefined;
  /** Milliseconds between two looks of a member of a group; 300 by default. */
  readonly heartbeatMs?: number | undefined;
  /** Milliseconds after which a member that does not look is taken for dead; 10,000 by default. */
  readonly sessionMs?: number | undefined;
}

/** The log with what only this adapter does. */
export interface SegmentLog extends EventLog {
  /** Brings all topics in line with their policies now; else that happens every minute. */
  keep(): Promise<void>;
}

interface Placed {
  readonly index: number;
  readonly event: PreparedEvent;
}

const keepEveryMs = 60_000;
const sizeOf = (events: readonly Placed[]): number => events.reduce((sum, { event }) => sum + event.bytes, 0);

class Segments implements SegmentLog {
  readonly partitions: number;
  readonly #options: SegmentLogOptions;
  readonly #log: Log;
  readonly #lock: HeldFile | undefined;
  readonly #groups: Groups;
  readonly #budget: Budget;
  readonly #topics = new Map<string, Promise<Topic>>();
  readonly #policies = new Map<string, TopicPolicy>();
  readonly #members = new Set<Membership>();
  readonly #listeners = new Set<(topic: string) => void>();
  readonly #timer: NodeJS.Timeout;
  #closed: Promise<void> | undefined;

  constructor(options: SegmentLogOptions, partitions: number, lock: HeldFile | undefined) {
    const { folder, durability, sessionMs = 10_000, log = silentLog } = options;
    this.#options = options;
    this.#log = log;
    this.#lock = lock;
    this.partitions = partitions;
    this.#groups = new Groups({ folder, partitions, durability, sessionMs });
    this.#budget = new Budget(options.unflushedBytes ?? 64 * 1024 * 1024, options.appendWaitMs ?? 10_000);
    this.#timer = setInterval(() => this.#keepQuietly(), keepEveryMs);
    this.#timer.unref();
  }

  async append(topic: string, events: readonly NewEvent[]): Promise<{ partition: number; offset: number }[]> {
    const placed = this.#place(events);
    const opened = await this.topic(topic);
    const positions: { partition: number; offset: number }[] = [];
    const appends = [...placed].map(async ([partition, share]) => {
      const first = await this.#appendTo(opened, partition, share);
      for (const [i, { index }] of share.entries()) positions[index] = { partition, offset: first + i };
    });
    const outcomes = await Promise.allSettled(appends);
    if (outcomes.some(({ status }) => status === 'fulfilled')) this.#announce(topic);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return positions;
  }

  async read(topic: string, partition: number, offset: number, limit: number): Promise<LoggedEvent[]> {
    this.#requirePartition(partition);
    return (await this.topic(topic)).read(partition, offset, limit);
  }

  async start(topic: string, partition: number): Promise<number> {
    return (await this.#head(topic, partition)).start;
  }

  async end(topic: string, partition: number): Promise<number> {
    return (await this.#head(topic, partition)).end;
  }

  async configure(topic: string, policy: TopicPolicy): Promise<void> {
    requireTopic(topic);
    this.#policies.set(topic, policy);
  }

  async commit(group: string, topic: string, partition: number, offset: number): Promise<void> {
    this.#requireOpen();
    await this.#groups.commit({ group, topic }, partition, offset);
  }

  async committed(group: string, topic: string, partition: number): Promise<number> {
    this.#requireOpen();
    return this.#groups.committed({ group, topic }, partition);
  }

  async join(group: string, topic: string, listener: GroupListener): Promise<GroupMember> {
    this.#requireOpen();
    requireTopic(topic);
    const { folder, heartbeatMs = 300 } = this.#options;
    const member = await Membership.join({
      ...{ folder, heartbeatMs, listener, groups: this.#groups, key: { group, topic }, log: this.#log },
      onMoved: () => this.#lookAll(),
    });
    this.#members.add(member);
    return member;
  }

  onAppend(listener: (topic: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async keep(): Promise<void> {
    for (const [topic, policy] of this.#policies) {
      const groups = policy.heldFor ?? [];
      const floor = (partition: number): number =>
        Math.min(...groups.map((group) => this.#groups.committed({ group, topic }, partition)));
      await (await this.topic(topic)).keep(policy, floor);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** A topic, opened at the first need. */
  async topic(topic: string): Promise<Topic> {
    this.#requireOpen();
    const known = this.#topics.get(topic);
    if (known) return known;
    const opened = this.#openTopic(topic);
    this.#topics.set(topic, opened);
    opened.catch(() => this.#topics.delete(topic));
    return opened;
  }

  async #openTopic(topic: string): Promise<Topic> {
    requireTopic(topic);
    const { folder, segmentBytes = 64 * 1024 * 1024, durability, clock, follow } = this.#options;
    const onTorn = (file: string, bytes: number): void =>
      this.#log.warn({ file, bytes }, 'cut off a torn end that was never acknowledged');
    const shared = { segmentBytes, durability, clock, onTorn, topic, partitions: this.partitions };
    const options = { ...shared, folder: path.join(folder, topic) };
    return follow ? new FollowedTopic(options, () => this.#announce(topic)) : WrittenTopic.open(options);
  }

  async #appendTo(topic: Topic, partition: number, share: readonly Placed[]): Promise<number> {
    const bytes = sizeOf(share);
    // Waits only where it must: what comes in one turn of the event loop is to share one write.
    const room = this.#budget.take(bytes);
    if (room) await room;
    try {
      return await topic.append(
        partition,
        share.map(({ event }) => event),
      );
    } finally {
      this.#budget.giveBack(bytes);
    }
  }

  async #head(topic: string, partition: number): Promise<Head> {
    this.#requirePartition(partition);
    return (await this.topic(topic)).head(partition);
  }

  #requirePartition(partition: number): void {
    if (Number.isInteger(partition) && partition >= 0 && partition < this.partitions) return;
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

  #lookAll(): void {
    for (const member of this.#members) void member.look();
  }

  #keepQuietly(): void {
    this.keep().catch((error: unknown) => {
      if (!this.#closed) this.#log.error({ err: error }, 'the event log could not let go of old events');
    });
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    const topics = await Promise.all(this.#topics.values());
    await Promise.all([...this.#members].map((member) => member.leave()));
    await Promise.all(topics.map((topic) => topic.close()));
    this.#groups.close();
    this.#lock?.release();
  }
}

async function lockFor({ folder, follow }: SegmentLogOptions): Promise<HeldFile | undefined> {
  await mkdir(folder, { recursive: true });
  if (follow) return undefined;
  const lock = holdFile(path.join(folder, '_writer.lock'));
  if (lock) return lock;
  throw new ConflictError(`another process appends to the event log in ${folder}`);
}

/**
 * Opens the log in a folder, and all topics in it. An append under `power` costs a sync to disk, shared by all that come at
 * the same time. Throws `ConflictError` when another process appends there, unless this one only follows.
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<SegmentLog> {
  const { folder, partitions = 8 } = options;
  const lock = await lockFor(options);
  try {
    const log = new Segments(options, await partitionsOf(folder, partitions), lock);
    await Promise.all((await topicsIn(folder)).map((topic) => log.topic(topic)));
    return log;
  } catch (error) {
    lock?.release();
    throw error;
  }
}
