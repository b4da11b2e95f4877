import type { Clock } from '#kernel/clock';
import { type Id, parseId } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Follows } from '#services/follows/contract';
import type { JobHandler, Jobs } from '#services/jobs/contract';

/** Jobs that bring a board's pins in line with the board. */
export type BoardJob = 'board-visibility' | 'board-removal';

/** How long after a change its second job runs: the one that a crash right after the change leaves behind. */
const safetyNetAfter = 60_000;

/**
 * Makes a change to a board of which its pins must follow. A job for later is stored before the change and one for now
 * behind it, so neither a failed change nor a crash at any point leaves the pins apart from their board: jobs act on
 * what the board is when they run, and one that finds nothing to do does nothing.
 */
export async function withBoardJob(
  { jobs, clock }: { jobs: Jobs; clock: Clock },
  job: { name: BoardJob; boardId: Id },
  change: () => Promise<void>,
): Promise<void> {
  const task = { name: job.name, payload: { boardId: job.boardId } };
  await jobs.enqueue({ ...task, runAfter: clock.now() + safetyNetAfter });
  await change();
  await jobs.enqueue(task);
}

/** The handlers of the board jobs. */
export function boardJobHandlers(
  pins: { reconcileBoard(boardId: Id): Promise<number> },
  follows: Pick<Follows, 'forgetTarget'>,
  boardExists: (id: Id) => Promise<boolean>,
): JobHandler[] {
  const run = async (payload: JsonObject): Promise<JsonObject> => {
    const boardId = parseId(payload['boardId'], 'boardId', 'board');
    const changed = await pins.reconcileBoard(boardId);
    if (!(await boardExists(boardId))) await follows.forgetTarget(boardId);
    return { changed };
  };
  return (['board-visibility', 'board-removal'] as const).map((name) => ({ name, concurrency: 2, run }));
}
