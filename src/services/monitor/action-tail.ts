/** Follows the end of the topic of actions. What was before the start is none of it; nothing is stored of how far it is. */
import type { EventLog } from '#engines/event-log/port';
import type { Log } from '#kernel/log';
import { type Action, actionsTopic, readAction } from '#services/actions/contract';

const batchLimit = 500;
/** What one reading takes at most, so that a flood does not hold up the clock. */
const batchesAtOnce = 40;

/** Read it again and again; costs nothing while nobody acts. */
export class ActionTail {
  readonly #log: Pick<EventLog, 'partitions' | 'end' | 'read' | 'onAppend'>;
  readonly #logger: Log;
  #positions: number[] = [];
  #isBehind = false;
  #unsubscribe: (() => void) | undefined;

  constructor(log: Pick<EventLog, 'partitions' | 'end' | 'read' | 'onAppend'>, logger: Log) {
    this.#log = log;
    this.#logger = logger;
  }

  /** Begins at the end. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#log.onAppend((topic) => {
      this.#isBehind ||= topic === actionsTopic;
    });
    const partitions = Array.from({ length: this.#log.partitions }, (_, partition) => partition);
    this.#positions = await Promise.all(
      partitions.map((partition) => this.#log.end(actionsTopic, partition)),
    );
  }

  /** Hands over what came since the last time. Never rejects: what cannot be read is read again, or passed over where it is no action. */
  async read(take: (action: Action) => void): Promise<void> {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    try {
      for (const partition of this.#positions.keys()) await this.#readPartition(partition, take);
    } catch (error) {
      this.#isBehind = true;
      this.#logger.warn({ err: error }, 'actions cannot be followed now');
    }
  }

  /** Follows no more. */
  stop(): void {
    this.#unsubscribe?.();
  }

  async #readPartition(partition: number, take: (action: Action) => void): Promise<void> {
    for (let batch = 0; batch < batchesAtOnce; batch += 1) {
      const from = this.#positions[partition] ?? 0;
      const events = await this.#log.read(actionsTopic, partition, from, batchLimit);
      for (const { value } of events) this.#take(value, take);
      this.#positions[partition] = (events.at(-1)?.offset ?? from - 1) + 1;
      if (events.length < batchLimit) return;
    }
    this.#isBehind = true;
  }

  #take(value: unknown, take: (action: Action) => void): void {
    try {
      take(readAction(value));
    } catch (error) {
      this.#logger.debug({ err: error }, 'an action that is none');
    }
  }
}
