/** The way of actions into the log: one bounded queue, of which all that waits is appended together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '#engines/event-log/port';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { type Action, actionsTopic, keyOfAction } from './contract.ts';

/** What a recorder stands on. */
export interface RecorderDeps {
  readonly log: Pick<EventLog, 'append'>;
  readonly logger: Log;
  readonly metrics?: Metrics | undefined;
  /** Actions that may wait; 10,000 when left out. */
  readonly most?: number | undefined;
  /** Milliseconds for which actions that nobody waits for are gathered; 100 when left out. */
  readonly gatherMs?: number | undefined;
  /** Milliseconds to wait after the log refused; 1,000 when left out. */
  readonly retryMs?: number | undefined;
}

/** Why actions never reached the log. */
export type DropCause = 'full' | 'invalid' | 'refused';

/** Actions that wait, and who is to hear how it went with them. */
interface Waiting {
  readonly actions: readonly Action[];
  readonly settle: ((fault?: unknown) => void) | undefined;
}

const batchLimit = 1000;
/** Tries of a batch before it is given up: so many seconds of a log that refuses. */
const triesOfBatch = 30;

/** Actions are appended in the order in which they are pushed. */
export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #most: number;
  readonly #recorded;
  readonly #dropped;
  readonly #closing = new AbortController();
  #queue: Waiting[] = [];
  #waiting = 0;
  #pumping: Promise<void> | undefined;
  /** Ends the gathering before its time. */
  #gathered: (() => void) | undefined;
  #isHurried = false;

  constructor(deps: RecorderDeps) {
    const { metrics, most = 10_000 } = deps;
    this.#deps = deps;
    this.#most = most;
    this.#recorded = metrics?.counter('pinakes_actions_recorded_total', 'Actions in the log.', ['type']);
    this.#dropped = metrics?.counter('pinakes_actions_dropped_total', 'Actions lost, by cause.', ['cause']);
    metrics?.gauge('pinakes_actions_waiting', 'Actions on their way to the log.', () => this.#waiting);
  }

  /** Queues actions, all or none; whether there was room. `settle` hears when they are in the log, or why they are not. */
  push(actions: readonly Action[], settle?: (fault?: unknown) => void): boolean {
    if (this.#closing.signal.aborted || this.#waiting + actions.length > this.#most) return false;
    this.#queue.push({ actions, settle });
    this.#waiting += actions.length;
    this.#pumping ??= this.#pump();
    if (settle) this.#hurry();
    return true;
  }

  /** Counts actions that never reach the log. */
  drop(cause: DropCause, count: number): void {
    this.#dropped?.inc({ cause }, count);
  }

  /** Resolves when what was pushed before is appended or given up. */
  async flush(): Promise<void> {
    this.#hurry();
    await this.#pumping;
  }

  /** Tries once more to append what waits; nothing is taken any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#hurry();
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const batch = this.#nextBatch();
      const actions = batch.flatMap((one) => one.actions);
      const fault = await this.#append(actions);
      this.#waiting -= actions.length;
      for (const { settle } of batch) settle?.(fault);
    }
    this.#pumping = undefined;
    this.#isHurried = false;
  }

  /**
   * Every append is synced to disk, and what the server records of its own accord comes an action at a time: it is gathered
   * for a moment. What somebody waits for ends that, and so do `flush` and `close`.
   */
  async #gather(): Promise<void> {
    // All that is recorded in this turn goes together.
    await Promise.resolve();
    if (this.#isHurried) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#deps.gatherMs ?? 100);
      this.#gathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#gathered = undefined;
  }

  /** Nothing is gathered any more until all that waits is on its way. */
  #hurry(): void {
    this.#isHurried = this.#pumping !== undefined;
    this.#gathered?.();
  }

  #nextBatch(): Waiting[] {
    let count = 0;
    const over = this.#queue.findIndex(({ actions }, i) => {
      count += actions.length;
      return i > 0 && count > batchLimit;
    });
    return this.#queue.splice(0, over < 0 ? this.#queue.length : over);
  }

  /** Answers why a batch was given up; undefined when it is in the log. */
  async #append(batch: readonly Action[]): Promise<unknown> {
    const events = batch.map((action) => ({ key: keyOfAction(action), value: action as JsonObject }));
    for (let tried = 1; ; tried++) {
      try {
        await this.#deps.log.append(actionsTopic, events);
        for (const { type } of batch) this.#recorded?.inc({ type });
        return undefined;
      } catch (error) {
        if (await this.#again(error, tried)) continue;
        this.drop('refused', batch.length);
        return error;
      }
    }
  }

  /** Whether a batch that was refused is to be tried again; waits before it is. */
  async #again(error: unknown, tried: number): Promise<boolean> {
    const { logger, retryMs = 1000 } = this.#deps;
    const { signal } = this.#closing;
    logger.warn({ err: error, tried }, 'the event log refused actions');
    if (!(error instanceof UnavailableError) || tried >= triesOfBatch || signal.aborted) return false;
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    return true;
  }
}
