/** One job shard of a set. */
import { UnavailableError } from '#kernel/errors';
import type { JobShard } from '../job-shard.ts';
import { Health, type HealthOptions } from './health.ts';

/** Where a job shard is. */
export interface JobShardPlace {
  /** Below 256, and always the same for the same shard: ids tell it. */
  readonly number: number;
  /** For logs and metrics. */
  readonly name: string;
  /** The shard, wherever its server is by now. */
  readonly shard: () => JobShard;
  /** Whether new jobs go there; where not, it is worked off. */
  readonly takesJobs: () => boolean;
  close(): Promise<void>;
}

/** Milliseconds after which a shard that is asked something is taken for one that does not answer. */
export const slowMs = 2000;

/** A shard and its health. */
export class Member {
  readonly number: number;
  readonly #place: JobShardPlace;
  readonly #health: Health;

  constructor(place: JobShardPlace, onChange: HealthOptions['onChange']) {
    this.number = place.number;
    this.#place = place;
    this.#health = new Health({ probe: () => place.shard().depth('any'), onChange });
  }

  get isUp(): boolean {
    return this.#health.isUp;
  }

  get takesJobs(): boolean {
    return this.#place.takesJobs();
  }

  /** Asks the shard, also one that does not answer; rejects as it does. Figures and the like may take their time: `isPatient`. */
  async ask<T>(work: (shard: JobShard) => Promise<T>, isPatient = false): Promise<T> {
    const isLate = () => this.#health.failed(new UnavailableError('it does not answer'));
    const slow = isPatient ? undefined : setTimeout(isLate, slowMs);
    try {
      const answer = await work(this.#place.shard());
      this.#health.answered();
      return answer;
    } catch (error) {
      if (error instanceof UnavailableError) this.#health.failed(error);
      throw error;
    } finally {
      clearTimeout(slow);
    }
  }

  async close(): Promise<void> {
    this.#health.close();
    await this.#place.close();
  }
}
