/** Optimistic writing: read, change, write if nobody else did in between, else again. */
import { ConflictError } from './errors.ts';

/** Runs `attempt` until it meets no conflict, at most `tries` times; then lets the last `ConflictError` through. */
export async function retryConflicts<T>(attempt: () => Promise<T>, tries = 10): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError) || left <= 1) throw error;
    }
  }
}
