import type { JobView } from '#services/jobs/contract';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';

const firstPauseMs = 300;
const longestPauseMs = 3000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a job of one's own, asking ever more seldom. Rejects with its reason when it failed, else with `otherwise`. */
export async function finished(api: Api, id: string, otherwise: string): Promise<JobView> {
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const job = await api.get<JobView>(`/api/jobs/${id}`);
    if (job.state === 'done') return job;
    if (job.state === 'failed') throw new ApiError(422, 'failed', job.error ?? otherwise);
    await wait(pause);
  }
}
