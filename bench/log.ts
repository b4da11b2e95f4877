/**
 * `log`: events a second, 1 kB each, appended durably under `power` and consumed while they come; then replayed from the files.
 * The peer appends the same events as lines of JSON to plain files, as many as there are partitions, with the same sync policy:
 * what comes while a file is synced is written together and shares the next sync. `size` is events. The limit is how many syncs of one small
 * write the disk does a second.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NewEvent } from '#engines/event-log/port';
import { openSegmentLog, type SegmentLog } from '#engines/event-log/segments';
import { systemClock } from '#kernel/clock';
import { type Bench, type Figures, inTurn, median, medianRatio, seconds } from './bench.ts';
import { syncsPerSecond } from './syncs.ts';

const partitions = 8;
const batch = 500;
const inFlight = 8;
const rounds = 5;
const filler = 'x'.repeat(940);

const eventOf = (n: number): NewEvent => ({
  key: `key-${n % 1000}`,
  value: { n, type: 'impression', filler },
});

/** Runs `work` on the numbers of each batch, some batches at a time. */
async function inBatches(
  size: number,
  work: (from: number, count: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < size) {
      const from = next;
      next += batch;
      await work(from, Math.min(batch, size - from));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** A file that grows by whatever waits, a sync each time. */
class PlainFile {
  readonly #handle: FileHandle;
  #waiting: { bytes: Buffer; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  append(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#handle.write(Buffer.concat(group.map(({ bytes }) => bytes)));
        await this.#handle.datasync();
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }
}

async function plainAppends(size: number, folder: string): Promise<number> {
  const handles = await Promise.all(
    Array.from({ length: partitions }, (_, i) => open(path.join(folder, `plain-${i}`), 'wx')),
  );
  const files = handles.map((handle) => new PlainFile(handle));
  const linesOf = (from: number, count: number, file: number): Buffer => {
    const lines: string[] = [];
    for (let n = from + file; n < from + count; n += partitions) lines.push(JSON.stringify(eventOf(n)), '\n');
    return Buffer.from(lines.join(''));
  };
  const took = await seconds(() =>
    inBatches(size, (from, count) =>
      Promise.all(files.map((file, i) => file.append(linesOf(from, count, i)))),
    ),
  );
  await Promise.all(handles.map((handle) => handle.close()));
  return size / took;
}

/** Reads everything of a topic from the start until `size` events are seen; waits for more at the end. */
async function consume(log: SegmentLog, size: number): Promise<void> {
  const positions = Array.from({ length: partitions }, () => 0);
  let seen = 0;
  let wake = (): void => undefined;
  const stop = log.onAppend(() => wake());
  while (seen < size) {
    const before = seen;
    for (const [partition, from] of positions.entries()) {
      const events = await log.read('actions', partition, from, batch);
      positions[partition] = (events.at(-1)?.offset ?? from - 1) + 1;
      seen += events.length;
    }
    const isIdle = seen === before;
    if (isIdle) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 2);
      });
    }
  }
  stop();
}

interface Rates {
  readonly append: number;
  readonly through: number;
  readonly replay: number;
}

async function ourRates(size: number, folder: string): Promise<Rates> {
  const options = { folder, partitions, durability: 'power', clock: systemClock } as const;
  const append = (log: SegmentLog) =>
    inBatches(size, (from, count) =>
      log.append(
        'actions',
        Array.from({ length: count }, (_, i) => eventOf(from + i)),
      ),
    );
  const log = await openSegmentLog(options);
  const appended = await seconds(() => append(log));
  await log.close();
  const again = await openSegmentLog(options);
  const replayed = await seconds(() => consume(again, size));
  await again.close();
  await rm(folder, { recursive: true });
  const fresh = await openSegmentLog(options);
  const through = await seconds(() => Promise.all([append(fresh), consume(fresh, size)]));
  await fresh.close();
  return { append: size / appended, through: size / through, replay: size / replayed };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-bench-'));
  return work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

/** The benchmark. */
export const logBench: Bench = {
  name: 'log',
  defaultSize: 100_000,
  async run(size) {
    const { a, b } = await inTurn(
      rounds,
      () => inFolder((folder) => ourRates(size, path.join(folder, 'log'))),
      () => inFolder((folder) => plainAppends(size, folder)),
    );
    const of = (pick: (rates: Rates) => number): number[] => a.map(pick);
    const ours: Figures = {
      append_per_s: median(of(({ append }) => append)),
      append_and_consume_per_s: median(of(({ through }) => through)),
      replay_per_s: median(of(({ replay }) => replay)),
    };
    return {
      ours,
      peer: { append_per_s: median(b) },
      limit: { syncs_per_s: await inFolder(syncsPerSecond) },
      ratio: {
        append: medianRatio(
          of(({ append }) => append),
          b,
        ),
        append_and_consume: medianRatio(
          of(({ through }) => through),
          b,
        ),
      },
    };
  },
};
