/** The job that refits the projection, and who asks for it when. */
import type { Clock } from '#kernel/clock';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import { refitDue } from './growth.ts';

const name = 'refit-projection';
const quietMs = 60_000;

/** The job's handler. */
export function refitJob(run: () => Promise<boolean>): JobHandler {
  return { name, concurrency: 1, run: async () => ({ refitted: await run() }) };
}

/** Asks for a refit when the library has grown enough; again for the same growth changes nothing. */
export class RefitRequests {
  readonly #jobs: Pick<Jobs, 'enqueue'>;
  readonly #clock: Clock;
  #asked = '';

  constructor(jobs: Pick<Jobs, 'enqueue'>, clock: Clock) {
    this.#jobs = jobs;
    this.#clock = clock;
  }

  /** `fitted`: how many pictures the live projection was fitted to. */
  async consider(pictures: number, fitted: number): Promise<void> {
    const due = refitDue(pictures, fitted);
    const growth = `${due} ${fitted}`;
    if (due === 'no' || growth === this.#asked) return;
    const runAfter = due === 'later' ? this.#clock.now() + quietMs : undefined;
    await this.#jobs.enqueue({ name, payload: {}, runAfter, deduplicationKey: `${name} ${due}` });
    this.#asked = growth;
  }
}
