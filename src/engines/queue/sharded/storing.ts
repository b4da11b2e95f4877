/**
 * Storing new jobs. A shard that could not be asked is passed over. Where nobody knows whether a shard stored them, jobs with
 * keys are stored at the next one as well, since a key says that twice is as good as once; the others are refused.
 */
import { late, within } from '#kernel/deadline';
import { UnavailableError } from '#kernel/errors';
import type { NewJob } from '../port.ts';
import { UnreachedError } from '../unreached.ts';
import { type Member, slowMs } from './member.ts';
import type { Placing } from './placing.ts';

/** Which shards were tried, and which names have homes. */
interface Course {
  readonly placing: Placing;
  readonly homes: ReadonlyMap<string, number>;
  readonly tried: ReadonlySet<Member>;
}

const haveKeys = (jobs: readonly NewJob[]): boolean =>
  jobs.every(({ deduplicationKey }) => deduplicationKey !== undefined);

/** Rejects with `UnavailableError` when jobs with keys take too long; the others are waited for. */
async function storedAt(member: Member, jobs: readonly NewJob[]): Promise<string[]> {
  const asked = member.ask((shard) => shard.enqueue(jobs));
  const ids = haveKeys(jobs) ? await within(slowMs, asked) : await asked;
  if (ids === late) throw new UnavailableError('the job shard does not answer in time');
  return ids;
}

async function storeAt(member: Member, jobs: readonly NewJob[], course: Course): Promise<string[]> {
  try {
    return await storedAt(member, jobs);
  } catch (error) {
    const mayGoOn = error instanceof UnreachedError || (error instanceof UnavailableError && haveKeys(jobs));
    const tried = new Set([...course.tried, member]);
    if (!mayGoOn || !course.placing.isLeft(tried)) throw error;
    return storeJobs(jobs, { ...course, tried });
  }
}

/** Stores jobs, those of one shard in one call; answers their ids in the order given. */
export async function storeJobs(jobs: readonly NewJob[], course: Course): Promise<string[]> {
  const groups = course.placing.group(jobs, course.homes, course.tried);
  const ids: string[] = [];
  const storing = [...groups].map(async ([member, places]) => {
    const stored = await storeAt(
      member,
      places.map((at) => jobs[at] as NewJob),
      course,
    );
    for (const [i, at] of places.entries()) ids[at] = stored[i] ?? '';
  });
  await Promise.all(storing);
  return ids;
}
