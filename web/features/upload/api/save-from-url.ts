import type { JobView } from '#services/jobs/contract';
import type { SaveFromUrl } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';
import { ApiError } from '../../../shared/api/api-error.ts';

const firstPauseMs = 300;
const longestPauseMs = 3000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a job, asking ever more seldom. Rejects with its reason when it failed. */
async function finished(api: Api, id: string): Promise<JobView> {
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const job = await api.get<JobView>(`/api/jobs/${id}`);
    if (job.state === 'done') return job;
    if (job.state === 'failed')
      throw new ApiError(422, 'failed', job.error ?? 'The picture could not be fetched.');
    await wait(pause);
  }
}

/** Saves a picture from a page; resolves with the pin's id when it is there. */
export async function saveFromUrl(api: Api, input: SaveFromUrl): Promise<string | undefined> {
  const { job } = await api.send<{ job: string }>('POST', '/api/pins/from-url', input);
  const pinId = (await finished(api, job)).result?.['pinId'];
  return typeof pinId === 'string' ? pinId : undefined;
}
