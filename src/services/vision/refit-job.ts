/** The job that refits the projection, and who asks for it when. */
import type { Clock } from '#kernel/clock';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import { refitDue } from './growth.ts';

/** What asking for a refit stands on. */
export interface RefitJobDeps {
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly clock: Clock;
  /** How many pictures have features. */
  readonly pictures: () => Promise<number>;
}

const name = 'refit-projection';
/** A library that has not grown for so long rests. */
const quietMs = 60_000;

/** Asks for refits, and runs them. */
export class RefitJob {
  readonly #deps: RefitJobDeps;
  #asked = '';

  constructor(deps: RefitJobDeps) {
    this.#deps = deps;
  }

  /** Asks for a refit if the library has grown enough since one was fitted to `fitted` pictures. Again for the same growth changes nothing. */
  async consider(fitted: number): Promise<void> {
    const pictures = await this.#deps.pictures();
    const due = refitDue(pictures, fitted);
    const growth = `${due} ${fitted}`;
    if (due === 'no' || growth === this.#asked) return;
    if (due === 'later') await this.#later(pictures);
    else await this.#deps.jobs.enqueue({ name, payload: {}, deduplicationKey: name });
    this.#asked = growth;
  }

  /** The handler; a refit that was asked for later is put off while the library grows. */
  handler(refit: () => Promise<boolean>): JobHandler {
    return {
      name,
      concurrency: 1,
      run: async ({ pictures: then }) => {
        const pictures = await this.#deps.pictures();
        if (then === undefined || then === pictures) return { refitted: await refit() };
        await this.#later(pictures);
        return { refitted: false };
      },
    };
  }

  async #later(pictures: number): Promise<void> {
    const runAfter = this.#deps.clock.now() + quietMs;
    await this.#deps.jobs.enqueue({
      name,
      payload: { pictures },
      runAfter,
      deduplicationKey: `${name} ${pictures}`,
    });
  }
}
