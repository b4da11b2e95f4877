/** What the parts of the event log's contract suite share. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { ManualClock } from '#kernel/clock';
import type { EventLog, GroupListener, LoggedEvent, NewEvent } from './port.ts';

/** A log under test. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Closes it and opens the same data again. */
  reopen(): Promise<EventLog>;
  /** Does now what the log does by and by: what a topic does not keep leaves. */
  keep(): Promise<void>;
  /** A module's source that opens the same data in another process as `log`. Members that hang for two seconds count as dead. */
  readonly child: string;
}

/** Opens an empty log on the given clock; segments, where there are any, hold few events. */
export type OpenLog = (clock: ManualClock) => Promise<LogUnderTest>;

/** What cases of one part look at. */
export interface LogBed {
  readonly clock: ManualClock;
  readonly made: LogUnderTest;
  readonly log: EventLog;
  /** Opens the same data again; `log` is the new one then. */
  reopen(): Promise<void>;
}

/** Events with numbers for values. */
export const numbered = (count: number, key = (i: number): string => `key-${i % 7}`): NewEvent[] =>
  Array.from({ length: count }, (_, i) => ({ key: key(i), value: { n: i } }));

/** All events of a topic, partition by partition, read `step` at a time. */
export async function readAll(log: EventLog, topic: string, step = 100): Promise<LoggedEvent[]> {
  const all: LoggedEvent[] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    for (let offset = 0; ; ) {
      const events = await log.read(topic, partition, offset, step);
      const last = events.at(-1);
      if (!last) break;
      all.push(...events);
      offset = last.offset + 1;
    }
  }
  return all;
}

/** The numbers in events, ascending. */
export const numbers = (events: readonly LoggedEvent[]): number[] =>
  events.map(({ value }) => Number((value as { n: number }).n)).sort((a, b) => a - b);

/** Another process on the same log, whose work prints lines of JSON with `say` and hears lines with `heard`. */
export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: unknown[] = [];
  readonly #waiting = new Set<() => void>();

  constructor({ child }: LogUnderTest, work: string) {
    const source = `import { createInterface } from 'node:readline';
      const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
      const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
      ${child}
      ${work}`;
    this.#process = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line));
      for (const look of this.#waiting) look();
    });
  }

  /** All that it said. */
  get said(): readonly unknown[] {
    return this.#lines;
  }

  /** Resolves when what it said is enough. */
  async until(isEnough: (said: readonly unknown[]) => boolean): Promise<void> {
    if (isEnough(this.#lines)) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isEnough(this.#lines)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(name);
  }

  /** Kills it at once, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }
}

/** A listener that remembers what is its own, and lets a test wait for it. */
export class Share implements GroupListener {
  readonly held = new Set<number>();
  readonly gone: number[] = [];
  #look: (() => void) | undefined;
  /** Runs before partitions are given back. */
  beforeRevoked: (partitions: readonly number[]) => Promise<void> = async () => undefined;

  assigned(partitions: readonly number[]): void {
    for (const partition of partitions) this.held.add(partition);
    this.#look?.();
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    await this.beforeRevoked(partitions);
    for (const partition of partitions) this.held.delete(partition);
    this.#look?.();
  }

  lost(partitions: readonly number[]): void {
    for (const partition of partitions) this.held.delete(partition);
    this.gone.push(...partitions);
    this.#look?.();
  }

  /** Resolves when so many partitions are its own. */
  async has(count: number): Promise<void> {
    if (this.held.size === count) return;
    await new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.held.size === count) resolve();
      };
    });
  }
}
