/**
 * The way of events into the archive, as a member of the group `archive`.
 *
 * A file is written beside, then put into the store, then committed. Whoever dies after the second step leaves a file that
 * begins where the group wants to go on: it is adopted. A member that lost its partition without knowing writes the same file
 * as its successor, since what a file holds follows from where it begins; it cannot commit. Only events of an hour that is not
 * over, archived because they were asked for, can make two files differ: what is left of such a one is removed when it
 * reaches over an offset that was committed.
 */
import path from 'node:path';
import type { ArchiveStore } from '#engines/archive-store/port';
import type { ColumnFiles, Row } from '#engines/column-files/port';
import type { EventLog, GroupMember } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import { Serial } from '#kernel/serial';
import { type ArchiveRun, archiveGroup, type OnProgress } from './contract.ts';
import { Merger } from './merger.ts';
import { graceMs, hourMs, hourOf, hourPrefix, nameOf } from './names.ts';
import { filesUnder } from './ranges.ts';
import { isWhole } from './reading.ts';
import { columns, rowOf } from './rows.ts';

/** What a file may hold. */
export interface FileLimits {
  readonly events: number;
  /** Characters of JSON; the event that reaches it is the file's last. */
  readonly chars: number;
}

/** What the work on the archive stands on. */
export interface ArchiveWorkDeps {
  readonly log: EventLog;
  readonly store: ArchiveStore;
  readonly files: ColumnFiles;
  readonly clock: Clock;
  /** A folder of this process alone. */
  readonly work: string;
  readonly limits?: FileLimits | undefined;
}

/** What to archive. */
export interface RunOptions {
  readonly topics: readonly string[];
  /** Whether events of the present hour are to go as well. */
  readonly open: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const defaultLimits: FileLimits = { events: 500_000, chars: 64 * 1024 * 1024 };
const readLimit = 500;

/** A place in the log. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly hour: number;
}

/** One at a time in a process. */
export class Archiver {
  readonly #deps: ArchiveWorkDeps;
  readonly #limits: FileLimits;
  readonly #done = { files: 0, events: 0, adopted: 0, removed: 0, merged: 0 };
  /** Where partitions ended when they were first looked at: what comes later is not asked for. */
  readonly #ends = new Map<string, number>();

  constructor(deps: ArchiveWorkDeps) {
    this.#deps = deps;
    this.#limits = deps.limits ?? defaultLimits;
  }

  /** Archives what is due of the partitions that are this member's; answers what was done. */
  async run(options: RunOptions): Promise<ArchiveRun> {
    for (const topic of options.topics) await this.#runTopic(topic, options);
    return this.#done;
  }

  async #runTopic(topic: string, options: RunOptions): Promise<void> {
    const hand = new Serial();
    const member = await this.#deps.log.join(archiveGroup, topic, {
      assigned: () => undefined,
      revoked: () => hand.run(async () => undefined),
      lost: () => undefined,
    });
    try {
      while (await this.#pass(member, topic, hand, options)) options.signal?.throwIfAborted();
      await this.#merge(member, topic, options);
    } finally {
      await member.leave();
    }
  }

  /** Whoever has the first partition merges. */
  async #merge(member: GroupMember, topic: string, { signal }: RunOptions): Promise<void> {
    const isMine = (): boolean => member.partitions.includes(0);
    if (!isMine()) return;
    const { merged, removed } = await new Merger(this.#deps).run({ topic, isMine, signal });
    this.#done.merged += merged;
    this.#done.removed += removed;
  }

  /** One file of each partition; whether there was any. */
  async #pass(member: GroupMember, topic: string, hand: Serial, options: RunOptions): Promise<boolean> {
    let moved = false;
    for (const partition of [...member.partitions]) {
      options.signal?.throwIfAborted();
      const isMoved = await hand.run(async () => {
        if (!member.partitions.includes(partition)) return false;
        return this.#advance(member, topic, partition, options.open);
      });
      moved ||= isMoved;
      options.onProgress?.('Archiving', this.#done.events, this.#done.events);
    }
    return moved;
  }

  async #advance(member: GroupMember, topic: string, partition: number, open: boolean): Promise<boolean> {
    const { log } = this.#deps;
    const committed = await log.committed(archiveGroup, topic, partition);
    const [head] = await log.read(topic, partition, committed, 1);
    if (!head) return false;
    const place = { topic, partition, from: head.offset, hour: hourOf(head.at) };
    const last = (await this.#adopted(place)) ?? (await this.#written(place, open));
    if (last === undefined) return false;
    return this.#committed(member, partition, last + 1);
  }

  /** Whether the offset could be committed; it cannot where the partition went to another member. */
  async #committed(member: GroupMember, partition: number, offset: number): Promise<boolean> {
    try {
      await member.commit(partition, offset);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /**
   * The last offset of what is there already from a place on: in a file that begins there, or in a merged one, of which all was
   * committed once. Removes what leads over the place.
   */
  async #adopted(place: Place): Promise<number | undefined> {
    const { files } = await filesUnder(this.#deps.store, hourPrefix(place));
    const found = files.flatMap((file) => {
      const range = file.ranges.find(
        ({ partition, last }) => partition === place.partition && last >= place.from,
      );
      return range ? [{ file, range }] : [];
    });
    let adopted: number | undefined;
    for (const { file, range } of found.sort((a, b) => b.range.last - a.range.last)) {
      const isMerged = file.ranges.length > 1;
      if (isMerged && range.first > place.from) continue;
      const fits = isMerged || range.first === place.from;
      if (fits && adopted === undefined && (await isWhole(this.#deps, file))) {
        adopted = range.last;
        this.#done.adopted++;
      } else if (!isMerged) {
        await this.#deps.store.remove(file.name);
        this.#done.removed++;
      }
    }
    return adopted;
  }

  /** Writes the file that begins at a place; its last offset. Undefined when it is not to be written yet. */
  async #written(place: Place, open: boolean): Promise<number | undefined> {
    const isAsked = open && place.from < (await this.#endAtFirst(place));
    if (!isAsked && !(await this.#isDue(place))) return undefined;
    const { store, files, work } = this.#deps;
    const found = { last: place.from - 1 };
    const file = path.join(work, 'next.parquet');
    const events = await files.write(file, columns, this.#rows(place, found));
    const { topic, hour, partition, from: first } = place;
    await store.put(nameOf({ topic, hour, ranges: [{ partition, first, last: found.last }] }), file);
    this.#done.files++;
    this.#done.events += events;
    return found.last;
  }

  async #endAtFirst({ topic, partition }: Place): Promise<number> {
    const key = `${topic} ${partition}`;
    const end = this.#ends.get(key) ?? (await this.#deps.log.end(topic, partition));
    this.#ends.set(key, end);
    return end;
  }

  /** Whether nothing can come any more that would belong into the file. */
  async #isDue({ topic, partition, from, hour }: Place): Promise<boolean> {
    if (this.#deps.clock.now() >= (hour + 1) * hourMs + graceMs) return true;
    return (await this.#deps.log.end(topic, partition)) - from >= this.#limits.events;
  }

  async *#rows(place: Place, found: { last: number }): AsyncIterable<readonly Row[]> {
    const { topic, partition, from, hour } = place;
    let left = { ...this.#limits };
    for (let offset = from; ; offset = found.last + 1) {
      const events = await this.#deps.log.read(topic, partition, offset, readLimit);
      const rows: Row[] = [];
      for (const event of events) {
        if (hourOf(event.at) !== hour || left.events <= 0 || left.chars <= 0) break;
        const row = rowOf(event);
        rows.push(row);
        left = { events: left.events - 1, chars: left.chars - charsOf(row) };
        found.last = event.offset;
      }
      if (rows.length > 0) yield rows;
      if (rows.length < events.length || events.length === 0) return;
    }
  }
}

const charsOf = ({ body, envelope }: Row): number => String(body).length + String(envelope).length;
