/**
 * Getting events applied by a consumer that may fail. A batch that fails is tried again, then halved
 * until the event at fault stands alone; that one is tried a few times more, with growing pauses, and
 * then parked with its cause, so that the stream goes on. What says that it is unavailable is tried for
 * ever. So is an event that fails after many others in a row: then the fault is not the events'.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '#engines/event-log/port';
import { PinakesError } from '#kernel/errors';
import type { Log } from '#kernel/log';

/** How patient to be. */
export interface RetryPolicy {
  /** Milliseconds before the second try; four times that before the third, and so on. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Tries of a single event before it is parked. */
  readonly tries: number;
  /** How many in a row may be parked. */
  readonly parkAtMost: number;
}

/** What a delivery stands on. */
export interface DeliveryDeps {
  /** The consumer's name. */
  readonly consumer: string;
  readonly retry: RetryPolicy;
  readonly logger: Log;
  /** Puts an event aside, durably. */
  readonly park: (event: LoggedEvent, cause: string) => Promise<void>;
}

/** Applies events of one topic. Events that cannot be read make it throw as well. */
export type Apply = (events: readonly LoggedEvent[]) => Promise<void>;

/** What became of a part of a batch. */
type Outcome = 'applied' | 'parked' | 'split' | 'interrupted';

const triesOfBatch = 2;

/** What a failure says to whoever runs the installation. */
export const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isUnavailable = (error: unknown): boolean =>
  error instanceof PinakesError && error.code === 'unavailable';

/** One consumer's. */
export class Delivery {
  readonly #deps: DeliveryDeps;
  #parkedInRow = 0;
  /** The last failure, until something succeeds. */
  error: string | null = null;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /** Applies events in order; answers how many are dealt with: all of them, or fewer when `signal` is aborted. */
  async deliver(events: readonly LoggedEvent[], apply: Apply, signal: AbortSignal): Promise<number> {
    let done = 0;
    let size = events.length;
    while (done < events.length) {
      const part = events.slice(done, done + size);
      const outcome = await this.#tried(part, apply, signal);
      if (outcome === 'interrupted') break;
      if (outcome !== 'split') done += part.length;
      size = outcome === 'split' ? Math.ceil(part.length / 2) : part.length * 2;
    }
    return done;
  }

  async #tried(part: readonly LoggedEvent[], apply: Apply, signal: AbortSignal): Promise<Outcome> {
    for (let tried = 1; !signal.aborted; tried++) {
      const outcome = await this.#try(part, apply, tried);
      if (outcome !== 'again') return outcome;
      await this.pause(tried, signal);
    }
    return 'interrupted';
  }

  async #try(part: readonly LoggedEvent[], apply: Apply, tried: number): Promise<Outcome | 'again'> {
    try {
      await apply(part);
      this.error = null;
      this.#parkedInRow = 0;
      return 'applied';
    } catch (error) {
      this.#failed(error, part.length, tried);
      if (tried < this.#triesOf(part, error)) return 'again';
      if (part.length > 1) return 'split';
      return (await this.#parked(part, error)) ? 'parked' : 'again';
    }
  }

  /** Waits longer the more often something was tried; ends early when `signal` is aborted. */
  async pause(tried: number, signal: AbortSignal): Promise<void> {
    const { baseMs, capMs } = this.#deps.retry;
    await sleep(Math.min(capMs, baseMs * 4 ** (tried - 1)), undefined, { signal }).catch(() => undefined);
  }

  #triesOf(part: readonly LoggedEvent[], error: unknown): number {
    const { tries, parkAtMost } = this.#deps.retry;
    if (isUnavailable(error)) return Number.POSITIVE_INFINITY;
    if (part.length > 1) return triesOfBatch;
    return this.#parkedInRow < parkAtMost ? tries : Number.POSITIVE_INFINITY;
  }

  #failed(error: unknown, events: number, tried: number): void {
    const { consumer, logger } = this.#deps;
    this.error = causeOf(error);
    logger.warn({ err: error, consumer, events, tried }, 'a consumer failed');
  }

  async #parked([event]: readonly LoggedEvent[], error: unknown): Promise<boolean> {
    const { park, logger, consumer } = this.#deps;
    if (!event) return true;
    try {
      await park(event, causeOf(error));
      this.#parkedInRow++;
      const { topic, partition, offset } = event;
      logger.error({ consumer, topic, partition, offset }, 'parked an event that cannot be applied');
      return true;
    } catch (failure) {
      logger.error({ err: failure, consumer }, 'could not park an event');
      return false;
    }
  }
}
