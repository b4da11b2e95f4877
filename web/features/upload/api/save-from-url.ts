import type { SaveFromUrl } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';
import { finished } from '../../../shared/api/job.ts';

/** Saves a picture from a page; resolves with the pin's id when it is there. */
export async function saveFromUrl(api: Api, input: SaveFromUrl): Promise<string | undefined> {
  const { job } = await api.send<{ job: string }>('POST', '/api/pins/from-url', input);
  const pinId = (await finished(api, job, 'The picture could not be fetched.')).result?.['pinId'];
  return typeof pinId === 'string' ? pinId : undefined;
}
