/** What the parts of the queue's contract stand on. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'node:test';
import { ManualClock } from '#kernel/clock';
import type { Job, LeasedJob, NewJob, Queue } from './port.ts';

/** Gives an empty queue on a clock. */
export type OpenQueue = (clock: ManualClock) => Promise<Queue>;

/** A job to enqueue, with what differs. */
export const job = (overrides: Partial<NewJob> = {}): NewJob => ({
  name: 'encode',
  payload: { pin: '1' },
  attempts: 3,
  ...overrides,
});

/** A queue of each test's own. */
export class QueueBed {
  clock = new ManualClock();
  #queue: Queue | undefined;

  /** To be called within `describe`. */
  constructor(open: OpenQueue) {
    beforeEach(async () => {
      this.clock = new ManualClock();
      this.#queue = await open(this.clock);
    });
    afterEach(() => this.#queue?.close());
  }

  get queue(): Queue {
    assert.ok(this.#queue);
    return this.#queue;
  }

  async put(overrides: Partial<NewJob> = {}): Promise<string> {
    return (await this.queue.enqueue([job(overrides)]))[0] ?? '';
  }

  async take(name = 'encode'): Promise<LeasedJob> {
    const [taken] = await this.queue.dequeue([name], 1, 1000);
    assert.ok(taken, 'a job is due');
    return taken;
  }

  async stored(id: string): Promise<Job | undefined> {
    return (await this.queue.get([id])).get(id);
  }

  async idsDue(names = ['encode'], limit = 100): Promise<string[]> {
    return (await this.queue.dequeue(names, limit, 1000)).map(({ id }) => id);
  }

  /** Takes and fails a job for good. */
  async fail(name = 'encode'): Promise<string> {
    const { id, lease } = await this.take(name);
    await this.queue.fail(id, lease, 'broken', null);
    return id;
  }
}
